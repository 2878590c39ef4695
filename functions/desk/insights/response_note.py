"""How many visitors answer, in a sentence."""

from desk.web.linked_sentences import linked_sentence
from lazo.insight.response_rate import VisitorFigures, response_rate
from lazo.insight.statements import response_statement


def response_sentence(figures: VisitorFigures, language: str, answers: str | None = None) -> str | None:
    """Return what share of visitors answers, and what the score of all of them may be; None if nobody entered any.
    `answers`: where those who did are to read, since visitors are a number and no list."""
    if not figures.visitors:
        return None
    statement = response_statement(response_rate(figures.bands, figures.visitors))
    return linked_sentence(statement, language, {"rate": answers})
