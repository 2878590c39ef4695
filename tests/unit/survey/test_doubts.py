"""The signs that an answer may not be a customer's."""

from typing import Any

import pytest

from lazo.survey.doubts import describe_doubts, rate_signs
from tests.builders import answer


@pytest.mark.parametrize(
    ("given", "before", "expected"),
    [
        ({}, 59, ()),
        ({}, 60, ("unusual_rate",)),
        ({"signed": True}, 6000, ()),  # it came from a page: somebody opened it, and took two seconds
        ({"suspect": ("honeypot",)}, 60, ()),  # it has its sign
    ],
)
def test_only_answers_that_came_from_no_page_are_judged_by_their_number(
    given: dict[str, Any], before: int, expected: tuple[str, ...]
) -> None:
    assert rate_signs(answer(**given), before, 60) == expected


def test_doubts_are_said_in_plain_words() -> None:
    assert describe_doubts(("too_fast",), "es") == (
        "Quizá no es un cliente: la página se envió en menos de 2 segundos"
    )
    assert describe_doubts(("honeypot", "too_fast"), "en") == (
        "May not be a customer: it filled in a field that people do not see, "
        "the page was sent in less than 2 seconds"
    )
    assert describe_doubts((), "pt") == ""
    assert describe_doubts(("of_the_future",), "pt") == "Talvez não seja um cliente: of the future"
