"""What the customer writes on their page: recorded once, shown to them, told to the owner; and the file to read."""

import re

import pytest

from lazo.case.customer_confirmation import CUSTOMER_NOTES_AT_MOST
from lazo.followup.model import CUSTOMER
from tests.builders import ANA, DIEGO, minutes
from tests.customer import EMAIL, FORM, PHONE, Customer, resolved
from tests.desk import Desk, link_to
from tests.product import Product

NOT_CALLED = "No me han llamado"


@pytest.fixture
def eva(product: Product) -> Customer:
    product.open_store(policy={"tell_customer": False})
    return Customer(product)


def notes(eva: Customer) -> list[str]:
    return [n["text"] for n in eva.product.items("NOTE#") if n["by"] == CUSTOMER]


def test_what_the_customer_writes_is_recorded_once_shown_and_told_to_the_owner(eva: Customer) -> None:
    desk = Desk(eva.product)
    page = desk.open(link_to(eva.product, str(ANA["phone"])))
    desk.do(page.text, "/take-on")
    eva.product.wait(minutes(30))
    seen = str(eva.product.followup()["version"])
    for _ in range(2):
        assert eva.post("write", version=seen, text=f"{NOT_CALLED}\r\n", lang="es").status == 303
    eva.product.drain()
    assert notes(eva) == [NOT_CALLED]
    told = [(m["channel"], m["to"]) for m in eva.product.cloud.outbox() if NOT_CALLED in m["text"]]
    assert sorted(told) == [("email", ANA["email"]), ("sms", ANA["phone"])]
    page = eva.get(f"{eva.link()}?lang=es&done=write")
    assert "Recibimos lo que escribiste" in page.text
    first, second = re.findall(r"<blockquote dir=\"auto\">(.*?)</blockquote><small>(.*?)</small>", page.text)
    assert first == ("Esperé mucho", "El martes 10 de marzo a las 12:00")
    assert second == (NOT_CALLED, "El martes 10 de marzo a las 12:30")
    assert "Lo lee Ana, de Aurora Norte." in page.text
    english = eva.get(f"{eva.link()}?lang=en").text
    assert "Tuesday, 10 March at 12:30" in english
    assert "Ana from Aurora Norte reads it." in english
    assert "Ana, da equipe Aurora Norte, lê o que você escreve." in eva.get(f"{eva.link()}?lang=pt").text


def test_the_same_words_on_another_day_are_another_message(eva: Customer) -> None:
    for _ in range(2):
        eva.send("write", text=NOT_CALLED)
        eva.product.wait(minutes(24 * 60))
    assert notes(eva) == [NOT_CALLED, NOT_CALLED]


def test_what_cannot_be_recorded_stays_in_its_form(eva: Customer) -> None:
    resolved(eva)
    empty = eva.send("write", text="  ")
    assert empty.status == 422
    assert "Escribe algo para enviarlo" in empty.text
    long = "x" * 2001
    refused = eva.send("write", text=long)
    assert refused.status == 422
    form = re.search(r"/write\".*?</form>", refused.text, re.DOTALL)
    assert form
    assert long in form[0]
    assert refused.text.count(long) == 1
    huge = eva.product.cloud.request("POST", f"{eva.link()}/write", FORM, b"text=" + b"x" * 60_000)
    assert huge.status == 413
    eva.product.fault(service="dynamodb", operation="TransactWriteItems", function="CustomerPage", times=9)
    failed = eva.send("write", text=NOT_CALLED)
    assert (failed.status, failed.text.count(NOT_CALLED)) == (503, 1)
    assert notes(eva) == []


