"""Invalid opening hours are refused with a message that begins with the field."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from lazo.store.opening_hours import OpeningHours, next_time_outside_quiet
from lazo.store.opening_hours_fields import WEEKDAYS
from tests.opening_hours import SPLIT, STORE, daily, hours, utc


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mon": "09:00-14:00"}, "hours.mon"),
        ({"mon": [["09:00"]]}, "hours.mon[0]"),
        ({"mon": ["09:00", "14:00"]}, "hours.mon[0]"),
        ({"mon": [["09:00", "14:00"], ["16:00", "25:00"]]}, "hours.mon[1]"),
        ({"mon": [["9:00", "14:00"]]}, "hours.mon[0]"),
        ({"mon": [["09:60", "14:00"]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "24:01"]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "14:00\n"]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "٠١:٠٠"]]}, "hours.mon[0]"),
        ({"mon": [[9, 14]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "09:00"]]}, "hours.mon[0]"),
        ({"mon": [["24:00", "02:00"]]}, "hours.mon[0]"),
        ({"mon": None}, "hours.mon"),
        ({"monday": []}, "hours.monday"),
        ({"holidays": "open"}, "hours.holidays"),
        ({"holidays": None}, "hours.holidays"),
        ({"holidays": [["14:00"]]}, "hours.holidays[0]"),
        ({"special": []}, "hours.special"),
        ({"special": {"24/12/2026": []}}, "hours.special.24/12/2026"),
        ({"special": {"20261224": []}}, "hours.special.20261224"),
        ({"special": {"2026-02-29": []}}, "hours.special.2026-02-29"),
        ({"special": {"9999-12-31": []}}, "hours.special.9999-12-31"),
        ({"special": {"2026-12-24": [["09:00", "9"]]}}, "hours.special.2026-12-24[0]"),
        ({"closed": "02-01"}, "hours.closed"),
        ({"closed": {"02-01": "02-28"}}, "hours.closed"),
        ({"closed": [["02-01", "02-28"], ["02-01"]]}, "hours.closed[1]"),
        ({"closed": ["02-01", "02-28"]}, "hours.closed[0]"),
        ({"closed": [["02-01", "2026-02-28"]]}, "hours.closed[0]"),
        ({"closed": [["02-30", "03-02"]]}, "hours.closed[0]"),
        ({"closed": [["2-1", "2-28"]]}, "hours.closed[0]"),
        ({"closed": [["02-01", None]]}, "hours.closed[0]"),
        ({"closed": [["2026-02-29", "2026-03-02"]]}, "hours.closed[0]"),
        ({"closed": [["2026-02-03", "2026-02-02"]]}, "hours.closed[0]"),
        ({"closed": [["1999-12-31", "2000-01-02"]]}, "hours.closed[0]"),
        ({"always": "yes"}, "hours.always"),
        ({"always": True}, "hours.always"),
        ({name: [] for name in WEEKDAYS}, "hours"),
        ({**{name: [] for name in WEEKDAYS}, "special": {"2026-12-24": SPLIT}}, "hours"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        hours({**STORE, **change})
    assert str(refusal.value).startswith(f"{field}: ")


@pytest.mark.parametrize("missing", WEEKDAYS)
def test_every_weekday_is_required(missing: str) -> None:
    with pytest.raises(ValueError, match=rf"^hours\.{missing}: missing"):
        hours({name: intervals for name, intervals in STORE.items() if name != missing})


@pytest.mark.parametrize(
    ("timezone", "country", "subdivision", "field"),
    [
        ("America/Santigo", "CL", None, "timezone"),
        ("America", "CL", None, "timezone"),
        ("", "CL", None, "timezone"),
        ("../etc/localtime", "CL", None, "timezone"),
        ("America/Santiago", "XX", None, "country"),
        ("America/Santiago", "cl", None, "country"),
        ("America/Santiago", "", None, "country"),
        ("America/Santiago", "NYSE", None, "country"),
        ("America/Santiago", "MON", None, "country"),
        ("America/Santiago", "CL", "ZZ", "subdivision"),
        ("America/Santiago", "CL", "ES-MD", "subdivision"),
    ],
)
def test_place_that_is_not_known_is_refused_by_field(
    timezone: str, country: str, subdivision: str | None, field: str
) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        hours(STORE, timezone, country, subdivision)
    if field != "timezone":
        unchecked = OpeningHours.from_dict(STORE, timezone, country, subdivision, check_holidays=False)
        with pytest.raises(ValueError, match=f"^{field}: "):
            unchecked.is_open(utc("2026-03-02T12:00Z"))
        hours({**STORE, "holidays": "as_usual"}, timezone, country, subdivision)


def test_closed_for_400_days_is_the_most() -> None:
    def closed_for(count: int) -> dict[str, object]:
        days = [date(2026, 3, 2) + timedelta(days=day) for day in range(count)]
        return daily(["09:00", "18:00"], special={day.isoformat(): [] for day in days})

    # 365 days after 2 March 2026 is 2 March 2027; 35 more make 6 April.
    assert hours(closed_for(400)).next_opening(utc("2026-03-02T10:00-03:00")) == utc("2027-04-06T09:00-04:00")
    with pytest.raises(ValueError, match=r"^hours\.special\.2026-03-02: closed"):
        hours(closed_for(401))


@pytest.mark.parametrize(
    ("closed", "field"),
    [
        ([["01-01", "12-31"]], "hours.closed[0]"),
        ([["06-01", "05-31"]], "hours.closed[0]"),
        # Between them nothing is left of a year.
        ([["03-01", "08-31"], ["09-01", "02-29"]], "hours.closed[0]"),
        # From 2 March 2026, the 400th day after which is 6 April 2027.
        ([["2026-03-02", "2027-04-06"]], "hours.closed[0]"),
        # Only 25 to 31 December is left, one Saturday each year, which is Christmas in 2027.
        ([["01-01", "12-24"]], "hours.closed[0]"),
    ],
)
def test_seasons_after_which_the_store_does_not_open_are_refused(closed: list[list[str]], field: str) -> None:
    saturdays = {**{name: [] for name in WEEKDAYS}, "sat": [["10:00", "14:00"]]}
    with pytest.raises(ValueError, match=rf"^{re.escape(field)}: closed for more than 400 days"):
        hours({**saturdays, "closed": closed})


def test_a_season_may_leave_a_store_open_for_a_few_days() -> None:
    beach = hours({**STORE, "closed": [["03-01", "12-14"]]})
    assert beach.next_opening(utc("2026-03-01T12:00-03:00")) == utc("2026-12-15T09:00-03:00")
    year = hours(daily(["09:00", "18:00"], closed=[["2026-03-02", "2027-04-05"]]))
    assert year.next_opening(utc("2026-03-02T10:00-03:00")) == utc("2027-04-06T09:00-04:00")


@pytest.mark.parametrize("quiet", [("21:00", "21:00"), ("00:00", "24:00"), ("21", "08:00"), ("21:00",)])
def test_invalid_quiet_hours_are_refused(quiet: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^quiet"):
        next_time_outside_quiet(utc("2026-03-02T12:00Z"), quiet, "America/Santiago")
    with pytest.raises(ValueError, match=r"^timezone"):
        next_time_outside_quiet(utc("2026-03-02T12:00Z"), ("21:00", "08:00"), "Nowhere")
