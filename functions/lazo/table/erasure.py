"""Removing what tells of a customer, when they ask for it or when it is too old. What is counted stays: the day's
counters, and of each answer its score, band and themes, without whose it was.

A customer's wish stands as a date of the follow-up from whose page it came (kind `erasure` of the sweep), so that
what was begun is brought to an end whatever fails, and what was just being written is found as well. Each round is
bounded and may be repeated. Each transaction counts what it removes, in an item that says when and by which way, and
never of whom.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, Literal

from lazo.customer.event import OWN
from lazo.followup import lifecycle
from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from lazo.promise import model as promise_model
from lazo.promise.model import Change
from lazo.table import cases, due, followups, stores
from lazo.table import promises as ledger
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Delete, Item, Key, Put, Update
from lazo.timestamps import from_text, to_text

Way = Literal["page", "operator", "retention"]

KIND: Final = "erasure"
AT_ONCE: Final = 20
"""Answers and follow-ups that one round looks for."""
LOOKED_AFTER_FOR: Final = timedelta(minutes=5)
"""For so long after it was asked for, what is found is removed as well: an index is behind by moments, and what came in
just before may still be classified."""

_WRITES: Final = 50
_LINKS: Final = 20
_LOOKED_THROUGH: Final = 100
_KEPT_OF_ANSWER: Final = frozenset(
    (
        "pk",
        "sk",
        "answer_id",
        "ulid",
        "store_id",
        "code",
        "touchpoint",
        "score",
        "language",
        "at",
        "suspect",
        "classified_at",
        "band",
        "themes",
        "urgency",
        "leaving",
        "competitors",
        "list_pk",
        "list_at",
        "due_pk",
        "due_at",
    )
)
"""What may be known of an answer that is nobody's; whatever else it has goes."""
_KEPT_OF_ENTRY: Final = frozenset(
    ("channel", "reached", "to", "former", "until", "kind", "value", "currency")
)
"""What a line of the history may still name; its words go."""
_ENTRY: Final = keys.child("", cases.ENTRY, "").sk
_PROMISE: Final = keys.child("", ledger.KIND, "").sk


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
    def log(self) -> "Log":
        """Where it is recorded; its id tells two of one instant apart, and nothing of the follow-up."""
        of = hashlib.sha256(f"{self.followup_id}|{to_text(self.asked_at)}".encode()).hexdigest()[:12]
        return Log(self.store_id, f"{to_text(self.asked_at)}#{of}", self.way, self.asked_at)


@dataclass(frozen=True, slots=True)
class Log:
    """The record of one erasure."""

    store_id: str
    erasure_id: str
    way: Way
    begun_at: datetime

    def removed(self, number: int) -> Update:
        """The write that counts what is removed with it."""
        return Update(
            keys.erased(self.store_id, self.erasure_id),
            "SET way = :way, begun_at = :begun ADD removed :number",
            {":way": self.way, ":begun": to_text(self.begun_at), ":number": number},
        )

    def finished(self, now: datetime) -> Update:
        """The write that says that nothing is left."""
        return Update(
            keys.erased(self.store_id, self.erasure_id), "SET finished_at = :at", {":at": to_text(now)}
        )


def ask(table: Table, about: FollowUp, customer_key: str | None, now: datetime) -> Erasure | None:
    """Write down that a customer wants to be erased, and end their follow-up, all or nothing; None when that was done
    before. `customer_key`: of the phone or e-mail that whoever asks has proven to be theirs.

    followups.ChangedMeanwhile when the follow-up is no longer as it was read.
    """
    if about.erased_at:
        return None
    wish = Erasure(about.followup_id, about.store_id, customer_key, now)
    date = due.put_date(
        wish.followup_id,
        KIND,
        now,
        store_id=wish.store_id,
        customer_key=customer_key,
        asked_at=to_text(now),
    )
    after = lifecycle.erased(about, now)
    try:
        table.transact([followups.replaced(about, after), date, wish.log.removed(1)])
    except TransactionRefused as refused:
        raise followups.ChangedMeanwhile(about.followup_id) from refused
    return wish


