"""Themes that rise beyond chance."""

from dataclasses import replace

import pytest

from lazo.insight.rising_themes import ThemeCounts, chance_of_theme, rising_themes, week_to_week

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


def test_how_much_weeks_stray_is_told_by_all_stores() -> None:
    """Two weeks of 100 answers with 30 and 10 complaints: 20 expected, 100 + 100 of square, less 20 * 1/2 twice of
    chance, in parts of 400 * 1/2 twice: 180/400."""
    assert week_to_week([[(30, 100), (10, 100)]]) == pytest.approx(0.45)
    assert week_to_week([[(30, 100), (10, 100)], [(20, 100), (20, 100)]]) == pytest.approx(160 / 800)
    assert week_to_week([[(20, 100), (20, 100)], [(0, 0), (0, 0)], []]) == 0, "less than chance is chance"
    assert week_to_week([]) == 0


def test_where_weeks_stray_more_is_needed() -> None:
    """Eight past complaints a week and strays of 1/8 make clusters of two: 32 of 84 in 640 of 2,720 answers."""
    straying = replace(DOUBLED, strays=1 / 8)
    assert chance_of_theme(straying) == pytest.approx(chance_of_theme(replace(DOUBLED, recent=32, past=52)))
    assert rising_themes([straying], tested=1_000) == []
