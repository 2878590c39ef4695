"""Dates of a follow-up beside the deadline that its own item carries: each is an item of the index `due`.

A date says what it is for by its key, and for which state of the follow-up it was set by its values; whether that still
holds is asked when it comes. Setting it again moves it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Key, Put
from lazo.timestamps import to_text


def put(
    followup_id: str, kind: str, at: datetime, priority: str = "normal", ref: str = "", **values: Any
) -> Put:
    """The write that sets a date; `ref` tells several of one kind apart, `values` are plain."""
    key = keys.date(followup_id, kind, ref)
    return Put(
        {
            "pk": key.pk,
            "sk": key.sk,
            "followup_id": followup_id,
            **values,
            "due_pk": keys.due_partition(key, priority),
            "due_at": to_text(at),
        }
    )


def reminder(after: FollowUp, store: Store, now: datetime) -> Iterator[Put]:
    """The write of the date at which whoever has to meet the follow-up's deadline is reminded of it, if there is
    one."""
    at = followup.remind_at(after, store, now)
    if at and after.deadline:
        yield put(after.followup_id, "reminder", at, after.priority, deadline=to_text(after.deadline))


def retention(opened: FollowUp, store: Store) -> Put:
    """The date on which what tells of somebody is removed from a follow-up that no answer opened."""
    at = opened.opened_at + timedelta(days=store.policy.retention_days)
    return put(opened.followup_id, "retention", at)


def is_date(key: Key, kind: str) -> bool:
    """Whether a date of this kind stands at `key`."""
    own = keys.date("", kind).sk
    return key.sk == own or key.sk.startswith(f"{own}#")