def ask_for(table: Table, customer_key: str, followup_id: str, store_id: str, now: datetime) -> Erasure:
    """The same for a customer who asked whoever runs this. The wish is kept with a follow-up of theirs, or where the
    one of an answer of theirs would be; `store_id`: in which shop it is recorded."""
    wish = Erasure(followup_id, store_id, customer_key, now, "operator")
    date = due.put_date(
        followup_id,
        KIND,
        now,
        store_id=store_id,
        customer_key=customer_key,
        asked_at=to_text(now),
        way=wish.way,
    )
    table.transact([date, wish.log.removed(0)])
    return wish


def go_on(table: Table, wish: Erasure, now: datetime) -> int:
    """One round: how many items were removed. With nothing left to remove, and no more to be expected, the wish is
    fulfilled."""
    own = table.get(keys.followup(wish.followup_id))
    removed = whole(table, own, wish.log, now) if own else 0
    if wish.customer_key:
        left = (item for item in left_with(table, wish.customer_key) if not _given_since(item, wish))
        found = list(islice(left, AT_ONCE))
        for item in found:
            removed += whole(table, item, wish.log, now)
        if len(found) < AT_ONCE:  # before, its links are needed to find the others
            removed += _commit(table, list(_partition(table, wish.customer_key)), wish.log)
    if not removed and now - wish.asked_at >= LOOKED_AFTER_FOR:
        table.transact([Delete(keys.date(wish.followup_id, KIND)), wish.log.finished(now)])
    return removed


def read(item: Mapping[str, Any]) -> Erasure:
    """A wish from its item."""
    return Erasure(
        item["followup_id"],
        item["store_id"],
        item.get("customer_key"),
        from_text(item["asked_at"]),
        item.get("way", "page"),
    )


def left_with(table: Table, customer_key: str, most: int = AT_ONCE) -> Iterator[Item]:
    """Answers and follow-ups that stand under this key, at `most` the newest, or name it beside another one."""
    yield from table.of_customer(keys.customer(customer_key), most)
    for other in _linked(table, customer_key):
        found = table.of_customer(keys.customer(other), _LOOKED_THROUGH)
        yield from (item for item in found if item.get("customer_also") == customer_key)


def _given_since(item: Item, wish: Erasure) -> bool:
    """Whether it is, or follows from, an answer that was given after the wish: nobody asked for that to be erased."""
    return str(item.get("answered_at", item.get("at", ""))) > to_text(wish.asked_at)


def _linked(table: Table, customer_key: str) -> list[str]:
    known = table.below(keys.customer(customer_key), keys.KNOWN_PREFIX, limit=_LINKS)
    return [item["other"] for item in known if "other" in item]


def whole(table: Table, item: Item, log: Log, now: datetime) -> int:
    """Remove the contents of an answer and of its follow-up, whichever `item` is: of the answer last, since it is
    what is found again when this ends on the way. How many items were removed."""
    store_id = item["store_id"]
    if followups.is_followup(Key.of(item)):
        followup_id, ulid = item["followup_id"], item.get("answer_ulid")
    else:
        followup_id, ulid = followup.id_for(store_id, item["ulid"]), item["ulid"]
    removed = contents(table, followup_id, log, now)
    answer = table.get(keys.answer(store_id, ulid)) if ulid else None
    if answer is None or "erased_at" in answer:
        return removed
    return removed + _commit(table, [_stripped(answer, now)], log)


