"""Compute when a follow-up must reach its next stage, and when the responsible person is reminded."""

from datetime import datetime, timedelta

from lazo.followup.model import STAGES, FollowUp, Priority, Stage
from lazo.store.model import Store
from lazo.store.policy import Policy


def is_overdue(followup: FollowUp, now: datetime) -> bool:
    """Return whether the deadline has passed."""
    return followup.deadline is not None and followup.deadline <= now


def reminder_time(followup: FollowUp, store: Store, now: datetime) -> datetime | None:
    """Return when to remind of the deadline; None without one, after that time, or if the policy says so."""
    if followup.deadline is None:
        return None
    minutes = store.policy.reminded_before(followup.awaits or "")
    at = followup.deadline - timedelta(minutes=minutes)
    return at if minutes and at > now else None


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
