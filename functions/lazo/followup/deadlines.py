"""By when a follow-up must come to its next stage, and when whoever has to meet that is reminded."""

from datetime import datetime, timedelta

from lazo.followup.model import STAGES, FollowUp, Priority, Stage
from lazo.store.model import Store
from lazo.store.policy import Policy


def is_overdue(followup: FollowUp, now: datetime) -> bool:
    """The time for what comes next is over."""
    return followup.deadline is not None and followup.deadline <= now


def reminder_time(followup: FollowUp, store: Store, now: datetime) -> datetime | None:
    """When whoever has to meet the deadline is reminded; None where that is over, or not wanted."""
    if followup.deadline is None:
        return None
    minutes = store.policy.reminder_lead_minutes(followup.awaits or "")
    at = followup.deadline - timedelta(minutes=minutes)
    return at if minutes and at > now else None


def expected_deadlines(followup: FollowUp, store: Store) -> dict[Stage, datetime]:
    """The deadlines of the stages still ahead: the running one as it stands, each after it counted from the one
    before."""
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
    """By when somebody must have taken on a follow-up whose clock starts at `start`; only open hours count."""
    return store.hours.add_open_time(start, timedelta(minutes=take_on_minutes(store.policy, priority)))


def stage_deadline(stage: Stage, store: Store, start: datetime) -> datetime | None:
    """By when a follow-up that has come to `stage` at `start` must have come to the next; never while it is closed."""
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
    if priority == "urgent":
        return policy.urgent_take_on_minutes
    return policy.light_take_on_minutes if priority == "light" else policy.take_on_minutes
