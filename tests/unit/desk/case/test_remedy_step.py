"""What has to be put right, and resolving: each is offered when it can be done."""

from typing import Any

import pytest

from desk.case.view import CaseView
from lazo.translations import LANGUAGES, translations
from tests import case_views as cases
from tests.builders import make_store
from tests.case_views import busy, form, forms, page, ready_to_resolve, view


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held", [(), (cases.concern(),)], ids=["none", "open"])
def test_no_button_resolves_a_case_that_cannot_be_resolved(held: Any, language: str) -> None:
    """The main button leads to what has to be done first."""
    at = page(view("contacted", language, parts={"concerns": held}))
    assert not [each for each in forms(at) if each["id"] == "resolve"]
    bar = next(each for each in at.all() if "act" in each.classes)
    assert bar.one("a")["href"] == "#concerns"
    assert bar.text.strip() == translations("case", language)["next"]["contacted"]


def test_resolving_begins_with_what_the_concerns_say() -> None:
    resolve = form(page(ready_to_resolve()), "resolve")
    assert resolve.one("textarea", name="done").raw.strip() == "Le ofrecí disculpas y otra mesa."
    (chosen,) = [each for each in resolve.all("option") if "selected" in each.attributes]
    assert chosen["value"] == "waiting_time"
    assert "required" not in resolve.one("textarea", name="root_cause").attributes


def test_suggested_concerns_are_themes_without_a_concern() -> None:
    at = page(view("taken_on", parts={"concerns": (cases.concern(),)}))
    offered = [f for f in forms(at) if f["action"].endswith("/concern") and f["id"] != "concern"]
    assert [each.one("button").text for each in offered] == ["+ Trato del personal"]
    held = {each["name"]: each["value"] for each in offered[0].all("input")}
    # Resolved is due three days after the talk, which is due a day after 13:00 on Tuesday the 10th.
    expected = {"text": "Trato del personal", "theme": "staff_attitude", "priority": "high", "owner": "ana"}
    assert expected.items() <= held.items()
    assert held["deadline"] == "2026-03-14"
    assert not [each for each in forms(page(view("resolved"))) if each["action"].endswith("/concern")]


def test_an_incentive_needs_a_policy_and_an_action_and_shows_the_rest() -> None:
    def said(shown: CaseView) -> str:
        return page(shown).one("details", id="incentives").text

    assert "Este local no da compensaciones." in said(view("contacted", store=make_store()))
    assert "Primero soluciona o planifica un punto" in said(
        view("contacted", parts={"concerns": (cases.concern(),)})
    )
    # A score of 2 is "high": 20 000 less the 5 000 given; the month has 200 000 less 125 000.
    assert "hasta $15.000" in said(busy("contacted"))
    assert "$75.000 este mes" in said(busy("contacted"))
    offered = form(page(busy("contacted")), "incentive").one("select", name="concern_id")
    assert [each["value"] for each in offered.all("option")] == ["c1", "c2"]
