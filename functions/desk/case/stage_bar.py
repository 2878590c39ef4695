"""The stages of a follow-up and its clock, as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lazo.case.model import Case, HistoryKind
from lazo.followup.deadlines import expected_deadlines
from lazo.followup.model import STAGES, Stage
from lazo.store.contacts import Contact
from lazo.store.model import Store

_DID: Final[Mapping[Stage, HistoryKind]] = {
    "taken_on": "taken_on",
    "contacted": "contacted",
    "resolved": "resolved",
    "confirmed": "confirmed",
    "unconfirmed": "unconfirmed",
}

Progress = Literal["done", "current", "late", "ahead"]
Holder = Literal["nobody", "released", "yours", "theirs"]


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage. `at`: when it was reached, by `by` ("" where nobody did), or its deadline; the stage that comes
    next is "current", or "late" once its deadline has passed."""

    stage: Stage
    progress: Progress
    at: datetime | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The one clock that runs. `next_stage` (the one that the deadline is for) and `deadline` are None once it has
    ended; `holder`: "nobody", "released" (`name` had it, and let a deadline pass), "yours" or "theirs" (`name`'s);
    `shop_closed`: nobody has taken it on, and the shop is shut now."""

    next_stage: Stage | None
    deadline: datetime | None
    late: bool
    holder: Holder
    name: str
    shop_closed: bool


def stage_rows(case: Case, store: Store, now: datetime) -> list[StageRow]:
    """All five, in order."""
    about = case.followup
    ahead = expected_deadlines(about, store)
    reached = len(STAGES) - 1 if about.ended else about.step
    rows = []
    for number, stage in enumerate((*STAGES[:-1], about.stage) if about.ended else STAGES):
        if number <= reached:
            rows.append(StageRow(stage, "done", about.reached_at(stage), _who(case, stage, store)))
            continue
        at = ahead.get(stage)
        late = at is not None and at <= now
        first: Progress = "late" if late else "current"
        rows.append(StageRow(stage, first if number == reached + 1 else "ahead", at))
    return rows


def stage_clock(case: Case, store: Store, reader: Contact, now: datetime) -> Clock:
    """What the reader has to know about time."""
    about = case.followup
    holder: Holder = "released" if about.released_from else "nobody"
    if about.owner:
        holder = "yours" if about.owner == reader.contact_id else "theirs"
    return Clock(
        next_stage=about.awaits,
        deadline=about.deadline,
        late=about.deadline is not None and about.deadline <= now,
        holder=holder,
        name=owner_name(case, store),
        shop_closed=about.awaits == "taken_on" and not store.hours.is_open(now),
    )


def owner_name(case: Case, store: Store) -> str:
    """Who has it, or had it last, also when they are no contact of the shop any more; "" when nobody has it or it is
    not known."""
    owner = case.followup.owner or case.followup.released_from
    if owner is None:
        return ""
    known = store.contact(owner)
    if known:
        return known.name
    return next((entry.by_name for entry in case.history if entry.by == owner), "")


def _who(case: Case, stage: Stage, store: Store) -> str:
    done = case.last_entry(_DID[stage]) if stage in _DID else None
    if done:
        return done.by_name
    return owner_name(case, store) if stage == "taken_on" else ""
