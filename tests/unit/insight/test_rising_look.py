"""One look at all stores, brands and themes."""

from datetime import UTC, date, datetime

import pytest

from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.bands import BandCounts
from lazo.insight.rising_look import (
    RisingLook,
    StoreWeeks,
    find_rising,
    first_day,
    last_week,
    store_weeks,
)

SATURDAY = date(2026, 11, 28)


def steady(store_id: str, brand: str = "Aurora", complaints: int = 8) -> StoreWeeks:
    return StoreWeeks(store_id, brand, [160] * 17, {"price": [complaints] * 17})


def doubled(store_id: str, brand: str = "Aurora") -> StoreWeeks:
    return StoreWeeks(store_id, brand, [160] * 17, {"price": [8] * 13 + [24] * 4})


@pytest.mark.parametrize(
    ("today", "week"),
    [
        (date(2026, 11, 28), date(2026, 11, 21)),  # this Saturday is not over
        (date(2026, 11, 29), SATURDAY),
        (date(2026, 11, 30), SATURDAY),
        (date(2026, 12, 4), SATURDAY),
        (date(2026, 12, 6), date(2026, 12, 5)),
    ],
)
def test_a_week_ends_with_its_saturday(today: date, week: date) -> None:
    assert last_week(today) == week


def test_days_add_up_to_seventeen_weeks() -> None:
    """119 days end on Saturday, November 28: they begin on Sunday, August 2."""
    assert first_day(SATURDAY) == date(2026, 8, 2)
    one = AnswerCounts(
        BandCounts(4, 3, 2),
        {"price": ThemeOpinions(BandCounts(1, 0, 2)), "comfort": ThemeOpinions(praised=BandCounts(1, 0, 0))},
    )
    days = {
        date(2026, 8, 1): one,
        date(2026, 8, 2): one,
        date(2026, 8, 8): one,
        date(2026, 11, 22): one,
        SATURDAY: one,
        date(2026, 11, 29): one,
    }
    found = store_weeks("norte", "Aurora", days, SATURDAY)
    assert found.answers == [18, *[0] * 15, 18]
    assert found.complaints == {"price": [6, *[0] * 15, 6]}, "praise is no complaint"


def test_a_store_that_stands_out_is_found_among_its_brand() -> None:
    in_stores, in_brands = find_rising([*(steady(f"s{n}") for n in range(50)), doubled("norte")])
    (found,) = in_stores
    assert (found.group_id, found.theme) == ("norte", "price")
    assert (found.recent, found.recent_answers, found.past, found.past_answers) == (96, 640, 104, 2080)
    assert found.brand_share == pytest.approx((50 * 32 + 96) / (51 * 640))
    assert in_brands == (), "the brand as a whole has hardly risen"


def test_what_rises_everywhere_is_the_brands_news_and_no_stores() -> None:
    rising = [doubled(f"s{n}") for n in range(20)]
    in_stores, in_brands = find_rising([*rising, *(steady(f"b{n}", "Boreal") for n in range(20))])
    assert in_stores == ()
    assert [(each.group_id, each.recent, each.past) for each in in_brands] == [("Aurora", 1920, 2080)]


def test_a_brand_of_one_store_has_its_news_as_the_brand() -> None:
    in_stores, in_brands = find_rising([doubled("norte"), steady("sur", "Boreal")])
    assert in_stores == ()
    assert [each.group_id for each in in_brands] == ["Aurora"]


def test_without_stores_or_complaints_nothing_rises() -> None:
    assert find_rising([]) == ((), ())
    assert find_rising([StoreWeeks("norte", "Aurora", [5] * 17, {})]) == ((), ())


def test_a_look_says_what_is_of_a_store_and_of_a_brand() -> None:
    stores = [*(steady(f"s{n}") for n in range(50)), doubled("norte"), doubled("b", "Boreal")]
    in_stores, in_brands = find_rising(stores)
    look = RisingLook(SATURDAY, datetime(2026, 11, 29, 12, tzinfo=UTC), 52, 53, in_stores, in_brands)
    assert look.of_store("norte") == look.of_some({"norte", "s1"}) == in_stores
    assert look.of_store("s1") == look.of_some(["s1"]) == look.of_brand("Aurora") == ()
    assert [each.group_id for each in look.of_brand("Boreal")] == ["Boreal"]
