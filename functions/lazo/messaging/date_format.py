"""Write days and times for customers in full and in their language, so that the day cannot be mistaken."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lazo.translations import translations


def format_day(on: date, language: str) -> str:
    """Return `el miércoles 11 de marzo`, as it reads within a sentence."""
    return _format("day", on, language)


def format_moment(at: datetime, zone: str, language: str) -> str:
    """Return `el miércoles 11 de marzo a las 12:00`, in the time zone `zone` (an IANA name)."""
    local = at.astimezone(ZoneInfo(zone))
    return _format("moment", local.date(), language, f"{local:%H:%M}")


def _format(pattern: str, on: date, language: str, time: str = "") -> str:
    names = translations("customer_messages", language)["dates"]
    weekday, month = names["weekdays"][on.weekday()], names["months"][on.month - 1]
    line: str = names[pattern]
    return line.format(weekday=weekday, day=on.day, month=month, time=time)
