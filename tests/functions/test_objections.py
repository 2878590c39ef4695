"""A customer objects to being asked again, to automatic messages, or to early signs being weighed."""

import json
import re
from datetime import timedelta

import pytest

from tests.builders import ANA, minutes
from tests.customer import PHONE, Customer, resolved
from tests.desk import Desk, link_to
from tests.functions.crm import Crm, event
from tests.functions.test_erasure import run_sweeps
from tests.product import Product


def ticked(eva: Customer) -> list[str]:
    return re.findall(r'name="(\w+)" value="1" checked', eva.get().text)


def messages_to_customer(product: Product) -> list[str]:
    return [m["text"] for m in product.cloud.outbox() if m["to"] == PHONE]


def test_the_page_keeps_what_was_ticked(product: Product) -> None:
    product.open_store()
    eva = Customer(product)
    assert ticked(eva) == []
    assert "lo guardamos" in eva.send("objections", resurvey="1", early_signals="1", anything="1").text
    assert ticked(eva) == ["resurvey", "early_signals"]
    assert eva.get(f"{eva.link()}/data").json()["objects_to"] == ["resurvey", "early_signals"]
    readable = eva.get(f"{eva.link()}/data?format=html&lang=es").text
    assert "Prefieres que no" in readable
    assert "me vuelvan a preguntar cómo me fue" in readable
    eva.send("objections")
    assert ticked(eva) == []


@pytest.mark.parametrize(("objects", "asked"), [({}, 1), ({"resurvey": "1"}, 0)])
def test_who_objects_is_not_asked_again(product: Product, objects: dict[str, str], asked: int) -> None:
    product.open_store()
    eva = Customer(product, email=None)
    resolved(eva)
    eva.send("solved")
    eva.send("objections", **objects)
    before = len(messages_to_customer(product))
    product.advance(timedelta(days=15))
    assert len(messages_to_customer(product)) - before == asked


@pytest.mark.parametrize(("objects", "automatic"), [({}, 1), ({"automatic_messages": "1"}, 0)])
def test_who_objects_gets_what_a_person_writes_only(
    product: Product, objects: dict[str, str], automatic: int
) -> None:
    product.open_store()
    eva = Customer(product, email=None)
    eva.send("objections", **objects)
    desk = Desk(product)
    page = desk.open(link_to(product, str(ANA["phone"])))
    page = desk.do(page.text, "/take-on")
    product.pass_undo()
    assert len(messages_to_customer(product)) == automatic
    desk.do(page.text, "/message", channel="sms", text="Hola Eva: te llamo hoy.")
    product.drain()
    assert "te llamo hoy" in messages_to_customer(product)[-1]


def test_an_automatic_message_that_waits_is_not_sent_after_the_objection(product: Product) -> None:
    product.open_store()
    eva = Customer(product, email=None)
    desk = Desk(product)
    desk.do(desk.open(link_to(product, str(ANA["phone"]))).text, "/take-on")
    eva.send("objections", automatic_messages="1")
    product.drain()
    product.advance(minutes(10))
    assert messages_to_customer(product) == []


@pytest.mark.parametrize(("objects", "opened"), [({}, 1), ({"early_signals": "1"}, 0)])
def test_no_early_sign_of_who_objects_opens_a_follow_up(
    product: Product, objects: dict[str, str], opened: int
) -> None:
    product.open_store(policy={"risk_threshold": 1})
    eva = Customer(product, email=None)
    eva.send("objections", **objects)
    product.wait(minutes(1))
    known = len(product.followups())
    crm = Crm(product)
    at = product.now().isoformat()
    said = event("t-1", at=at, customer={"phone": PHONE}, text="Me cambio a la competencia")
    assert crm.post(said).status == 202
    product.drain()
    assert len(product.followups()) - known == opened


def test_an_objection_outlives_the_erasure(product: Product) -> None:
    product.open_store(policy={"tell_customer": False})
    eva = Customer(product, email=None)
    eva.send("objections", early_signals="1")
    eva.send("restrict")
    eva.post("erase", sure="yes")
    run_sweeps(product)
    (kept,) = [i for i in product.cloud.items() if str(eva.answer.customer_key) in json.dumps(i, default=str)]
    assert (kept["objections"], "restricted_at" in kept, "due_at" in kept) == (
        ["early_signals"],
        False,
        False,
    )
