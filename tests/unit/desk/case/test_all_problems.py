"""All that is wrong with a form is said at once, beside the fields and on top."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desk.case import actions
from desk.case.action_context import ActionInput
from desk.case.view import CaseView
from desk.web.forms import Fields
from lazo.case import concerns
from lazo.case.model import ActionContext
from lazo.errors import Problem, Rejected
from lazo.messaging.customer_message import compose
from lazo.messaging.customer_templates import MessageContent
from tests import case_views as cases
from tests.builders import START, make_store
from tests.case_views import busy, form, page, view


def codes(refused: pytest.ExceptionInfo[Rejected]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in refused.value.problems]


def test_a_form_is_refused_for_its_fields_and_for_what_they_ask() -> None:
    fields = Fields({"value": ["nada"]}, "UTC")
    fields.money("value")

    def build() -> None:
        raise Rejected(Problem("over_cap", "value"), Problem("no_action", "concern_id"))

    with pytest.raises(Rejected) as refused:
        fields.checked(build)
    # What the harmless value of an unreadable field leads to is not said.
    assert codes(refused) == [("not_an_amount", "value"), ("no_action", "concern_id")]
    with pytest.raises(Rejected) as refused:
        fields.checked(lambda: None)
    assert codes(refused) == [("not_an_amount", "value")]
    assert Fields({}, "UTC").checked(lambda: 7) == 7


def test_a_message_is_refused_for_what_is_missing_and_for_its_words() -> None:
    writing = MessageContent("email", "Nos diste un 3", "")
    with pytest.raises(Rejected) as refused:
        compose(
            writing, "f1", cases.given(), make_store(), make_store().contacts[0], message_id="m", now=START
        )
    assert codes(refused) == [("required", "subject"), ("wording", "text")]


def test_a_concern_is_refused_for_its_deadline_and_its_checkpoints() -> None:
    late = cases.concern(deadline=date(2026, 3, 9), checkpoints=tuple(date(2026, 3, d) for d in range(1, 7)))
    with pytest.raises(Rejected) as refused:
        concerns.checked_concern(late, date(2026, 3, 10))
    assert codes(refused) == [("in_the_past", "deadline"), ("too_many", "checkpoint")]


def test_a_field_shows_all_that_is_wrong_with_it() -> None:
    problems = (Problem("too_long", "action", {"most": 5}), Problem("required", "action"))
    shown = replace(busy("contacted"), action="settle", typed={"how": ["solved"]}, problems=problems)
    at = page(replace(shown, typed={"how": ["solved"], "concern_id": ["c3"]}))
    wrong = form(at, "settle-solved-c3").one("textarea", name="action")
    said = at.one(id=wrong["aria-describedby"]).text
    assert said == "Es demasiado largo. Puede tener hasta 5 caracteres. Falta completar esto."
    assert len(list(at.one("div", class_="problem").all("li"))) == 2


@pytest.mark.parametrize(
    ("language", "sent", "saved"),
    [
        ("es", "Todavía no se envió", "Todavía no se guardó"),
        ("en", "Not sent yet", "Not saved yet"),
        ("pt", "Ainda não foi enviado", "Ainda não foi salvo"),
    ],
)
def test_a_refused_message_was_not_sent_and_another_form_not_saved(
    language: str, sent: str, saved: str
) -> None:
    refused = replace(view("taken_on", language), problems=(Problem("required", "text"),))
    for action, title in (("message", sent), ("note", saved)):
        box = page(replace(refused, action=action)).one("div", class_="problem")
        assert box.one("h2").text == title
    done = page(replace(view("taken_on", language), done="message"))
    assert {"es": "Mensaje en camino", "en": "Message on its way", "pt": "Mensagem a caminho"}[language] in (
        done.one("p", class_="saved").text
    )


def asked(action: str, sent: dict[str, str], shown: CaseView) -> list[tuple[str, str | None]]:
    """What is wrong with a form that Ana sends."""
    context = ActionContext("FORM1", shown.store, shown.reader, shown.now)
    inputs = ActionInput(
        shown.case, context, lambda: cases.given(), lambda: False, lambda: Decimal(0), lambda _who, _day: {}
    )
    version = {"version": [str(shown.case.followup.version)]}
    fields = Fields({name: [value] for name, value in sent.items()} | version, "America/Santiago")
    with pytest.raises(Rejected) as refused:
        actions.change_for(action, fields, inputs)
    return codes(refused)


def test_a_plan_is_refused_for_its_words_and_its_date() -> None:
    shown = view("contacted", parts={"concerns": (cases.concern(),)})
    plan = {"how": "planned", "concern_id": "c1", "action": "", "date": "2026-03-01", "hears_by": "phone"}
    assert asked("settle", plan, shown) == [("required", "action"), ("in_the_past", "date")]


def test_a_new_date_is_refused_for_its_reason_and_itself() -> None:
    shown = view("contacted", parts={"promises": (cases.promise(),)})
    moved = {"promise_id": "p1", "date": "2026-03-01", "owner": "ana", "reason": "", "tell": "none"}
    assert asked("promise-date", moved, shown) == [("required", "reason"), ("in_the_past", "date")]


def test_what_is_wrong_is_listed_in_the_order_of_the_fields() -> None:
    shown = cases.ready_to_resolve()
    assert asked("resolve", {"done": "", "root_cause_theme": ""}, shown) == [
        ("required", "done"),
        ("required", "root_cause_theme"),
    ]
