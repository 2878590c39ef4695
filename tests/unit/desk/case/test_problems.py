"""A refused form of the follow-up page shows the reason and keeps what was typed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lazo.errors import Problem
from lazo.phrases.wording_guard import find_blocked_words
from lazo.translations import LANGUAGES, translations
from tests import case_views as cases
from tests.builders import START, make_store, minutes
from tests.case_views import busy, form, page, view

PLAIN = [
    "taken",
    "changed",
    "stale",
    "retry",
    "wrong_stage",
    "not_in_chain",
    "required",
    "not_ticked",
    "too_long",
    "invalid",
    "not_a_date",
    "not_an_amount",
    "in_the_past",
    "in_the_future",
    "too_far",
    "too_many",
    "outside",
    "unknown_theme",
    "unknown_owner",
    "same_owner",
    "unknown_concern",
    "unknown_note",
    "settled_already",
    "no_action",
    "tied_reason",
    "consent_missing",
    "not_https",
    "wording",
    "no_consent",
    "no_channel",
    "no_concern",
    "not_a_time",
    "same_date",
    "unknown_promise",
    "promise_settled",
    "stopped",
]

CODES: dict[str, dict[str, Any]] = {
    **{code: {} for code in (*PLAIN, "undo_late")},
    "over_cap": {"left": Decimal(500), "currency": "CLP"},
    "over_month": {"left": Decimal("12.5"), "currency": "USD"},
    "open_concerns": {"concerns": ["La espera", "El trato"]},
    "still_planned": {"concerns": ["El trato"]},
    "outside_hours": {"first": START, "name": "Ana"},
    "owner_full": {"first": START, "name": "Ana"},
    "owner_away": {"first": None, "name": "Ana"},
    "no_way": {"ways": ("email", "in_person")},
    "moved_often": {"most": 5},
    "customer_week": {"most": 5},
}
"""Every problem that the desk can have with a form, with what its sentence names."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_a_sentence(language: str) -> None:
    lines = translations("case", language)["problem"]["code"]
    assert set(lines) == set(CODES)
    shown = replace(view("contacted", language), action="resolve")
    found = [Problem(code, None, facts) for code, facts in CODES.items() if code != "taken"]
    listed = page(replace(shown, problems=found)).one("div", class_="problem").all("li")
    alone = page(replace(shown, problems=found[:1])).one("div", class_="problem").all("p")
    taken = page(replace(shown, problems=(Problem("taken"),))).all("p", class_="saved")
    said = [next(alone).text, *(each.text for each in listed), *(each.text for each in taken)]
    codes = [each.code for each in (*found[:1], *found, Problem("taken"))]
    for code, line in zip(codes, said, strict=True):
        assert line
        assert "{" not in line
        assert line != lines["invalid"] or code == "invalid"


def test_sentences_name_remaining_amounts_and_open_concerns() -> None:
    found = [Problem(code, None, CODES[code]) for code in ("over_cap", "over_month", "open_concerns")]
    box = page(replace(view("contacted", "es"), action="resolve", problems=found)).one(
        "div", class_="problem"
    )
    assert [each.text for each in box.all("li")] == [
        "En este caso quedan $500.",
        "Al local le quedan US$12,50 este mes.",
        "Falta solucionar o planificar: La espera; El trato.",
    ]


def test_an_impossible_date_is_refused_with_the_first_possible_one() -> None:
    """START is a Tuesday, 12:00 at the store, which is open around the clock: no hour means a whole day."""
    found = [Problem("owner_full", "date", CODES["owner_full"]), Problem("no_way", None, CODES["no_way"])]
    box = page(replace(view("contacted", "es"), action="promise", problems=found)).one(
        "div", class_="problem"
    )
    assert [each.text for each in box.all("li")] == [
        "¿Para qué día? Ana ya tiene prometido todo lo que puede ese día. "
        "La primera fecha posible es el martes 10 de marzo a las 12:00.",
        "El cliente no dejó ese medio. Puede enterarse por correo, en persona.",
    ]


def test_a_refused_form_keeps_its_input_and_marks_each_field() -> None:
    typed = {"root_cause": ["Faltaba <una> persona"], "done": [""], "root_cause_theme": ["waiting_time"]}
    shown = replace(busy("contacted"), action="resolve", typed=typed, problems=(Problem("required", "done"),))
    at = page(shown)
    sent = form(at, "resolve")
    assert sent.one("textarea", name="root_cause").raw.removeprefix("\n") == "Faltaba <una> persona"
    assert [each["value"] for each in sent.all("option") if "selected" in each.attributes] == ["waiting_time"]
    wrong = sent.one("textarea", name="done")
    assert wrong["aria-invalid"] == "true"
    assert at.one(id=wrong["aria-describedby"]).text == "Falta completar esto."
    (link,) = at.one("div", class_="problem").all("a")
    assert (link["href"], link.text) == (f"#{wrong['id']}", "¿Qué se hizo? Falta completar esto.")


