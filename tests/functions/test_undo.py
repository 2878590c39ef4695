"""Undo at the desk: what was done by mistake is taken back, and no clock is the wiser."""

from datetime import timedelta

import pytest

from infra.local.aws.faults import When
from tests.builders import ANA, DIEGO, MARTA
from tests.case_recount import counted_cases, recount_cases
from tests.desk import Desk, form_to, forms
from tests.functions.desk_cases import (
    GIFTS,
    open_case_page,
    page_with_concern,
    page_with_solved_concern,
    reload_page,
    stored_children,
)
from tests.product import AFTER, BEFORE, Product

QUIET = {**GIFTS, "tell_customer": False}
CLOCKS = ("stage", "owner", "deadline", "due_at", "due_pk", "level", "list_pk", "list_at")


@pytest.fixture
def calm(unhappy: Product) -> Product:
    """A store whose customers hear nothing of who takes their case on."""
    unhappy.open_store(policy=QUIET, contacts=[ANA, DIEGO, MARTA])
    return unhappy


def agree(product: Product) -> bool:
    items = product.cloud.items()
    return counted_cases(items) == recount_cases(items)


def test_a_case_taken_on_by_mistake_goes_back_and_is_escalated_when_it_would_have_been(
    calm: Product, ana: Desk
) -> None:
    before = calm.followup()
    page = open_case_page(calm, ana)
    calm.wait(timedelta(minutes=9, seconds=30))
    page = ana.do(page, "/take-on").text
    calm.wait(timedelta(seconds=20))
    page = ana.do(page, "/undo").text
    after = calm.followup()
    assert {name: after.get(name) for name in CLOCKS} == {name: before.get(name) for name in CLOCKS}
    assert "taken_on_at" not in after
    assert "Ana tomó el caso" in page
    assert "Ana devolvió el caso 20 segundos después de tomarlo" in page
    assert "Nadie lo ha tomado todavía" in page
    back = ana.get(f"/desk/followups/{after['followup_id']}?done=take-on").text
    assert "Guardado" not in back, "as the browser's back button leads there"
    assert agree(calm)
    calm.wait(timedelta(seconds=20))
    calm.scheduler()
    calm.drain()
    assert calm.followup()["level"] == 1
    assert DIEGO["phone"] in [to for _, to in calm.outbox()]
    page = reload_page(ana, page)
    taken = ana.do(page, "/take-on").text
    assert not [f for f in forms(taken) if f.action.endswith("/undo")], "once is enough"
    assert calm.followup()["owner"] == "ana"
    assert agree(calm)


def test_it_is_offered_for_a_minute(calm: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(calm, ana), "/take-on").text
    calm.wait(timedelta(seconds=61))
    late = ana.send(form_to(page, "/undo"))
    assert late.status == 409
    assert "Ya no se puede deshacer" in late.text
    assert calm.followup()["owner"] == "ana"
    assert not [f for f in forms(reload_page(ana, page)) if f.action.endswith("/undo")]


def test_sending_it_twice_undoes_it_once(calm: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(calm, ana), "/take-on").text
    assert ana.send(form_to(page, "/undo")).status == 303
    once = calm.followup()
    assert ana.send(form_to(page, "/undo")).status == 303
    assert calm.followup() == once


def test_a_sweep_in_the_same_moment_wins(calm: Product, ana: Desk) -> None:
    """Ana's deadline passes while she undoes: the case is taken from her, and nothing is restored over that."""
    page = ana.do(open_case_page(calm, ana), "/take-on").text
    soon = "2026-03-10T15:00:01.000Z"
    calm.change(calm.followup(), deadline=soon, due_at=soon)
    calm.wait(timedelta(seconds=30))
    met = calm.just_before("TransactWriteItems", calm.scheduler, function="Desk")
    reply = ana.send(form_to(page, "/undo"))
    assert met["done"]
    assert reply.status == 409
    after = calm.followup()
    assert (after["stage"], after["level"], after.get("owner")) == ("taken_on", 1, None)


