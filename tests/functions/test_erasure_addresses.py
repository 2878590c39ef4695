"""Erasure reaches what was left with each of a customer's addresses, once each is shown to be theirs."""

import json
import re
from functools import partial
from urllib.parse import urlencode

import pytest

from infra.local.aws.calls import WRITES
from infra.local.event_sources.gateway_payloads import Response
from lazo.auth import links
from lazo.customer.identity import customer_keys_of
from lazo.followup.model import followup_id_for
from lazo.ids import new_ulid
from lazo.table.messaging import opt_outs
from tests.builders import consent, minutes
from tests.customer import EMAIL, FORM, PHONE, Customer, accept_answer, customer_ring, ring
from tests.product import BEFORE, CRASH, Product

OTHERS = {"phone": "+56987650009", "email": None, "comment": "Todo normal", "name": "Luis"}


@pytest.fixture
def eva(product: Product) -> Customer:
    """Eva left phone and e-mail together once, the phone alone once, and the e-mail alone once."""
    product.open_store(policy={"tell_customer": False})
    eva = Customer(product, comment="Canary: los dos")
    product.wait(minutes(1))
    accept_answer(product, score=9, comment="Canary: solo teléfono", email=None)
    accept_answer(product, score=3, comment="Canary: solo correo", phone=None)
    accept_answer(product, score=10, **OTHERS)
    product.drain()
    return eva


def left(product: Product) -> list[str]:
    """Return the comments of the answers that are left, and of anything else that names Eva or her addresses."""
    answers = [item["comment"] for item in product.items("ANSWER#") if item["comment"]]
    others = [i for i in product.cloud.items() if not i["sk"].startswith("ANSWER#")]
    named = [
        f"{i['pk']} {i['sk']}"
        for i in others
        if PHONE in json.dumps(i, default=str) or EMAIL in json.dumps(i, default=str)
    ]
    return sorted(answers + named)


def messages_to(product: Product, address: str) -> list[str]:
    return [m["text"] for m in product.cloud.outbox() if m["to"] == address]


def link_in(text: str) -> str:
    found = re.search(r"/m/[A-Za-z0-9_-]{30}", text)
    assert found, text
    return found[0]


def post(product: Product, page: str, action: str, **fields: str) -> Response:
    return product.cloud.request("POST", f"{page}/{action}", FORM, urlencode(fields).encode())


def run_sweeps(product: Product) -> None:
    for _ in range(7):
        product.wait(minutes(1))
        product.scheduler()
    product.drain()


@pytest.mark.parametrize(
    ("channel", "other", "masked", "stays"),
    [("sms", EMAIL, "e••••@example.org", "solo correo"), ("email", PHONE, "••••4321", "solo teléfono")],
)
def test_the_other_address_gets_a_link_that_erases_what_was_left_with_it_alone(
    eva: Customer, channel: str, other: str, masked: str, stays: str
) -> None:
    product = eva.product
    page = eva.link(channel)
    asked = post(product, page, "erase", lang="es").text
    assert masked in asked
    assert other not in asked
    assert messages_to(product, other) == []

    done = post(product, page, "erase", lang="es", sure="yes")
    assert done.status == 303
    assert (
        "Enviamos un enlace a tu otra dirección"
        in product.cloud.request("GET", done.headers["location"], {}).text
    )
    product.drain()
    run_sweeps(product)
    (message,) = messages_to(product, other)
    assert f"Canary: {stays}" in left(product)
    assert len([comment for comment in left(product) if comment.startswith("Canary")]) == 1

    proven = link_in(message)
    shown = product.cloud.request("GET", f"{proven}?lang=es", {})
    assert shown.status == 200
    assert f"Lo que dejaste con {masked}" in shown.text
    held = product.cloud.request("GET", f"{proven}/data", {}).json()
    assert [each["comment"] for each in held["answers"]] == [f"Canary: {stays}"]
    assert "¿Borramos tus datos?" in post(product, proven, "erase", lang="es").text
    assert "Borramos tus datos" in post(product, proven, "erase", lang="es", sure="yes").text
    run_sweeps(product)
    assert left(product) == ["Todo normal"]
    assert product.items("DATE#erasure") == []
    assert product.cloud.request("GET", proven, {}).status == 404


def test_the_link_does_no_more_than_its_address_allows(eva: Customer) -> None:
    product = eva.product
    eva.post("erase", sure="yes")
    product.drain()
    proven = link_in(messages_to(product, EMAIL)[0])
    for action in ("solved", "not-yet", "stop"):
        assert post(product, proven, action, text="Hola").status == 404
    product.wait(minutes(8 * 24 * 60 + 1))
    assert product.cloud.request("GET", proven, {}).status == 404


