"""The points that a customer is unhappy about. Each has an owner and a deadline, and must be solved or planned before
the follow-up can be resolved."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from lazo.errors import Problem, Rejected
from lazo.followup.lifecycle import LATEST_NEW_DATE
from lazo.followup.model import FollowUp
from lazo.promise.availability import opening_on
from lazo.promise.model import CHECKPOINTS_AT_MOST, HearsBy
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.survey.nps import band_of_score
from lazo.translations import translations

ConcernPriority = Literal["high", "normal", "low"]
ConcernState = Literal["open", "planned", "solved"]

CONCERN_PRIORITIES: tuple[ConcernPriority, ...] = ("high", "normal", "low")


@dataclass(frozen=True, slots=True)
class Concern:
    """One point of dissatisfaction. Dates are days of the store's calendar. `action`: what was done; while planned,
    the next step, due on `planned_for`, of which the customer hears by `hears_by`. `moved_at`: when its deadline or
    owner last changed while it was open."""

    concern_id: str
    text: str
    theme: str | None
    priority: ConcernPriority
    owner: str
    deadline: date
    checkpoints: tuple[date, ...]
    added_by: str
    added_at: datetime
    state: ConcernState = "open"
    action: str = ""
    planned_for: date | None = None
    hears_by: HearsBy | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None
    moved_at: datetime | None = None


def complaint_themes(followup: FollowUp, answer: Answer | None) -> tuple[str, ...]:
    """Return the themes that the customer complains about, without those that a happy one ticked: they liked these."""
    happy = followup.score is not None and band_of_score(followup.score) == "promoter"
    liked = answer.reasons if answer and happy else ()
    return tuple(theme for theme in followup.themes if theme not in liked)


def reopening_concern(
    concern_id: str, text: str, reopened: FollowUp, store: Store, by: str, now: datetime
) -> Concern:
    """Return the concern that a reopened follow-up carries: what the customer says is still wrong, or without words
    that it is not solved. It is due when the follow-up is."""
    duty = store.with_contacts_on_duty(now).contacts_at_level(reopened.level)
    owner = reopened.owner or next((contact.contact_id for contact in duty), "")
    return Concern(
        concern_id=concern_id,
        text=text or translations("case", store.language)["concerns"]["not_solved"],
        theme=None,
        priority="high",
        owner=owner,
        deadline=store.hours.local_date(reopened.deadline or now),
        checkpoints=(),
        added_by=by,
        added_at=now,
    )


def checked_concern(concern: Concern, today: date) -> Concern:
    """Return the concern with its checkpoints sorted. Raises Rejected `in_the_past` or `too_far` for the deadline, or
    `too_many` or `outside` for checkpoints, which lie between today and the deadline."""
    problems: list[Problem] = []
    if concern.deadline > today + LATEST_NEW_DATE:
        problems.append(Problem("too_far", "deadline", {"most": LATEST_NEW_DATE.days}))
    checkpoints = tuple(sorted(set(concern.checkpoints)))
    if concern.deadline < today:
        problems.append(Problem("in_the_past", "deadline"))
    elif checkpoints and (checkpoints[0] < today or checkpoints[-1] > concern.deadline):
        problems.append(Problem("outside", "checkpoint"))
    if len(checkpoints) > CHECKPOINTS_AT_MOST:
        problems.append(Problem("too_many", "checkpoint", {"most": CHECKPOINTS_AT_MOST}))
    if problems:
        raise Rejected(*problems)
    return replace(concern, checkpoints=checkpoints)


def move_concern(concern: Concern, deadline: date, owner: str, now: datetime, today: date) -> Concern:
    """Return an open concern with another deadline or owner, and without the checkpoints after it. Raises Rejected
    `wrong_stage` when it is solved or planned, `same_date` when neither differs, or as `checked_concern`."""
    if concern.state != "open":
        raise Rejected(Problem("wrong_stage"))
    if (deadline, owner) == (concern.deadline, concern.owner):
        raise Rejected(Problem("same_date", "deadline"))
    left = tuple(day for day in concern.checkpoints if today <= day <= deadline)
    moved = replace(concern, deadline=deadline, owner=owner, checkpoints=left, moved_at=now)
    return checked_concern(moved, today)


def due_time(concern: Concern, store: Store) -> datetime:
    """Return when its deadline has passed: the end of that day by the store's calendar, in UTC."""
    after = concern.deadline + timedelta(days=1)
    return datetime.combine(after, time.min, tzinfo=store.hours.zone).astimezone(UTC)


def last_minute(concern: Concern, store: Store) -> datetime:
    """Return the last minute of its deadline: texts name the day of this instant."""
    return due_time(concern, store) - timedelta(minutes=1)


def first_alert_time(concern: Concern, store: Store, now: datetime) -> datetime:
    """Return when its owner first hears of the deadline: as long before it as the policy reminds of resolving, or once
    it has passed when that time is over or the policy says never."""
    due = due_time(concern, store)
    at = due - timedelta(minutes=store.policy.reminder_lead_minutes("resolved"))
    return at if now < at else due


def next_checkpoint(concern: Concern, store: Store, now: datetime) -> datetime | None:
    """Return when the store next opens on a checkpoint, before the deadline has passed; None when none is left."""
    opens = (opening_on(day, store.hours) for day in concern.checkpoints)
    return next((at for at in opens if now < at < due_time(concern, store)), None)


def solve_concern(concern: Concern, action: str, by: str, now: datetime) -> Concern:
    """Return the concern as solved, planned before or not. Raises Rejected `settled_already`."""
    if concern.state == "solved":
        raise Rejected(Problem("settled_already", "concern_id"))
    return replace(concern, state="solved", action=action, settled_by=by, settled_at=now)


def plan_concern(
    concern: Concern, step: str, planned_for: date, hears_by: HearsBy, by: str, now: datetime, today: date
) -> Concern:
    """Return the concern as planned: a next step, its date, and how the customer hears of it. It may be planned again.
    Raises Rejected `settled_already` when it is solved, or `in_the_past`."""
    if concern.state == "solved":
        raise Rejected(Problem("settled_already", "concern_id"))
    if planned_for < today:
        raise Rejected(Problem("in_the_past", "date"))
    return replace(
        concern,
        state="planned",
        action=step,
        planned_for=planned_for,
        hears_by=hears_by,
        settled_by=by,
        settled_at=now,
    )


def is_late(concern: Concern, today: date) -> bool:
    """Return whether its deadline has passed and nobody has solved or planned it: a plan has a date of its own."""
    return concern.state == "open" and concern.deadline < today


def unsettled_concerns(concerns: Iterable[Concern]) -> list[Concern]:
    """Return the concerns that nobody has solved or planned."""
    return [concern for concern in concerns if concern.state == "open"]
