"""How long steps take."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.insight.step_times import StepTimes
from lazo.insight.time_buckets import bucket_of, time_of


def times(*minutes: float, in_time: int = 0, never: int = 0) -> StepTimes:
    return StepTimes(Counter(bucket_of(timedelta(minutes=m)) for m in minutes), in_time, never)


@given(st.floats(min_value=1, max_value=400 * 86_400))
def test_a_bucket_tells_the_time_to_within_five_per_cent(seconds: float) -> None:
    took = timedelta(seconds=seconds)
    assert time_of(bucket_of(took)) / took == pytest.approx(1, abs=0.0501)


def test_there_are_few_buckets_and_nothing_falls_out() -> None:
    assert bucket_of(timedelta(seconds=-5)) == bucket_of(timedelta()) == 0
    assert bucket_of(timedelta(days=400)) == bucket_of(timedelta(days=4000)) == 174


def test_the_median_and_the_time_of_nine_in_ten() -> None:
    found = times(*range(1, 21))
    assert found.quantile(0.5) == pytest.approx(timedelta(minutes=10), abs=timedelta(minutes=0.5))
    assert found.quantile(0.9) == pytest.approx(timedelta(minutes=18), abs=timedelta(minutes=0.9))


def test_those_who_never_got_an_answer_count_as_the_longest() -> None:
    found = times(1, 2, 3, never=1)
    assert found.quantile(0.5) == pytest.approx(timedelta(minutes=2), abs=timedelta(seconds=6))
    assert found.quantile(0.9) is None
    assert times().quantile(0.5) is None
    assert times(never=3).quantile(0.5) is None


def test_the_share_in_time_is_of_all() -> None:
    share = times(1, 2, 3, in_time=2, never=1).share_in_time
    assert share is not None
    assert (share.hits, share.n, share.share) == (2, 4, 0.5)
    assert times().share_in_time is None


@pytest.mark.parametrize(("n", "ranks"), [(6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (50, (18, 33))])
def test_the_interval_of_the_median_has_the_tabled_ranks(n: int, ranks: tuple[int, int]) -> None:
    """The table in W. J. Conover, "Practical Nonparametric Statistics", and in any other."""
    minutes = [2**rank for rank in range(n)] if n < 20 else [1.2**rank for rank in range(n)]
    found = times(*minutes).median_interval()
    assert found == tuple(time_of(bucket_of(timedelta(minutes=minutes[rank - 1]))) for rank in ranks)


def test_the_interval_of_the_median_may_end_with_those_who_never_did() -> None:
    found = times(*range(1, 8), never=3).median_interval()
    assert found is not None
    assert found[1] is None, "the ninth of ten never got an answer"
    assert times(1, 2, 3, 4, 5).median_interval() is None, "two of 32 samples have all five on one side: 6 %"


def test_months_and_stores_add_up() -> None:
    both = times(1, 2, in_time=1, never=1) + times(2, 300, in_time=2)
    assert both == times(1, 2, 2, 300, in_time=3, never=1)
    assert both.n == 5


def test_thousands_of_cases_are_no_more_work() -> None:
    many = StepTimes({bucket_of(timedelta(minutes=m)): 1_000 for m in (1, 10, 100)}, never=100)
    low, high = many.median_interval() or (None, None)
    assert low == high == time_of(bucket_of(timedelta(minutes=10)))
