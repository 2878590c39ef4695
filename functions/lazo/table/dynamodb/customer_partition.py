"""Keys of what belongs to a customer. Used through `lazo.table.dynamodb.keys`."""

from typing import Final

from lazo.table.dynamodb.writes import Key

EVENT_PREFIX: Final = "EVENT#"
IDENTITY_PREFIX: Final = "KNOWN#"
UNSURE_PREFIX: Final = "UNSURE#"
LINK_PREFIX: Final = "LINK#"


def customer(customer_key: str) -> str:
    """Return the partition of a customer: in the table their external events, in the index `customer` their answers and
    follow-ups."""
    return f"CUSTOMER#{customer_key}"


def customer_event(customer_key: str, at: str, source: str, event_id: str) -> Key:
    """An event that `source` reported about a customer, sorted by time."""
    return Key(customer(customer_key), f"{EVENT_PREFIX}{at}#{source}#{event_id}")


def event_id(source: str, event_id: str) -> Key:
    """Records that `source` has used an id, for whichever customer."""
    return Key(f"EVENTID#{source}#{event_id}", "EVENTID")


def customer_opt_out(customer_key: str) -> Key:
    """Whether a customer wants no messages."""
    return Key(customer(customer_key), "STOP")


def address_link(link_id: str) -> Key:
    """A link that proves an address."""
    return Key(f"LINK#{link_id}", "LINK")


def address_link_message(link_id: str) -> Key:
    """The state of the message with that link."""
    return Key(f"LINK#{link_id}", "MESSAGE")


def address_link_of_customer(customer_key: str, link_id: str) -> Key:
    """Leads from a customer to a link, so that it is erased with them."""
    return Key(customer(customer_key), f"{LINK_PREFIX}{link_id}")


def address_links_of_day(customer_key: str, day: str) -> Key:
    """Counts the links that were asked for from a customer's page on a day (`2026-11-21`, UTC)."""
    return Key(customer(customer_key), f"LINKS#{day}")


def customer_signals(customer_key: str) -> Key:
    """Since when a customer's signals count. Sorts after the links: one query from the end reads it and the first."""
    return Key(customer(customer_key), f"{IDENTITY_PREFIX}EPISODE")


def customer_link(customer_key: str, other: str) -> Key:
    """Says that two keys belong to one customer."""
    return Key(customer(customer_key), f"{IDENTITY_PREFIX}ALSO#{other}")


def customer_visit(customer_key: str, store_id: str) -> Key:
    """The follow-up that a customer's latest visit to a store led to."""
    return Key(customer(customer_key), f"VISIT#{store_id}")


def unsure_customer_link(customer_key: str, other: str) -> Key:
    """Says that an answer which may not be a customer's had both keys: counts for erasing only."""
    return Key(customer(customer_key), f"{UNSURE_PREFIX}{other}")


def customer_week(customer_key: str, week: str) -> Key:
    """Counts the messages to a customer in a week (`2026-W47`, ISO 8601)."""
    return Key(customer(customer_key), f"WEEK#{week}")


def customer_resurvey(customer_key: str) -> Key:
    """When a customer was last asked to answer again."""
    return Key(customer(customer_key), "ASKED")


def told_improvement(customer_key: str, improvement_id: str) -> Key:
    """Records that a customer was told of an improvement."""
    return Key(customer(customer_key), f"TOLD#{improvement_id}")


def customer_key_in(customer_pk: str) -> str:
    """Return the customer key in a `customer` partition."""
    return customer_pk.removeprefix("CUSTOMER#")


def customer_rights(customer_key: str) -> Key:
    """What use of their data a customer does not want. Sorts after the links, as `customer_signals`."""
    return Key(customer(customer_key), f"{IDENTITY_PREFIX}RIGHTS")
