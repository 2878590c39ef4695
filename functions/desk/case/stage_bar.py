"""The stages and the deadline of a follow-up, as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lazo.case.model import Case, HistoryKind
from lazo.followup.deadlines import expected_deadlines, is_overdue, missed_before, shown_deadline
from lazo.followup.model import ENDED, STAGES, Stage
from lazo.store.contacts import Contact
from lazo.store.model import Store

Progress = Literal["done", "current", "late", "ahead"]
Holder = Literal["nobody", "released", "yours", "theirs"]
Ending = Literal["erased", "dismissed", "corrected", "joined"]
"""What ended a case, of which the stage says only that no solution was confirmed."""

_ENDING_ENTRIES: Final[Mapping[HistoryKind, Ending]] = {
    "dismissed": "dismissed",
    "answer_corrected": "corrected",
    "answer_joined": "joined",
}


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage or the end: `at` is when it was reached, or its deadline; `by` names who reached it, or is "". The next
    stage is "current", or "late" after its deadline."""

    stage: Stage | Ending
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
    """Return the five stages in order; of a follow-up that has ended those that it reached, and the end."""
    followup = case.followup
    end = ending(case)
    passed = [each for each in STAGES if followup.reached_at(each)] if end else STAGES[: followup.step + 1]
    rows = [
        StageRow(each, "done", followup.reached_at(each), _reached_by(case, each, store))
        for each in passed
        if each != end
    ]
    if end:
        return [
            *rows,
            StageRow(end, "done", followup.reached_at(followup.stage), _reached_by(case, end, store)),
        ]
    ahead = expected_deadlines(followup, store)
    for stage in STAGES[followup.step + 1 :]:
        at = ahead.get(stage)
        first: Progress = "late" if at is not None and at <= now else "current"
        rows.append(StageRow(stage, first if stage == followup.next_stage else "ahead", at))
    return rows


def ending(case: Case) -> Stage | Ending | None:
    """Return what ended the case, or else the stage in which it ended; None while it goes on."""
    followup = case.followup
    if followup.stage not in ENDED:
        return None
    if followup.stage == "unconfirmed" and followup.unconfirmed_at == followup.erased_at:
        return "erased"
    last = case.last_entry("unconfirmed", *_ENDING_ENTRIES) if followup.stage == "unconfirmed" else None
    return _ENDING_ENTRIES.get(last.what, followup.stage) if last else followup.stage


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


def _reached_by(case: Case, stage: Stage | Ending, store: Store) -> str:
    done = next((entry for entry in reversed(case.history) if entry.what == stage), None)
    if done:
        return done.by_name
    return owner_name(case, store) if stage == "taken_on" else ""
