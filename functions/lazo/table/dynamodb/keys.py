"""Every key of the table, and nothing else knows one."""

import datetime as dt
import zlib
from typing import Final

from lazo.table.dynamodb.writes import Key

ANSWER_PREFIX: Final = "ANSWER#"
DELIVERY: Final = "DELIVERY"
DELIVERY_PREFIX: Final = f"{DELIVERY}#"
DATE_PREFIX: Final = "DATE#"
DAY_PREFIX: Final = "DAY#"
DIGEST_PREFIX: Final = "DIGEST#"
EVENT_PREFIX: Final = "EVENT#"
IDENTITY_PREFIX: Final = "KNOWN#"
API_KEY_PREFIX: Final = "APIKEY#"
DUE_PARTITIONS: Final = (("due#0",), ("due#1", "due#2"), ("due#3", "due#4", "due#5"))
"""Partitions of the index `due`: first those of what is urgent, then of what has a high priority, then the others; the
more there is to expect of one, the more of them, so that none takes every write."""


def store(store_id: str) -> Key:
    return Key(f"STORE#{store_id}", "STORE")


def touchpoint(code: str) -> Key:
    return Key(f"QR#{code}", "QR")


def answer(store_id: str, ulid: str) -> Key:
    return Key(f"STORE#{store_id}", f"{ANSWER_PREFIX}{ulid}")


def day(store_id: str, on: dt.date) -> Key:
    """Counters of a shop's day, by its own calendar."""
    return Key(f"STORE#{store_id}", f"{DAY_PREFIX}{on.isoformat()}")


def sms_hour(store_id: str, hour: str) -> Key:
    """How many SMS a shop was allowed in one hour (`2026-11-21T22`, UTC)."""
    return Key(f"STORE#{store_id}", f"SMS#{hour}")


def followup(followup_id: str) -> Key:
    """A follow-up's own item; what belongs to it shares the partition."""
    return Key(f"FU#{followup_id}", "FU")


def delivery(followup_id: str, level: int, round_: int, channel: str, contact_id: str, ref: str = "") -> Key:
    """`ref` tells messages to a contact apart that belong to no round of the chain."""
    suffix = f"#{ref}" if ref else ""
    return Key(f"FU#{followup_id}", f"{DELIVERY_PREFIX}{level}#{round_}#{channel}#{contact_id}{suffix}")


def date(followup_id: str, kind: str, ref: str = "") -> Key:
    """A date of a follow-up, apart from the deadline that its own item carries; `kind` as the module's in the sweep."""
    return Key(f"FU#{followup_id}", f"{DATE_PREFIX}{kind}" + (f"#{ref}" if ref else ""))


def is_date(key: Key, kind: str) -> bool:
    """Whether a date of this kind stands at `key`, with or without a `ref`."""
    own = f"{DATE_PREFIX}{kind}"
    return key.sk == own or key.sk.startswith(f"{own}#")


def delivery_ref(purpose: str, promise_id: str | None, ref: str) -> str:
    """What tells a message to one contact apart, as it stands in its key and its item; "" without a `ref`. None of the
    three has a `#`."""
    return "#".join(filter(None, (purpose, promise_id, ref))) if ref else ""


def promise_and_ref(delivery_ref: str) -> tuple[str | None, str]:
    """The promise's id, if it is about one, and the `ref` that `delivery_ref` was made of."""
    _, _, rest = delivery_ref.partition("#")
    promise_id, _, ref = rest.rpartition("#")
    return promise_id or None, ref


def deliveries_of(level: int) -> str:
    """Prefix of the sort keys of one level's deliveries."""
    return f"{DELIVERY_PREFIX}{level}#"


def child(followup_id: str, kind: str, child_id: str) -> Key:
    """A note, concern, incentive or entry of the history of a follow-up; `kind` in capitals."""
    return Key(f"FU#{followup_id}", f"{kind}#{child_id}")


def incentives_of_month(store_id: str, month: str) -> Key:
    """The running total of what a shop gave in a month (`2026-11`, by its own calendar)."""
    return Key(f"STORE#{store_id}", f"INCENTIVES#{month}")


def daily_commitments(store_id: str, owner: str, day: str) -> Key:
    """How many promises an owner has for a day (`2026-11-21`, by the shop's calendar)."""
    return Key(f"STORE#{store_id}", f"LOAD#{owner}#{day}")


def day_of_commitments(key: Key) -> str:
    """The day (`2026-11-21`) of the key of a `load`."""
    return key.sk.rpartition("#")[2]


def promises_of_month(store_id: str, month: str) -> Key:
    """What became of a shop's promises in a month (`2026-11`, by its own calendar)."""
    return Key(f"STORE#{store_id}", f"PROMISES#{month}")


def store_date(store_id: str, kind: str) -> Key:
    """A date of a shop; `kind` as the module's in the sweep."""
    return Key(f"STORE#{store_id}", f"{DATE_PREFIX}{kind}")


def erased(store_id: str, erasure_id: str) -> Key:
    """That something was erased, and how much: never of whom."""
    return Key(f"STORE#{store_id}", f"ERASED#{erasure_id}")


def erasure_id(begun: str, ref: str) -> str:
    """Name an erasure by the day or instant when it began; `ref` tells apart two that began at once."""
    return f"{begun}#{ref}"


def digest(store_id: str, digest_id: str) -> Key:
    """The one SMS that stands for those that the cap of an hour held back from a contact."""
    return Key(f"STORE#{store_id}", f"{DIGEST_PREFIX}{digest_id}")


