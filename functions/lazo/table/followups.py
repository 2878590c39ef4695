"""Follow-ups in the table, each write with the deliveries that belong to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lazo.followup.deadlines import REMINDER_EVERY
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.store.model import Store
from lazo.survey.answer import ANSWERED_AGAIN, Answer, Classification
from lazo.table import answers, counters, due
from lazo.table.dynamodb import customer_partition, keys, listing
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Item, Key, Put, Update, set_attributes
from lazo.table.messaging import deliveries
from lazo.timestamps import format_timestamp

_RECORD = Record(
    FollowUp,
    without=("customer_key",),
    sparse=("doubts", "late_concerns", "late_stages", "more_answers", "reachable"),
)
_FOUND = Record(Classification, sparse=("asks", "praised", "mentioned"), stored_as={"at": "classified_at"})


class ChangedMeanwhile(Exception):
    """Somebody else changed the follow-up since it was read."""


class AlreadyClassified(Exception):
    """The answer was classified before, or erased or restricted meanwhile."""


class NotSuspect(Exception):
    """The answer is not suspect any more, or was erased meanwhile."""


def get_followup(table: Table, followup_id: str) -> FollowUp | None:
    """Return the current follow-up (a consistent read), or None."""
    item = table.get(keys.followup(followup_id))
    return followup_from_item(item) if item else None


def is_followup(key: Key) -> bool:
    """Whether `key` is that of a follow-up's own item."""
    return key.sk == keys.followup("").sk


def record_classification(
    table: Table,
    answer: Answer,
    store: Store,
    followup: FollowUp | None,
    pending: Iterable[Delivery],
    more: Iterable[Put | Update] = (),
    *,
    before: FollowUp | None = None,
    superseded: Answer | None = None,
) -> bool:
    """Write an answer's classification, count it, and open its follow-up with the `pending` deliveries and `more`
    writes, all or nothing. What was counted of the answer before is taken back.

    `before`: the follow-up as it was, if it is not new. `superseded`: a classified answer in whose place this one
    counts.

    Returns False, and writes nothing, if the answer has `classified_at` already, which marks it as counted, or was
    erased or replaced. Raises ValueError if the answer has no classification, ChangedMeanwhile if the follow-up or the
    superseded answer is not as it was read.
    """
    found = answer.classification
    if found is None:
        raise ValueError("the answer is not classified")
    counted, uncounted = [answer], [answer.counted_as] if answer.counted_as else []
    writes: list[Put | Update] = [_classification_update(answer, found)]
    if superseded:
        set_apart = _set_apart(superseded)
        writes.append(_suspicion_update(set_apart))
        counted, uncounted = [answer, set_apart], [*uncounted, superseded]
    writes.extend(counters.count_answers(store, counted, uncounted, found.at))
    if followup:
        writes += [followup_replacement(before, followup)] if before else opening_puts(followup)
        writes.extend(deliveries.delivery_put(d) for d in pending)
        if before is None or before.deadline != followup.deadline:
            writes.extend(due.reminder_dates(followup, store, found.at))
    writes.extend(more)
    try:
        table.transact(writes)
    except AlreadyClassified:
        return False
    return True


def replace_followup(
    table: Table,
    before: FollowUp,
    after: FollowUp,
    pending: Iterable[Delivery] = (),
    more: Iterable[Put | Update] = (),
) -> None:
    """Replace `before` by `after` with the `pending` deliveries and `more` writes, all or nothing. Raises
    ChangedMeanwhile if the version is not that of `before`."""
    try:
        table.transact(
            [followup_replacement(before, after), *(deliveries.delivery_put(d) for d in pending), *more]
        )
    except TransactionRefused as refused:  # a delivery exists: another sweep took the same step
        raise ChangedMeanwhile(after.followup_id) from refused


def followup_replacement(before: FollowUp, after: FollowUp) -> Put:
    """Return the write that replaces `before` by `after`, on the condition that the version is that of `before`. Its
    error is ChangedMeanwhile."""
    item = _item(after)
    changed = ChangedMeanwhile(after.followup_id)
    return Put(item, condition="version = :seen", values={":seen": before.version}, error=changed)


def opening_puts(followup: FollowUp) -> tuple[Put, Put]:
    """Return the writes of a new follow-up: its own, and what lists it by when it was opened."""
    return followup_put(followup), Put(_listed(followup))


def list_again(table: Table, followup: FollowUp) -> bool:
    """List a follow-up by when it was opened, as `opening_puts` does for new ones. Returns False if it is listed, or
    its customer was erased meanwhile."""
    key = keys.followup(followup.followup_id)
    # Writes what stands there, for its condition.
    there = set_attributes(
        key,
        {"store_id": followup.store_id},
        condition="attribute_exists(pk) AND attribute_not_exists(erased_at)",
    )
    try:
        table.transact([there, Put(_listed(followup), condition="attribute_not_exists(pk)")])
    except TransactionRefused:
        return False
    return True


