"""How many visitors answer, as a reader is told."""

from desk.insights.response_note import response_sentence
from lazo.insight.bands import BandCounts
from lazo.insight.response_rate import VisitorFigures


def test_the_rate_comes_with_what_the_silent_may_change() -> None:
    """50 of 200 answer, 30 promoters and 10 detractors: (20 - 150)/200 and (20 + 150)/200."""
    assert response_sentence(VisitorFigures(200, BandCounts(30, 10, 10)), "en") == (
        "25 of every 100 visitors respond. "
        "Whatever the others think, the score of all 200 visitors is between −65 and 85."
    )
    assert response_sentence(VisitorFigures(), "en") is None
    assert "missing" in str(response_sentence(VisitorFigures(40, BandCounts(30, 10, 10)), "en"))