def digest_id(hour: str, contact_id: str) -> str:
    """What tells a shop's digests apart."""
    return f"{hour}#{contact_id}"


def customer(customer_key: str) -> str:
    """Partition of a customer: in the table what other systems told of them, in the index `customer` their answers
    and follow-ups."""
    return f"CUSTOMER#{customer_key}"


def customer_event(customer_key: str, at: str, source: str, event_id: str) -> Key:
    """What `source` told of a customer; in order of time."""
    return Key(customer(customer_key), f"{EVENT_PREFIX}{at}#{source}#{event_id}")


def event_id(source: str, event_id: str) -> Key:
    """That `source` has used an id for an event, whoever that was about."""
    return Key(f"EVENTID#{source}#{event_id}", "EVENTID")


def customer_opt_out(customer_key: str) -> Key:
    """Whether a customer wants no messages."""
    return Key(customer(customer_key), "STOP")


def customer_signals(customer_key: str) -> Key:
    """Since when a customer's signals count. It sorts behind the other keys, so that one query, from the end, reads
    it and the first of them."""
    return Key(customer(customer_key), f"{IDENTITY_PREFIX}EPISODE")


def customer_link(customer_key: str, other: str) -> Key:
    """That the customer of one key is the customer of another one too."""
    return Key(customer(customer_key), f"{IDENTITY_PREFIX}ALSO#{other}")


def customer_week(customer_key: str, week: str) -> Key:
    """How many messages a customer gets in a week (`2026-W47`, ISO 8601)."""
    return Key(customer(customer_key), f"WEEK#{week}")


def customer_resurvey(customer_key: str) -> Key:
    """When a customer was asked again last."""
    return Key(customer(customer_key), "ASKED")


def recovery_of_month(store_id: str, month: str) -> Key:
    """What became of those whom a shop asked again in a month (`2026-11`, by its own calendar)."""
    return Key(f"STORE#{store_id}", f"RECOVERY#{month}")


def api_key(digest: str) -> Key:
    """A key of the API, by its SHA-256. All stand in one partition: they are few, and read once a minute."""
    return Key("APIKEY", f"{API_KEY_PREFIX}{digest}")


def store_id_of(key: Key) -> str:
    """Return the id of the store in whose partition `key` is."""
    return key.pk.removeprefix("STORE#")


def customer_key_in(customer_pk: str) -> str:
    """Return the customer key in the name of a `customer` partition."""
    return customer_pk.removeprefix("CUSTOMER#")


def membership(user_id: str, store_id: str) -> Key:
    """That a shop's chain names a person."""
    return Key(f"PERSON#{user_id}", f"SHOP#{store_id}")


def session_version(user_id: str) -> Key:
    """How often a person has ended all their sessions; beside the memberships, so that one query reads both."""
    return Key(f"PERSON#{user_id}", "EPOCH")


def address(key: str, user_id: str, store_id: str) -> Key:
    """That a shop writes to a person at an address; one item a shop, so that no shop takes away another's."""
    return Key(f"ADDRESS#{key}", f"PERSON#{user_id}#{store_id}")


def table_name() -> Key:
    """Which table the items belong to."""
    return Key("TABLE", "HOME")


def provider_receipt(provider_id: str) -> Key:
    """Which message a provider gave its id to."""
    return Key(f"SENT#{provider_id}", "SENT")


def sign_in_hour(address_mac: str) -> Key:
    """How often a link was asked for, for one address in one hour, both within `address_mac`."""
    return Key(f"SIGNIN-HOUR#{address_mac}", "COUNT")


def sign_in(request_id: str) -> Key:
    return Key(f"SIGNIN#{request_id}", "REQUEST")


def sign_in_message(request_id: str, user_id: str) -> Key:
    """What became of the message to one of those at the address."""
    return Key(f"SIGNIN#{request_id}", f"MESSAGE#{user_id}")


def phone_alert(phone: str) -> Key:
    """What the number of a contact was told last by SMS."""
    return Key(f"PHONE#{phone}", "ALERT")


def phone_opt_out(phone: str) -> Key:
    """That the number of a contact wants no SMS."""
    return Key(f"PHONE#{phone}", "STOP")


def phone_answers(phone: str, hour: str) -> Key:
    """How many answers the number of a contact was sent in one hour (`2026-11-21T22`, UTC)."""
    return Key(f"PHONE#{phone}", f"ANSWERS#{hour}")


def phone_help(phone: str) -> Key:
    """When the number of a contact was told what it can write."""
    return Key(f"PHONE#{phone}", "HELP")


def reply_subject(inbound_id: str) -> Key:
    """What an SMS that came in was understood to be about."""
    return Key(f"INBOUND#{inbound_id}", "ABOUT")


def reply_answer(inbound_id: str) -> Key:
    """What was written back to an SMS that came in."""
    return Key(f"INBOUND#{inbound_id}", "ANSWER")


def kind_of(key: Key) -> str:
    """What kind of item stands at `key` (`DELIVERY`, `DATE`), without any id."""
    return key.sk.partition("#")[0]


def anonymous(key: Key) -> str:
    """The key for people, without the id of what the item belongs to, which may be a customer's."""
    return f"{key.sk} of {key.pk.partition('#')[0]}"


def due_partition(key: Key, priority: str = "normal") -> str:
    """In which partition of the index `due` an item stands."""
    of = DUE_PARTITIONS[{"urgent": 0, "high": 1}.get(priority, 2)]
    return of[zlib.crc32(f"{key.pk}|{key.sk}".encode()) % len(of)]
