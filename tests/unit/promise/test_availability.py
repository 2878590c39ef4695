"""Which dates can be promised. Tuesday 10 March 2026, 12:00 in Santiago; the store is open from 9 to 21 on weekdays
and from 10 to 14 on Saturdays."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lazo.errors import Problem, Rejected
from lazo.promise import availability
from lazo.promise.model import DayOrInstant
from lazo.store.model import Store
from tests.builders import ANA, DIEGO, MARTA, START, make_store

HOURS = {
    **{key: [["09:00", "21:00"]] for key in ("mon", "tue", "wed", "thu", "fri")},
    "sat": [["10:00", "14:00"]],
    "sun": [],
}
TUE, WED, THU, FRI, SAT, SUN, MON = (date(2026, 3, 10) + timedelta(days=n) for n in range(7))


def at(day: date, clock: str, zone: str = "America/Santiago") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))


def open_store(**changes: Any) -> Store:
    return make_store(**{"hours": HOURS, **changes})


def rejection_of(
    when: DayOrInstant,
    loads: Mapping[date, int] | None = None,
    store: Store | None = None,
    owner: str = "ana",
) -> Problem:
    with pytest.raises(Rejected) as found:
        availability.confirm_date(when, owner, store or open_store(), loads or {}, START)
    (problem,) = found.value.problems
    return problem


def confirmed_date(
    when: DayOrInstant, loads: Mapping[date, int] | None = None, store: Store | None = None
) -> datetime:
    return availability.confirm_date(when, "ana", store or open_store(), loads or {}, START)


@pytest.mark.parametrize(
    ("when", "due"),
    [
        (TUE, at(TUE, "20:59")),
        (FRI, at(FRI, "20:59")),
        (SAT, at(SAT, "13:59")),
        (at(FRI, "15:30"), at(FRI, "15:30")),
        (at(FRI, "09:00"), at(FRI, "09:00")),
        (at(FRI, "21:00"), at(FRI, "20:59")),
    ],
)
def test_a_day_is_due_in_its_last_open_minute(when: DayOrInstant, due: datetime) -> None:
    assert confirmed_date(when) == due


def test_a_bar_that_closes_after_midnight_promises_for_the_evening_that_began_it() -> None:
    nights = {
        **{key: [["18:00", "02:00"]] for key in ("mon", "tue", "wed", "thu", "fri")},
        "sat": [],
        "sun": [],
    }
    bar = open_store(hours=nights)
    assert confirmed_date(FRI, store=bar) == at(FRI, "23:59")
    assert confirmed_date(at(SAT, "01:30"), store=bar) == at(SAT, "01:30")
    assert rejection_of(SAT, store=bar).facts["first"] == at(MON, "23:59")


def test_around_the_clock_a_day_ends_at_midnight() -> None:
    assert confirmed_date(SUN, store=make_store()) == at(SUN, "23:59")
    assert confirmed_date(at(SUN, "03:00"), store=make_store()) == at(SUN, "03:00")


@pytest.mark.parametrize(
    ("when", "first"),
    [
        (SUN, at(MON, "20:59")),
        (at(SUN, "12:00"), at(MON, "09:00")),
        (at(SAT, "16:00"), at(MON, "09:00")),
        (at(FRI, "22:00"), at(SAT, "10:00")),
        (at(FRI, "08:59"), at(FRI, "09:00")),
    ],
)
def test_outside_hours_the_first_date_that_fits_is_the_next_opening(
    when: DayOrInstant, first: datetime
) -> None:
    problem = rejection_of(when)
    assert (problem.code, problem.field, problem.facts["first"]) == ("outside_hours", "date", first)


def test_holidays_are_outside_hours() -> None:
    """Good Friday is 3 April 2026, Saturday 4 April is a holiday as well in Chile; the store is shut on Sundays."""
    assert rejection_of(date(2026, 4, 3)).facts["first"] == at(date(2026, 4, 6), "20:59")


def test_today_after_closing_is_too_late_for_today() -> None:
    evening = at(TUE, "22:00")
    with pytest.raises(Rejected) as found:
        availability.confirm_date(TUE, "ana", open_store(), {}, evening)
    (problem,) = found.value.problems
    assert (problem.code, problem.facts["first"]) == ("outside_hours", at(WED, "20:59"))


def test_an_owner_has_a_limit_of_promises_a_day() -> None:
    three = open_store(policy={"promises_per_day": 3})
    assert confirmed_date(FRI, {FRI: 2}, three) == at(FRI, "20:59")
    problem = rejection_of(FRI, {FRI: 3, SAT: 4}, three)
    assert (problem.code, problem.facts["name"]) == ("owner_full", "Ana")
    assert problem.facts["first"] == at(MON, "20:59")
    assert rejection_of(at(FRI, "15:00"), {FRI: 3}, three).facts["first"] == at(SAT, "10:00")


def test_no_promise_for_a_day_on_which_the_owner_is_away() -> None:
    off = open_store(contacts=[{**ANA, "away": [["2026-03-11", "2026-03-14"]]}, DIEGO, MARTA])
    assert confirmed_date(TUE, store=off) == at(TUE, "20:59")
    problem = rejection_of(THU, store=off)
    assert (problem.code, problem.facts["first"]) == ("owner_away", at(MON, "20:59"))
    assert rejection_of(at(THU, "12:00"), store=off).facts["first"] == at(MON, "09:00")


def test_the_first_date_skips_closed_full_and_away_days() -> None:
    """Friday is full, Saturday Ana is away, on Sunday the store is closed, Monday is full: Tuesday the 17th."""
    busy = open_store(
        contacts=[{**ANA, "away": [["2026-03-14", "2026-03-14"]]}, DIEGO, MARTA],
        policy={"promises_per_day": 1},
    )
    assert rejection_of(FRI, {FRI: 1, MON: 1}, busy).facts["first"] == at(date(2026, 3, 17), "20:59")


def test_when_no_date_fits_within_two_months_none_is_named() -> None:
    assert rejection_of(FRI, store=open_store(policy={"promises_per_day": 0})).facts["first"] is None


def test_past_dates_far_dates_and_unknown_owners_are_rejected() -> None:
    assert (rejection_of(date(2026, 3, 9)).code, rejection_of(START).code) == ("in_the_past", "in_the_past")
    far = rejection_of(date(2026, 6, 9))
    assert (far.code, far.facts["most"]) == ("too_far", 90)
    assert confirmed_date(date(2026, 6, 8)) == at(date(2026, 6, 8), "20:59")
    assert (rejection_of(FRI, owner="nobody").code, rejection_of(FRI, owner="nobody").field) == (
        "unknown_owner",
        "owner",
    )


def test_a_moved_promise_does_not_count_against_its_own_day() -> None:
    class Mine:
        owner, due, first_contact = "ana", at(FRI, "20:59"), False

    class Diegos:
        owner, due, first_contact = "diego", at(FRI, "20:59"), False

    one = open_store(policy={"promises_per_day": 1})
    moved = availability.confirm_date(at(FRI, "15:00"), "ana", one, {FRI: 1}, START, moving=Mine())
    assert moved == at(FRI, "15:00")
    with pytest.raises(Rejected):
        availability.confirm_date(at(FRI, "15:00"), "ana", one, {FRI: 1}, START, moving=Diegos())


def test_a_day_whose_last_hour_comes_twice_ends_with_the_second() -> None:
    """On Saturday 4 April 2026 the clock of Santiago shows 23:00 to 23:59 twice; Sunday begins at 04:00 UTC."""
    due = confirmed_date(date(2026, 4, 4), store=make_store())
    assert due.isoformat() == "2026-04-05T03:59:00+00:00"
    assert availability.is_whole_day(due, make_store().hours)


def test_a_day_ends_at_closing_across_a_clock_change() -> None:
    """Chile's clocks go back on the night before Sunday 5 April 2026: 20:59 is 23:59 UTC before, 00:59 after."""
    week = {"hours": {**HOURS, "sun": [["09:00", "21:00"]]}}
    before, after = (
        confirmed_date(date(2026, 3, 31), store=open_store(**week)),
        confirmed_date(date(2026, 4, 7), store=open_store(**week)),
    )
    assert (before.isoformat(), after.isoformat()) == (
        "2026-03-31T23:59:00+00:00",
        "2026-04-08T00:59:00+00:00",
    )


@pytest.mark.parametrize(
    ("due", "since", "notice"),
    [
        # Four hours before, while the store is open.
        (at(FRI, "20:59"), START, at(FRI, "16:59")),
        # 07:00 is before opening, and 9 is two hours before: sent that morning.
        (at(FRI, "11:00"), START, at(FRI, "09:00")),
        # Due at opening: sent the evening before, a quarter of an hour before closing.
        (at(FRI, "09:00"), START, at(THU, "20:45")),
        # Two hours to go: not before one of them is over.
        (START + timedelta(hours=2), START, START + timedelta(hours=1)),
    ],
)
def test_a_delay_alert_is_before_the_date_and_in_opening_hours(
    due: datetime, since: datetime, notice: datetime
) -> None:
    assert availability.at_risk_time(due, since, open_store()) == notice


def test_after_three_days_of_grace_a_promise_is_broken_when_the_store_opens() -> None:
    assert availability.broken_time(at(THU, "20:59"), open_store()) == at(MON, "09:00")
    assert availability.broken_time(at(TUE, "20:59"), open_store()) == at(FRI, "20:59")
