"""Removing the contents of answers, follow-ups and customers' partitions. What is counted stays: the day's counters,
and of each answer its score, band and themes, without whose it was.

Each round is bounded and may be repeated. Each transaction counts what it removes, in an item that says when and by
which way, and never of whom.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lazo.customer.event import OWN_SOURCE
from lazo.followup import lifecycle
from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import PromiseChange
from lazo.table import due, followups, stores
from lazo.table import promises as ledger
from lazo.table.case_records import HISTORY
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Item, Key, Put, Update
from lazo.timestamps import format_timestamp

Way = Literal["page", "operator", "retention"]

KIND: Final = "erasure"
"""Of the date of a customer's wish to be erased (`lazo.table.erasure`)."""
_LINKS: Final = 20
_WRITES: Final = 50
_KEPT_OF_ANSWER: Final = frozenset(
    [
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
    ]
)
"""What may be known of an answer that is nobody's; whatever else it has goes."""
_KEPT_OF_ENTRY: Final = frozenset(
    ["channel", "reached", "to", "former", "until", "kind", "value", "currency"]
)
"""What a line of the history may still name; its words go."""
_ENTRY: Final = HISTORY.key("").sk
_PROMISE: Final = keys.child("", ledger.KIND, "").sk


@dataclass(frozen=True, slots=True)
class ErasureLog:
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
            {":way": self.way, ":begun": format_timestamp(self.begun_at), ":number": number},
        )

    def finished(self, now: datetime) -> Update:
        """The write that says that nothing is left."""
        return Update(
            keys.erased(self.store_id, self.erasure_id),
            "SET finished_at = :at",
            {":at": format_timestamp(now)},
        )


def erase_item(table: Table, item: Item, log: ErasureLog, now: datetime) -> int:
    """Remove the contents of an answer and of its follow-up, whichever `item` is: of the answer last, since it is
    what is found again when this ends on the way. How many items were removed."""
    store_id = item["store_id"]
    if followups.is_followup(Key.key_of(item)):
        followup_id, ulid = item["followup_id"], item.get("answer_ulid")
    else:
        followup_id, ulid = followup.followup_id_for(store_id, item["ulid"]), item["ulid"]
    removed = erase_followup_contents(table, followup_id, log, now)
    answer = table.get(keys.answer(store_id, ulid)) if ulid else None
    if answer is None or "erased_at" in answer:
        return removed
    return removed + commit_removals(table, [_stripped(answer, now)], log)


def erase_followup_contents(table: Table, followup_id: str, log: ErasureLog, now: datetime) -> int:
    """Remove the contents of a follow-up; how many items were removed. What was promised in it stays without its
    words, withdrawn if it was still owed, since promises are counted by what became of them."""
    own = followups.get(table, followup_id)
    removed = 0
    for promise in ledger.promises_of_followup(table, followup_id) if own else ():
        store = stores.get_store(table, promise.store_id)
        if store and (promise.open or promise.what):
            change = PromiseChange(promise, promise_lifecycle.erase_promise(promise, now))
            removed += commit_removals(table, ledger.promise_writes([change], store, "normal", now), log)
    return removed + commit_removals(table, list(_followup(table, own, followup_id, now)), log)


def _followup(
    table: Table, own: FollowUp | None, followup_id: str, now: datetime
) -> Iterator[Put | Update | Delete]:
    """What removes the rest: the follow-up's own item first, so that nothing more comes of it; its dates last, since
    one of them may be what brought us here."""
    if own and not own.erased_at:
        yield followups.followup_replacement(own, lifecycle.erase_customer(own, now))
    ahead: list[Delete] = []
    for item in table.query_prefix(keys.followup(followup_id).pk):
        at = Key.key_of(item)
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


def linked_keys(table: Table, customer_key: str) -> list[str]:
    """The keys that were left beside this one, at most 20."""
    known = table.query_prefix(keys.customer(customer_key), keys.KNOWN_PREFIX, limit=_LINKS)
    return [item["other"] for item in known if "other" in item]


def erase_customer_partition(table: Table, customer_key: str) -> Iterator[Delete]:
    """What removes all that stands under a customer's key, but that they want no messages: should they answer again
    one day, that still holds."""
    for other in linked_keys(table, customer_key):
        yield from _of_linked(table, other, customer_key)
    for item in table.query_prefix(keys.customer(customer_key)):
        at = Key.key_of(item)
        if at.sk.startswith(keys.EVENT_PREFIX):
            yield from _event(item)
        elif at != keys.stop(customer_key):
            yield Delete(at)


def _of_linked(table: Table, other: str, customer_key: str) -> Iterator[Delete]:
    """What removes, from under a key that was left beside this one, what tells of both; and all the rest, when no
    answer, event or link says that it is anybody else's."""
    rest: list[Delete] = []
    shared = False
    for item in table.query_prefix(keys.customer(other)):
        at = Key.key_of(item)
        if item.get("customer_also") == customer_key:
            yield from _event(item)
        elif at == keys.customer_also(other, customer_key):
            yield Delete(at)
        elif at != keys.stop(other):
            rest.append(Delete(at))
            shared = shared or "other" in item or at.sk.startswith(keys.EVENT_PREFIX)
    if not shared and not table.query_customer_index(keys.customer(other), 1):
        yield from rest


def _event(item: Item) -> Iterator[Delete]:
    """An event, and that its source has used its id."""
    yield Delete(Key.key_of(item))
    if item["source"] != OWN_SOURCE:
        yield Delete(keys.event_id(item["source"], item["event_id"]))


def _stripped(answer: Item, now: datetime) -> Put:
    """An answer as it stays: understood meanwhile, it is left to the next round."""
    kept = {name: value for name, value in answer.items() if name in _KEPT_OF_ANSWER}
    seen = kept.get("classified_at")
    return Put(
        {**kept, "comment": "", "reasons": [], "erased_at": format_timestamp(now)},
        condition="classified_at = :seen" if seen else "attribute_not_exists(classified_at)",
        values={":seen": seen} if seen else None,
    )


def _without_words(entry: Item, now: datetime) -> Put:
    detail = {name: value for name, value in entry["detail"].items() if name in _KEPT_OF_ENTRY}
    kept = {name: value for name, value in entry.items() if name != "asked"}
    return Put({**kept, "detail": detail, "erased_at": format_timestamp(now)})


def commit_removals(table: Table, writes: Sequence[Put | Update | Delete], log: ErasureLog) -> int:
    """Write them, in their order, and count them; followups.ChangedMeanwhile or TransactionRefused when something was
    changed meanwhile, and the next round looks again."""
    for start in range(0, len(writes), _WRITES):
        some = writes[start : start + _WRITES]
        table.transact([*some, log.removed(len(some))])
    return len(writes)
