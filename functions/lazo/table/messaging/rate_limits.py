"""Limit the messages to staff per hour: a store's SMS, and the e-mails to one of its contacts."""

from datetime import UTC, datetime, timedelta
from typing import Final

from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.survey.doubts import UNUSUAL_RATE
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import count_within

KEPT_FOR: Final = timedelta(days=2)
DOUBTFUL_EMAILS_PER_HOUR: Final = 5
"""How many e-mails about follow-ups that may not be a customer's a contact gets one by one."""


def reserve_sms(table: Table, store: Store, now: datetime, *, always: bool = False) -> bool:
    """Count one SMS in this hour. Returns False if the store's limit is reached; with `always` it counts and returns
    True. If the claim that follows fails, the reservation is not returned: the limit is never exceeded, and may be
    missed by as many."""
    most = None if always else store.policy.sms_per_hour
    write = count_within(keys.sms_hour(store.store_id, hour_of(now)), most, now + KEPT_FOR)
    return table.update_if(write) is not None


def reserve_email(table: Table, store: Store, contact_id: str, followup: FollowUp, now: datetime) -> bool:
    """Count one e-mail to a contact in this hour. Returns False if it is one too many. Doubtful follow-ups have a limit
    of their own, so that a flood uses up nothing of the others; those of an unusual rate never go one by one."""
    if UNUSUAL_RATE in followup.doubts:
        return False
    counted, most = keys.email_hour, store.policy.emails_per_hour
    if followup.doubts:
        counted, most = keys.doubtful_email_hour, DOUBTFUL_EMAILS_PER_HOUR
    write = count_within(counted(store.store_id, hour_of(now), contact_id), most, now + KEPT_FOR)
    return table.update_if(write) is not None


def next_hour(now: datetime) -> datetime:
    """Return when the next hour, with a new limit, begins."""
    return end_of_hour(hour_of(now))


def hour_of(now: datetime) -> str:
    """Return the hour in keys: `2026-11-21T22`, UTC."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H")


def end_of_hour(hour: str) -> datetime:
    """Return when an hour of `hour_of` ends."""
    return datetime.fromisoformat(f"{hour}:00:00+00:00") + timedelta(hours=1)
