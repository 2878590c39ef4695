"""Follow-ups in the table, each write with the deliveries that belong to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lazo.followup.model import AskedAgain, FollowUp, SignalReason
from lazo.followup.staff_deliveries import Delivery
from lazo.store.model import Store
from lazo.survey.answer import Answer, Classification
from lazo.table import counters, due
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Key, Put, Update
from lazo.table.messaging import deliveries
from lazo.timestamps import from_text, to_text

_STAGE_TIMES = ("taken_on_at", "contacted_at", "resolved_at", "confirmed_at", "unconfirmed_at")


class ChangedMeanwhile(Exception):
    """Somebody else changed the follow-up since it was read."""


def get(table: Table, followup_id: str) -> FollowUp | None:
    """The follow-up as it is now (a consistent read), or None."""
    item = table.get(keys.followup(followup_id))
    return read(item) if item else None


def is_followup(key: Key) -> bool:
    """Whether a follow-up's own item stands at `key`."""
    return key.sk == keys.followup("").sk


def record_classification(
    table: Table,
    answer: Answer,
    store: Store,
    followup: FollowUp | None,
    owed: Iterable[Delivery],
    more: Iterable[Put | Update] = (),
) -> bool:
    """Write what an answer was understood to say, count it, and open its follow-up, with `more` writes that
    belong to it, all or nothing.

    The answer's own `classified_at` is the marker: False when it stood there already (or the answer was erased
    meanwhile), and then nothing was written.
    """
    found = answer.classification
    if found is None:
        raise ValueError("the answer is not classified")
    writes: list[Put | Update] = [_mark(answer, found), counters.count(answer, found, store)]
    if followup:
        writes.append(opened(followup))
        writes.extend(deliveries.new(d) for d in owed)
        writes.extend(due.reminder_dates(followup, store, found.at))
    writes.extend(more)
    try:
        table.transact(writes)
    except TransactionRefused as refused:
        if refused.failed[0]:
            return False
        raise
    return True


def change(
    table: Table,
    before: FollowUp,
    after: FollowUp,
    owed: Iterable[Delivery] = (),
    more: Iterable[Put | Update] = (),
) -> None:
    """Replace `before` by `after` and write the deliveries that follow, with `more` writes, all or nothing.

    ChangedMeanwhile when the follow-up is no longer at the version of `before`.
    """
    try:
        table.transact([replaced(before, after), *(deliveries.new(d) for d in owed), *more])
    except TransactionRefused as refused:
        raise ChangedMeanwhile(after.followup_id) from refused


def replaced(before: FollowUp, after: FollowUp) -> Put:
    """The write that replaces `before` by `after`, if it is still at the version of `before`."""
    item = _item(after, keys.followup(after.followup_id))
    return Put(item, condition="version = :seen", values={":seen": before.version})


def opened(followup: FollowUp) -> Put:
    """The write of a new follow-up."""
    return Put(_item(followup, keys.followup(followup.followup_id)), condition="attribute_not_exists(pk)")


def _mark(answer: Answer, found: Classification) -> Update:
    return Update(
        keys.answer(answer.store_id, answer.ulid),
        "SET band = :band, themes = :themes, urgency = :urgency, leaving = :leaving, competitors = :competitors, "
        "suspect = :suspect, classified_at = :at REMOVE due_pk, due_at",
        {
            ":band": found.band,
            ":themes": list(found.themes),
            ":urgency": list(found.urgency),
            ":leaving": found.leaving,
            ":competitors": list(found.competitors),
            ":suspect": list(found.suspect),
            ":at": to_text(found.at),
        },
        condition="attribute_exists(pk) AND attribute_not_exists(classified_at)",
    )


