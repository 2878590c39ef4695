"""A customer's request to be erased: stored, and carried out in rounds (`lazo.table.removal`).

It is a date of the follow-up whose page it came from (kind `erasure` of the sweep), so that it is completed whatever
fails, and later rounds find what was just being written.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from lazo.followup import lifecycle
from lazo.followup.model import FollowUp
from lazo.table import case_counts, due, followups, removal
from lazo.table.customers import LINKS_AT_MOST
from lazo.table.dynamodb import customer_partition, keys
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
    """A customer's request to be erased: all that was left with the phone or e-mail of `customer_key` or of one of
    `more_keys`, and the content of the follow-up in any case."""

    followup_id: str
    store_id: str
    customer_key: str | None
    asked_at: datetime
    way: Way = "page"
    more_keys: tuple[str, ...] = ()

    @property
    def customer_keys(self) -> tuple[str, ...]:
        """All its keys."""
        return tuple(dict.fromkeys(key for key in (self.customer_key, *self.more_keys) if key))

    @property
    def log(self) -> ErasureLog:
        """Return its record. The id is unique even for two requests of one instant, and reveals nothing of the
        follow-up."""
        of = hashlib.sha256(f"{self.followup_id}|{format_timestamp(self.asked_at)}".encode()).hexdigest()[:12]
        erasure_id = keys.erasure_id(format_timestamp(self.asked_at), of)
        return ErasureLog(self.store_id, erasure_id, self.way, self.asked_at)


_RECORD = Record(Erasure, without=("followup_id", "way"), sparse=("more_keys",))


def request_erasure(
    table: Table, about: FollowUp, proven: Sequence[str], now: datetime, more: Sequence[Put] = ()
) -> Erasure | None:
    """Store the request, with `more`, and end the follow-up, all or nothing. Returns None if that was done before.
    `proven`: customer keys of the phone or e-mail that the sender has shown to be theirs.

    Raises followups.ChangedMeanwhile.
    """
    if about.erased_at:
        return None
    request = _request(about.followup_id, about.store_id, proven, now, "page")
    after = lifecycle.erase_customer(about, now)
    counted = case_counts.count_change(about, after, now)
    ended = followups.followup_replacement(about, after)
    table.transact([ended, *counted, _date(request), request.log.removed(1), *more])
    return request


def request_erasure_by_keys(
    table: Table,
    proven: Sequence[str],
    followup_id: str,
    store_id: str,
    now: datetime,
    way: Way = "operator",
    more: Sequence[Put | Delete] = (),
) -> Erasure:
    """Store the request of a customer who asked the operator, or by a link that belongs to no follow-up, with
    `more`. It is stored with a follow-up of theirs, or with an id that none has; `store_id`: the store that records
    it."""
    request = _request(followup_id, store_id, proven, now, way)
    table.transact([_date(request), request.log.removed(0), *more])
    return request


def erase_round(table: Table, request: Erasure, now: datetime) -> int:
    """Do one round. Returns how many items were removed. If nothing is left, and no more can arrive, completes the
    request."""
    own = table.get(keys.followup(request.followup_id))
    removed = removal.erase_item(table, own, request.log, now) if own else 0
    keys_ = request.customer_keys
    left = (item for key in keys_ for item in items_left(table, key) if not _given_since(item, request))
    found = list(islice(left, ROUND_SIZE))
    for item in found:
        removed += removal.erase_item(table, item, request.log, now)
    if len(found) < ROUND_SIZE:  # until then the links are needed to find the others
        for key in keys_:
            removed += removal.commit_removals(
                table, list(removal.erase_customer_partition(table, key)), request.log
            )
    if not removed and now - request.asked_at >= REPEATED_FOR:
        table.transact([Delete(keys.date(request.followup_id, ERASURE_KIND)), request.log.finished(now)])
    return removed


def erasure_from_item(item: Mapping[str, Any]) -> Erasure:
    """Return the request of an item."""
    return _RECORD.read(item, followup_id=item["followup_id"], way=item.get("way", "page"))


def _request(followup_id: str, store_id: str, proven: Sequence[str], now: datetime, way: Way) -> Erasure:
    first = proven[0] if proven else None
    return Erasure(followup_id, store_id, first, now, way, tuple(proven[1:]))


def _date(request: Erasure) -> Put:
    way = {} if request.way == "page" else {"way": request.way}
    return due.put_date(request.followup_id, ERASURE_KIND, request.asked_at, **_RECORD.item(request), **way)


def items_left(table: Table, customer_key: str, most: int = ROUND_SIZE) -> Iterator[Item]:
    """Yield answers and follow-ups under this key, the newest `most`, and those that name it as their second key."""
    yield from table.query_customer_index(customer_partition.customer(customer_key), most)
    for other in removal.linked_keys(table, customer_key):
        found = table.query_customer_index(customer_partition.customer(other), _ITEMS_PER_LINK)
        yield from (item for item in found if item.get("customer_also") == customer_key)


@dataclass(frozen=True, slots=True)
class OtherAddress:
    """A phone or e-mail that was once left together with a customer's, and with which something was left alone."""

    customer_key: str
    address: str


def other_addresses(table: Table, proven: Sequence[str]) -> list[OtherAddress]:
    """Return the addresses whose own answers or events an erasure by the `proven` keys does not reach: whoever typed
    both addresses has shown only one to be theirs. None if they are so many that they identify nobody."""
    linked = dict.fromkeys(other for key in proven for other in removal.linked_keys(table, key))
    others = [key for key in linked if key not in proven]
    if not 0 < len(others) <= LINKS_AT_MOST:
        return []
    own = [item for key in proven for item in items_left(table, key, _ITEMS_PER_LINK)]
    found = []
    for other in others:
        items = [item for item in items_left(table, other, _ITEMS_PER_LINK) if "answer_id" in item]
        alone = [item for item in items if not keys_of(item) & {*proven}]
        addresses = (_address_under(item, other) for item in (*alone, *own))
        address = next(filter(None, addresses), None)
        if address and (alone or any(_events_alone(table, other, proven))):
            found.append(OtherAddress(other, address))
    return found


def keys_of(item: Item) -> set[str]:
    """Return the customer keys of an answer's or follow-up's item."""
    return {
        customer_partition.customer_key_in(item.get("customer_pk", "")),
        item.get("customer_also", ""),
    } - {""}


def _address_under(item: Item, customer_key: str) -> str | None:
    """Return the phone or e-mail of an answer's item whose key this is."""
    if "answer_id" not in item or customer_key not in keys_of(item):
        return None
    first = item.get("customer_pk") == customer_partition.customer(customer_key)
    return item.get("phone") or item.get("email") if first else item.get("email")


def _events_alone(table: Table, customer_key: str, proven: Sequence[str]) -> Iterable[Item]:
    events = table.query_prefix(
        customer_partition.customer(customer_key), customer_partition.EVENT_PREFIX, limit=_ITEMS_PER_LINK
    )
    return (each for each in events if each.get("customer_also") not in proven)


def _given_since(item: Item, request: Erasure) -> bool:
    """Whether the item is, or follows from, an answer given after the request, which does not cover it."""
    return str(item.get("answered_at", item.get("at", ""))) > format_timestamp(request.asked_at)
