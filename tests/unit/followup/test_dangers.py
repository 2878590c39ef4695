"""How pressing each kind of danger is, and what to do first about it."""

from string import Formatter

import pytest

from lazo.followup.dangers import NOT_PRESSING, first_steps, pressing, priority_of, short_first_step
from lazo.phrases.theme_rules import URGENCY
from lazo.text.gsm7 import septet_count, to_gsm7
from lazo.translations import LANGUAGES, translations


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_has_its_own_line_its_name_and_its_question(language: str) -> None:
    texts = translations("first_steps", language)
    assert list(texts["full"]) == list(URGENCY)
    assert len(set(texts["full"].values())) == len(URGENCY)
    assert set(texts["short"]) == set(URGENCY) - NOT_PRESSING
    assert set(translations("labels", language)["urgency"]) == set(URGENCY)
    assert set(translations("conversation", language)["danger"]) == set(URGENCY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_line_leaves_room_in_one_sms(language: str) -> None:
    """With a name of 20 characters, "URGENTE, " and a link of 60, half of the 160 septets are left."""
    for kind in set(URGENCY) - NOT_PRESSING:
        assert septet_count(to_gsm7(short_first_step(kind, language, "CL"))) <= 45, kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_the_countrys_and_words_where_it_is_not_known(language: str) -> None:
    (chile,) = first_steps(["fire"], language, "CL")
    (unknown,) = first_steps(["fire"], language, "ZZ")
    assert "132" in chile
    assert translations("first_steps", language)["no_number"] in unknown
    lines = [*translations("first_steps", language)["full"].values()]
    fields = {name for line in lines for _, name, _, _ in Formatter().parse(line) if name}
    assert fields == {"ambulance", "fire", "police"}


def test_an_allergy_without_harm_is_high_and_anything_else_urgent() -> None:
    assert priority_of(()) is None
    assert priority_of(("allergy",)) == "high"
    assert priority_of(("allergy", "vermin")) == "urgent"
    assert pressing(("allergy", "vermin")) == ("vermin",)


def test_a_kind_that_no_text_knows_is_left_out() -> None:
    assert first_steps(["quake", "fire"], "en", "GB") == first_steps(["fire"], "en", "GB")
    assert short_first_step("quake", "en", "GB") == ""
