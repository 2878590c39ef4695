"""Keys of the items of the table, and the partitions of the indexes `due` and `customer`. Only this module,
`figure_keys`, `customer_partition` and `listing` know the formats."""

import zlib
from typing import Final

from lazo.table.dynamodb.writes import Key

ANSWER_PREFIX: Final = "ANSWER#"
DELIVERY: Final = "DELIVERY"
DELIVERY_PREFIX: Final = f"{DELIVERY}#"
DATE_PREFIX: Final = "DATE#"
DIGEST_PREFIX: Final = "DIGEST#"
API_KEY_PREFIX: Final = "APIKEY#"
DUE_PARTITIONS: Final = (("due#0",), ("due#1", "due#2"), ("due#3", "due#4", "due#5"), ("due#6",))
"""Partitions of the index `due` by priority: urgent, high, others, figures to roll up. The lower the priority, the more
items, and the more partitions to spread the writes over; of figures there is one an hour and store."""


def store(store_id: str) -> Key:
    return Key(f"STORE#{store_id}", "STORE")


def touchpoint(code: str) -> Key:
    return Key(f"QR#{code}", "QR")


def answer(store_id: str, ulid: str) -> Key:
    return Key(f"STORE#{store_id}", f"{ANSWER_PREFIX}{ulid}")


def sms_hour(store_id: str, hour: str) -> Key:
    """Counts the SMS of a store in one hour (`2026-11-21T22`, UTC)."""
    return Key(f"STORE#{store_id}", f"SMS#{hour}")


def rate_hour(store_id: str, hour: str) -> Key:
    """Counts a store's answers that are judged by their rate in one hour (`2026-11-21T22`, UTC)."""
    return Key(f"STORE#{store_id}", f"RATE#{hour}")


def followup(followup_id: str) -> Key:
    """A follow-up's own item; what belongs to it is in the same partition."""
    return Key(f"FU#{followup_id}", "FU")


def opened(followup_id: str) -> Key:
    """Lists a follow-up by when it was opened, whatever becomes of it."""
    return Key(f"FU#{followup_id}", "OPENED")


def delivery(followup_id: str, level: int, round_: int, channel: str, contact_id: str, ref: str = "") -> Key:
    """A message to a contact. `ref` makes the key unique for deliveries that are not part of an escalation round."""
    suffix = f"#{ref}" if ref else ""
    return Key(f"FU#{followup_id}", f"{DELIVERY_PREFIX}{level}#{round_}#{channel}#{contact_id}{suffix}")


def date(followup_id: str, kind: str, ref: str = "") -> Key:
    """A date of a follow-up other than the deadline, which is on its own item. `kind` is the name of the sweep's
    module."""
    return Key(f"FU#{followup_id}", f"{DATE_PREFIX}{kind}" + (f"#{ref}" if ref else ""))


def is_date(key: Key, kind: str) -> bool:
    """Whether a date of this kind is at `key`, with or without a `ref`."""
    own = f"{DATE_PREFIX}{kind}"
    return key.sk == own or key.sk.startswith(f"{own}#")


def delivery_ref(purpose: str, promise_id: str | None, ref: str) -> str:
    """Return the `ref` of a delivery's key and item, "" without one. None of the three parts has a `#`."""
    return "#".join(filter(None, (purpose, promise_id, ref))) if ref else ""


def promise_and_ref(delivery_ref: str) -> tuple[str | None, str]:
    """Return the promise's id, None if the delivery is not about one, and the `ref` that `delivery_ref` was made
    from."""
    _, _, rest = delivery_ref.partition("#")
    promise_id, _, ref = rest.rpartition("#")
    return promise_id or None, ref


def deliveries_of(level: int) -> str:
    """Return the prefix of the sort keys of one level's deliveries."""
    return f"{DELIVERY_PREFIX}{level}#"


def child(followup_id: str, kind: str, child_id: str) -> Key:
    """A note, concern, incentive, message, promise or history entry of a follow-up; `kind` in capitals."""
    return Key(f"FU#{followup_id}", f"{kind}#{child_id}")


def incentives_of_month(store_id: str, month: str) -> Key:
    """The total of the incentives of a store in a month (`2026-11`, by its calendar)."""
    return Key(f"STORE#{store_id}", f"INCENTIVES#{month}")


def daily_commitments(store_id: str, owner: str, day: str) -> Key:
    """Counts the promises of an owner for a day (`2026-11-21`, by the store's calendar)."""
    return Key(f"STORE#{store_id}", f"LOAD#{owner}#{day}")


def brand_look(brand: str) -> Key:
    """Colour and logo of a brand."""
    return Key(f"BRAND#{brand}", "LOOK")


def call_slot(store_id: str, ends: str) -> Key:
    """Counts the customers of a store who chose to be called until `ends` (a timestamp)."""
    return Key(f"STORE#{store_id}", f"CALLS#{ends}")


def day_of_commitments(key: Key) -> str:
    """Return the day (`2026-11-21`) in a key of `daily_commitments`."""
    return key.sk.rpartition("#")[2]


def store_date(store_id: str, kind: str) -> Key:
    """A date of a store. `kind` is the name of the sweep's module."""
    return Key(f"STORE#{store_id}", f"{DATE_PREFIX}{kind}")


def wall(store_id: str) -> Key:
    """The link that shows a store's wall."""
    return Key(f"STORE#{store_id}", "WALL")


