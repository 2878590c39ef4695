"""Remove the contents of answers, follow-ups and customers' partitions. What is counted stays: the day's counters, and
of each answer its score, band and themes, without the customer.

Each round is bounded and may be repeated. Each transaction counts what it removes in an item that says when and how,
but not whose it was.
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
from lazo.table import case_counts, due, followups, interested_customers, stores
from lazo.table import promises as ledger
from lazo.table.case_records import HISTORY
from lazo.table.dynamodb import customer_partition, improvement_keys, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Item, Key, Put, Update, set_attributes
from lazo.timestamps import format_timestamp

Way = Literal["page", "operator", "retention"]

ERASURE_KIND: Final = "erasure"
"""Kind of the date of an erasure request (`lazo.table.erasure`)."""
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
        "praised",
        "mentioned",
        "urgency",
        "leaving",
        "competitors",
        "list_pk",
        "list_at",
        "due_pk",
        "due_at",
        "counted_as",
    ]
)
"""Attributes of an anonymous answer; all others are removed."""
_KEPT_OF_ENTRY: Final = frozenset(
    ["channel", "reached", "to", "former", "until", "kind", "value", "currency", "score", "of", "seconds"]
)
"""Details that a history entry keeps; its texts are removed."""
_ENTRY: Final = HISTORY.key("").sk
_PROMISE: Final = ledger.PROMISES.key("").sk


@dataclass(frozen=True, slots=True)
class ErasureLog:
    """The record of one erasure."""

    store_id: str
    erasure_id: str
    way: Way
    begun_at: datetime

    def removed(self, number: int) -> Update:
        """Return the write that counts removed items."""
        begun = {"way": self.way, "begun_at": format_timestamp(self.begun_at)}
        return set_attributes(self._key, begun, "ADD removed :number", values={":number": number})

    def finished(self, now: datetime) -> Update:
        """Return the write that says that nothing is left."""
        return set_attributes(self._key, {"finished_at": format_timestamp(now)})

    @property
    def _key(self) -> Key:
        return keys.erased(self.store_id, self.erasure_id)


def erase_item(table: Table, item: Item, log: ErasureLog, now: datetime) -> int:
    """Remove the contents of an answer and its follow-up, whichever `item` is. Returns how many items were removed."""
    # The answer goes last: the next round finds it again if this one is interrupted.
    store_id = item["store_id"]
    if followups.is_followup(Key.key_of(item)):
        followup_id, ulid = item["followup_id"], item.get("answer_ulid")
    else:
        followup_id, ulid = followup.followup_id_for(store_id, item["ulid"]), item["ulid"]
    removed = erase_followup_contents(table, followup_id, log, now)
    answer = table.get(keys.answer(store_id, ulid)) if ulid else None
    if answer is None or "erased_at" in answer:
        return removed
    return removed + commit_removals(table, [_anonymous_answer(answer, now)], log)


def erase_followup_contents(table: Table, followup_id: str, log: ErasureLog, now: datetime) -> int:
    """Remove the contents of a follow-up. Returns how many items were removed. Promises stay without their text,
    since they are counted by outcome: open ones are withdrawn, or broken if a date of theirs has passed."""
    own = followups.get_followup(table, followup_id)
    removed = 0
    for promise in ledger.promises_of_followup(table, followup_id) if own else ():
        store = stores.get_store(table, promise.store_id)
        if store and (promise.open or promise.what):
            change = PromiseChange(promise, promise_lifecycle.erase_promise(promise, now))
            removed += commit_removals(table, ledger.promise_writes([change], store, "normal", now), log)
    return removed + commit_removals(table, list(_followup_removals(table, own, followup_id, now)), log)


def _followup_removals(
    table: Table, own: FollowUp | None, followup_id: str, now: datetime
) -> Iterator[Put | Update | Delete]:
    """Yield the writes that remove the rest of a follow-up, in the order that keeps a repetition possible."""
    # First, so that nothing more follows from it.
    if own and not own.erased_at:
        erased = lifecycle.erase_customer(own, now)
        yield followups.followup_replacement(own, erased)
        yield from case_counts.count_change(own, erased, now)
    if own:
        yield from interested_customers.interest_deletes(table, own)
    ahead: list[Delete] = []
    for item in table.query_prefix(keys.followup(followup_id).pk):
        at = Key.key_of(item)
        if followups.is_followup(at) or due.is_date(at, ERASURE_KIND) or at.sk.startswith(_PROMISE):
            continue
        if improvement_keys.is_resurvey(at):  # counted, and nobody's without the rest
            continue
        if at.sk.startswith(_ENTRY):
            if "erased_at" not in item:
                yield _entry_without_words(item, now)
        elif at.sk.startswith(keys.DATE_PREFIX):
            ahead.append(Delete(at))
        else:
            yield Delete(at)
    # Last: one of these dates may be what the sweep is working on.
    yield from ahead


def linked_keys(table: Table, customer_key: str) -> list[str]:
    """Return the keys linked to this one, at most 20 by answers and events that may be trusted, and 20 by others."""
    prefixes = (customer_partition.IDENTITY_PREFIX, customer_partition.UNSURE_PREFIX)
    known = (
        i
        for p in prefixes
        for i in table.query_prefix(customer_partition.customer(customer_key), p, limit=_LINKS)
    )
    return list(dict.fromkeys(item["other"] for item in known if "other" in item))


def erase_customer_partition(table: Table, customer_key: str) -> Iterator[Update | Delete]:
    """Yield the writes that remove everything under a customer's key except the opt-out and what they object to: both
    still hold if they answer again."""
    for other in linked_keys(table, customer_key):
        yield from _linked_deletes(table, other, customer_key)
    for item in table.query_prefix(customer_partition.customer(customer_key)):
        at = Key.key_of(item)
        if at.sk.startswith(customer_partition.EVENT_PREFIX):
            yield from _event_deletes(item)
        elif at == customer_partition.customer_rights(customer_key) and item.get("objections"):
            # As the opt-out: what they do not want still holds if they answer again.
            if "restricted_at" in item:
                yield Update(at, "REMOVE restricted_at, due_pk, due_at", {})
        elif at != customer_partition.customer_opt_out(customer_key):
            yield from _with_link(item)


def _linked_deletes(table: Table, other: str, customer_key: str) -> Iterator[Delete]:
    """Yield the writes that remove from under a linked key what concerns both; and all the rest, if no answer, event or
    link shows that the linked key is another customer's."""
    rest: list[Delete] = []
    shared = False
    for item in table.query_prefix(customer_partition.customer(other)):
        at = Key.key_of(item)
        if item.get("customer_also") == customer_key:
            yield from _event_deletes(item)
        elif at in (
            customer_partition.customer_link(other, customer_key),
            customer_partition.unsure_customer_link(other, customer_key),
        ):
            yield Delete(at)
        elif at not in (
            customer_partition.customer_opt_out(other),
            customer_partition.customer_rights(other),
        ):
            rest += _with_link(item)
            shared = shared or "other" in item or at.sk.startswith(customer_partition.EVENT_PREFIX)
    if not shared and not table.query_customer_index(customer_partition.customer(other), 1):
        yield from rest


