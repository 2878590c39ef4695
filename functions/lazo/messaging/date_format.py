"""Days and hours as a customer reads them: in full and in their language, so that nobody has to guess which day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lazo.translations import translations


def format_day(on: date, language: str) -> str:
    """`el miércoles 11 de marzo`, as it stands within a sentence."""
    return _say("day", on, language)


def format_moment(at: datetime, zone: str, language: str) -> str:
    """`el miércoles 11 de marzo a las 12:00`, by the clock of `zone` (an IANA name)."""
    local = at.astimezone(ZoneInfo(zone))
    return _say("moment", local.date(), language, f"{local:%H:%M}")


def _say(pattern: str, on: date, language: str, time: str = "") -> str:
    said = translations("customer_messages", language)["dates"]
    weekday, month = said["weekdays"][on.weekday()], said["months"][on.month - 1]
    line: str = said[pattern]
    return line.format(weekday=weekday, day=on.day, month=month, time=time)