def test_a_form_sent_twice_sends_one_link(eva: Customer) -> None:
    product = eva.product
    publish = product.fault(
        operation="TransactWriteItems", function="CustomerPage", nth=2, code="ValidationException", status=400
    )
    assert eva.post("erase", sure="yes").status == 503
    assert publish.struck
    assert eva.post("erase", sure="yes").status == 303
    product.drain()
    assert len(messages_to(product, EMAIL)) == 1


def test_the_holder_of_an_address_who_opted_out_gets_no_link(eva: Customer) -> None:
    product = eva.product
    assert post(product, eva.link("email"), "stop").status == 303
    page = eva.post("erase", lang="es").text
    assert "ahí nos pidieron no escribir" in page
    assert eva.post("erase", sure="yes").headers["location"].endswith("?lang=es")
    product.drain()
    assert messages_to(product, EMAIL) == []


def test_nothing_is_said_of_an_address_with_which_nothing_was_left_alone(product: Product) -> None:
    product.open_store(policy={"tell_customer": False})
    eva = Customer(product)
    assert "example.org" not in eva.post("erase", lang="es").text
    eva.post("erase", sure="yes")
    product.drain()
    run_sweeps(product)
    assert left(product) == []
    assert messages_to(product, EMAIL) == []


def test_an_answer_that_may_not_be_a_customers_is_erased_by_either_address(product: Product) -> None:
    product.open_store(policy={"tell_customer": False})
    suspect = {"comment": "Canary: sospechosa", "suspect": ("unusual_rate",)}
    at = product.now()
    accept_answer(product, score=9, ulid=new_ulid(at, bytes(10)), **suspect)
    product.drain()
    product.wait(minutes(20))
    alone = accept_answer(product, score=2, comment="Canary: solo correo", phone=None)
    product.drain()
    followup_id = followup_id_for(alone.store_id, alone.ulid)
    token = links.sign_customer_link(ring(product), followup_id, "email", product.now())
    assert post(product, f"/m/{token}", "erase", sure="yes").status == 303
    run_sweeps(product)
    assert left(product) == []
    assert opt_outs.has_opted_out(product.table, [alone.customer_key]) is False


@pytest.mark.parametrize("service", ["dynamodb", "sns"])
def test_a_crash_before_any_write_leaves_nothing_that_a_second_form_does_not_finish(
    product: Product, service: str
) -> None:
    product.open_store(policy={"tell_customer": False})
    for nth in range(1, 60):
        product.cloud.faults.clear()
        before = len(messages_to(product, EMAIL))
        accept_answer(product, comment="Canary: los dos", score=2)
        product.drain()
        opened = next(f["followup_id"] for f in product.followups() if f["stage"] == "open")
        token = links.sign_customer_link(ring(product), opened, "sms", product.now())
        erase = partial(post, product, f"/m/{token}", "erase", sure="yes")
        accept_answer(product, score=9, comment="Canary: solo correo", phone=None)
        product.drain()
        crash = product.fault(
            kind=CRASH, when=BEFORE, function="CustomerPage", nth=nth, operations=WRITES[service]
        )
        product.dies(erase)
        struck = crash.struck
        product.cloud.faults.clear()
        erase()
        product.drain()
        run_sweeps(product)
        messages = messages_to(product, EMAIL)
        assert len(messages) == before + 1, nth
        assert left(product).count("Canary: solo correo") == 1, nth
        assert "Canary: los dos" not in left(product), nth
        assert "Borramos" in post(product, link_in(messages[-1]), "erase", lang="es", sure="yes").text
        run_sweeps(product)
        assert left(product) == [], nth
        assert product.items("DATE#erasure") == []
        product.wait(minutes(24 * 60))
        if not struck:
            assert nth > 1
            return
    raise AssertionError("the form makes more calls than were tried")


def test_the_page_erases_what_was_stored_under_an_argentine_numbers_former_key(product: Product) -> None:
    """Until November 2026 a number without the 9 of mobiles had a key of its own: the link proves both."""
    product.open_store(policy={"tell_customer": False})
    both = customer_keys_of(customer_ring(product), "+541123456789", None)
    assert both
    number = {"phone": "+541123456789", "consent": consent()}
    product.accept(score=9, comment="Canary: antes", customer_key=both.also, **number)
    product.wait(minutes(20))
    now = product.accept(
        score=2, comment="Canary: ahora", customer_key=both.key, customer_also=both.also, **number
    )
    product.drain()
    token = links.sign_customer_link(
        ring(product), followup_id_for(now.store_id, now.ulid), "sms", product.now()
    )
    assert "6789" not in post(product, f"/m/{token}", "erase", lang="es").text
    assert post(product, f"/m/{token}", "erase", sure="yes").status == 303
    run_sweeps(product)
    assert [item["comment"] for item in product.items("ANSWER#")] == ["", ""]
