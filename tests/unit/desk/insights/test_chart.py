"""Where the chart puts a score and its interval."""

from desk.insights.chart import BOTTOM, TOP, score_chart
from lazo.insight.bands import BandCounts
from lazo.insight.score import score_figure

EVEN = BandCounts(50, 0, 50)
"""A score of 0, within 20 points (1.96 * sqrt(1 / 100) = 0.196)."""


def test_marks_lie_between_round_lines_in_proportion() -> None:
    chart = score_chart([("a", score_figure(EVEN))])
    assert chart
    assert [score for score, _ in chart.ticks] == [-25, 0, 25]
    (mark,) = chart.marks
    assert mark.y == (TOP + BOTTOM) / 2
    # 19.3 points with the three answers that are added: 19.3 / 50 of the height above the middle, and below.
    reach = (BOTTOM - TOP) * 19.3 / 50
    assert abs(mark.y - mark.top - reach) < 0.5
    assert abs(mark.bottom - mark.y - reach) < 0.5


def test_a_wide_range_has_lines_every_50() -> None:
    chart = score_chart(
        [("a", score_figure(BandCounts(0, 0, 90))), ("b", score_figure(BandCounts(90, 0, 0)))]
    )
    assert chart
    assert [score for score, _ in chart.ticks] == [-100, -50, 0, 50, 100]


def test_no_line_leads_over_a_month_with_few_answers_or_none() -> None:
    few, none = BandCounts(9, 0, 10), BandCounts()
    months = [EVEN, EVEN, few, EVEN, none, EVEN]
    chart = score_chart([(str(n), score_figure(each)) for n, each in enumerate(months)])
    assert chart
    assert [mark.few for mark in chart.marks] == [False, False, True, False, False]
    assert [(start.label, end.label) for start, end in chart.lines] == [("0", "1")]
    assert len(chart.labels) == 6


def test_of_a_year_every_other_month_has_a_label_and_so_has_the_last() -> None:
    chart = score_chart([(str(n), score_figure(EVEN)) for n in range(12)])
    assert chart
    assert [label for label, _ in chart.labels] == ["1", "3", "5", "7", "9", "11"]


def test_without_answers_there_is_no_chart() -> None:
    assert score_chart([("a", score_figure(BandCounts()))]) is None
