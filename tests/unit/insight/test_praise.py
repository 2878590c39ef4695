"""Whose words are read to others, and how."""

from dataclasses import replace
from typing import Any

import pytest

from lazo.insight import praise
from lazo.insight.weeks import Week
from lazo.survey.answer import Answer
from tests.builders import answer, classified, make_store

WORDS = "Camila nos atendió con mucha paciencia"


def promoter(comment: str = WORDS, score: int = 10, **found: Any) -> Answer:
    return classified(answer(score=score, comment=comment), **found)


def test_a_promoters_words_are_read_to_others() -> None:
    assert praise.is_praise(promoter())
    assert praise.is_praise(promoter(score=9, praised=("service",)))


@pytest.mark.parametrize("other", [
    answer(score=10, comment=WORDS),  # not classified yet
    promoter(score=8),
    promoter(suspect=("too_fast",)),
    promoter(urgency=("injury",)),
    promoter(themes=("price",)),
    promoter(asks=True),
    promoter(f"{WORDS}: +56 9 8765 4321"),
    promoter(f"{WORDS}: eva@example.org"),
    promoter("Todo bien"),
    replace(promoter(), erased=True),
    replace(promoter(), restricted=True),
    replace(promoter(), provisional=True),
])  # fmt: skip
def test_other_words_are_not(other: Answer) -> None:
    assert not praise.is_praise(other)


def test_names_are_masked_unless_the_store_shows_them() -> None:
    store = make_store(staff=["Camila"])
    assert praise.quoted_praise(promoter(), store, "es", names=False) == WORDS.replace("Camila", "[nombre]")
    assert praise.quoted_praise(promoter(), store, "es", names=True) == WORDS
    cut = praise.quoted_praise(promoter("muy bien " * 100), store, "es", names=True)
    assert len(cut) <= praise.LONGEST
    assert cut.endswith("…")


def test_the_most_telling_come_first() -> None:
    short, long = promoter("Todo muy bueno"), promoter(WORDS)
    liked = promoter("Buena atención", praised=("service",))
    endless = promoter("muy bien " * 100)
    assert praise.most_telling([endless, short, long, liked], 3) == [liked, long, short]


def test_each_store_has_its_turn() -> None:
    stores = [f"s{n}" for n in range(5)]
    first = {praise.stores_in_turn(stores, Week(2026, n))[0] for n in range(1, 53)}
    assert first == set(stores)
    assert sorted(praise.stores_in_turn(stores, Week(2026, 1))) == stores
