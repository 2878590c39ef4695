"""How many visitors answer, in a sentence."""

from lazo.insight.response_rate import VisitorFigures, response_rate
from lazo.insight.statements import describe, response_statement


def response_sentence(figures: VisitorFigures, language: str) -> str | None:
    """Return what share of visitors answers, and what the score of all of them may be; None if nobody entered any."""
    if not figures.visitors:
        return None
    return describe(response_statement(response_rate(figures.bands, figures.visitors)), language)
