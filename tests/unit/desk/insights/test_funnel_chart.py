"""Where the funnel plot puts stores and the limits of chance."""

import re

from desk.insights.chart import BOTTOM, LEFT, TOP
from desk.insights.funnel_chart import draw_funnel
from lazo.insight.bands import BandCounts
from lazo.insight.store_comparison import store_standings


def test_stores_stand_by_answers_and_score_and_those_with_few_are_not_drawn() -> None:
    """The score of all is 0. The widest limit is that of 20 answers: 3.09 * sqrt(0.62 / 20) = 54 points, so the lines
    go from -75 to 75."""
    stores = {
        **{f"even{n}": BandCounts(30, 40, 30) for n in range(20)},
        "few": BandCounts(5, 0, 5),
        "low": BandCounts(20, 120, 260),
        "high": BandCounts(260, 120, 20),
    }
    funnel = draw_funnel(store_standings(stores), BandCounts(885, 1040, 885))
    assert funnel
    assert [tick for tick, _ in funnel.ticks] == [-75, -50, -25, 0, 25, 50, 75]
    assert funnel.middle == (TOP + BOTTOM) / 2
    dots = dict(funnel.dots)
    # 60 points are 60 / 150 of 148 pixels: 59.2 from the middle at 82, to the nearest half.
    assert (dots["below"], dots["above"]) == ("M292 141h0", "M292 23h0")
    assert dots["within"].count("M") == 1, "stores at the same place are one dot"
    assert funnel.labels[0] == (20, LEFT)
    for path in (*funnel.inner, *funnel.outer):
        heights = [float(y) for y in re.findall(r" (-?[\d.]+)", path)]
        assert abs(heights[0] - funnel.middle) > abs(heights[-1] - funnel.middle), (
            "limits narrow with more answers"
        )


def test_without_a_store_with_enough_answers_there_is_no_plot() -> None:
    assert draw_funnel(store_standings({"a": BandCounts(5, 0, 5)}), BandCounts(5, 0, 5)) is None
    assert draw_funnel([], BandCounts()) is None
