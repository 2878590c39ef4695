"""The search of cases: by what a customer left or said, in any spelling, in the stores that the reader sees."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA, DIEGO, MARTA
from tests.customer import EMAIL, FORM, PHONE, accept_answer
from tests.feed import HANA, cookie_of
from tests.functions.board import followup_ids_on
from tests.product import Product, output

ENDED = {
    "stage": "unanswered",
    "unanswered_at": "2026-03-10T15:00:00.000Z",
    **dict.fromkeys(("list_pk", "list_at", "store_list_pk")),
}


def search(product: Product, who: dict[str, Any], typed: str) -> Response:
    return product.cloud.request(
        "POST", "/desk/search", {**FORM, **cookie_of(product, who)}, urlencode({"q": typed}).encode()
    )


def names_found(product: Product, who: dict[str, Any], typed: str) -> list[str]:
    page = search(product, who, typed)
    assert page.status == 200, page.text
    return re.findall(r'href="/desk/followups/[a-z2-7]{16}"><bdi>([^<]*)', page.text)


@pytest.fixture
def known(brand: Product) -> Product:
    """Eva at `norte`, with a phone and an e-mail; José at `sur`, with a phone that looks like it; both open."""
    accept_answer(brand, comment="La mesa cojea y Camila se rió")
    accept_answer(brand, name="José", phone="+56987650302", email=None, comment="El pan duro", store_id="sur")
    brand.drain()
    return brand


@pytest.mark.parametrize(
    "typed",
    [
        "eva rios",
        "RÍOS",
        PHONE,
        "9 8765 4321",
        "09 8765-4321",
        "(+56) 9 87654321",
        "0056987654321",
        "4321",
        EMAIL.upper(),
        "mesa cojéa",
        "ríos mesa",
    ],
)
def test_an_open_case_is_found_by_what_the_customer_left_or_said(known: Product, typed: str) -> None:
    assert names_found(known, DIEGO, typed) == ["Eva Ríos"]


def test_a_case_is_found_by_its_number_and_by_its_address(known: Product) -> None:
    (eva,) = (each["followup_id"] for each in known.followups() if each["store_id"] == "norte")
    subject = next(
        m["subject"] for m in known.cloud.outbox() if m["channel"] == "email" and "Norte" in m["subject"]
    )
    mark = subject.split()[-1]
    for typed in (
        mark,
        mark.lower(),
        mark[1:],
        eva,
        f"https://lazo.example/desk/followups/{eva}?done=note#notes",
    ):
        assert followup_ids_on(search(known, ANA, typed)) == [eva]


def test_nobody_finds_what_they_may_not_see(known: Product) -> None:
    (south,) = (each["followup_id"] for each in known.followups() if each["store_id"] == "sur")
    for typed in ("José", "+56987650302", "0302", "pan duro", south):
        page = search(known, ANA, typed)
        assert followup_ids_on(page) == []
        assert "Aurora Sur" not in page.text
        assert "No se encontró nada" in page.text
        assert names_found(known, MARTA, typed) == ["José"]


@pytest.mark.parametrize("typed", ["camila", "x", " ", "", "4", "zzzz", "%", "a@b", "+", "💩💩", "mesa pan"])
def test_what_matches_nothing(known: Product, typed: str) -> None:
    """Among them a name that pages mask: a search must not reveal it."""
    page = search(known, DIEGO, typed)
    assert page.status == (422 if len(typed.strip()) < 2 else 200)
    assert followup_ids_on_any(page) == []
    assert "Search cases" in page.text


def followup_ids_on_any(page: Response) -> list[str]:
    return re.findall(r'<li class="entry[^"]*"', page.text)


def test_a_closed_case_is_found_by_phone_e_mail_and_number_and_no_longer_by_name(known: Product) -> None:
    (item,) = (each for each in known.followups() if each["store_id"] == "norte")
    known.change(item, **ENDED)
    for typed in ("987654321", "0056 9 8765 4321", EMAIL, item["followup_id"]):
        assert names_found(known, ANA, typed) == ["Eva Ríos"], typed
        assert names_found(known, HANA, typed) == []
    page = search(known, ANA, "eva ríos")
    assert followup_ids_on_any(page) == []
    assert "en los cerrados, por teléfono completo, correo o número de caso" in page.text


def test_restricted_and_erased_data_is_not_found(known: Product) -> None:
    """An erased case has ended, and a restricted one is listed nowhere."""
    (item,) = (each for each in known.followups() if each["store_id"] == "norte")
    for gone in ("restricted_at", "erased_at"):
        known.change(item, **{**ENDED, gone: "2026-03-10T15:00:00.000Z"})
        for typed in (PHONE, EMAIL, item["followup_id"]):
            assert names_found(known, ANA, typed) == []
    known.change(item, **ENDED)
    assert names_found(known, ANA, PHONE) == ["Eva Ríos"]


def test_what_is_searched_for_stands_in_no_log_and_no_address(known: Product) -> None:
    with output() as written:
        page = search(known, ANA, PHONE)
        known.fault(operation="Query", function="Desk", status=500, code="InternalServerError", times=9)
        assert search(known, ANA, "Eva Ríos").status == 503
        known.cloud.faults.clear()
    logged = written.getvalue()
    assert '"route":"POST /desk/search"' in logged.replace('": "', '":"')
    for private in (PHONE, PHONE[3:], "Eva", "R\\u00edos", "Ríos", json.dumps("Ríos")[1:-1]):
        assert private not in logged
    assert not re.search(r'(?:href|action)="[^"]*(?:q=|8765)', page.text)
    typed = known.cloud.request("GET", f"/desk/search?q={PHONE}", cookie_of(known, ANA))
    assert (typed.status, typed.headers["location"]) == (303, "/desk"), "an address does not search"


def test_strangers_are_sent_to_sign_in(known: Product) -> None:
    reply = known.cloud.request("POST", "/desk/search", FORM, b"q=Eva")
    assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")
