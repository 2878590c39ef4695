"""The look of a brand. Luminance and contrast: WCAG 2.2; worked values by WebAIM's contrast checker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.store.brand_look import (
    DARK_PAPER,
    ENOUGH,
    LIGHT_PAPER,
    BrandLook,
    contrast,
    luminance,
    parse_colour,
    shades_of,
)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.0),
        ("#ff0000", "#000000", 5.25),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_luminance_of_the_primaries_is_their_weight() -> None:
    assert [luminance(c) for c in ("#ff0000", "#00ff00", "#0000ff")] == pytest.approx(
        [0.2126, 0.7152, 0.0722]
    )


def test_a_colour_is_written_with_three_digits_or_six() -> None:
    assert parse_colour(" #0A5 ") == parse_colour("#00aa55") == "#00aa55"
    for wrong in ("0a5", "#0a", "green", "#00aa5g", "#0a5;}", ""):
        with pytest.raises(ValueError, match="a colour is written as"):
            parse_colour(wrong)


def test_a_colour_that_can_be_read_stays_and_another_gets_darker_or_lighter() -> None:
    light, dark = shades_of("#1c5d56")
    assert light.accent == "#1c5d56"
    assert luminance(dark.accent) > luminance("#1c5d56")
    light, dark = shades_of("#ffdd00")  # yellow on white cannot be read
    assert luminance(light.accent) < luminance("#ffdd00")
    assert dark.accent == "#ffdd00"
    assert (light.on, dark.on) == ("#ffffff", "#0d1b1e")


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_becomes_one_that_can_be_read(number: int) -> None:
    for shade, paper in zip(shades_of(f"#{number:06x}"), (LIGHT_PAPER, DARK_PAPER), strict=True):
        assert contrast(shade.accent, paper) >= ENOUGH
        assert contrast(shade.on, shade.accent) >= ENOUGH


def test_the_style_holds_both_shades_and_a_plain_look_none() -> None:
    style = BrandLook("#1c5d56").style
    assert style.startswith(":root{--accent:#1c5d56;--on:#ffffff;--tint:#")
    assert style.count("--accent:") == 2
    assert BrandLook().style == ""
