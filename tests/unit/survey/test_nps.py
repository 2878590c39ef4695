"""Bands and the score; expected values after Reichheld 2003 (see lazo.survey.nps), calculated by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.survey.nps import band_of_score, nps_of_counts


@pytest.mark.parametrize(
    ("scores", "expected"),
    [((0, 1, 2, 3, 4, 5, 6), "detractor"), ((7, 8), "passive"), ((9, 10), "promoter")],
)
def test_bands(scores: tuple[int, ...], expected: str) -> None:
    assert [band_of_score(score) for score in scores] == [expected] * len(scores)


@pytest.mark.parametrize("score", [-1, 11, 7.5, 100])
def test_no_band_outside_the_scale(score: int) -> None:
    with pytest.raises(ValueError, match="outside 0-10"):
        band_of_score(score)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({10: 1}, 100.0),
        ({0: 1}, -100.0),
        ({7: 3, 8: 4}, 0.0),
        ({9: 50, 8: 30, 3: 20}, 30.0),  # 50% promoters - 20% detractors
        ({10: 1, 6: 2}, -100 / 3),  # 1/3 - 2/3
        ({10: 0, 0: 0, 7: 1}, 0.0),
    ],
)
def test_score_of_many_answers(counts: dict[int, int], expected: float) -> None:
    assert nps_of_counts(counts) == pytest.approx(expected)


def test_no_answers_have_no_score() -> None:
    assert nps_of_counts({}) is None
    assert nps_of_counts({10: 0}) is None


@given(st.dictionaries(st.integers(0, 10), st.integers(0, 10_000)))
def test_score_stays_in_its_range_and_mirrors(counts: dict[int, int]) -> None:
    score = nps_of_counts(counts)
    if score is None:
        assert not any(counts.values())
        return
    assert -100 <= score <= 100
    # Every promoter turned into a detractor and the reverse turns the sign round.
    mirror = {9: 0, 10: 0, 8: 8, 7: 7}
    turned: dict[int, int] = {}
    for value, n in counts.items():
        turned[mirror.get(value, 10)] = turned.get(mirror.get(value, 10), 0) + n
    assert nps_of_counts(turned) == pytest.approx(-score)
