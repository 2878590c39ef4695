"""Counters by day of a month that is rolled up: what of a day is kept, that stores add up, and what is read again."""

from collections.abc import Sequence
from datetime import date

from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.bands import BandCounts
from lazo.table.day_columns import add_columns, columns_of_days, counts_by_day, encode_columns, read_columns

SECOND = {
    "pk": "STORE#norte",
    "sk": "DAY#2026-11-02",
    "changes": 7,
    "s10": 2,
    "s3": 1,
    "x10": 1,
    "h09": 3,
    "y09": 1,
    "h09#promoter": 2,
    "h09#detractor": 1,
    "q#K7M2QX#promoter": 2,
    "t#price#detractor": 1,
    "z#too_fast": 1,
}
LAST = {
    "pk": "STORE#norte",
    "sk": "DAY#2026-11-30",
    "s10": 1,
    "h20#promoter": 1,
    "p#price#promoter": 1,
    "s7": 0,
}


def column(**days: int) -> Sequence[int]:
    """A column with these days (`d02`)."""
    return [days.get(f"d{day:02}", 0) for day in range(1, 32)]


COLUMNS = {
    "s10": column(d02=2, d30=1),
    "s3": column(d02=1),
    "x10": column(d02=1),
    "h09#promoter": column(d02=2),
    "h09#detractor": column(d02=1),
    "h20#promoter": column(d30=1),
    "t#price#detractor": column(d02=1),
    "p#price#promoter": column(d30=1),
    "z#too_fast": column(d02=1),
}


def test_a_days_counters_without_touchpoints_and_hours_of_no_band() -> None:
    assert columns_of_days([SECOND, LAST]) == COLUMNS
    assert columns_of_days([]) == {}


def test_stores_add_up_day_by_day() -> None:
    total = dict(COLUMNS)
    add_columns(total, {"s10": column(d02=5, d03=4), "s0": column(d31=1)})
    assert total == {**COLUMNS, "s10": column(d02=7, d03=4, d30=1), "s0": column(d31=1)}
    assert COLUMNS["s10"] == column(d02=2, d30=1), "what was added up first is as it was"


def test_answers_by_day_as_they_were_counted() -> None:
    """2 November 2026 is a Monday, as is the 30th."""
    assert counts_by_day(read_columns(encode_columns(COLUMNS)), "2026-11") == {
        date(2026, 11, 2): AnswerCounts(
            bands=BandCounts(2, 0, 1),
            themes={"price": ThemeOpinions(complained=BandCounts(0, 0, 1))},
            hours={9: BandCounts(2, 0, 1)},
            weekdays={0: BandCounts(2, 0, 1)},
            suspect=1,
            signs={"too_fast": 1},
        ),
        date(2026, 11, 30): AnswerCounts(
            bands=BandCounts(1, 0, 0),
            themes={"price": ThemeOpinions(praised=BandCounts(1, 0, 0))},
            hours={20: BandCounts(1, 0, 0)},
            weekdays={0: BandCounts(1, 0, 0)},
        ),
    }
    assert counts_by_day({}, "2026-02") == {}
