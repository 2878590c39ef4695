"""A customer's request to be erased: stored, and carried out in rounds (`lazo.table.removal`).

It is a date of the follow-up whose page it came from (kind `erasure` of the sweep), so that it is completed whatever
fails, and later rounds find what was just being written.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from lazo.followup import lifecycle
from lazo.followup.model import FollowUp
from lazo.table import due, followups, recovery, removal
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Item, Put
from lazo.table.removal import ERASURE_KIND, ErasureLog, Way
from lazo.timestamps import format_timestamp

_ITEMS_PER_LINK: Final = 100
ROUND_SIZE: Final = 20
"""Answers and follow-ups that one round looks for."""
REPEATED_FOR: Final = timedelta(minutes=5)
"""For this long after the request, rounds go on: an index is behind by moments, and an answer from just before may
still be classified."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A customer's request to be erased: all that was left with the phone or e-mail of `customer_key`, and the content
    of the follow-up in any case."""

    followup_id: str
    store_id: str
    customer_key: str | None
    asked_at: datetime
    way: Way = "page"

    @property
    def log(self) -> ErasureLog:
        """Return its record. The id is unique even for two requests of one instant, and reveals nothing of the
        follow-up."""
        of = hashlib.sha256(f"{self.followup_id}|{format_timestamp(self.asked_at)}".encode()).hexdigest()[:12]
        erasure_id = keys.erasure_id(format_timestamp(self.asked_at), of)
        return ErasureLog(self.store_id, erasure_id, self.way, self.asked_at)


_RECORD = Record(Erasure, without=("followup_id", "way"))


def request_erasure(table: Table, about: FollowUp, customer_key: str | None, now: datetime) -> Erasure | None:
    """Store the request and end the follow-up, all or nothing. Returns None if that was done before. `customer_key`: of
    the phone or e-mail that the sender has proven to be theirs.

    Raises followups.ChangedMeanwhile.
    """
    if about.erased_at:
        return None
    request = Erasure(about.followup_id, about.store_id, customer_key, now)
    after = lifecycle.erase_customer(about, now)
    counted = recovery.count_recovery(about, after)
    table.transact(
        [followups.followup_replacement(about, after), *counted, _date(request), request.log.removed(1)]
    )
    return request


def request_erasure_by_key(
    table: Table, customer_key: str, followup_id: str, store_id: str, now: datetime
) -> Erasure:
    """Store the request of a customer who asked the operator. It is stored with a follow-up of theirs, or with the id
    that one of an answer of theirs would have; `store_id`: the store that records it."""
    request = Erasure(followup_id, store_id, customer_key, now, "operator")
    table.transact([_date(request, way=request.way), request.log.removed(0)])
    return request


def erase_round(table: Table, request: Erasure, now: datetime) -> int:
    """Do one round. Returns how many items were removed. If nothing is left, and no more can arrive, completes the
    request."""
    own = table.get(keys.followup(request.followup_id))
    removed = removal.erase_item(table, own, request.log, now) if own else 0
    if request.customer_key:
        left = (item for item in items_left(table, request.customer_key) if not _given_since(item, request))
        found = list(islice(left, ROUND_SIZE))
        for item in found:
            removed += removal.erase_item(table, item, request.log, now)
        if len(found) < ROUND_SIZE:  # until then its links are needed to find the others
            removed += removal.commit_removals(
                table, list(removal.erase_customer_partition(table, request.customer_key)), request.log
            )
    if not removed and now - request.asked_at >= REPEATED_FOR:
        table.transact([Delete(keys.date(request.followup_id, ERASURE_KIND)), request.log.finished(now)])
    return removed


def erasure_from_item(item: Mapping[str, Any]) -> Erasure:
    """Return the request of an item."""
    return _RECORD.read(item, followup_id=item["followup_id"], way=item.get("way", "page"))


def _date(request: Erasure, **more: str) -> Put:
    return due.put_date(request.followup_id, ERASURE_KIND, request.asked_at, **_RECORD.item(request), **more)


def items_left(table: Table, customer_key: str, most: int = ROUND_SIZE) -> Iterator[Item]:
    """Yield answers and follow-ups under this key, the newest `most`, and those that name it as their second key."""
    yield from table.query_customer_index(keys.customer(customer_key), most)
    for other in removal.linked_keys(table, customer_key):
        found = table.query_customer_index(keys.customer(other), _ITEMS_PER_LINK)
        yield from (item for item in found if item.get("customer_also") == customer_key)


def _given_since(item: Item, request: Erasure) -> bool:
    """Whether the item is, or follows from, an answer given after the request, which does not cover it."""
    return str(item.get("answered_at", item.get("at", ""))) > format_timestamp(request.asked_at)
