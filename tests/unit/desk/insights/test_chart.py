"""Where the chart puts a figure and its interval."""

from itertools import pairwise

from desk.insights.chart import BOTTOM, LETTER, SHARE_STEPS, TOP, WIDTH, Point, draw_chart, score_points
from desk.insights.figure_rows import ScoreRow
from lazo.insight.bands import BandCounts
from lazo.insight.score import score_figure

EVEN = BandCounts(50, 0, 50)
"""A score of 0, within 20 points (1.96 * sqrt(1 / 100) = 0.196)."""


def points(*bands: BandCounts) -> list[Point]:
    return score_points([ScoreRow(str(n), str(n), score_figure(each), None) for n, each in enumerate(bands)])


def test_marks_lie_between_round_lines_in_proportion() -> None:
    chart = draw_chart(points(EVEN))
    assert chart
    assert [score for score, _ in chart.ticks] == [-25, 0, 25]
    (mark,) = chart.marks
    assert mark.y == (TOP + BOTTOM) / 2
    # 19.3 points with the three answers that are added: 19.3 / 50 of the height above the middle, and below.
    reach = (BOTTOM - TOP) * 19.3 / 50
    assert abs(mark.y - mark.top - reach) < 0.5
    assert abs(mark.bottom - mark.y - reach) < 0.5


def test_a_wide_range_has_lines_every_50_and_shares_have_finer_ones() -> None:
    chart = draw_chart(points(BandCounts(0, 0, 90), BandCounts(90, 0, 0)))
    assert chart
    assert [score for score, _ in chart.ticks] == [-100, -50, 0, 50, 100]
    shares = draw_chart([Point("a", 7, 3, 14)], steps=SHARE_STEPS)
    assert shares
    assert [share for share, _ in shares.ticks] == [0, 5, 10, 15]


def test_no_line_leads_over_a_month_with_few_answers_or_none() -> None:
    few, none = BandCounts(9, 0, 10), BandCounts()
    drawn = points(EVEN, EVEN, few, EVEN, none, EVEN)
    chart = draw_chart(drawn)
    assert chart
    assert [mark.few for mark in chart.marks] == [False, False, True, False, False]
    assert [(start.label, end.label) for start, end in chart.lines] == [("0", "1")]
    assert len(chart.labels) == 6
    apart = draw_chart(drawn, joined=False)
    assert apart
    assert not apart.lines


def test_labels_do_not_touch_nor_reach_beyond_the_edge_and_the_last_has_one() -> None:
    chart = draw_chart([Point("nov 2025", 10, 0, 20) for _ in range(36)])
    assert chart
    half = len("nov 2025") * LETTER / 2
    places = [x for _, x in chart.labels]
    assert places[-1] + half <= WIDTH + 0.1
    assert places[0] - half >= -0.1
    assert all(after - before > 2 * half for before, after in pairwise(places))
    assert len(places) >= 3
    assert chart.marks[-1].x - chart.marks[-2].x > chart.bar, "nor do the bars"


def test_without_answers_there_is_no_chart() -> None:
    assert draw_chart(points(BandCounts())) is None
    assert draw_chart([]) is None
