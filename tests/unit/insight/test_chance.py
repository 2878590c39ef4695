"""What chance does, and which of many findings to believe."""

import pytest

from lazo.insight.chance import believable, chance_in_tables, chance_of_at_least, chance_of_rise

P_VALUES = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip
"""Of fifteen hypotheses: Benjamini and Hochberg 1995, section 4.1."""


@pytest.mark.parametrize(
    ("hits", "n", "share", "chance"),
    [
        (9, 10, 0.5, 11 / 1024),
        (1, 10, 0.5, 1023 / 1024),
        (2, 3, 0.1, 0.028),
        (0, 3, 0.1, 1),
        (4, 3, 0.1, 0),
        (1, 3, 0, 0),
        (3, 3, 1, 1),
        (300, 300, 0.9, 0.9**300),
    ],
)
def test_the_tail_of_the_binomial_distribution(hits: int, n: int, share: float, chance: float) -> None:
    assert chance_of_at_least(hits, n, share) == pytest.approx(chance, rel=1e-10)


def test_two_rates_are_compared_as_in_r() -> None:
    """The manual of R's poisson.test: 11 cases in 800 and 21 in 3,011 person-years, p = 0.07967 for both sides."""

    def equals(cases: int) -> float:
        return chance_of_rise(cases, 800, 32 - cases, 3011) - chance_of_rise(cases + 1, 800, 31 - cases, 3011)

    both = sum(equals(cases) for cases in range(32) if equals(cases) <= equals(11) * (1 + 1e-9))
    assert both == pytest.approx(0.07967, abs=5e-6)


def test_without_a_past_nothing_rises() -> None:
    assert chance_of_rise(50, 100, 0, 0) == 1


def test_many_findings_are_believed_as_published() -> None:
    assert believable(P_VALUES, 0.05) == [0, 1, 2, 3]
    assert believable(P_VALUES[::-1], 0.05) == [11, 12, 13, 14]
    assert believable(P_VALUES[:4], 0.05, tested=15) == [0, 1, 2, 3]
    assert believable([0.04, 0.9], 0.05) == []
    assert believable([0.04, 0.05], 0.05) == [0, 1], "the second is small enough for both"


@pytest.mark.parametrize(
    ("tables", "chance"),
    [
        (
            [(8, 4, 4, 4)],
            1 / 70,
        ),  # the lady who tastes tea: R. A. Fisher, The Design of Experiments, 1935, section 5
        ([(8, 4, 4, 3)], 17 / 70),
        ([(25, 13, 8, 8)], 1287 / 1081575),  # 13 over 8 of 25 over 8
        ([(25, 13, 8, 8)] * 2, (1287 / 1081575) ** 2),
        ([(2, 1, 1, 1), (2, 1, 1, 0)], 3 / 4),  # one of two coins
        ([(5, 5, 3, 3)], 1),
        ([(5, 2, 5, 2), (9, 3, 0, 0)], 1),
        ([], 1),
    ],
)
def test_hits_among_those_drawn(tables: list[tuple[int, int, int, int]], chance: float) -> None:
    assert chance_in_tables(tables) == pytest.approx(chance, rel=1e-10)
