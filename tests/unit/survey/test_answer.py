"""The words of a visit that matter now."""

from dataclasses import replace

import pytest

from lazo.survey.answer import Answer, with_telling_words
from tests.builders import answer, classified


def said(comment: str, *dangers: str) -> Answer:
    return classified(answer(comment=comment), urgency=dangers)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ([], "First"),
        ([said("")], "First"),
        ([said("Second"), said("Third")], "Third"),
        ([said("Glass", "injury"), said("Third")], "Glass"),
        ([replace(said("Gone"), erased=True)], "First"),
    ],
)
def test_the_last_words_or_those_of_the_danger_are_told(more: list[Answer], told: str) -> None:
    first = said("First")
    assert with_telling_words(first, more) == replace(first, comment=told)


def test_a_danger_in_the_first_is_not_hidden_by_later_words() -> None:
    first = said("Glass", "injury")
    assert with_telling_words(first, [said("Thanks")]) == first


def test_what_is_restricted_stays_without_words() -> None:
    first = replace(said(""), restricted=True)
    assert with_telling_words(first, [said("Second")]) == first