def test_only_the_sent_form_of_an_action_is_filled_in_and_open() -> None:
    typed = {
        "how": ["planned"],
        "concern_id": ["c3"],
        "action": ["Revisar precios"],
        "date": ["2026-02-30"],
        "hears_by": ["sms"],
    }
    shown = replace(
        busy("contacted"), action="settle", typed=typed, problems=(Problem("not_a_date", "date"),)
    )
    at = page(shown)
    sent, other = form(at, "settle-planned-c3"), form(at, "settle-planned-c2")
    assert sent.one("textarea", name="action").text == "Revisar precios"
    assert sent.one("input", name="date")["value"] == "2026-02-30"
    assert [each["value"] for each in sent.all("input", type="radio") if "checked" in each.attributes] == [
        "sms"
    ]
    assert other.one("textarea", name="action").text == "Hablar con el equipo"  # its own plan, to be changed
    around, beside = sent.above("details"), other.above("details")
    assert around is not None
    assert beside is not None
    assert "open" in around.attributes
    assert "open" not in beside.attributes


@pytest.mark.parametrize(
    ("action", "typed", "section"),
    [
        ("note", {"text": ["Hola"]}, "notes"),
        ("message", {"template": ["apology"], "channel": ["email"], "text": ["Hola"]}, "messages"),
        ("deadline", {"reason": ["Viaja"]}, "changes"),
        ("concern", {"text": ["La música"]}, "concerns"),
        ("incentive", {"reason": ["Por la espera"]}, "incentives"),
    ],
)
def test_the_section_of_a_refused_form_is_open(
    action: str, typed: dict[str, list[str]], section: str
) -> None:
    shown = replace(busy("taken_on"), action=action, typed=typed, problems=(Problem("required", "text"),))
    at = page(shown)
    assert "open" in at.one("details", id=section).attributes
    assert (
        next(iter(typed.values()))[0] in str([each.raw for each in at.all("textarea")] + [list(typed)])
        or action
    )


def test_blocked_words_are_shown_with_the_reason_and_a_better_phrase() -> None:
    text = "Hola Rosa, eres un detractor"
    typed = {"channel": ["sms"], "template": [""], "text": [text]}
    found = find_blocked_words(text, "es")
    problems = [Problem("wording", "text", {"finding": each}) for each in found]
    at = page(replace(busy("taken_on"), action="message", typed=typed, problems=problems))
    sent = form(at, "message-sms")
    assert sent.one("textarea", name="text").text == text
    said = sent.one("div", class_="findings").text
    assert "detractor" in said
    assert "Es una palabra de la empresa" in said
    assert found[0].better in said
    assert len(list(at.one("div", class_="problem").all("li"))) == 1


def test_a_conflict_shows_the_other_change_and_keeps_the_text() -> None:
    changed = (cases.entry("concern_solved", START + minutes(3), 3, "diego", text="La espera"),)
    typed = {"reached": ["yes"], "channel": ["sms"], "text": ["Sigue molesta"]}
    shown = replace(
        view("taken_on", "en"),
        action="contacted",
        typed=typed,
        changed=changed,
        problems=(Problem("changed"),),
    )
    at = page(shown)
    box = at.one("div", class_="problem")
    assert "Diego fixed an issue: La espera 12:03" in box.text
    sent = form(at, "contacted")
    assert sent.one("textarea", name="text").text == "Sigue molesta"
    assert [each["value"] for each in sent.all("option") if "selected" in each.attributes] == ["sms"]
    assert box.text.count("changed") == 1, "the same thing is not said twice"


def test_text_for_a_passed_stage_is_offered_as_a_note() -> None:
    typed = {"reached": ["yes"], "channel": ["phone"], "text": ["Quiere que la llamemos el jueves"]}
    shown = replace(view("contacted"), action="contacted", typed=typed, problems=(Problem("wrong_stage"),))
    offered = form(page(shown), "note-kept")
    assert offered["action"].endswith("/note")
    assert offered.one("textarea", name="text").text == "Quiere que la llamemos el jueves"


def test_the_colleague_who_took_the_case_is_named() -> None:
    case = cases.at_stage("taken_on", cases.given(), make_store())
    theirs = replace(case, followup=replace(case.followup, owner="diego"), history=())
    shown = replace(view("taken_on"), case=theirs, action="take-on", problems=(Problem("taken"),))
    at = page(shown)
    calm = at.one("p", class_="saved")
    assert (calm["role"], calm.text) == (
        "status",
        "Diego lo tiene desde las 13:00. No hace falta que hagas nada.",
    )
    assert at.one("main").text.count("Diego lo tiene") == 1
    assert list(at.all("div", class_="problem")) == []
    assert list(at.all("p", class_="act")) == []
    assert list(at.all("a", class_="button")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_writes_to_an_erased_case_reads_once_that_it_is(language: str) -> None:
    """No new words about the customer may be kept; what was typed can be copied."""
    erased = view("confirmed", language)
    about = replace(erased.case.followup, erased_at=START)
    shown = replace(
        erased,
        case=replace(erased.case, followup=about),
        action="note",
        typed={"text": ["Llamó de nuevo"], "channel": ["phone"]},
        problems=(Problem("wrong_stage"),),
    )
    at = page(shown)
    said = translations("case", language)["said"]["erased"]
    assert at.one("main").text.count(said) == 1
    assert at.one("p", class_="saved").text == said
    assert list(at.all("div", class_="problem")) == []
    assert "Llamó de nuevo" in [each.text for each in at.all("p", class_="words")]
    assert not [each for each in cases.forms(at) if each["action"].endswith("/note")]
