"""Fifty stores of one chain in five countries, with hours of several kinds, as a store's file has them."""

from datetime import date, timedelta
from typing import Any

START = date(2026, 3, 16)
"""A Monday. In the month from here Madrid and London put their clocks on (29 March), Santiago puts its back (5 April),
and Easter closes stores."""

Settings = dict[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_COUNTRIES = (
    ("CL", "America/Santiago", "es", "+569222{:05}"),
    ("ES", "Europe/Madrid", "es", "+346222{:05}"),
    ("BR", "America/Sao_Paulo", "pt", "+5511922{:06}"),
    ("MX", "America/Mexico_City", "es", "+5255222{:05}"),
    ("GB", "Europe/London", "en", "+4474002{:05}"),
)
NUMBERS = "CL=+56912345678,BR=22395,GB=+447400900100"
"""Where contacts can answer an SMS."""


def _week(*intervals: list[str], sunday: bool = True) -> dict[str, Any]:
    return {day: list(intervals) if sunday or day != "sun" else [] for day in DAYS}


HOURS: tuple[dict[str, Any], ...] = (
    _week(["09:00", "21:00"]),
    {"always": True},
    _week(["10:00", "14:00"], ["17:00", "21:00"], sunday=False),
    {**_week(["18:00", "02:00"]), "mon": [], "holidays": "as_usual"},
    {
        **_week(["08:00", "20:00"]),
        "special": {"2026-03-21": [], "2026-03-28": [["10:00", "13:00"]]},
        "closed": [["2026-04-06", "2026-04-08"]],
    },
)
"""Day stores, around the clock, two shifts, past midnight, and closed on some days."""

POLICIES: tuple[dict[str, Any], ...] = (
    {},
    {"contact_clock": "open", "contact_hours": 12, "delay_notice": "send", "promises_per_day": 2},
    {"take_on_minutes": 20, "urgent_take_on_minutes": 8, "confirm_days": 4, "promise_grace_days": 1},
    {"customer_messages_per_week": 2, "tell_customer": True, "customer_update_days": 1},
)


def fifty() -> list[Settings]:
    """Ten stores a country. Each has one or two contacts of its own, five share an area manager, a country its head."""
    return [_store(country, number) for country in range(len(_COUNTRIES)) for number in range(10)]


def _store(of: int, number: int) -> Settings:
    country, zone, language, _ = _COUNTRIES[of]
    store_id = f"{country.lower()}{number}"
    store, second = _contact(of, number, 0), _contact(of, number + 40, 0)
    if number % 3 == 0:
        store["quiet"] = ["22:00", "08:00"]
    if number % 5 == 1:
        store["away"] = [[str(START + timedelta(days=8)), str(START + timedelta(days=12))]]
    area = _contact(of, 80 + number // 5, 1) | {"quiet": ["23:00", "07:00"]}
    head = _contact(of, 90, 2)
    del head["phone"]
    return {
        "store_id": store_id,
        "name": f"Aurora {store_id.upper()}",
        "brand": "Aurora",
        "language": language,
        "timezone": zone,
        "country": country,
        "hours": HOURS[number % len(HOURS)],
        "contacts": [store, *([second] if number % 4 == 2 else []), area, head],
        "policy": POLICIES[number % len(POLICIES)],
        "competitors": [],
    }


def _contact(of: int, number: int, level: int) -> dict[str, Any]:
    country, _, language, phone = _COUNTRIES[of]
    name = f"{country.lower()}-{('store', 'area', 'head')[level]}-{number}"
    return {
        "contact_id": name,
        "name": ("Ana", "Diego", "Marta")[level],
        "role": ("store", "area", "head")[level],
        "level": level,
        "language": language,
        "phone": phone.format(number + 10_000),
        "email": f"{name}@aurora.example",
    }
