"""What a query string has to say, and every mistake in it."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from api.parameters import AnswersQuery, ScoresQuery, read_query
from lazo.errors import Rejected
from lazo.translations import LANGUAGES, translations

NOVEMBER = "from=2026-11-01&to=2026-12-01"


def problems(
    query: str, kind: type[ScoresQuery] | type[AnswersQuery] = ScoresQuery
) -> set[tuple[str | None, str]]:
    with pytest.raises(Rejected) as caught:
        read_query(kind, query)
    return {(problem.field, problem.code) for problem in caught.value.problems}


def test_a_whole_query() -> None:
    read = read_query(
        ScoresQuery, f"{NOVEMBER}&period=week&group=store&store=norte&store=sur&limit=7&cursor=x"
    )
    assert (read.from_, read.to) == (date(2026, 11, 1), date(2026, 12, 1))
    assert (read.period, read.store, read.limit, read.cursor) == ("week", ("norte", "sur"), 7, "x")


def test_days_and_instants() -> None:
    read = read_query(AnswersQuery, "from=2026-11-01&to=2026-11-01T09:00:00-03:00")
    assert (read.from_, read.to) == (date(2026, 11, 1), datetime(2026, 11, 1, 12, tzinfo=UTC))
    read = read_query(AnswersQuery, "from=2026-11-01T09:00:00.5%2B05:30&to=2026-11-01t09:00:00z")
    zone = timezone(timedelta(hours=5, minutes=30))
    assert read.from_ == datetime(2026, 11, 1, 9, 0, 0, 500_000, tzinfo=zone)
    assert read_query(AnswersQuery, "") == AnswersQuery((), 50, None, None, None)


def test_every_mistake_is_told_at_once() -> None:
    assert problems("from=x&limit=0&limit=3&period=year&store=NORTE&colour=red") == {
        ("from", "from_invalid"),
        ("to", "to_required"),
        ("limit", "limit_repeated"),
        ("period", "period_invalid"),
        ("store", "store_invalid"),
        ("colour", "unknown_parameter"),
    }


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "1e1", "", "%20", "1_0", "٣", "1000"])
def test_limits_that_are_none(limit: str) -> None:
    assert problems(f"{NOVEMBER}&limit={limit}") == {("limit", "limit_invalid")}


@pytest.mark.parametrize(
    "day",
    ["", "2026-02-30", "2026-1-1", "20261101", "2019-12-31", "1700000000", "2026-11-01T00:00:00Z", "today"],
)
def test_days_that_are_none(day: str) -> None:
    assert problems(f"from={day}&to=2026-12-01") == {("from", "from_invalid")}


@pytest.mark.parametrize(
    "instant",
    ["2026-11-01T09:00:00", "2026-11-01T09:00:00+03:00", "2026-11-01 09:00:00Z", "2026-11-01T24:30:00Z"],
)
def test_instants_without_a_zone_are_none(instant: str) -> None:
    """A + that is not escaped is a space in a query."""
    assert problems(f"from={instant}", AnswersQuery) == {("from", "from_invalid")}


def test_scores_of_several_stores_are_of_any_days() -> None:
    for group in ("brand", "total"):
        found = read_query(ScoresQuery, f"from=2026-11-02&to=2026-11-30&group={group}&period=day")
        assert (found.period, found.from_.day, found.to.day) == ("day", 2, 30)


def test_ranges_that_hold_nothing_or_too_much() -> None:
    assert problems("from=2026-12-01&to=2026-12-01") == {("to", "range_reversed")}
    assert problems("from=2026-12-01T00:00:01Z&to=2026-12-01T00:00:00Z", AnswersQuery) == {
        ("to", "range_reversed")
    }
    read_query(ScoresQuery, "from=2024-01-01&to=2027-01-03")  # 366 + 365 + 365 + 2 days
    assert problems("from=2024-01-01&to=2027-01-04") == {("to", "range_too_long")}


def test_every_code_has_its_message() -> None:
    names = ("from", "to", "group", "period", "limit", "cursor")
    codes = {f"{name}_{ending}" for name in names for ending in ("invalid", "repeated")}
    codes |= {"from_required", "to_required", "store_invalid", "store_unknown", "unknown_parameter"}
    codes |= {"range_reversed", "range_too_long", "days_unknown"}
    codes |= {"unauthorized", "not_allowed", "unavailable", "internal"}
    codes |= {
        "too_large",
        "unsupported_media_type",
        "bad_json",
        "body_invalid",
        "row_invalid",
        "unknown_field",
        "too_many_keys",
    }
    codes |= {f"days_{ending}" for ending in ("required", "invalid", "too_many")}
    codes |= {
        f"{name}_{ending}" for name in ("store_id", "day", "visitors") for ending in ("required", "invalid")
    }
    codes |= {"store_id_unknown", "day_in_future", "day_repeated"}
    for language in LANGUAGES:
        assert codes == translations("api", language)["errors"].keys() - {"parameter_invalid"}
