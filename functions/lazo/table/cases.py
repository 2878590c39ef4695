"""What is done about a follow-up, in the table: every act is one transaction, under the id of the form that asked for
it, so that it happens once however often the form arrives."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lazo.case import customer_updates
from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import Case, Entry, Note, Step, What
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.table import answers, customers, due, followups, promises
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Item, Put, Update
from lazo.table.messaging import contact_limits, customer_messages, deliveries, opt_outs
from lazo.table.messaging.contact_limits import WeekExhausted
from lazo.timestamps import from_text, to_text

NOTE, CONCERN, INCENTIVE, ENTRY = "NOTE", "CONCERN", "INCENTIVE", "ENTRY"


class DoneBefore(Exception):
    """This form was acted on already; what it asked for stands."""


class MonthExhausted(Exception):
    """Another follow-up of the shop has used up what was left of the month."""


def load(table: Table, followup_id: str) -> Case | None:
    """The follow-up with all that belongs to it: one consistent Query. None when there is none."""
    of: defaultdict[str, list[Item]] = defaultdict(list)
    for item in table.below(keys.followup(followup_id).pk, ""):
        of[item["sk"].partition("#")[0]].append(item)
    (own,) = of.pop(keys.followup("").sk, [None])
    if own is None:
        return None
    return Case(
        followup=followups.read(own),
        notes=sorted(map(_note, of[NOTE]), key=lambda note: note.at),
        concerns=sorted(map(_concern, of[CONCERN]), key=lambda concern: concern.added_at),
        incentives=sorted(map(_incentive, of[INCENTIVE]), key=lambda incentive: incentive.at),
        messages=sorted(
            map(customer_messages.read, of[customer_messages.KIND]), key=lambda message: message.at
        ),
        history=sorted(map(_entry, of[ENTRY]), key=lambda entry: (entry.version, entry.at)),
        told=frozenset(
            item["contact_id"] for item in of[keys.DELIVERY_PREFIX.rstrip("#")] if item["state"] == "sent"
        ),
        promises=sorted(map(promises.read, of[promises.KIND]), key=lambda promise: promise.made_at),
    )


def commit(table: Table, before: Case, step: Step, store: Store) -> Step:
    """Write all of a step, or nothing. `before`: the case that it was made of. Returns it with the automatic message
    to the customer, if one follows from it and their week has room for it.

    DoneBefore when its form was acted on already; followups.ChangedMeanwhile when the follow-up is no longer at the
    version of `before`, or a promise or its owner's day was changed, dynamo.TransactionConflict when somebody was
    changing it just then; MonthExhausted when the shop's month has no room left for an incentive, WeekExhausted when
    the customer's week has none for a message that somebody wrote.
    """
    automatic = automatic_messages(table, before, step, store)
    whole = replace(step, messages=(*step.messages, *automatic))
    try:
        _write(table, before.followup, whole, store)
    except WeekExhausted:
        if not automatic:
            raise
        _write(table, before.followup, step, store)
        return step
    return whole


def _write(table: Table, before: FollowUp, step: Step, store: Store) -> None:
    followup_id = step.after.followup_id
    entry = _put(followup_id, ENTRY, step.entry.entry_id, _entry_item(step.entry))
    writes: list[Put | Update] = [
        Put(entry, condition="attribute_not_exists(pk)"),
        followups.replaced(before, step.after),
        *(_count(incentive, store) for incentive in step.incentives),
        *(Put(_put(followup_id, NOTE, note.note_id, _note_item(note))) for note in step.notes),
        *(Put(_put(followup_id, CONCERN, each.concern_id, _concern_item(each))) for each in step.concerns),
        *(Put(_put(followup_id, INCENTIVE, i.incentive_id, _incentive_item(i))) for i in step.incentives),
        *(customer_messages.new(message) for message in step.messages),
        *_invitations(step),
        *(
            due.reminder_dates(step.after, store, step.entry.at)
            if step.after.deadline != before.deadline
            else ()
        ),
        *(deliveries.new(owed) for owed in step.owed),
        *customer_dates(before, step, store),
    ]
    week = contact_limits.counted(step.messages, store)
    promised = promises.writes(step.promises, store, step.after.priority, step.entry.at)
    try:
        table.transact([*writes, *week, *promised])
    except TransactionRefused as refused:
        if refused.failed[0]:
            raise DoneBefore(step.entry.entry_id) from refused
        if refused.failed[1]:
            raise followups.ChangedMeanwhile(followup_id) from refused
        if step.incentives and refused.failed[2]:
            raise MonthExhausted(store.store_id) from refused
        if any(refused.failed[len(writes) : len(writes) + len(week)]):
            raise WeekExhausted(followup_id) from refused
        if any(refused.failed[len(writes) :]):
            raise followups.ChangedMeanwhile(followup_id) from refused
        raise


def history(table: Table, followup_id: str) -> list[Entry]:
    """What was done about a follow-up, oldest first."""
    prefix = keys.child(followup_id, ENTRY, "")
    return sorted(map(_entry, table.below(prefix.pk, prefix.sk)), key=lambda entry: (entry.version, entry.at))


def by_itself(after: FollowUp, what: What, now: datetime, detail: Mapping[str, str], *, ref: str = "") -> Put:
    """The write of a line of the history that nobody's act made; `after`: the follow-up as it leaves it. `ref` tells
    lines apart that leave the follow-up as it was."""
    entry = Entry(f"{what}-{ref or after.version}", what, "", "", now, after.version, detail)
    return Put(_put(after.followup_id, ENTRY, entry.entry_id, _entry_item(entry)))


def given_this_month(table: Table, store: Store, today: date) -> Decimal:
    """The worth of all incentives of the shop in the calendar month of `today`."""
    item = table.get(keys.incentives_of_month(store.store_id, f"{today:%Y-%m}"))
    return Decimal(item["given"]) if item else Decimal(0)


def _invitations(step: Step) -> list[Put | Update]:
    """A question asked again is remembered with the customer: when it goes unanswered, that is a sign, and for a while
    they are not asked by itself."""
    customer = step.after.customer_key
    asked = [m for m in step.messages if m.template == "ask_again"] if customer else []
    return [
        *(customers.invited(str(customer), m.store_id, m.message_id, m.at) for m in asked),
        *(write for m in asked for write in contact_limits.note_resurvey(m.customer_keys, m.at)),
    ]


def _count(incentive: Incentive, store: Store) -> Update:
    month = f"{store.hours.local_date(incentive.at):%Y-%m}"
    room = Decimal(store.policy.incentive_month) - incentive.value
    return Update(
        keys.incentives_of_month(store.store_id, month),
        "ADD given :value, n :one",
        {":value": incentive.value, ":one": 1, ":room": room},
        condition="attribute_not_exists(given) OR given <= :room",
    )


def _put(followup_id: str, kind: str, child_id: str, values: Mapping[str, Any]) -> Item:
    key = keys.child(followup_id, kind, child_id)
    return {"pk": key.pk, "sk": key.sk, "followup_id": followup_id, **values}


def _note_item(note: Note) -> dict[str, Any]:
    return {
        "note_id": note.note_id,
        "channel": note.channel,
        "held_at": to_text(note.held_at),
        "text": note.text,
        "by": note.by,
        "by_name": note.by_name,
        "at": to_text(note.at),
        "recording": note.recording,
        "corrects": note.corrects,
    }


def _note(item: Item) -> Note:
    return Note(
        note_id=item["note_id"],
        channel=item["channel"],
        held_at=from_text(item["held_at"]),
        text=item["text"],
        by=item["by"],
        by_name=item["by_name"],
        at=from_text(item["at"]),
        recording=item.get("recording"),
        corrects=item.get("corrects"),
    )


def _concern_item(concern: Concern) -> dict[str, Any]:
    return {
        "concern_id": concern.concern_id,
        "text": concern.text,
        "theme": concern.theme,
        "priority": concern.priority,
        "owner": concern.owner,
        "deadline": concern.deadline.isoformat(),
        "checkpoints": [day.isoformat() for day in concern.checkpoints],
        "added_by": concern.added_by,
        "added_at": to_text(concern.added_at),
        "state": concern.state,
        "action": concern.action,
        "planned_for": concern.planned_for.isoformat() if concern.planned_for else None,
        "hears_by": concern.hears_by,
        "settled_by": concern.settled_by,
        "settled_at": to_text(concern.settled_at) if concern.settled_at else None,
    }


def _concern(item: Item) -> Concern:
    return Concern(
        concern_id=item["concern_id"],
        text=item["text"],
        theme=item.get("theme"),
        priority=item["priority"],
        owner=item["owner"],
        deadline=date.fromisoformat(item["deadline"]),
        checkpoints=tuple(date.fromisoformat(day) for day in item["checkpoints"]),
        added_by=item["added_by"],
        added_at=from_text(item["added_at"]),
        state=item["state"],
        action=item["action"],
        planned_for=date.fromisoformat(item["planned_for"]) if "planned_for" in item else None,
        hears_by=item.get("hears_by"),
        settled_by=item.get("settled_by"),
        settled_at=from_text(item["settled_at"]) if "settled_at" in item else None,
    )


def _incentive_item(incentive: Incentive) -> dict[str, Any]:
    return {
        "incentive_id": incentive.incentive_id,
        "kind": incentive.kind,
        "value": incentive.value,
        "currency": incentive.currency,
        "reason": incentive.reason,
        "concern_id": incentive.concern_id,
        "by": incentive.by,
        "by_name": incentive.by_name,
        "at": to_text(incentive.at),
    }


def _incentive(item: Item) -> Incentive:
    return Incentive(
        incentive_id=item["incentive_id"],
        kind=item["kind"],
        value=Decimal(item["value"]),
        currency=item["currency"],
        reason=item["reason"],
        concern_id=item["concern_id"],
        by=item["by"],
        by_name=item["by_name"],
        at=from_text(item["at"]),
    )


def _entry_item(entry: Entry) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "what": entry.what,
        "by": entry.by,
        "by_name": entry.by_name,
        "at": to_text(entry.at),
        "version": entry.version,
        "detail": dict(entry.detail),
        "asked": entry.asked or None,
    }


def _entry(item: Item) -> Entry:
    return Entry(
        entry_id=item["entry_id"],
        what=item["what"],
        by=item["by"],
        by_name=item["by_name"],
        at=from_text(item["at"]),
        version=item["version"],
        detail=item["detail"],
        asked=item.get("asked", ""),
    )


def automatic_messages(table: Table, before: Case, step: Step, store: Store) -> tuple[CustomerMessage, ...]:
    """The message that a step owes the customer by itself, if there is one: only where the shop wants it, with their
    consent, and while they have not said stop."""
    after, now = step.after, step.entry.at
    occasion = customer_updates.occasion(before, before.after(step)) if store.policy.tell_customer else None
    answer = answers.of(table, after) if occasion else None
    if occasion is None or answer is None or opt_outs.stopped(table, opt_outs.of(answer)):
        return ()
    loads = {}
    if occasion == "received" and after.owner and after.deadline:
        loads = promises.loads(table, store.store_id, after.owner, store.hours.local_date(after.deadline))
    ref = step.entry.entry_id
    message = customer_updates.told(occasion, after, answer, store, loads, ref=ref, now=now)
    return (message,) if message else ()


def customer_dates(before: FollowUp, step: Step, store: Store) -> Iterator[Put]:
    """The dates that a step sets or moves."""
    after = step.after
    if at := customer_updates.update_at(step.entry, after, store):
        yield due.put_date(after.followup_id, "customer_update", at, after.priority)
    if at := customer_updates.ask_again_at(before, after, store, step.entry.at):
        yield due.put_date(after.followup_id, "resurvey", at, "normal")
