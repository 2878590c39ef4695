"""Every key of the table, and nothing else knows one."""

import zlib
from datetime import date
from typing import Final

from lazo.table.dynamo import Key

ANSWER_PREFIX: Final = "ANSWER#"
DELIVERY_PREFIX: Final = "DELIVERY#"
DIGEST_PREFIX: Final = "DIGEST#"
DUE_PARTITIONS: Final = tuple(f"due#{n}" for n in range(4))


OPEN_LIST: Final = "OPEN"
"""Partition of the index `listing` in which the follow-ups stand that are not ended."""


def store(store_id: str) -> Key:
    return Key(f"STORE#{store_id}", "STORE")


def touchpoint(code: str) -> Key:
    return Key(f"QR#{code}", "QR")


def answer(store_id: str, ulid: str) -> Key:
    return Key(f"STORE#{store_id}", f"{ANSWER_PREFIX}{ulid}")


def day(store_id: str, on: date) -> Key:
    """Counters of a shop's day, by its own calendar."""
    return Key(f"STORE#{store_id}", f"DAY#{on.isoformat()}")


def sms_hour(store_id: str, hour: str) -> Key:
    """How many SMS a shop was allowed in one hour (`2026-11-21T22`, UTC)."""
    return Key(f"STORE#{store_id}", f"SMS#{hour}")


def followup(followup_id: str) -> Key:
    """A follow-up's own item; what belongs to it shares the partition."""
    return Key(f"FU#{followup_id}", "FU")


def delivery(followup_id: str, level: int, round_: int, channel: str, contact_id: str) -> Key:
    return Key(f"FU#{followup_id}", f"{DELIVERY_PREFIX}{level}#{round_}#{channel}#{contact_id}")


def deliveries_of(level: int) -> str:
    """Prefix of the sort keys of one level's deliveries."""
    return f"{DELIVERY_PREFIX}{level}#"


def child(followup_id: str, kind: str, child_id: str) -> Key:
    """A note, concern, incentive or entry of the history of a follow-up; `kind` in capitals."""
    return Key(f"FU#{followup_id}", f"{kind}#{child_id}")


def incentives_of_month(store_id: str, month: str) -> Key:
    """The running total of what a shop gave in a month (`2026-11`, by its own calendar)."""
    return Key(f"STORE#{store_id}", f"INCENTIVES#{month}")


def digest(store_id: str, hour: str, contact_id: str) -> Key:
    """The one SMS that stands for those that the cap of `hour` held back from a contact."""
    return Key(f"STORE#{store_id}", f"{DIGEST_PREFIX}{hour}#{contact_id}")


def customer(customer_key: str) -> str:
    """Partition of a customer's timeline in the index `customer`."""
    return f"CUSTOMER#{customer_key}"


def due_partition(key: Key) -> str:
    """In which partition of the index `due` an item stands; spread, so that no partition takes every write."""
    return DUE_PARTITIONS[zlib.crc32(f"{key.pk}|{key.sk}".encode()) % len(DUE_PARTITIONS)]