def _listed(followup: FollowUp) -> Item:
    position = listing.opened_position(format_timestamp(followup.opened_at), followup.followup_id)
    return keys.opened(followup.followup_id).item(
        store_id=followup.store_id, **listing.EVERY_FOLLOWUP.attributes(followup.store_id, position)
    )


def followup_put(followup: FollowUp) -> Put:
    """Return the write of a new follow-up's own item."""
    return Put(_item(followup), condition="attribute_not_exists(pk)")


def _classification_update(answer: Answer, found: Classification) -> Update:
    waits = "attribute_not_exists(classified_at) AND attribute_not_exists(restricted_at)"
    condition = f"attribute_exists(pk) AND {waits}"
    # A tap may have been replaced, by another or by the form, since it was read.
    tapped = {":tapped_at": answer.tapped_at} if answer.tapped_at is not None else None
    return set_attributes(
        keys.answer(answer.store_id, answer.ulid),
        _FOUND.item(found),
        "REMOVE due_pk, due_at, provisional, counted_as, source_mark",
        condition=f"{condition} AND tapped_at = :tapped_at" if tapped else condition,
        values=tapped,
        error=AlreadyClassified(),
    )


def classified_answer_item(answer: Answer) -> Item:
    """Return the item of an answer as it is once it is classified. Raises ValueError if it is not."""
    if answer.classification is None:
        raise ValueError("the answer is not classified")
    item = answers.answer_item(answer) | _FOUND.item(answer.classification)
    return {name: value for name, value in item.items() if name not in ("due_pk", "due_at", "source_mark")}


def trust_update(answer: Answer, found: Classification, by: str, now: datetime) -> Update:
    """Return the write that says that a suspect answer is a customer's, which its error NotSuspect makes happen once.
    `by`: who says so, a contact's id."""
    return set_attributes(
        keys.answer(answer.store_id, answer.ulid),
        {"suspect": [], "doubts": list(found.suspect), "trusted_at": format_timestamp(now), "trusted_by": by},
        condition="#suspect = :doubts AND attribute_not_exists(erased_at)",
        error=NotSuspect(),
    )


def _set_apart(superseded: Answer) -> Answer:
    """Return a classified answer as it counts once a later one stands in its place: apart, as those do that may not be
    a customer's."""
    found = superseded.classification
    if found is None:
        raise ValueError("the answer is not classified")
    return superseded.with_classification(replace(found, suspect=(*found.suspect, ANSWERED_AGAIN)))


def _suspicion_update(answer: Answer) -> Update:
    found = answer.classification
    return set_attributes(
        keys.answer(answer.store_id, answer.ulid),
        {"suspect": list(found.suspect) if found else []},
        condition="classified_at = :seen AND attribute_not_exists(erased_at)",
        values={":seen": found and format_timestamp(found.at)},
        error=ChangedMeanwhile(answer.ulid),
    )


def _item(followup: FollowUp) -> Item:
    key = keys.followup(followup.followup_id)
    deadline = format_timestamp(followup.deadline) if followup.deadline else None
    due_at = format_timestamp(followup.due_at) if followup.due_at else None
    item = key.item(
        **_RECORD.item(followup),
        customer_pk=followup.customer_key and customer_partition.customer(followup.customer_key),
        customer_at=followup.customer_key and format_timestamp(followup.opened_at),
        due_pk=keys.due_partition(key, followup.priority) if due_at else None,
        due_at=due_at,
    )
    if not followup.ended:
        position = listing.followup_position(
            deadline,
            followup.followup_id,
            urgent=followup.urgent,
            unattended=followup.unattended_since is not None,
        )
        item |= listing.OPEN_FOLLOWUPS.attributes(followup.store_id, position)
    elif followup.stage == "unanswered" and followup.erased_at is None:
        item["store_list_pk"] = listing.unanswered_of_store(followup.store_id)
        item["list_at"] = listing.unanswered_position(item["opened_at"], followup.followup_id)
    return item


def followup_from_item(item: Mapping[str, Any]) -> FollowUp:
    """Return the follow-up of an item. Items from before follow-ups had an origin came from an answer."""
    customer = customer_partition.customer_key_in(item["customer_pk"]) if "customer_pk" in item else None
    found = _RECORD.read({"origin": "answer", **item}, customer_key=customer)
    # What has its own list by store was written since reminders have a field of their own.
    return _with_missed_deadline(found) if found.round and "store_list_pk" not in item else found


def _with_missed_deadline(followup: FollowUp) -> FollowUp:
    """Return a follow-up without an owner from when reminders moved its deadline: the deadline is the next reminder,
    and the one that was missed had passed at the reminder before."""
    if followup.owner or followup.deadline is None:
        return followup
    missed = followup.deadline - REMINDER_EVERY
    return replace(followup, deadline=missed, missed_at=missed, next_reminder_at=followup.deadline)
