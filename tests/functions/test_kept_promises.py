"""The customer of a kept promise is told what was done: once, whatever the limit of their week, by day, until they
stop."""

from datetime import timedelta

import pytest

from lazo.table.messaging import opt_outs
from tests.desk import form_to
from tests.functions.test_customer_updates import Case
from tests.product import Product

MINUTE = timedelta(minutes=1)
PROMISE = {"date": "2026-03-13", "owner": "ana", "hears_by": "phone"}


def open_case(product: Product, **policy: object) -> Case:
    """A case of Eva's that was taken on, and in which Ana has called her; her week is used up."""
    case = Case(product, policy={"customer_messages_per_week": 1, "contact_hours": 200, **policy})
    case.do("/take-on")
    case.do("/contacted", channel="phone", reached="yes", text="")
    return case


def test_a_kept_promise_is_told_once_although_the_week_is_used_up(product: Product) -> None:
    case = open_case(product)
    case.do("/promise", what="Una mesa nueva", **PROMISE)
    assert "se lo contamos al cliente" in case.page
    keep = form_to(case.page, "/promise-kept")
    for _ in range(2):
        assert case.desk.send(keep, text="Te cambiamos la mesa").status == 303
    product.drain()
    assert len(case.messages_received()) == 1, "that somebody took it on: the case may be closed in a moment"
    product.advance(11 * MINUTE)
    page = case.desk.get(f"/desk/followups/{product.followup()['followup_id']}").text
    assert "Ya hicimos lo que te prometimos: Te cambiamos la mesa." in page
    assert "/m/" not in page, "the link is the customer's alone"
    product.advance(timedelta(days=1))
    (_, (channel, text)) = case.messages_received()
    assert channel == "sms"
    assert (
        "Ya hicimos lo que te prometimos: Te cambiamos la mesa. Aqui ves como va: https://lazo.example/m/"
        in text
    )


def test_who_closes_the_case_at_once_tells_of_both_in_one_message(product: Product) -> None:
    case = open_case(product)
    case.do("/promise", what="Una mesa nueva", **PROMISE)
    case.do("/promise-kept", text="Te cambiamos la mesa")
    product.advance(3 * MINUTE)
    case.do("/concern", text="Esperó", priority="normal", owner="ana", deadline="2026-03-11")
    case.do("/settle", how="solved", action="Otra caja")
    case.do("/resolve", root_cause_theme="waiting_time", root_cause="Una caja", done="Otra caja")
    product.advance(timedelta(hours=1))
    (_, (_, text)) = case.messages_received()
    assert (
        "Ya resolvimos lo que nos contaste de tu visita. Ya hicimos lo que te prometimos: Te cambiamos"
        in text
    )
    page = case.desk.get(f"/desk/followups/{product.followup()['followup_id']}").text
    assert "Se dijo junto con lo que vino después" in page
    states = {m["template"]: m["state"] for m in case.messages()}
    assert states == {"received": "sent", "kept": "cancelled", "solved": "sent"}


@pytest.mark.parametrize("stops", [False, True])
def test_kept_at_night_is_told_in_the_morning_unless_they_stop(product: Product, stops: bool) -> None:
    case = open_case(product)
    case.do("/promise", what="Una mesa nueva", **PROMISE)
    product.advance(timedelta(hours=10))  # ten in the evening
    case.do("/promise-kept", text="")
    if stops:
        product.table.put(opt_outs.record_opt_out("ab" * 16, "page", product.now()))
    product.advance(timedelta(hours=10, minutes=55))
    assert len(case.messages_received()) == 1
    product.advance(10 * MINUTE)
    assert len(case.messages_received()) == (1 if stops else 2)
