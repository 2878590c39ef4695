"""The score, its interval and the difference of two.

Expected values by hand from Rocks' formula (see lazo.insight.score). Of 15 promoters, 31 passives and 15 detractors,
n + 3 = 64, both shares are 15.75/64, and the standard error is sqrt(31.5/64/64) = 0.0876951. Of 17 promoters alone
n + 3 = 20, the shares are 17.75/20 and 0.75/20, the mean 0.85, the standard error sqrt(0.2025/20) = 0.1006231.
"""

import pytest

from lazo.insight.answer_counts import AnswerCounts, counted_score
from lazo.insight.bands import BandCounts, bands_of_scores
from lazo.insight.interval import Interval
from lazo.insight.score import ScoreDifference, score_difference, score_figure, score_interval

EVEN = BandCounts(15, 31, 15)
DELIGHTED = BandCounts(17, 0, 0)


def near(lower: float, upper: float) -> list[object]:
    return [pytest.approx(lower, abs=5e-5), pytest.approx(upper, abs=5e-5)]


def ends(interval: Interval | None) -> list[float]:
    assert interval is not None
    return [interval.lower, interval.upper]


def test_answers_are_counted_by_band() -> None:
    bands = bands_of_scores({0: 1, 6: 2, 7: 3, 8: 4, 9: 5, 10: 6})
    assert bands == BandCounts(11, 7, 3)
    assert (bands.n, bands.score) == (21, pytest.approx(100 * 8 / 21))
    assert bands + EVEN - bands == EVEN
    with pytest.raises(ValueError, match="outside 0-10"):
        bands_of_scores({11: 1})


def test_the_interval_is_the_published_formula() -> None:
    assert ends(score_interval(EVEN)) == near(-17.1879, 17.1879)


@pytest.mark.parametrize(
    ("bands", "lower", "upper"),
    [
        (BandCounts(291, 476, 395), -13.308370, -4.545707),
        (BandCounts(9, 0, 2), 8.000772, 91.999228),
        (BandCounts(18, 8, 10), -6.012830, 47.038471),
        (BandCounts(16, 3, 1), 40.057224, 90.377559),
        (BandCounts(5, 10, 5), -28.898092, 28.898092),
        (BandCounts(70, 23, 7), 49.135307, 73.194791),
        (BandCounts(30, 40, 30), -14.922735, 14.922735),
    ],
)
def test_the_interval_is_that_of_the_package_of_who_published_it(
    bands: BandCounts, lower: float, upper: float
) -> None:
    """Printed by `100 * nps_test_(c(detractors, passives, promoters), test = "adjusted.wald")$int` in R 4.2.2: the R
    package NPS of B. Rocks (github.com/brendan-r/NPS, R/nps_tests.R), who published the method. The first are the
    answers of a public question (talkstats.com, thread 58500), the second of others' R code (sivadivel/nps_stats)."""
    assert ends(score_interval(bands)) == near(lower, upper)


@pytest.mark.parametrize(
    ("of", "than", "lower", "upper"),
    [
        (BandCounts(70, 23, 7), BandCounts(30, 40, 30), 41.997297, 80.332800),
        (BandCounts(16, 3, 1), BandCounts(18, 8, 10), 8.144426, 81.264715),
        (BandCounts(620, 260, 120), BandCounts(291, 476, 395), 52.613672, 64.941302),
    ],
)
def test_the_difference_is_that_of_the_package_too(
    of: BandCounts, than: BandCounts, lower: float, upper: float
) -> None:
    """Printed by the same package of the two tables."""
    found = score_difference(of, than)
    assert found is not None
    assert ends(found.interval) == near(lower, upper)


def test_the_interval_stays_within_what_is_possible() -> None:
    assert ends(score_interval(DELIGHTED)) == near(65.2782, 100)


def test_the_interval_holds_the_score_of_a_single_answer() -> None:
    # One detractor: mean (0.75 - 1.75) / 4 = -0.25, variance (2.5 / 4 - 0.0625) / 4 = 0.140625: -98.5 to 48.5.
    interval = score_interval(BandCounts(0, 0, 1))
    assert (interval.lower, round(interval.upper, 1)) == (-100, 48.5)


def test_without_answers_there_is_no_score() -> None:
    figure = score_figure(BandCounts(), {"provisional": 2})
    assert (figure.score, figure.interval, figure.n, figure.is_enough) == (None, None, 0, False)
    assert figure.not_counted == {"provisional": 2}


def test_trials_are_told_apart_from_other_suspect_answers() -> None:
    counts = AnswerCounts(BandCounts(3, 0, 0), suspect=5, signs={"test": 2, "fast": 3})
    assert counted_score(counts, 1).not_counted == {"suspect": 3, "test": 2, "provisional": 1}


def test_twenty_answers_are_enough() -> None:
    assert not score_figure(BandCounts(19, 0, 0)).is_enough
    assert score_figure(BandCounts(0, 20, 0)).is_enough


def test_the_difference_has_an_interval() -> None:
    found = score_difference(EVEN, DELIGHTED)
    assert found is not None
    assert found.points == -100, "the plain difference of both scores, 0 and 100"
    assert ends(found.interval) == near(-111.1605, -58.8395)
    assert found.direction == "unclear", "17 answers are too few to compare"


@pytest.mark.parametrize(
    ("interval", "is_enough", "direction"),
    [
        (Interval(1, 9), True, "higher"),
        (Interval(-9, -1), True, "lower"),
        (Interval(-1, 9), True, "unclear"),
        (Interval(1, 9), False, "unclear"),
    ],
)
def test_a_direction_is_named_beyond_chance_only(interval: Interval, is_enough: bool, direction: str) -> None:
    assert ScoreDifference(4, interval, is_enough).direction == direction


def test_nothing_is_compared_with_no_answers() -> None:
    assert score_difference(EVEN, BandCounts()) is None


def test_the_interval_is_as_wide_as_it_is_asked_to_be() -> None:
    """Of 9 promoters, 2 passives and 2 detractors n + 3 = 16: mean (9.75 - 2.75)/16 = 0.4375, squared standard error
    (12.5/16 - 0.4375**2)/16 = 0.0368652, standard error 0.1920032. Of two such, sqrt(2) times as much: 0.2715335."""
    bands = BandCounts(9, 2, 2)
    assert ends(score_interval(bands, 1)) == near(43.75 - 19.20032, 43.75 + 19.20032)
    assert ends(score_interval(bands, 2)) == near(43.75 - 38.40064, 43.75 + 38.40064)
    found = score_difference(bands, bands, 1)
    assert found is not None
    assert ends(found.interval) == near(-27.15335, 27.15335)
