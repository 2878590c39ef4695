"""A customer's wish to be erased: written down, and fulfilled round by round (`lazo.table.removal`).

It stands as a date of the follow-up from whose page it came (kind `erasure` of the sweep), so that what was begun is
brought to an end whatever fails, and what was just being written is found as well.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from lazo.followup import lifecycle
from lazo.followup.model import FollowUp
from lazo.table import due, followups, removal
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Item
from lazo.table.removal import ERASURE_KIND, ErasureLog, Way
from lazo.timestamps import format_timestamp, parse_timestamp

_ITEMS_PER_LINK: Final = 100
ROUND_SIZE: Final = 20
"""Answers and follow-ups that one round looks for."""
REPEATED_FOR: Final = timedelta(minutes=5)
"""For so long after it was asked for, what is found is removed as well: an index is behind by moments, and what came in
just before may still be classified."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A customer's wish to be erased: all that was left with the phone or e-mail behind `customer_key`, and what the
    follow-up is about in any case."""

    followup_id: str
    store_id: str
    customer_key: str | None
    asked_at: datetime
    way: Way = "page"

    @property
    def log(self) -> ErasureLog:
        """Where it is recorded; its id tells two of one instant apart, and nothing of the follow-up."""
        of = hashlib.sha256(f"{self.followup_id}|{format_timestamp(self.asked_at)}".encode()).hexdigest()[:12]
        erasure_id = keys.erasure_id(format_timestamp(self.asked_at), of)
        return ErasureLog(self.store_id, erasure_id, self.way, self.asked_at)


def request_erasure(table: Table, about: FollowUp, customer_key: str | None, now: datetime) -> Erasure | None:
    """Write down that a customer wants to be erased, and end their follow-up, all or nothing; None when that was done
    before. `customer_key`: of the phone or e-mail that whoever asks has proven to be theirs.

    followups.ChangedMeanwhile when the follow-up is no longer as it was read.
    """
    if about.erased_at:
        return None
    wish = Erasure(about.followup_id, about.store_id, customer_key, now)
    date = due.put_date(
        wish.followup_id,
        ERASURE_KIND,
        now,
        store_id=wish.store_id,
        customer_key=customer_key,
        asked_at=format_timestamp(now),
    )
    after = lifecycle.erase_customer(about, now)
    table.transact([followups.followup_replacement(about, after), date, wish.log.removed(1)])
    return wish


def request_erasure_by_key(
    table: Table, customer_key: str, followup_id: str, store_id: str, now: datetime
) -> Erasure:
    """The same for a customer who asked whoever runs this. The wish is kept with a follow-up of theirs, or where the
    one of an answer of theirs would be; `store_id`: in which shop it is recorded."""
    wish = Erasure(followup_id, store_id, customer_key, now, "operator")
    date = due.put_date(
        followup_id,
        ERASURE_KIND,
        now,
        store_id=store_id,
        customer_key=customer_key,
        asked_at=format_timestamp(now),
        way=wish.way,
    )
    table.transact([date, wish.log.removed(0)])
    return wish


def erase_round(table: Table, wish: Erasure, now: datetime) -> int:
    """One round: how many items were removed. With nothing left to remove, and no more to be expected, the wish is
    fulfilled."""
    own = table.get(keys.followup(wish.followup_id))
    removed = removal.erase_item(table, own, wish.log, now) if own else 0
    if wish.customer_key:
        left = (item for item in items_left(table, wish.customer_key) if not _given_since(item, wish))
        found = list(islice(left, ROUND_SIZE))
        for item in found:
            removed += removal.erase_item(table, item, wish.log, now)
        if len(found) < ROUND_SIZE:  # before, its links are needed to find the others
            removed += removal.commit_removals(
                table, list(removal.erase_customer_partition(table, wish.customer_key)), wish.log
            )
    if not removed and now - wish.asked_at >= REPEATED_FOR:
        table.transact([Delete(keys.date(wish.followup_id, ERASURE_KIND)), wish.log.finished(now)])
    return removed


def erasure_from_item(item: Mapping[str, Any]) -> Erasure:
    """A wish from its item."""
    return Erasure(
        item["followup_id"],
        item["store_id"],
        item.get("customer_key"),
        parse_timestamp(item["asked_at"]),
        item.get("way", "page"),
    )


def items_left(table: Table, customer_key: str, most: int = ROUND_SIZE) -> Iterator[Item]:
    """Answers and follow-ups that stand under this key, at `most` the newest, or name it beside another one."""
    yield from table.query_customer_index(keys.customer(customer_key), most)
    for other in removal.linked_keys(table, customer_key):
        found = table.query_customer_index(keys.customer(other), _ITEMS_PER_LINK)
        yield from (item for item in found if item.get("customer_also") == customer_key)


def _given_since(item: Item, wish: Erasure) -> bool:
    """Whether it is, or follows from, an answer that was given after the wish: nobody asked for that to be erased."""
    return str(item.get("answered_at", item.get("at", ""))) > format_timestamp(wish.asked_at)