def _with_link(item: Item) -> list[Delete]:
    """Return the write that removes an item, and if it leads to a link to an address, those that remove the link."""
    link = (
        [
            customer_partition.address_link(item["link_id"]),
            customer_partition.address_link_message(item["link_id"]),
        ]
        if "link_id" in item
        else []
    )
    return [Delete(at) for at in (Key.key_of(item), *link)]


def _event_deletes(item: Item) -> Iterator[Delete]:
    """Yield the writes that remove an event and the record of its id."""
    yield Delete(Key.key_of(item))
    if item["source"] != OWN_SOURCE:
        yield Delete(customer_partition.event_id(item["source"], item["event_id"]))


def _anonymous_answer(answer: Item, now: datetime) -> Put:
    """Return the write of an answer without its customer. Fails if it was classified meanwhile, or said to be a
    customer's: the next round erases it."""
    kept = {name: value for name, value in answer.items() if name in _KEPT_OF_ANSWER}
    seen = kept.get("classified_at")
    return Put(
        {**kept, "comment": "", "reasons": [], "erased_at": format_timestamp(now)},
        condition="classified_at = :seen AND suspect = :signs"
        if seen
        else "attribute_not_exists(classified_at)",
        values={":seen": seen, ":signs": kept["suspect"]} if seen else None,
    )


def _entry_without_words(entry: Item, now: datetime) -> Put:
    detail = {name: value for name, value in entry["detail"].items() if name in _KEPT_OF_ENTRY}
    kept = {name: value for name, value in entry.items() if name != "asked"}
    return Put({**kept, "detail": detail, "erased_at": format_timestamp(now)})


def commit_removals(table: Table, writes: Sequence[Put | Update | Delete], log: ErasureLog) -> int:
    """Write in order, and count. Raises followups.ChangedMeanwhile or TransactionRefused if something was changed
    meanwhile; the next round repeats it. Returns how many items were written."""
    for start in range(0, len(writes), _WRITES):
        some = writes[start : start + _WRITES]
        table.transact([*some, log.removed(len(some))])
    return len(writes)
