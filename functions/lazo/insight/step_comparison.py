"""Whether a store reaches a step sooner than its brand, by what the medians may truly be."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from lazo.insight.score import ENOUGH
from lazo.insight.step_times import StepTimes

Pace = Literal["faster", "slower", "unclear", "too_few"]


@dataclass(frozen=True, slots=True)
class StepComparison:
    """How a store's median compares with its brand's. A median is None if half of the cases never reached the step."""

    pace: Pace
    median: timedelta | None
    brand_median: timedelta | None


def compare_steps(store: StepTimes, brand: StepTimes) -> StepComparison:
    """Compare a store with its brand, the store included. It is faster or slower if the intervals of both medians do
    not meet, which happens by chance less often than once in twenty; too few are fewer than 20 cases of either."""
    return StepComparison(_pace(store, brand), store.quantile(0.5), brand.quantile(0.5))


def _pace(store: StepTimes, brand: StepTimes) -> Pace:
    own, all_ = store.median_interval(), brand.median_interval()
    if own is None or all_ is None or min(store.n, brand.n) < ENOUGH:
        return "too_few"
    (lower, upper), (brand_lower, brand_upper) = own, all_
    if _is_before(upper, brand_lower):
        return "faster"
    return "slower" if _is_before(brand_upper, lower) else "unclear"


def _is_before(one: timedelta | None, other: timedelta | None) -> bool:
    """Whether an end of an interval is before another; None is later than all."""
    return one is not None and (other is None or one < other)
