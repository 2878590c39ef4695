"""When a store's week is counted, and when its contacts get the digest and the praise of the day."""

import zlib
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lazo.auth.users import user_id_of
from lazo.followup.contact_hours import next_reachable_time
from lazo.insight.weeks import Week, week_of
from lazo.store.contacts import Contact
from lazo.store.model import Store

_COUNTED_FROM, _COUNTED_WITHIN = time(0, 30), 180
_SENT_WITHIN = 20
"""Minutes after a store's opening over which the digests of its contacts are spread."""
BEFORE_CLOSING: Final = timedelta(hours=1)
_EVENING: Final = time(20)


def next_count_time(store: Store, now: datetime) -> datetime:
    """Return when the store's week that runs now, or has just ended, is counted: in the night to Monday by the store's
    clock, after `now`. Each store has its own minute, to spread the load."""
    week = week_of(store.hours.local_date(now)).previous
    while (at := _count_time(store, week)) <= now:
        week = week.next
    return at


def digest_time(store: Store, contact: Contact, week: Week) -> datetime:
    """Return when a contact gets the digest of a week: at the store's first opening after it when they may be reminded
    of something, and some minutes, to spread the load."""
    opening = next_reachable_time(store, contact, week.ends(store.timezone), reminder=True)
    spread = zlib.crc32(user_id_of(contact).encode()) % _SENT_WITHIN
    return opening + timedelta(minutes=spread)


def next_praise_time(store: Store, now: datetime) -> datetime:
    """Return when the praise of a day is told, after `now`: an hour before the last closing of a day on which the store
    opens, and at eight in the evening at the latest, unless it opens later."""
    zone = ZoneInfo(store.timezone)
    day = store.hours.local_date(now)
    while True:
        midnight = datetime.combine(day, time.min, zone)
        day += timedelta(days=1)
        spans = store.hours.open_intervals(midnight, datetime.combine(day, time.min, zone))
        if not spans:
            day = max(day, store.hours.local_date(store.hours.next_opening(midnight)))
            continue
        opens, closes = spans[-1]
        evening = datetime.combine(midnight.date(), _EVENING, zone).astimezone(UTC)
        at = max(opens, min(closes - BEFORE_CLOSING, evening))
        if at > now:
            return at


def _count_time(store: Store, week: Week) -> datetime:
    minute = zlib.crc32(store.store_id.encode()) % _COUNTED_WITHIN
    night = datetime.combine(week.next.monday, _COUNTED_FROM, ZoneInfo(store.timezone))
    return night.astimezone(UTC) + timedelta(minutes=minute)
