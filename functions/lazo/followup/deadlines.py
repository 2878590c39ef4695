"""Compute when a follow-up must reach its next stage, when somebody is reminded, and when it ends unanswered."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from lazo.followup.contact_hours import ASLEEP
from lazo.followup.model import STAGES, FollowUp, Priority, Stage
from lazo.store.model import Store
from lazo.store.opening_hours import next_time_outside_quiet
from lazo.store.policy import Policy

REMINDER_EVERY = timedelta(days=1)
"""How often the highest level is reminded of a missed deadline."""
DANGER_REPEATED_AFTER = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
"""How long after the last deadline a danger that nobody takes on is repeated, at any hour; then as follows."""
DANGER_REPEATED_EVERY = timedelta(hours=4)
DANGER_GAP = timedelta(minutes=10)
"""The least time between two repetitions: sweeps that were late do not make up for what they missed."""


def is_overdue(followup: FollowUp, now: datetime) -> bool:
    """Return whether the deadline has passed."""
    return followup.deadline is not None and (
        followup.next_reminder_at is not None or followup.deadline <= now
    )


def has_missed_deadline(followup: FollowUp, now: datetime) -> bool:
    """Return whether the deadline has passed, or one did while nobody had it: the next level's may still run."""
    return is_overdue(followup, now) or followup.unattended_since is not None


def shown_deadline(followup: FollowUp, now: datetime) -> datetime | None:
    """Return the deadline to show: the first that passed while nobody took it on, once that of the last level has."""
    never_owned = followup.unattended_since is not None and followup.released_from is None
    return followup.missed_at if never_owned and is_overdue(followup, now) else followup.deadline


def missed_before(followup: FollowUp, now: datetime) -> datetime | None:
    """Return the deadline that was missed where nobody has it, unless `shown_deadline` is that; else None."""
    missed = followup.missed_at if followup.unattended_since else None
    return None if missed == shown_deadline(followup, now) else missed


def next_reminder(followup: FollowUp, store: Store, now: datetime) -> datetime:
    """Return when to remind again of the deadline that was missed at the highest level: daily, and sooner of a danger
    that nobody has. Not after the time at which it ends unanswered."""
    missed = followup.deadline or now
    if followup.urgent and followup.owner is None:
        repeats = (missed + after for after in DANGER_REPEATED_AFTER)
        at = next((at for at in repeats if at >= now + DANGER_GAP), now + DANGER_REPEATED_EVERY)
    else:
        at = next_morning(store, now)
    ends = unanswered_time(followup, store)
    return min(at, ends) if ends and ends > now else at


def unanswered_time(followup: FollowUp, store: Store) -> datetime | None:
    """Return when a follow-up ends unanswered if nobody takes it on: the policy's days after it was last attended. None
    for one with an owner or a solution, and where somebody waits: a danger, or an unhappy customer who can be reached.
    """
    # What was opened before `reachable` was recorded is told by its key.
    light = followup.priority == "light" or not (followup.reachable or followup.customer_key)
    if followup.urgent or not light or followup.owner or followup.ended or followup.stage == "resolved":
        return None
    since = followup.released_at or followup.opened_at
    return since + timedelta(days=store.policy.close_light_days)


def reminder_time(followup: FollowUp, store: Store, now: datetime) -> datetime | None:
    """Return when to remind of the deadline; None without one, after that time, or if the policy says so."""
    if followup.deadline is None:
        return None
    minutes = store.policy.reminder_lead_minutes(followup.awaits or "")
    at = followup.deadline - timedelta(minutes=minutes)
    return at if minutes and at > now else None


def next_morning(store: Store, now: datetime) -> datetime:
    """Return the first time of a day after today's at which the store is open and people are awake."""
    tomorrow = store.hours.local_date(now) + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time.min, ZoneInfo(store.timezone))
    awake = next_time_outside_quiet(midnight, ASLEEP, store.timezone)
    return store.hours.next_opening_outside(ASLEEP, awake)


def expected_deadlines(followup: FollowUp, store: Store) -> dict[Stage, datetime]:
    """Return the deadlines of the stages ahead: the current one, then each counted from the one before."""
    ahead: dict[Stage, datetime] = {}
    if followup.deadline is None:
        return ahead
    at = followup.deadline
    if followup.awaits != followup.next_stage:
        at = stage_deadline(followup.stage, store, at) or at
    for stage in STAGES[followup.step + 1 :]:
        ahead[stage] = at
        at = stage_deadline(stage, store, at) or at
    return ahead


def take_on_deadline(store: Store, priority: Priority, start: datetime) -> datetime:
    """Return by when a follow-up whose clock starts at `start` must be taken on; only opening hours count."""
    return store.hours.add_open_time(start, timedelta(minutes=take_on_minutes(store.policy, priority)))


def stage_deadline(stage: Stage, store: Store, start: datetime) -> datetime | None:
    """Return by when a follow-up that reached `stage` at `start` must reach the next stage; None when no deadline
    follows. It is never at a time when the store is closed."""
    policy = store.policy
    if stage == "taken_on" and policy.contact_clock == "open":
        return store.hours.add_open_time(start, timedelta(hours=policy.contact_hours))
    lengths = {
        "taken_on": timedelta(hours=policy.contact_hours),
        "contacted": timedelta(days=policy.resolve_days),
        "resolved": timedelta(days=policy.confirm_days),
    }
    return store.hours.next_opening(start + lengths[stage]) if stage in lengths else None


def take_on_minutes(policy: Policy, priority: Priority) -> int:
    """Return the opening minutes that the policy allows for taking on a follow-up of this priority."""
    if priority == "urgent":
        return policy.urgent_take_on_minutes
    return policy.light_take_on_minutes if priority == "light" else policy.take_on_minutes
