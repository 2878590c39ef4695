"""What is unusual at touchpoints, from night to night."""

from datetime import date, timedelta

from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.bands import BandCounts
from lazo.insight.marked_answers import MarkedDay, SharedSource
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.touchpoint_watch import TouchpointSigns, answers_by_touchpoint, next_signs

MONDAY = date(2026, 11, 2)
NONE = TouchpointSigns()
DAY = timedelta(days=1)


def days(*answers: int, first: date = MONDAY) -> dict[date, int]:
    return {first + n * DAY: given for n, given in enumerate(answers)}


def after(before: TouchpointSigns, answers: dict[date, int], tens: int = 0) -> TouchpointSigns:
    return next_signs(before, answers, tens, max(answers))


def test_a_silence_begins_once_and_lasts_until_the_first_answer() -> None:
    """Ten a day for four weeks, then none: 280 answers that come one by one miss a day of 29 with (28/29)^280 = 5e-5,
    two days of 30 with (28/30)^280 = 4e-9. (What is usual has four more days at the usual rate, and is ten.)"""
    usual = [10] * 28
    assert after(NONE, days(*usual, 0)) == NONE, "chance may explain a day"
    silent = after(NONE, days(*usual, 0, 0))
    assert silent.silent == ActivityChange("silent", 2, 0, 20)
    assert silent.silent_since == MONDAY + 28 * DAY
    longer = after(silent, days(*usual, *[0] * 30))
    assert longer.silent == ActivityChange("silent", 30, 0, 300), (
        "also once nothing but silence is in four weeks"
    )
    assert longer.silent_since == silent.silent_since
    assert after(longer, days(*usual, *[0] * 30, 1)) == NONE
    again = after(NONE, days(*usual, *[0] * 30, 1, *[0] * 5))
    assert again == NONE, "after four weeks of silence there is nothing usual to miss"


def test_a_silence_goes_on_over_days_on_which_the_store_is_closed() -> None:
    """Sundays are closed: they are no day of silence."""
    open_days = {day: n for day, n in days(*[10] * 28, 0, 0, 0, 0, 0, 0, 0, 0).items() if day.weekday() != 6}
    found = after(NONE, open_days).silent
    assert found is not None
    assert found.days == 7


def test_a_flood_is_shown_for_two_weeks_and_is_of_the_fewest_days() -> None:
    usual = [10] * 28
    flooded = after(NONE, days(*usual, 60))
    assert flooded.flooded == ActivityChange("flooded", 1, 60, 10)
    assert flooded.flooded_on == MONDAY + 28 * DAY
    assert after(flooded, days(*usual, 60, *[10] * 13)).flooded_on == flooded.flooded_on
    assert after(flooded, days(*usual, 60, *[10] * 14)) == NONE


def test_tens_within_a_minute_are_shown_for_two_weeks() -> None:
    shown = after(NONE, days(*[10] * 28), tens=6)
    assert (shown.tens, shown.tens_on) == (6, MONDAY + 27 * DAY)
    assert after(shown, days(*[10] * 41)).tens == 6
    assert after(shown, days(*[10] * 42)) == NONE


def test_what_may_share_a_source_is_shown_for_two_weeks_from_the_last_time() -> None:
    """Ten of ten tens are alike, and from the team's network, and none of fifteen others: one in 3,268,760."""
    answers = days(*[10] * 28)
    last = max(answers)
    found = next_signs(NONE, answers, 0, last, [MarkedDay(last, 25, 10, 10, 10, 10, 10)])
    shared = SharedSource(7, 25, 10, 10)
    assert found == TouchpointSigns(device=shared, device_on=last, network=shared, network_on=last)
    assert after(found, days(*[10] * 41)) == found
    assert after(found, days(*[10] * 42)) == NONE
    alike = MarkedDay(last + 13 * DAY, 25, 10, 10, 10, 3, 1)
    again = next_signs(found, days(*[10] * 41), 0, alike.on, [alike])
    assert (again.device_on, again.network_on) == (alike.on, last)


def test_a_touchpoint_begins_with_its_first_answer() -> None:
    """`b` came on the second day; the third was closed; on the fourth nobody answered; the fifth was counted before
    there were counters of touchpoints."""
    some = AnswerCounts(BandCounts(2, 0, 0), touchpoints={"a": BandCounts(2, 0, 0)})
    both = AnswerCounts(
        BandCounts(1, 1, 0), touchpoints={"a": BandCounts(1, 0, 0), "b": BandCounts(0, 1, 0)},
        suspect=3, suspect_touchpoints={"b": 3},
    )  # fmt: skip
    old = AnswerCounts(BandCounts(5, 0, 0))
    counts = {MONDAY: some, MONDAY + DAY: both, MONDAY + 2 * DAY: some, MONDAY + 4 * DAY: old}
    open_days = [MONDAY + n * DAY for n in (4, 3, 1, 0)]
    assert answers_by_touchpoint(counts, open_days) == {
        "a": {MONDAY: 2, MONDAY + DAY: 1, MONDAY + 3 * DAY: 0},
        "b": {MONDAY + DAY: 4, MONDAY + 3 * DAY: 0},
    }
