"""The list of errors on top of the page calls each field as its own label does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from desk.case.view import CaseView
from lazo.errors import Problem
from lazo.translations import LANGUAGES
from tests import case_views as cases
from tests.case_views import busy, forms, page, ready_to_resolve, view
from tests.dom import Element

WITH_FIELDS = {
    "contacted",
    "note",
    "concern",
    "settle",
    "concern-date",
    "promise",
    "promise-progress",
    "promise-kept",
    "promise-withdrawn",
    "promise-date",
    "incentive",
    "message",
    "reassign",
    "deadline",
    "resolve",
    "confirm",
}
MISSING = {
    "es": "Falta completar esto.",
    "en": "This still has to be filled in.",
    "pt": "Falta preencher isto.",
}
NOT_TICKED = {
    "es": "Entiendo que se le avisa enseguida y no se puede deshacer. Marca la casilla para seguir.",
    "en": "I understand that they are told at once, and that it cannot be undone. Tick the box to go on.",
    "pt": "Entendo que a pessoa é avisada na hora e que não dá para desfazer. Marque a caixa para continuar.",
}


def _pages(language: str) -> Iterator[CaseView]:
    yield from (busy(stage, language) for stage in ("taken_on", "contacted", "resolved", "confirmed"))
    yield ready_to_resolve(language)
    yield view("contacted", language, parts={"concerns": (cases.concern(),)})


def _label_of(form: Element, name: str) -> str:
    """The words by which the form calls a field: its label, the legend of its group, or what its buttons say."""
    controls = [each for each in form.all() if each.attributes.get("name") == name]
    if controls[0].tag == "button":
        return " / ".join(each.text for each in controls)
    for group in form.all("fieldset"):
        if any(each.attributes.get("name") == name for each in group.all("input")):
            return _without_optional(group.one("legend"))
    for label in form.all("label"):
        if label.attributes.get("for") == controls[0]["id"]:
            return _without_optional(label)
        if any(each.attributes.get("name") == name for each in label.all("input")):
            return label.one("span").text
    raise AssertionError(f"{name} has no label")


def _without_optional(label: Element) -> str:
    small = "".join(each.text for each in label.all("small"))
    return " ".join(label.text.removesuffix(small).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_is_called_by_the_label_of_its_field(language: str) -> None:
    seen: set[str] = set()
    for shown in _pages(language):
        for form in forms(page(shown)):
            action = form["action"].rpartition("/")[2]
            typed = {
                each["name"]: [each["value"]]
                for each in form.all("input")
                if each.attributes.get("type") == "hidden"
            }
            names = {each["name"]: "" for each in form.all() if "name" in each.attributes}.keys() - typed
            if action in seen or not names:
                continue
            seen.add(action)
            problems = [Problem("required", name) for name in names]
            at = page(replace(shown, action=action, typed=typed, problems=problems))
            said = {each["href"]: each.text for each in at.one("div", class_="problem").all("a")}
            assert len(said) == len(names)
            for address, line in said.items():
                name = at.one(id=address.removeprefix("#"))["name"]
                label = _label_of(form, name)
                assert line == f"{label}{'' if label[-1] in '.?!' else ':'} {MISSING[language]}", action
                names -= {name}
            assert not names
    assert seen == WITH_FIELDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_box_of_the_hand_over_is_to_be_ticked(language: str) -> None:
    problem = Problem("not_ticked", "sure")
    at = page(replace(view("taken_on", language), action="reassign", problems=(problem,)))
    assert at.one("div", class_="problem").one("a").text == NOT_TICKED[language]
