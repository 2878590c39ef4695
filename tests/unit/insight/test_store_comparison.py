"""Which stores differ from their brand beyond chance."""

import math

import pytest

from lazo.insight.bands import BandCounts
from lazo.insight.store_comparison import Z_998, chance_of_stray, funnel_limits, store_standings

BRAND = BandCounts(9_000_000, 800_000, 200_000)


def exact_chance(n: int, balance: int) -> float:
    """Twice the probability of a balance (promoters - detractors) as far out, by adding up all samples of the brand."""
    shares = {1: 0.9, 0: 0.08, -1: 0.02}
    at = {0: 1.0}
    for _ in range(n):
        after: dict[int, float] = {}
        for total, p in at.items():
            for step, share in shares.items():
                after[total + step] = after.get(total + step, 0.0) + p * share
        at = after
    below = sum(p for total, p in at.items() if total <= balance)
    return 2 * min(below, 1 - below + at[balance])


@pytest.mark.parametrize(
    "store", [BandCounts(14, 3, 3), BandCounts(16, 0, 4), BandCounts(35, 12, 3), BandCounts(50, 0, 0)]
)
def test_chance_is_right_where_nearly_all_are_delighted(store: BandCounts) -> None:
    expected = exact_chance(store.n, store.promoters - store.detractors)
    assert chance_of_stray(store, BRAND) == pytest.approx(expected, rel=0.1)


def test_stores_beyond_chance_are_named_and_small_ones_are_not_judged() -> None:
    stores = {f"even{n}": BandCounts(50, 30, 20) for n in range(20)}
    stores |= {"worse": BandCounts(20, 30, 50), "better": BandCounts(90, 5, 5), "small": BandCounts(0, 0, 19)}
    found = {each.store_id: each.standing for each in store_standings(stores)}
    assert list(found) == list(stores)
    assert {name: found[name] for name in ("worse", "better", "small")} == {
        "worse": "below",
        "better": "above",
        "small": "too_few",
    }
    assert {found[f"even{n}"] for n in range(20)} == {"within"}


def test_equal_or_single_stores_are_within() -> None:
    assert [s.standing for s in store_standings({"a": BandCounts(40), "b": BandCounts(40)})] == ["within"] * 2
    assert [s.standing for s in store_standings({"only": BandCounts(1, 1, 30)})] == ["within"]
    assert [s.standing for s in store_standings({"none": BandCounts()})] == ["too_few"]


def test_the_funnel_narrows_with_answers() -> None:
    """Half promoters and half detractors: the standard error of n answers is 100/sqrt(n)."""
    brand = BandCounts(500_000, 0, 500_000)
    limits = funnel_limits(brand, 100)
    assert (limits.lower, limits.upper) == (pytest.approx(-19.6, abs=0.01), pytest.approx(19.6, abs=0.01))
    assert funnel_limits(brand, 400, Z_998).upper == pytest.approx(5 * 3.0902, abs=0.01)
    assert funnel_limits(brand, brand.n).upper == 0, "all of the brand cannot differ from it"
    assert funnel_limits(brand, 0).lower == -100


def test_the_chance_of_one_answer_worked_out_by_hand() -> None:
    """Of 100 promoters, 200 passives and 100 detractors with the three that are added p = d = 100.75/403 = 1/4. One
    promoter, half an answer towards the middle: mean 1/2. Then tilt = (1/4 + sqrt(1/16 + 3/16)) / (1/4) = 3, total 4/3,
    root sqrt(ln 3 - 2 ln(4/3)) = 0.7233589, scaled 2 sinh(ln(3)/2) sqrt(5/8 - 1/4) = 1/sqrt(2), so z is 0.7233589 +
    ln(0.7071068/0.7233589)/0.7233589 = 0.6919447; of one in 400, 0.6919447/sqrt(399/400) = 0.6928113."""
    brand = BandCounts(100, 200, 100)
    expected = math.erfc(0.6928113 / math.sqrt(2))
    assert chance_of_stray(BandCounts(1, 0, 0), brand) == pytest.approx(expected, abs=1e-6)
    assert chance_of_stray(BandCounts(0, 0, 1), brand) == pytest.approx(expected, abs=1e-6)
    assert chance_of_stray(BandCounts(0, 1, 0), brand) == 1
