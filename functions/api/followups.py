"""`GET /v1/followups`: what was done for each unhappy customer, without who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from api.cursors import decode_cursor, encode_cursor, invalid_cursor
from api.day_bounds import bounds_of
from api.parameters import FollowUpsQuery
from api.rows import Says
from lazo.followup.model import ENDED, FollowUp, Origin, Priority, Stage
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache
from lazo.table.views import every_followup


@dataclass(frozen=True, slots=True)
class FollowUpOut:
    """A follow-up."""

    followup_id: str
    store_id: str
    origin: Annotated[Origin, Says("What opened it: an answer, early signals, or a message.")]
    answer_id: Annotated[str | None, Says("The answer that opened it.")]
    stage: Stage
    level: Annotated[int, Says("Escalation level that was alerted last.", least=0)]
    priority: Priority
    themes: list[str]
    owner: Annotated[str | None, Says("Id of the contact who has it.")]
    deadline: Annotated[datetime | None, Says("For the next stage; null once it has ended.")]
    opened_at: datetime
    taken_on_at: datetime | None
    contacted_at: datetime | None
    resolved_at: datetime | None
    ended_at: Annotated[datetime | None, Says("Confirmed, unconfirmed or unanswered.")]


@dataclass(frozen=True, slots=True)
class FollowUpsPage:
    """Follow-ups by when they were opened, oldest first. A page may be short and yet have a cursor: go on until it is
    null."""

    items: list[FollowUpOut]
    next_cursor: Annotated[str | None, Says("Where the next page begins; null at the end.")]


def list_followups(
    table: Table, stores: StoreCache, store_ids: Sequence[str], query: FollowUpsQuery, now: datetime
) -> FollowUpsPage:
    """Return the page of follow-ups of these stores. Raises Rejected for a wrong cursor."""
    position = decode_cursor("followups", query.cursor)
    if position is not None and every_followup.parse_cursor(position) is None:
        raise invalid_cursor()
    bounds = bounds_of(query)
    page = every_followup.list_followups(
        table, frozenset(store_ids), bounds.earliest(), bounds.latest(now), position, query.limit
    )
    within = [f for f in page.followups if bounds.holds(f.opened_at, stores.get(f.store_id, now))]
    return FollowUpsPage(
        items=[_followup_out(each) for each in within], next_cursor=encode_cursor("followups", page.cursor)
    )


def _followup_out(followup: FollowUp) -> FollowUpOut:
    return FollowUpOut(
        followup_id=followup.followup_id,
        store_id=followup.store_id,
        origin=followup.origin,
        answer_id=followup.answer_ulid,
        stage=followup.stage,
        level=followup.level,
        priority=followup.priority,
        themes=list(followup.themes),
        owner=followup.owner,
        deadline=followup.deadline,
        opened_at=followup.opened_at,
        taken_on_at=followup.taken_on_at,
        contacted_at=followup.contacted_at,
        resolved_at=followup.resolved_at,
        ended_at=followup.reached_at(followup.stage) if followup.stage in ENDED else None,
    )
