"""A sentence whose figures are links."""

import pytest

from desk.web.linked_sentences import linked_sentence
from lazo.insight.statements import Statement, describe
from lazo.translations import LANGUAGES
from tests.dom import parse

RESURVEY = Statement("resurvey.figures", {"asked": 5, "answered": 2, "silent": 3, "never_asked": 0})


def test_each_part_that_says_a_figure_is_a_link() -> None:
    to = {"asked": "/a?x=1&y=2", "answered": None, "silent": "/s", "never_asked": "/n"}
    assert linked_sentence(RESURVEY, "en", to) == (
        '<a href="/a?x=1&amp;y=2">Asked again: 5.</a> Answered: 2. <a href="/s">No reply: 3.</a> Never asked: 0.'
    )


def test_one_in_words_is_a_link_as_a_whole() -> None:
    one = Statement("solved.some", {"n": 1})
    assert linked_sentence(one, "en", {"n": "/c"}, "digest") == '<a href="/c">1 case was resolved.</a>'


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_stay_as_they_are(language: str) -> None:
    to = dict.fromkeys(RESURVEY.values, "/x")
    assert parse(str(linked_sentence(RESURVEY, language, to))).text == describe(RESURVEY, language)


def test_what_comes_from_outside_is_escaped() -> None:
    line = Statement("benchmark.line", {"score": 5, "source": "<b>", "day": "1 Mar"})
    assert "&lt;b&gt;" in linked_sentence(line, "en", {})