def contents(table: Table, followup_id: str, log: Log, now: datetime) -> int:
    """Remove the contents of a follow-up; how many items were removed. What was promised in it stays without its
    words, withdrawn if it was still owed, since promises are counted by what became of them."""
    own = followups.get(table, followup_id)
    removed = 0
    for promise in ledger.of_followup(table, followup_id) if own else ():
        store = stores.store(table, promise.store_id)
        if store and (promise.open or promise.what):
            change = Change(promise, promise_model.erase(promise, now))
            removed += _commit(table, ledger.writes([change], store, "normal", now), log)
    return removed + _commit(table, list(_followup(table, own, followup_id, now)), log)


def _followup(
    table: Table, own: FollowUp | None, followup_id: str, now: datetime
) -> Iterator[Put | Update | Delete]:
    """What removes the rest: the follow-up's own item first, so that nothing more comes of it; its dates last, since
    one of them may be what brought us here."""
    if own and not own.erased_at:
        yield followups.replaced(own, lifecycle.erased(own, now))
    ahead: list[Delete] = []
    for item in table.below(keys.followup(followup_id).pk):
        at = Key.of(item)
        if followups.is_followup(at) or due.is_date(at, KIND) or at.sk.startswith(_PROMISE):
            continue
        if at.sk.startswith(_ENTRY):
            if "erased_at" not in item:
                yield _without_words(item, now)
        elif at.sk.startswith(keys.DATE_PREFIX):
            ahead.append(Delete(at))
        else:
            yield Delete(at)
    yield from ahead


def _partition(table: Table, customer_key: str) -> Iterator[Delete]:
    """What removes all that stands under a customer's key, but that they want no messages: should they answer again
    one day, that still holds."""
    for other in _linked(table, customer_key):
        yield from _of_linked(table, other, customer_key)
    for item in table.below(keys.customer(customer_key)):
        at = Key.of(item)
        if at.sk.startswith(keys.EVENT_PREFIX):
            yield from _event(item)
        elif at != keys.stop(customer_key):
            yield Delete(at)


def _of_linked(table: Table, other: str, customer_key: str) -> Iterator[Delete]:
    """What removes, from under a key that was left beside this one, what tells of both; and all the rest, when no
    answer, event or link says that it is anybody else's."""
    rest: list[Delete] = []
    shared = False
    for item in table.below(keys.customer(other)):
        at = Key.of(item)
        if item.get("customer_also") == customer_key:
            yield from _event(item)
        elif at == keys.customer_also(other, customer_key):
            yield Delete(at)
        elif at != keys.stop(other):
            rest.append(Delete(at))
            shared = shared or "other" in item or at.sk.startswith(keys.EVENT_PREFIX)
    if not shared and not table.of_customer(keys.customer(other), 1):
        yield from rest


def _event(item: Item) -> Iterator[Delete]:
    """An event, and that its source has used its id."""
    yield Delete(Key.of(item))
    if item["source"] != OWN:
        yield Delete(keys.event_id(item["source"], item["event_id"]))


def _stripped(answer: Item, now: datetime) -> Put:
    """An answer as it stays: understood meanwhile, it is left to the next round."""
    kept = {name: value for name, value in answer.items() if name in _KEPT_OF_ANSWER}
    seen = kept.get("classified_at")
    return Put(
        {**kept, "comment": "", "reasons": [], "erased_at": to_text(now)},
        condition="classified_at = :seen" if seen else "attribute_not_exists(classified_at)",
        values={":seen": seen} if seen else None,
    )


def _without_words(entry: Item, now: datetime) -> Put:
    detail = {name: value for name, value in entry["detail"].items() if name in _KEPT_OF_ENTRY}
    kept = {name: value for name, value in entry.items() if name != "asked"}
    return Put({**kept, "detail": detail, "erased_at": to_text(now)})


def _commit(table: Table, writes: Sequence[Put | Update | Delete], log: Log) -> int:
    """Write them, in their order, and count them; TransactionRefused when something was changed meanwhile, and the
    next round looks again."""
    for start in range(0, len(writes), _WRITES):
        some = writes[start : start + _WRITES]
        table.transact([*some, log.removed(len(some))])
    return len(writes)