def test_somebody_else_did_something_since(calm: Product, ana: Desk) -> None:
    calm.advance(timedelta(minutes=11))
    diego = Desk(calm)
    theirs = open_case_page(calm, diego, DIEGO)
    page = ana.do(open_case_page(calm, ana), "/take-on").text
    assert diego.send(form_to(theirs, "/note"), channel="phone", text="Voy también").status == 303
    assert ana.send(form_to(page, "/undo")).status == 409
    assert calm.followup()["owner"] == "ana"
    forged = form_to(theirs, "/note")
    forged.action = forged.action.replace("/note", "/undo")
    assert diego.send(forged, entry="whatever").status == 409


def test_an_incentive_given_by_mistake_leaves_the_month_as_it_was(calm: Product, ana: Desk) -> None:
    page = page_with_solved_concern(calm, ana)
    (concern,) = stored_children(calm, "CONCERN")
    gift = {"kind": "gift_card", "reason": "Por la espera", "concern_id": concern["concern_id"]}
    page = ana.do(page, "/incentive", value="10000", **gift).text
    page = ana.do(page, "/undo").text
    (month,) = calm.items("INCENTIVES#")
    assert (month["given"], month["n"]) == (0, 0)
    assert "Todavía no se ha dado ninguna." in page
    assert "anuló, 0 segundos después, una compensación: Tarjeta de regalo" in page
    # All of it can be given again, in this case and in this month.
    page = ana.do(page, "/incentive", value="10000", **gift).text
    (month,) = calm.items("INCENTIVES#")
    assert (month["given"], month["n"]) == (10000, 1)


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_whatever_dies_it_is_undone_once(calm: Product, ana: Desk, when: When) -> None:
    """The write itself fails, or its answer is lost: sent again, the month has the gift back once."""
    page = page_with_solved_concern(calm, ana)
    (concern,) = stored_children(calm, "CONCERN")
    gift = {"kind": "gift_card", "reason": "Por la espera", "concern_id": concern["concern_id"]}
    page = ana.do(page, "/incentive", value="10000", **gift).text
    calm.crash("Desk", 1, when)
    form = form_to(page, "/undo")
    assert ana.send(form).status >= 500
    calm.cloud.faults.clear()
    assert ana.send(form).status == 303
    (month,) = calm.items("INCENTIVES#")
    assert (month["given"], month["n"]) == (0, 0)
    assert [e["what"] for e in stored_children(calm, "ENTRY")].count("undone") == 1


def test_a_concern_solved_by_mistake_is_open_again(calm: Product, ana: Desk) -> None:
    page = ana.do(page_with_concern(calm, ana), "/settle", how="solved", action="Me equivoqué de punto").text
    page = ana.do(page, "/undo").text
    (concern,) = stored_children(calm, "CONCERN")
    assert (concern["state"], concern["action"]) == ("open", "")
    assert "Ana volvió a dejar pendiente un punto: Esperó 40 minutos" in page
    page = ana.do(page, "/settle", how="solved", action="Se disculpó Ana").text
    assert stored_children(calm, "CONCERN")[0]["action"] == "Se disculpó Ana"


def test_handing_over_cannot_be_undone_so_it_is_confirmed(product: Product) -> None:
    product.open_store()
    product.accept(score=2)
    product.drain()
    desk = Desk(product).sign_in(ANA)
    (case,) = product.followups()
    page = desk.get(f"/desk/followups/{case['followup_id']}").text
    page = desk.do(page, "/take-on").text
    refused = desk.send(form_to(page, "/reassign"), owner="diego")
    assert refused.status == 422
    assert product.followups()[0]["owner"] == ANA["contact_id"]
    assert desk.send(form_to(refused.text, "/reassign"), owner="diego", sure="1").status == 303
    assert product.followups()[0]["owner"] == "diego"
