"""What an answer counts of its themes, and answers from before praise was kept."""

from typing import Any

from lazo.survey.answer import Answer
from lazo.table import answers, counters, followups
from tests.builders import answer, classified, make_store


def test_complaints_praise_and_mentions_are_counted_apart() -> None:
    given = classified(
        answer(score=2), themes=("price",), praised=("service",), mentioned=("comfort", "payment")
    )
    _, names = counters.counters_of(given, make_store())
    assert {each for each in names if each[0] in "tpm"} == {
        "t#price#detractor",
        "p#service#detractor",
        "m#comfort#detractor",
        "m#payment#detractor",
    }


def test_a_suspect_answer_counts_no_theme() -> None:
    given = classified(answer(score=2), themes=("price",), praised=("service",), suspect=("too_fast",))
    counted = set(counters.counters_of(given, make_store())[1])
    assert counted == {"x2", "y12", "q#caja3#suspect", "z#too_fast"}


def stored(given: Answer) -> dict[str, Any]:
    """The item of a classified answer, as it is written."""
    assert given.classification is not None
    item = answers.answer_item(given) | followups._FOUND.item(given.classification)
    return {name: value for name, value in item.items() if value is not None}


def test_what_is_said_of_themes_is_stored() -> None:
    given = classified(answer(score=2), themes=("price",), praised=("service",), mentioned=("comfort",))
    assert answers.answer_from_item(stored(given)) == given


def test_an_answer_from_before_praise_was_kept_can_be_read() -> None:
    given = classified(answer(score=2), themes=("price",))
    item = stored(given)
    assert not item.keys() & {"praised", "mentioned"}
    assert answers.answer_from_item(item) == given
