"""The stages and the deadline of a follow-up, as the page shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lazo.case.model import Case
from lazo.followup.deadlines import expected_deadlines, is_overdue, missed_before, shown_deadline
from lazo.followup.model import STAGES, Stage
from lazo.store.contacts import Contact
from lazo.store.model import Store

Progress = Literal["done", "current", "late", "ahead"]
Holder = Literal["nobody", "released", "yours", "theirs"]


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage: `at` is when it was reached, or its deadline; `by` is the name of who reached it, or "". The next
    stage is "current", or "late" after its deadline."""

    stage: Stage
    progress: Progress
    at: datetime | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class StageClock:
    """Whether the present deadline has passed, and who is to keep it.

    `holder`: "nobody", "released" (taken from `name` after a missed deadline), "yours" or "theirs" (`name`'s).
    `told`: how many contacts know of it. `since`: since when its owner has it.
    `deadline`, `missed`: as `shown_deadline` and `missed_before` return them.
    `store_closed`: nobody has taken it on, and the store is closed now.
    """

    late: bool
    holder: Holder
    name: str
    store_closed: bool
    told: int = 0
    since: datetime | None = None
    deadline: datetime | None = None
    missed: datetime | None = None


def stage_rows(case: Case, store: Store, now: datetime) -> list[StageRow]:
    """Return the five stages in order; of a follow-up that ended unanswered those reached, and the end."""
    followup = case.followup
    ahead = expected_deadlines(followup, store)
    before_end = STAGES[: followup.step + 1] if followup.stage == "unanswered" else STAGES[:-1]
    stages = (*before_end, followup.stage) if followup.ended else STAGES
    reached = len(stages) - 1 if followup.ended else followup.step
    rows = []
    for number, stage in enumerate(stages):
        if number <= reached:
            rows.append(StageRow(stage, "done", followup.reached_at(stage), _reached_by(case, stage, store)))
            continue
        at = ahead.get(stage)
        late = at is not None and at <= now
        first: Progress = "late" if late else "current"
        rows.append(StageRow(stage, first if number == reached + 1 else "ahead", at))
    return rows


def stage_clock(case: Case, store: Store, reader: Contact, now: datetime) -> StageClock:
    """Return whether the deadline has passed and who holds the follow-up, from the reader's point of view."""
    followup = case.followup
    holder: Holder = "released" if followup.released_from else "nobody"
    if followup.owner:
        holder = "yours" if followup.owner == reader.contact_id else "theirs"
    return StageClock(
        late=is_overdue(followup, now),
        holder=holder,
        name=owner_name(case, store),
        store_closed=followup.awaits == "taken_on" and not store.hours.is_open(now),
        told=len(case.notified_contacts),
        since=owner_since(case),
        deadline=shown_deadline(followup, now),
        missed=missed_before(followup, now),
    )


def owner_name(case: Case, store: Store) -> str:
    """Return the name of the present or last owner, also of a former contact of the store; "" if there is none or the
    name is unknown."""
    owner = case.followup.owner or case.followup.released_from
    if owner is None:
        return ""
    known = store.contact(owner)
    if known:
        return known.name
    return next((entry.by_name for entry in case.history if entry.by == owner), "")


def owner_since(case: Case) -> datetime | None:
    """Return since when the present owner has the follow-up; None without an owner."""
    if case.followup.owner is None:
        return None
    since: datetime | None = None
    for entry in case.history:
        if entry.what in ("taken_on", "reassigned"):
            since = entry.at
        elif entry.what in ("released", "passed_on") or entry.detail.get("of") == "taken_on":
            since = None
        elif since is None and entry.by == case.followup.owner:
            since = entry.at  # whoever acts on what nobody has takes it on
    return since or case.followup.taken_on_at


def _reached_by(case: Case, stage: Stage, store: Store) -> str:
    done = case.last_entry(stage) if stage != "open" else None
    if done:
        return done.by_name
    return owner_name(case, store) if stage == "taken_on" else ""
