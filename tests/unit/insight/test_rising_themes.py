"""Themes that rise beyond chance."""

from dataclasses import replace

import pytest

from lazo.insight.rising_themes import ThemeCounts, chance_of_theme, rising_themes

STEADY = ThemeCounts("store", "price", 5, 100, 15, 300)
DOUBLED = ThemeCounts("store", "waiting_time", 64, 640, 104, 2080)


def test_chance_is_that_of_two_rates() -> None:
    """All three complaints are recent, in a quarter of the answers: 1/4 each."""
    assert chance_of_theme(ThemeCounts("store", "price", 3, 100, 0, 300)) == pytest.approx(1 / 64)


def test_what_did_not_rise_or_does_not_stand_out_is_chance() -> None:
    assert chance_of_theme(STEADY) == 1
    assert chance_of_theme(replace(DOUBLED, brand_share=0.1)) == 1, "it stands no worse than the brand"
    assert chance_of_theme(replace(DOUBLED, past_answers=0, past=0)) == 1, "there is no past"
    assert chance_of_theme(ThemeCounts("store", "price", 0, 0, 0, 0)) == 1


def test_the_less_certain_of_both_comparisons_counts() -> None:
    """Three of three where the brand has a half: 1/8, more than the store's own 1/64."""
    counts = ThemeCounts("store", "price", 3, 3, 0, 9, brand_share=0.5)
    assert chance_of_theme(counts) == pytest.approx(1 / 8)


def test_a_doubling_is_found_among_many_themes() -> None:
    others = [replace(STEADY, group_id=f"store{n}") for n in range(1000)]
    assert rising_themes([*others, DOUBLED]) == [DOUBLED]
    assert rising_themes([DOUBLED], tested=1_000) == [DOUBLED]
    assert rising_themes([]) == []


def test_the_most_certain_comes_first() -> None:
    tripled = replace(DOUBLED, recent=96, theme="price")
    assert rising_themes([DOUBLED, tripled]) == [tripled, DOUBLED]


def test_a_rise_that_would_be_believed_alone_is_not_among_thousands() -> None:
    rise = ThemeCounts("store", "price", 20, 200, 25, 650)
    assert rising_themes([rise]) == [rise]
    assert rising_themes([rise], tested=22_000) == []
