"""Opening hours against a simulation of every minute (tests/wall_clock.py), and laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lazo.store.opening_hours import next_time_outside_quiet
from lazo.store.opening_hours_fields import WEEKDAYS
from tests.opening_hours import daily, hours
from tests.parts import some
from tests.wall_clock import CHANGES, MINUTE, MINUTES_A_DAY, REACH, Change, closed_days, shown, simulate

CHANGE = REACH * MINUTES_A_DAY
"""The minute of the simulation in which the clock changes."""


def as_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


some_minute = st.one_of(
    st.sampled_from([0, 1, 29, 30, 60, 61, 90, 119, 120, 150, 179, 180, 1380, 1410, 1439]),
    st.integers(0, 1439),
)
interval = (
    st.tuples(some_minute, st.one_of(st.just(1440), some_minute))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: [as_text(pair[0]), as_text(pair[1])])
)
some_day = st.lists(interval, max_size=3)
place = st.sampled_from(CHANGES)
quiet_window = interval.filter(lambda window: window != ["00:00", "24:00"])


@st.composite
def seasons(draw: st.DrawFn, change: Change) -> list[str]:
    first = change.instant.date() + timedelta(days=draw(st.integers(-5, 3)))
    last = first + timedelta(days=draw(st.integers(0, 4)))
    written = draw(st.sampled_from(["%Y-%m-%d", "%m-%d"]))
    return [first.strftime(written), last.strftime(written)]


@st.composite
def tables(draw: st.DrawFn, change: Change) -> dict[str, object]:
    near = st.integers(-3, 3).map(lambda days: (change.instant + timedelta(days=days)).date().isoformat())
    week = draw(st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, some_day)))
    assume(any(week.values()))
    return {
        **week,
        "holidays": draw(st.sampled_from(["closed", "as_usual"]) | some_day),
        "special": draw(st.dictionaries(near, some_day, max_size=2)),
        "closed": draw(st.lists(seasons(change), max_size=2)),
    }


@given(data=st.data(), place=place)
@settings(max_examples=some(120), deadline=None)
def test_agrees_with_the_simulation(data: st.DataObject, place: Change) -> None:
    table = data.draw(tables(place))
    store_hours = hours(table, place.timezone, place.country, place.subdivision)
    begin, is_open = simulate(table, place)
    start = CHANGE + data.draw(
        st.integers(-2 * MINUTES_A_DAY, MINUTES_A_DAY), label="minutes from the change"
    )
    at = begin + start * MINUTE

    for minute in range(start - 90, start + 90):
        assert store_hours.is_open(begin + minute * MINUTE) == is_open[minute]
    ahead = [minute for minute in range(start, len(is_open)) if is_open[minute]]
    assume(ahead)
    assert store_hours.next_opening(at) == begin + ahead[0] * MINUTE
    # So much that it ends exactly at a closing falls on the opening after it.
    at_closing = [n for n, (last, first) in enumerate(pairwise(ahead), start=1) if first > last + 1]
    amounts = st.integers(0, min(26 * 60, len(ahead) - 1))
    for amount in (data.draw(amounts, label="amount"), *at_closing[:2]):
        assert store_hours.add_open_time(at, amount * MINUTE) == begin + ahead[amount] * MINUTE


@given(data=st.data(), place=place, window=quiet_window)
@settings(max_examples=some(50), deadline=None)
def test_next_opening_outside_quiet_hours_agrees_with_the_simulation(
    data: st.DataObject, place: Change, window: list[str]
) -> None:
    table = data.draw(tables(place))
    store_hours = hours(table, place.timezone, place.country, place.subdivision)
    begin, is_open = simulate(table, place)
    _, is_quiet = simulate(daily(window, special={}), place)
    start = CHANGE + data.draw(st.integers(-2 * MINUTES_A_DAY, MINUTES_A_DAY))
    both = [n for n in range(start, len(is_open)) if is_open[n] and not is_quiet[n]]
    assume(both)
    found = store_hours.next_opening_outside((window[0], window[1]), begin + start * MINUTE)
    assert found == begin + both[0] * MINUTE


@given(data=st.data(), place=place)
@settings(max_examples=some(50), deadline=None)
def test_opening_time_between_two_times_agrees_with_the_simulation(
    data: st.DataObject, place: Change
) -> None:
    table = data.draw(tables(place))
    store_hours = hours(table, place.timezone, place.country, place.subdivision)
    begin, is_open = simulate(table, place)
    start = CHANGE + data.draw(st.integers(-2 * MINUTES_A_DAY, MINUTES_A_DAY))
    end = start + data.draw(st.integers(0, 2 * MINUTES_A_DAY))
    stretches = store_hours.open_intervals(begin + start * MINUTE, begin + end * MINUTE)
    found = [(at - begin) // MINUTE + n for at, until in stretches for n in range((until - at) // MINUTE)]
    assert found == [n for n in range(start, end) if is_open[n]]


some_time = st.timedeltas(timedelta(0), timedelta(hours=12))
some_offset = st.timedeltas(timedelta(days=-3), timedelta(days=3))


@given(data=st.data(), place=place, earlier=some_offset, later=some_offset, less=some_time, more=some_time)
@settings(max_examples=some(150), deadline=None)
def test_adding_open_time_is_additive_and_monotone(
    data: st.DataObject,
    place: Change,
    earlier: timedelta,
    later: timedelta,
    less: timedelta,
    more: timedelta,
) -> None:
    store_hours = hours(data.draw(tables(place)), place.timezone, place.country, place.subdivision)
    at, after = sorted((place.instant + earlier, place.instant + later))
    result = store_hours.add_open_time(at, less)
    assert store_hours.is_open(result)
    assert result - at >= less
    assert store_hours.add_open_time(result, more) == store_hours.add_open_time(at, less + more)
    assert result <= store_hours.add_open_time(after, less)
    if less != more:
        assert (less < more) == (result < store_hours.add_open_time(at, more))
    assert store_hours.next_opening(at) == store_hours.add_open_time(at, timedelta(0))


@given(place=place, offset=some_offset, amount=some_time)
def test_whole_days_without_holidays_are_always(place: Change, offset: timedelta, amount: timedelta) -> None:
    at = place.instant + offset
    assert hours(daily(["00:00", "24:00"]), place.timezone).add_open_time(at, amount) == at + amount


some_day_of_a_year = st.dates(date(2024, 1, 1), date(2024, 12, 31))  # a leap year


@given(first=some_day_of_a_year, length=st.integers(0, 350))
@example(first=date(2024, 12, 31), length=1)
@example(first=date(2024, 12, 1), length=90)
@settings(max_examples=some(20), deadline=None)
def test_a_yearly_season_closes_each_of_its_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    season = [f"{first:%m-%d}", f"{last:%m-%d}"]
    store_hours = hours(daily(["12:00", "13:00"], closed=[season]), "UTC")
    noons = [datetime(2026, 12, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(500)]
    walked = closed_days([season])
    assert [store_hours.is_open(noon) for noon in noons] == [f"{noon:%m-%d}" not in walked for noon in noons]


@given(place=place, window=quiet_window, start=st.integers(-2 * MINUTES_A_DAY, 2 * MINUTES_A_DAY))
@example(Change("America/St_Johns", "CL", "2010-11-07T02:31Z"), ["00:00", "08:00"], 5)
@settings(deadline=None)
def test_quiet_hours_agree_with_the_simulation(place: Change, window: list[str], start: int) -> None:
    begin, is_quiet = simulate(daily(window, special={}), place)
    minute = CHANGE + start
    until = is_quiet.index(False, minute)
    found = next_time_outside_quiet(begin + minute * MINUTE, (window[0], window[1]), place.timezone)
    assert found == begin + until * MINUTE


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.timezone} {change.at[:10]}")
def test_the_clock_changes_are_those_of_the_installed_tzdata(change: Change) -> None:
    """Where a change is in CHANGES the clock jumps or stands, and on 1 November 2026 in São Paulo it does not."""
    _, clock = shown(change.timezone, change.instant)
    around = clock[CHANGE - 2 : CHANGE + 1]
    steady = all(after - before == 1 for before, after in pairwise(around))
    assert steady == (change.at == "2026-11-01T03:00Z")
