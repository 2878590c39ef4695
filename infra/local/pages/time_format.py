"""Instants and durations in words, by a store's wall clock, and the city that it stands for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

_NEAR = timedelta(days=6)


def city_of(zone: str) -> str:
    """Return the city of an IANA zone as it is spelt: `São Paulo` of `America/Sao_Paulo` (CLDR)."""
    spelt = Locale("en").time_zones.get(zone, {}).get("city")
    return str(spelt or zone.rpartition("/")[2].replace("_", " "))


def format_time(at: datetime, zone: ZoneInfo) -> str:
    """Format a time of day: `19:43`."""
    return at.astimezone(zone).strftime("%H:%M")


def format_date(at: datetime, zone: ZoneInfo) -> str:
    """Format a date: `Saturday 21 November`."""
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}"


def format_moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Format an instant as short as it is clear from `now`: `19:43` today, `Sun 10:00` within six days, else `21 Nov
    10:00`."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%a %H:%M}" if abs(at - now) < _NEAR else f"{local.day} {local:%b %H:%M}"


def format_duration(span: timedelta) -> str:
    """Format a duration: `under 0.1 s`, `0.8 s`, `12 s`, `9 min`, `2 h 5 min`, `3 days`; whole minutes as they have
    passed."""
    seconds = span.total_seconds()
    if seconds < 0.1:
        return "under 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if hours < 1:
        return f"{minutes} min"
    if days < 2:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} days"


def until_next_morning(now: datetime, zone: ZoneInfo, hour: int = 9) -> timedelta:
    """Measure how long it is to the next time that the clock in `zone` shows `hour` o'clock; never nothing."""
    morning = now.astimezone(zone).replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    if morning <= now:
        morning += timedelta(
            days=1
        )  # wall time: the same hour tomorrow, whatever the night does to the clock
    return morning.astimezone(UTC) - now
