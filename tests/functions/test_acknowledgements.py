"""Customers are told, once and at the address that they proved, that their data was erased or that messages stopped;
nothing knows the address afterwards, and no fault of these messages undoes what they tell of."""

import json
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.table.messaging import sms_pauses
from lazo.text.cleaning import fold
from tests.builders import minutes
from tests.customer import EMAIL, FORM, PHONE, Customer
from tests.product import AFTER, BEFORE, CRASH, Item, Product


@pytest.fixture
def eva(product: Product) -> Customer:
    """Eva left phone and e-mail at a store that writes to nobody by itself."""
    product.open_store(policy={"tell_customer": False})
    return Customer(product)


def post(eva: Customer, channel: str, action: str, **fields: str) -> Response:
    body = urlencode({"lang": "es", **fields}).encode()
    return eva.product.cloud.request("POST", f"{eva.link(channel)}/{action}", FORM, body)


def told(product: Product) -> list[Item]:
    """The messages that Eva got."""
    return [m for m in product.cloud.outbox() if m["to"] in (PHONE, EMAIL)]


def holds_address(product: Product) -> bool:
    left = json.dumps(product.cloud.items(), default=str)
    return PHONE in left or EMAIL in left


@pytest.mark.parametrize(
    ("channel", "to", "said"),
    [
        (
            "sms",
            PHONE,
            "Aurora Norte: borramos tus datos, como pediste. De lo que dejaste con este número ya no",
        ),
        ("email", EMAIL, "Borramos tus datos, como pediste: todo lo que dejaste con este correo"),
    ],
)
def test_an_erased_customer_is_told_once_where_they_asked(
    eva: Customer, channel: str, to: str, said: str
) -> None:
    product = eva.product
    for _ in range(2):
        assert post(eva, channel, "erase", sure="yes").status == 303
    product.advance(minutes(1))
    (message,) = told(product)
    assert message["to"] == to
    assert fold(said) in fold(message["text"])
    assert not holds_address(product)
    product.advance(timedelta(days=1))
    assert told(product) == [message]
    (item,) = product.items("ACKNOWLEDGEMENT")
    assert item["state"] == "sent"
    assert not {"address", "customer_keys", "due_pk", "due_at"} & item.keys()
    assert item["expires_at"] == 1773759600  # seven days after noon on 10 March in Santiago


def test_a_customer_who_stopped_messages_is_told_of_the_erasure_by_the_page_alone(eva: Customer) -> None:
    post(eva, "sms", "stop")
    done = post(eva, "sms", "erase", sure="yes")
    assert "Borramos tus datos" in eva.get(done.headers["location"]).text
    eva.product.advance(minutes(10))
    assert told(eva.product) == []
    assert not holds_address(eva.product)


def test_a_provider_that_refuses_leaves_no_address_behind(eva: Customer) -> None:
    product = eva.product
    product.refuse_sms()
    post(eva, "sms", "erase", sure="yes")
    product.advance(minutes(10))
    assert told(product) == []
    assert [item["state"] for item in product.items("ACKNOWLEDGEMENT")] == ["failed"]
    assert not holds_address(product)
    assert product.items("DATE#erasure") == []


def test_a_provider_that_is_paused_is_tried_for_a_week(eva: Customer) -> None:
    product = eva.product
    product.refuse_sms("Throttling", status=429, times=99)
    post(eva, "sms", "erase", sure="yes")
    product.advance(minutes(2))
    assert holds_address(product), "of her data nothing is left but where to tell her"
    assert product.items("DATE#erasure")
    product.wait(timedelta(days=7))
    product.scheduler()
    assert not holds_address(product)
    assert [item["failure"] for item in product.items("ACKNOWLEDGEMENT")] == ["too_late"]


def test_it_waits_while_no_sms_is_sent(eva: Customer) -> None:
    product = eva.product
    sms_pauses.record_limit(product.table, product.now(), product.now())
    post(eva, "sms", "erase", sure="yes")
    product.advance(minutes(25))
    assert told(product) == []
    product.advance(minutes(10))
    assert len(told(product)) == 1
    assert not holds_address(product)


def test_a_crash_while_sending_tells_them_at_most_once_more(eva: Customer) -> None:
    product = eva.product
    post(eva, "sms", "erase", sure="yes")
    product.fault(function="Notify", operation="Publish", kind=CRASH, when=AFTER, times=99)
    product.advance(minutes(20))
    assert len(told(product)) == 2
    assert not holds_address(product)


def test_a_crash_between_leaves_an_erasure_that_is_told_of_or_none(eva: Customer) -> None:
    product = eva.product
    for nth, when in ((1, BEFORE), (1, AFTER)):
        product.fault(kind=CRASH, when=when, function="CustomerPage", operation="TransactWriteItems", nth=nth)
        product.dies(lambda: post(eva, "sms", "erase", sure="yes"))
        product.cloud.faults.clear()
        product.advance(minutes(10))
        erased = "erased_at" in product.followup()
        assert len(told(product)) == int(erased)
        assert holds_address(product) is not erased
    assert erased


def test_a_stop_by_the_link_of_an_email_is_confirmed_there_once_a_stop(eva: Customer) -> None:
    product = eva.product
    for _ in range(2):
        assert post(eva, "email", "stop").status == 303
    product.advance(minutes(5))
    (message,) = told(product)
    assert (message["to"], message["subject"]) == (EMAIL, "No te enviaremos más mensajes")
    assert "no te enviaremos más mensajes, ni por correo ni por SMS" in message["text"]
    link = re.search(r"/m/[\w-]{30}", message["text"])
    assert link
    assert "Volver a recibir mensajes" in eva.get(link[0]).text
    product.wait(minutes(5))
    for action in ("start", "stop"):
        post(eva, "email", action)
    product.advance(minutes(5))
    assert len(told(product)) == 2


def test_a_stop_that_is_taken_back_at_once_or_came_by_sms_is_not_confirmed(eva: Customer) -> None:
    product = eva.product
    for action in ("stop", "start"):
        post(eva, "email", action)
    product.advance(minutes(5))
    post(eva, "sms", "stop")
    product.advance(minutes(5))
    assert told(product) == []
    assert {item["state"] for item in product.items("ACKNOWLEDGEMENT")} == {"cancelled"}


def test_a_stop_whose_confirmation_cannot_be_stored_holds(eva: Customer) -> None:
    product = eva.product
    down = product.fault(
        function="CustomerPage", operation="PutItem", nth=1, code="ValidationException", status=400
    )
    done = post(eva, "email", "stop")
    assert down.struck
    assert "no te enviaremos más mensajes" in eva.get(done.headers["location"]).text
    product.advance(minutes(5))
    assert told(product) == []
    assert {item["stopped"] for item in product.items("STOP")} == {True}
