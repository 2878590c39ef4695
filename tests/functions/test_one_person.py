"""However somebody's phone is spelled, at the survey, at sign-in or by another system, they are one person."""

from typing import Any

import pytest

from lazo.customer.identity import customer_keys_of
from lazo.table import customers
from tests.builders import ANA, consent
from tests.functions.crm import Crm, event
from tests.functions.sign_in import Browser, sign_in_links_sent
from tests.functions.test_customer_events import customer_key
from tests.product import Product
from tests.surveys import Survey

ARGENTINA: dict[str, Any] = {"country": "AR", "timezone": "America/Argentina/Buenos_Aires"}


def answer_with(survey: Survey, phone: str, **more: Any) -> None:
    reply = survey.post({"score": 2, "phone": phone, "consent": True, **more})
    assert reply.status == 202, reply.text


@pytest.mark.parametrize(
    ("country", "spelled", "dialled"),
    [
        ("AR", ["11 2345-6789", "11 15 2345-6789", "+54 9 11 2345 6789"], "+5491123456789"),
        ("MX", ["+52 1 55 5123 4567", "044 55 5123 4567", "01 55 5123 4567"], "+525551234567"),
        ("CO", ["0057 310 123 4567", "03 310 123 4567", "310 123 4567"], "+573101234567"),
        ("BR", ["0055 11 91234 5678", "(0XX11) 91234-5678", "0 15 11 91234 5678"], "+5511912345678"),
        ("CL", ["(+56) 9 2234 5679", "tel:+56922345679", "09 2234 5679"], "+56922345679"),
    ],
)
def test_answers_and_events_with_any_spelling_are_one_customers(
    product: Product, country: str, spelled: list[str], dialled: str
) -> None:
    survey = Survey(product, country=country)
    for typed in spelled:
        answer_with(survey, typed)
    crm = Crm(product)
    for number, typed in enumerate(spelled):
        assert crm.post(event(f"t-{number}", customer={"phone": typed})).status == 202
    stored = product.items("ANSWER#")
    key = customer_key(product, f"phone:{dialled}")
    assert {item["phone"] for item in stored} == {dialled}
    assert {item["customer_pk"] for item in stored} == {f"CUSTOMER#{key}"}
    assert {item["pk"] for item in crm.stored_events()} == {f"CUSTOMER#{key}"}


def test_an_argentine_landline_and_mobile_of_one_number_are_one_customer(product: Product) -> None:
    survey = Survey(product, **ARGENTINA)
    for typed in ("011 2345-6789", "11 15 2345-6789"):
        answer_with(survey, typed)
    first, second = product.items("ANSWER#")
    assert {first["phone"], second["phone"]} == {"+541123456789", "+5491123456789"}
    assert first["customer_pk"] == second["customer_pk"]


def test_what_was_stored_under_an_argentine_numbers_former_key_is_in_the_timeline(product: Product) -> None:
    """Until now a number without the 9 had a key of its own."""
    survey = Survey(product, **ARGENTINA)
    former = customer_key(product, "phone:+541123456789")
    product.accept(score=1, comment="antes", phone="+541123456789", consent=consent(), customer_key=former)
    product.drain()
    answer_with(survey, "11 2345-6789", comment="ahora")
    product.drain()
    now = customer_key(product, "phone:+5491123456789")
    known = customers.load_history(product.table, now)
    assert [entry.text for entry in known.entries if entry.kind == "answer"] == ["ahora", "antes"]


def test_an_e_mail_takes_the_place_of_the_former_key() -> None:
    class Ring:
        def sign(self, _purpose: str, data: bytes, _size: int) -> bytes:
            return data

    def known(phone: str | None, email: str | None) -> list[bytes]:
        found = customer_keys_of(Ring(), phone, email)
        return [bytes.fromhex(key) for key in (found.key, found.also) if key] if found else []

    assert known("+541123456789", None) == [b"phone:+5491123456789", b"phone:+541123456789"]
    assert known("+5491123456789", None) == [b"phone:+5491123456789", b"phone:+541123456789"]
    assert known("+541123456789", "E@x.ar") == [b"phone:+5491123456789", b"email:e@x.ar"]
    assert known("+56922345679", None) == [b"phone:+56922345679"]


@pytest.mark.parametrize(
    ("phone", "typed"),
    [
        ("+5491123456789", "11 15 2345-6789"),
        ("+5491123456789", "011 15 2345-6789"),
        ("+5491123456789", "11 2345-6789"),
        ("+5491123456789", "+54 11 2345-6789"),
        ("+5491123456789", "(+54) 9 11 2345-6789"),
        ("+5492966432100", "02966 15 43-2100"),
        ("+5511912345678", "(0XX11) 91234-5678"),
        ("+5511912345678", "0 15 11 91234-5678"),
        ("+5511912345678", "0055 11 91234-5678"),
        ("+573101234567", "03 310 123 4567"),
        ("+573101234567", "09 310 123 4567"),
        ("+573101234567", "009 57 310 123 4567"),
        ("+525551234567", "+52 1 55 5123 4567"),
        ("+525551234567", "044 55 5123 4567"),
        ("+56922345679", "tel:+56922345679"),
        ("+12025550143", "1 202 555 0143"),
        ("+447400123456", "(+44) (0)7400 123456"),
    ],
)
def test_a_user_is_found_by_any_spelling(product: Product, phone: str, typed: str) -> None:
    product.open_store(contacts=[{**ANA, "phone": phone}])
    assert Browser(product).request_link(typed).status == 303
    product.drain()
    assert sign_in_links_sent(product) == [("sms", phone)]


def test_the_hourly_limit_holds_with_argentinas_15(product: Product) -> None:
    product.open_store(contacts=[{**ANA, "phone": "+5492966432100"}])
    typed = ["2966 43-2100", "2966 15 43-2100", "+54 9 2966 432100"] * 2
    assert [Browser(product).request_link(each).status for each in typed] == [303] * 5 + [429]