def _item(followup: FollowUp, key: Key) -> dict[str, Any]:
    deadline = to_text(followup.deadline) if followup.deadline else None
    return {
        "pk": key.pk,
        "sk": key.sk,
        "followup_id": followup.followup_id,
        "store_id": followup.store_id,
        "origin": followup.origin,
        "answer_ulid": followup.answer_ulid,
        "touchpoint": followup.touchpoint,
        "score": followup.score,
        "themes": list(followup.themes),
        "urgency": list(followup.urgency),
        "priority": followup.priority,
        "answered_at": to_text(followup.answered_at),
        "opened_at": to_text(followup.opened_at),
        "stage": followup.stage,
        "level": followup.level,
        "round": followup.round,
        "version": followup.version,
        "deadline": deadline,
        "signals": [{"kind": each.kind, "at": to_text(each.at)} for each in followup.signals],
        "owner": followup.owner,
        "released_from": followup.released_from,
        **{name: at and to_text(at) for name in _STAGE_TIMES if (at := getattr(followup, name)) is not None},
        "reached": followup.reached,
        "root_cause_theme": followup.root_cause_theme,
        "root_cause": followup.root_cause,
        "done": followup.done,
        "interested": followup.interested,
        "again": followup.again and _again_item(followup.again),
        "erased_at": followup.erased_at and to_text(followup.erased_at),
        "customer_pk": followup.customer_key and keys.customer(followup.customer_key),
        "customer_at": followup.customer_key and to_text(followup.opened_at),
        "due_pk": keys.due_partition(key, followup.priority) if deadline else None,
        "due_at": deadline,
        **_listed(followup, deadline),
    }


def _again_item(again: AskedAgain) -> dict[str, Any]:
    found = {
        "asked_at": to_text(again.asked_at),
        "answered_at": again.answered_at and to_text(again.answered_at),
        "score": again.score,
        "improved": again.improved,
    }
    return {name: value for name, value in found.items() if value is not None}


def _again(item: Mapping[str, Any]) -> AskedAgain:
    return AskedAgain(
        from_text(item["asked_at"]), _instant(item, "answered_at"), item.get("score"), item.get("improved")
    )


def _listed(followup: FollowUp, deadline: str | None) -> dict[str, str]:
    """Where it stands among the follow-ups not ended: those with a danger first, then by deadline."""
    if followup.ended:
        return {}
    first = 0 if followup.urgent else 1
    return {"list_pk": keys.OPEN_LIST, "list_at": f"{first}#{deadline or '~'}#{followup.followup_id}"}


def _instant(item: Mapping[str, Any], name: str) -> datetime | None:
    return from_text(item[name]) if name in item else None


def read(item: Mapping[str, Any]) -> FollowUp:
    """A follow-up from its item; one that was written before there were origins came of an answer."""
    return FollowUp(
        followup_id=item["followup_id"],
        store_id=item["store_id"],
        origin=item.get("origin", "answer"),
        answer_ulid=item.get("answer_ulid"),
        touchpoint=item["touchpoint"],
        score=item.get("score"),
        themes=tuple(item["themes"]),
        urgency=tuple(item["urgency"]),
        priority=item["priority"],
        answered_at=from_text(item["answered_at"]),
        opened_at=from_text(item["opened_at"]),
        stage=item["stage"],
        level=item["level"],
        round=item["round"],
        version=item["version"],
        deadline=from_text(item["deadline"]) if "deadline" in item else None,
        customer_key=item["customer_pk"].removeprefix(keys.customer("")) if "customer_pk" in item else None,
        signals=tuple(SignalReason(s["kind"], from_text(s["at"])) for s in item.get("signals", ())),
        owner=item.get("owner"),
        released_from=item.get("released_from"),
        taken_on_at=_instant(item, "taken_on_at"),
        contacted_at=_instant(item, "contacted_at"),
        resolved_at=_instant(item, "resolved_at"),
        confirmed_at=_instant(item, "confirmed_at"),
        unconfirmed_at=_instant(item, "unconfirmed_at"),
        reached=item.get("reached"),
        root_cause_theme=item.get("root_cause_theme"),
        root_cause=item.get("root_cause", ""),
        done=item.get("done", ""),
        interested=item.get("interested", False),
        again=_again(item["again"]) if "again" in item else None,
        erased_at=_instant(item, "erased_at"),
    )