def test_a_customer_can_write_thirty_notes(eva: Customer) -> None:
    for number in range(CUSTOMER_NOTES_AT_MOST):
        assert eva.post("write", text=f"Mensaje {number}").status == 303
    refused = eva.post("write", text="Uno más", lang="es")
    assert (refused.status, "Ya nos escribiste varias veces" in refused.text) == (422, True)
    assert "Uno más" in refused.text
    assert len(notes(eva)) == CUSTOMER_NOTES_AT_MOST


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_words_on_the_page_of_an_ended_case_open_a_new_one_and_show_it(eva: Customer, channel: str) -> None:
    resolved(eva)
    eva.send("solved")
    link = eva.link(channel)
    body = f"lang=es&version=9&text={NOT_CALLED}".encode()
    first, again = (eva.product.cloud.request("POST", f"{link}/write", FORM, body) for _ in range(2))
    assert first.status == again.status == 303
    assert first.headers["location"] == again.headers["location"]
    page = eva.get(first.headers["location"]).text
    assert NOT_CALLED in page
    assert "Nos escribiste" in page
    assert "Recibimos lo que nos contaste" in page
    assert {(f["origin"], f["stage"]) for f in eva.product.followups()} == {
        ("answer", "confirmed"),
        ("message", "open"),
    }
    assert notes(eva) == [NOT_CALLED]
    eva.product.drain()
    assert any(m["to"] == ANA["email"] and NOT_CALLED in m["text"] for m in eva.product.cloud.outbox())
    assert not any(m["to"] == DIEGO["phone"] and NOT_CALLED in m["text"] for m in eva.product.cloud.outbox())


def test_a_case_opened_by_words_is_erased_with_its_customer(eva: Customer) -> None:
    resolved(eva)
    eva.send("solved")
    eva.product.wait(minutes(1))
    new = eva.get(eva.post("write", text=NOT_CALLED, version="9").headers["location"])
    assert NOT_CALLED in new.text
    eva.send("erase", sure="yes")
    assert eva.product.items("NOTE#") == []
    assert all(each.get("erased_at") for each in eva.product.followups())
    assert not [item for item in eva.product.cloud.items() if NOT_CALLED in str(item)]


def test_courtesy_on_an_ended_case_opens_none(eva: Customer) -> None:
    resolved(eva)
    eva.send("solved")
    sent = len(eva.product.cloud.outbox())
    assert eva.send("write", text="¡Muchas gracias!").status == 200
    eva.product.drain()
    assert len(eva.product.followups()) == 1
    assert len(eva.product.cloud.outbox()) == sent
    assert notes(eva) == ["¡Muchas gracias!"]


def test_what_came_by_sms_is_shown_only_to_who_has_proven_the_phone(eva: Customer) -> None:
    """Somebody may have typed another person's phone beside an e-mail of their own."""
    eva.product.cloud.invoke(
        "SmsReplies",
        {
            "Records": [
                {
                    "Sns": {
                        "MessageId": "s",
                        "Message": f'{{"originationNumber": "{PHONE}", "messageBody": "{NOT_CALLED}", '
                        '"inboundMessageId": "in-1"}',
                    }
                }
            ]
        },
    )
    for path in ("", "/data", "/data?format=html"):
        assert NOT_CALLED in eva.get(eva.link("sms") + path).text, path
        assert NOT_CALLED not in eva.get(eva.link("email") + path).text, path


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("es", ("mis-datos.html", "Lo que escribiste", "El martes 10 de marzo a las 12:00", "Español", "Sí")),
        ("en", ("my-data.html", "What you wrote", "Tuesday, 10 March at 12:00", "Spanish", "Yes")),
        ("pt", ("meus-dados.html", "O que você escreveu", "terça-feira, 10 de março", "Espanhol", "Sim")),
    ],
)
def test_the_file_is_readable_in_the_customers_language_and_zone(
    eva: Customer, language: str, expected: tuple[str, ...]
) -> None:
    resolved(eva)
    eva.send("stop")
    file = eva.get(f"{eva.link()}/data?lang={language}&format=html")
    name, *shown = expected
    assert file.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert file.headers["content-type"] == "text/html; charset=utf-8"
    for words in (*shown, "Esperé mucho", EMAIL, PHONE, "Turnos", "Muy alterada"):
        assert words.lower() in file.text.lower(), words
    # No id of ours and no time that only a program reads.
    assert not re.search(r"\d{4}-\d\d-\d\dT|_at\b|None|waiting_time|<script", file.text)
    assert (
        f'href="/m/{eva.link().removeprefix("/m/")}/data?lang={language}&amp;format=html"'
        in eva.get(f"{eva.link()}?lang={language}").text
    )
