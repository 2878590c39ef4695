"""Write days and times for customers in full and in their language, so that the day cannot be mistaken."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lazo.text.regional_formats import format_day_in_full
from lazo.translations import translations


def format_day(on: date, language: str, country: str) -> str:
    """Return `el miércoles 11 de marzo`, as it reads within a sentence; month and day in the order of `country`."""
    line: str = translations("customer_messages", language)["dates"]["day"]
    return line.format(day=format_day_in_full(on, language, country))


def format_moment(at: datetime, zone: str, language: str, country: str) -> str:
    """Return `el miércoles 11 de marzo a las 12:00`, in the time zone `zone` (an IANA name)."""
    local = at.astimezone(ZoneInfo(zone))
    line: str = translations("customer_messages", language)["dates"]["moment"]
    return line.format(day=format_day_in_full(local.date(), language, country), time=f"{local:%H:%M}")
