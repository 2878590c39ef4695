"""Which fields of the survey browsers fill in: those for contact, and none that people do not see."""

import re
from pathlib import Path

import pytest

from lazo.translations import translations
from tests.surveys import Page, Survey


def autofill_names() -> tuple[set[str], set[str]]:
    """The names of the HTML standard, and the parts of names from which browsers guess."""
    path = Path(__file__).parents[1] / "data" / "autofill_names.txt"
    standard, guessed = re.split(r"\n(?=# Parts)", path.read_text(encoding="utf-8"))
    return tuple(set(re.sub("#.*", "", each).split()) for each in (standard, guessed))


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_no_field_that_people_do_not_see_is_one_that_browsers_fill_in(survey: Survey, language: str) -> None:
    page = Page(survey.get(f"?lang={language}").text)
    fields = [a for tag in ("input", "textarea") for a in page.all(tag)]
    trap = page.one("input", name="remark")
    unseen = [a for a in fields if a.get("type") == "hidden" or a is trap]
    assert {a["name"] for a in unseen} == {"answer_id", "signature", "lang", "remark"}
    standard, guessed = autofill_names()
    assert {"url", "email"} <= standard
    assert "web" in guessed
    label = translations("survey", language)["page"]["leave_empty"].lower()
    for field in unseen:
        assert field["autocomplete"] == "off"
        assert field["name"] not in standard
        assert not [part for part in guessed if part in field["name"]]
    assert not [part for part in guessed if part in label]
    # Where it helps people, filling in is wanted.
    assert {a["name"]: a["autocomplete"] for a in fields if a not in unseen and "autocomplete" in a} == {
        "name": "name",
        "phone": "tel",
        "email": "email",
    }
