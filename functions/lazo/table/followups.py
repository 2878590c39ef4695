"""Follow-ups in the table, each write with the deliveries that belong to it."""

from collections.abc import Iterable, Mapping
from typing import Any

from lazo.answers import Answer, Classification
from lazo.delivery import Delivery
from lazo.followup import FollowUp
from lazo.instants import from_text, to_text
from lazo.store import Store
from lazo.table import counters, deliveries, keys
from lazo.table.dynamo import Key, Put, Table, TransactionRefused, Update


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
    table: Table, answer: Answer, store: Store, followup: FollowUp | None, owed: Iterable[Delivery]
) -> bool:
    """Write what an answer was understood to say, count it, and open its follow-up, all or nothing.

    The answer's own `classified_at` is the marker: False when it stood there already (or the answer was erased
    meanwhile), and then nothing was written.
    """
    found = answer.classification
    if found is None:
        raise ValueError("the answer is not classified")
    writes: list[Put | Update] = [_mark(answer, found), counters.count(answer, found, store)]
    if followup:
        key = keys.followup(followup.followup_id)
        writes.append(Put(_item(followup, key), condition="attribute_not_exists(pk)"))
        writes.extend(deliveries.new(d) for d in owed)
    try:
        table.transact(writes)
    except TransactionRefused as refused:
        if refused.failed[0]:
            return False
        raise
    return True


def change(table: Table, before: FollowUp, after: FollowUp, owed: Iterable[Delivery] = ()) -> None:
    """Replace `before` by `after` and write the deliveries that follow, all or nothing.

    ChangedMeanwhile when the follow-up is no longer at the version of `before`.
    """
    key = keys.followup(after.followup_id)
    write = Put(_item(after, key), condition="version = :seen", values={":seen": before.version})
    try:
        table.transact([write, *(deliveries.new(d) for d in owed)])
    except TransactionRefused as refused:
        raise ChangedMeanwhile(after.followup_id) from refused


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
    deadline = followup.deadline and to_text(followup.deadline)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "followup_id": followup.followup_id,
        "store_id": followup.store_id,
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
        "owner": followup.owner,
        "taken_on_at": followup.taken_on_at and to_text(followup.taken_on_at),
        "due_pk": deadline and keys.due_partition(key),
        "due_at": deadline,
    }


def read(item: Mapping[str, Any]) -> FollowUp:
    """A follow-up from its item."""
    return FollowUp(
        followup_id=item["followup_id"],
        store_id=item["store_id"],
        answer_ulid=item["answer_ulid"],
        touchpoint=item["touchpoint"],
        score=item["score"],
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
        owner=item.get("owner"),
        taken_on_at=from_text(item["taken_on_at"]) if "taken_on_at" in item else None,
    )