def erased(store_id: str, erasure_id: str) -> Key:
    """Records that something was erased and how much, but not whose it was."""
    return Key(f"STORE#{store_id}", f"ERASED#{erasure_id}")


def erasure_id(begun: str, ref: str) -> str:
    """Return the id of an erasure that began on this day or at this instant; `ref` makes it unique."""
    return f"{begun}#{ref}"


def digest(store_id: str, digest_id: str) -> Key:
    """The one message in place of those that the hourly limit held back from a contact; now it is a bundle."""
    return Key(f"STORE#{store_id}", f"{DIGEST_PREFIX}{digest_id}")


def digest_id(hour: str, contact_id: str, channel: str = "sms") -> str:
    """Return the id of a digest, unique within a store. `hour` as in `sms_hour`."""
    return f"{hour}#{contact_id}" + (f"#{channel}" if channel != "sms" else "")


def api_key(digest: str) -> Key:
    """A key of the API, by its SHA-256. All are in one partition: they are few, and read once a minute."""
    return Key("APIKEY", f"{API_KEY_PREFIX}{digest}")


def store_id_of(key: Key) -> str:
    """Return the id of the store in whose partition `key` is."""
    return key.pk.removeprefix("STORE#")


def membership(user_id: str, store_id: str) -> Key:
    """Says that a user is a contact of a store."""
    return Key(f"PERSON#{user_id}", f"SHOP#{store_id}")


def session_version(user_id: str) -> Key:
    """How often a user has ended all sessions; in the partition of the memberships, so that one query reads both."""
    return Key(f"PERSON#{user_id}", "EPOCH")


def chosen_language(user_id: str) -> Key:
    """The language that a user chose; in the partition of the memberships, as `session_version`."""
    return Key(f"PERSON#{user_id}", "LANGUAGE")


ENDED = "ENDED#"


def ended_token(user_id: str, token_id: str) -> Key:
    """A session that a user has ended, or a sign-in link that was used; in the partition of the memberships, so that
    one query reads both."""
    return Key(f"PERSON#{user_id}", f"{ENDED}{token_id}")


def audit_entry(day: str, at: str, entry_id: str) -> Key:
    """An entry of the audit trail, in the partition of its day (UTC), by time."""
    return Key(f"AUDIT#{day}", f"{at}#{entry_id}")


def address(key: str, user_id: str, store_id: str) -> Key:
    """Says that a store has this address of a user. One item per store, so that no store removes another's."""
    return Key(f"ADDRESS#{key}", f"PERSON#{user_id}#{store_id}")


def table_name() -> Key:
    """The name of the table that the items were written to."""
    return Key("TABLE", "HOME")


def sms_pause() -> Key:
    """Whether SMS are paused."""
    return Key("CHANNEL", "SMS")


def provider_receipt(provider_id: str) -> Key:
    """Leads from a provider's id to our message."""
    return Key(f"SENT#{provider_id}", "SENT")


def acknowledgement(acknowledgement_id: str) -> Key:
    """A message that tells a customer that what they asked for was done; in no partition of theirs."""
    return Key(f"ACKNOWLEDGEMENT#{acknowledgement_id}", "ACKNOWLEDGEMENT")


def sign_in_hour(address_mac: str) -> Key:
    """Counts requests for a sign-in link; `address_mac` covers the address and the hour."""
    return Key(f"SIGNIN-HOUR#{address_mac}", "COUNT")


def sign_in(request_id: str) -> Key:
    return Key(f"SIGNIN#{request_id}", "REQUEST")


def sign_in_message(request_id: str, user_id: str) -> Key:
    """The state of the message to one of the users at the address."""
    return Key(f"SIGNIN#{request_id}", f"MESSAGE#{user_id}")


def phone_alert(phone: str) -> Key:
    """The last alert that was sent to a contact's number by SMS."""
    return Key(f"PHONE#{phone}", "ALERT")


def phone_opt_out(phone: str) -> Key:
    """Whether a contact's number wants no SMS."""
    return Key(f"PHONE#{phone}", "STOP")


def phone_answers(phone: str, hour: str) -> Key:
    """Counts the answers to a contact's number in one hour (`2026-11-21T22`, UTC)."""
    return Key(f"PHONE#{phone}", f"ANSWERS#{hour}")


def phone_help(phone: str) -> Key:
    """When a contact's number was last sent the list of keywords."""
    return Key(f"PHONE#{phone}", "HELP")


def reply_subject(inbound_id: str) -> Key:
    """The alert that an incoming SMS replies to."""
    return Key(f"INBOUND#{inbound_id}", "ABOUT")


def reply_answer(inbound_id: str) -> Key:
    """The answer to an incoming SMS."""
    return Key(f"INBOUND#{inbound_id}", "ANSWER")


def kind_of(key: Key) -> str:
    """Return the kind of item at `key` (`DELIVERY`, `DATE`), without ids."""
    return key.sk.partition("#")[0]


def anonymous(key: Key) -> str:
    """Return the key for logs, without the partition's id, which may be a customer's."""
    return f"{key.sk} of {key.pk.partition('#')[0]}"


def due_partition(key: Key, priority: str = "normal") -> str:
    """Return the partition of the index `due` for an item."""
    of = DUE_PARTITIONS[{"urgent": 0, "high": 1, "figures": 3}.get(priority, 2)]
    return of[zlib.crc32(f"{key.pk}|{key.sk}".encode()) % len(of)]
