"""What the board shows: the open follow-ups that match, sorted, and how many there are of each kind."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desk.board.filters import BoardFilters, last_step_at
from lazo.auth.users import Scope
from lazo.followup.deadlines import has_missed_deadline
from lazo.followup.model import FollowUp
from lazo.table.dynamodb.table import Table
from lazo.table.views import open_followups
from lazo.table.views.open_followups import PAGE, FollowUpPage, FollowUpQuery, OpenEntries

TAG_HOLDS_FOR: Final = timedelta(minutes=10)
"""A page that nothing changed is made anew after this time: names and counts of promises do not change its tag."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of follow-ups; `more`: there may be others beyond those that were read."""

    n: int
    more: bool


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """Open follow-ups by what a reader looks for. `oldest`: of the unattended ones, the one that waits longest."""

    open: Count
    unattended: Count
    overdue: Count
    mine: Count
    oldest: FollowUp | None


@dataclass(frozen=True, slots=True)
class BoardReading:
    """A page of the board. `counts`: None on the pages after the first. `sorted`: whether the chosen order holds."""

    page: FollowUpPage
    counts: BoardCounts | None
    sorted: bool = True


def read_board(
    table: Table,
    query: FollowUpQuery,
    filters: BoardFilters,
    first: OpenEntries,
    scope: Scope,
    now: datetime,
) -> BoardReading:
    """Return the first page of the board for `query`, which `filters` describe, and the counts.

    `first`: what is open in the stores of the query. If that is all, it is filtered and sorted as read; otherwise a
    filter is looked up in the index, and the order is the most urgent first unless what it finds is all on one page.
    """
    held = open_followups.read_entries(table, FollowUpQuery(query.stores), first.found)
    counts = _counts(held, first, scope, now)
    if not first.every and not filters.any and filters.order == "urgent":
        return BoardReading(_first_page(held, first), counts)
    if not first.every:
        page = open_followups.list_open_followups(table, query)
        complete = page.cursor is None
        ordered = _in_order(page.followups, filters, scope) if complete else page.followups
        return BoardReading(
            FollowUpPage(ordered, page.cursor, page.full), counts, complete or filters.order == "urgent"
        )
    found = tuple(filter(query.holds, held))
    if filters.order != "urgent":
        return BoardReading(FollowUpPage(_in_order(found, filters, scope), None, full=True), counts)
    return BoardReading(_first_page(found, first), counts)


def board_tag(scope: Scope, address: str, first: OpenEntries, build: str, now: datetime) -> str:
    """Return the tag (RFC 9110, 8.8.3) of the page at `address`, made by `build`: another one when what a reader sees
    may have changed, with the time that passes as well."""
    late = sum(each.is_late(now) for each in first.found)
    moment = int(now.timestamp() // TAG_HOLDS_FOR.total_seconds())
    stores = ",".join(store.store_id for store in scope.stores)
    parts = [scope.user_id, scope.language, stores, address, build, str(late), str(moment), str(first.every)]
    parts += (f"{each.position} {each.owner} {each.stage}" for each in first.found)
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]}"'


def _counts(held: Sequence[FollowUp], first: OpenEntries, scope: Scope, now: datetime) -> BoardCounts:
    more = not first.every
    own = {store.store_id: store.contact_id for store in scope.member_stores}
    unattended = [each for each in held if each.unattended_since]
    return BoardCounts(
        open=Count(len(held), more),
        # They come first: those that were not read have none if one that was read has an owner, or is in time.
        unattended=Count(len(unattended), more and len(unattended) == len(held)),
        overdue=Count(sum(has_missed_deadline(each, now) for each in held), more),
        mine=Count(sum(own.get(each.store_id, "") == each.owner for each in held), more),
        oldest=min(unattended, key=lambda each: each.unattended_since or now, default=None),
    )


def _first_page(found: Sequence[FollowUp], first: OpenEntries) -> FollowUpPage:
    """Return the most urgent of these, and the cursor after them, if there is or may be more."""
    shown, places = tuple(found[:PAGE]), {each.followup_id: each.position for each in first.found}
    if len(found) > PAGE or not first.every:
        last = places[shown[-1].followup_id] if shown else first.found[-1].position
        return FollowUpPage(shown, last, full=len(shown) == PAGE)
    return FollowUpPage(shown, None, full=True)


def _in_order(found: Iterable[FollowUp], filters: BoardFilters, scope: Scope) -> tuple[FollowUp, ...]:
    """Return these in the chosen order; those that are equal in it stay as they were, the most urgent first."""
    if filters.order == "age":
        return tuple(sorted(found, key=lambda each: each.opened_at))
    if filters.order == "step":
        return tuple(sorted(found, key=last_step_at, reverse=True))
    if filters.order == "store":
        place = {store.store_id: n for n, store in enumerate(scope.stores)}
        return tuple(sorted(found, key=lambda each: place[each.store_id]))
    return tuple(found)
