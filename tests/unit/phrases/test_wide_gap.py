"""The wide gap of a phrase: "a & b" finds both within twelve words and marks, in either order."""

import pytest

from lazo.phrases.matching import Phrasebook, tokens
from lazo.phrases.syntax import PhraseSyntax


def positions(entry: str, text: str) -> list[tuple[int, ...]]:
    problems: list[str] = []
    syntax = PhraseSyntax(lambda where, what: problems.append(f"{where}: {what}"), {})
    book = Phrasebook()
    book.add("found", "", syntax.phrases("test", [entry]))
    assert problems == []
    return [hit.positions for hit in book.find(tokens(text))]


@pytest.mark.parametrize("between", [0, 1, 11, 12])
def test_it_reaches_over_twelve_words_in_either_order(between: int) -> None:
    gap = " ".join(["x"] * between)
    for text in (f"lift {gap} stuck", f"stuck {gap} lift"):
        assert positions("lift & stuck", text) == [(0, between + 1)]


def test_it_reaches_no_further() -> None:
    assert positions("lift & stuck", "lift " + "x " * 13 + "stuck") == []


def test_marks_stand_in_it_and_count() -> None:
    assert positions("lift & stuck", "The lift. We, all of us, got stuck!") == [(1, 10)]
    assert positions("lift & stuck", "lift" + "," * 13 + "stuck") == []


def test_three_parts_come_in_any_order() -> None:
    for text in ("a x b x c", "c x a x b", "b c x a"):
        assert len(positions("a & b & c", text)) == 1
    assert positions("a & b & c", "a x b") == []


def test_a_part_may_have_several_words() -> None:
    assert positions("no one & shut in", "shut in for an hour and no one came") == [(0, 1, 6, 7)]
    assert positions("no one & shut in", "shut x in for an hour and no one came") == []
