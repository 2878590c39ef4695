"""Submissions as JSON, and what is wrong with them."""

from typing import Any

from hypothesis import strategies as st

from lazo.errors import Rejected
from lazo.survey.fields import SurveyOffer
from lazo.survey.submission import Submission, submission_from_json

OFFER = SurveyOffer(frozenset({"price", "service"}), "CL")


def problem_codes(body: dict[str, Any], asked: SurveyOffer = OFFER) -> dict[str | None, str]:
    """Return the problem codes of a JSON body by field."""
    try:
        submission_from_json({"score": 5, **body}, asked)
    except Rejected as refused:
        return {problem.field: problem.code for problem in refused.problems}
    return {}


def submission_of(**body: Any) -> Submission:
    return submission_from_json({"score": 5, **body}, OFFER)


ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
