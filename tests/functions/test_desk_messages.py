"""Messages to a customer from the desk: what the wording guard rejects is shown with the text kept, the rest
arrives."""

import html

import pytest

from tests.builders import ANA, consent
from tests.desk import Desk, form_to, forms, link_to
from tests.product import Product

PHONE, EMAIL = "+56987654321", "eva@example.org"


def page_of(product: Product, **customer: object) -> tuple[Desk, str]:
    """Return Ana's phone and the page of a follow-up that she has taken on."""
    product.open_store()
    product.accept(score=2, comment="Muy lento", name="Eva Ríos", **customer)
    product.drain()
    desk = Desk(product)
    return desk, desk.do(desk.open(link_to(product, ANA["phone"])).text, "/take-on").text


def to_customer(product: Product) -> list[tuple[str, str]]:
    return [each for each in product.outbox() if each[1] in (PHONE, EMAIL)]


def test_a_template_goes_out_by_sms_and_stands_in_the_history(product: Product) -> None:
    desk, page = page_of(product, phone=PHONE, consent=consent())
    form = desk.template_form(page, "apology", "sms")
    reply = desk.send(form)
    assert reply.status == 303
    assert desk.send(form).status == 303, "the same form again is the same message"
    product.drain()
    assert to_customer(product) == [("sms", PHONE)]
    assert product.cloud.outbox()[-1]["text"].startswith("Hola, Eva: soy Ana, de Aurora Norte.")
    (item,) = product.items("MESSAGE#")
    assert (item["state"], item["template"]) == ("sent", "apology")
    assert "Hola, Eva: soy Ana" in desk.get(reply.headers["location"]).text


@pytest.mark.parametrize(
    ("text", "phrase", "better"),
    [
        ("Hola, nos diste un 3 & queremos saber más", "diste un 3", "lo que nos contaste de tu visita"),
        ("Your N.P.S. matters to us", "N.P.S", "tu opinión"),
        ("Se você mudar sua nota, ganha um café", "Se você mudar sua nota", "sin pedirte nada a cambio"),
    ],
)
def test_blocked_words_are_shown_and_nothing_typed_is_lost(
    product: Product, text: str, phrase: str, better: str
) -> None:
    desk, page = page_of(product, phone=PHONE, consent=consent())
    form = desk.template_form(page, "apology", "sms")
    refused = desk.send(form, text=text)
    assert refused.status >= 400
    shown = html.unescape(refused.text)
    assert phrase in shown
    assert better in shown
    mended = form_to(refused.text, "/message", template="apology", channel="sms")
    # A browser drops the line break right behind <textarea>.
    assert mended.fields["text"][0].removeprefix("\n") == text
    product.drain()
    assert to_customer(product) == []
    assert product.items("MESSAGE#") == []

    assert desk.send(mended, text="Hola, Eva: quiero saber más de tu visita.").status == 303
    product.drain()
    assert to_customer(product) == [("sms", PHONE)]


def test_an_e_mail_in_ones_own_words(product: Product) -> None:
    desk, page = page_of(product, email=EMAIL, consent=consent())
    form = desk.template_form(page, "solved", "email")
    long = desk.send(form, subject="Listo", text="x" * 4001)
    assert long.status >= 400
    assert (
        desk.send(form_to(long.text, "/message", template="solved", channel="email"), text="Ya está.").status
        == 303
    )
    product.drain()
    assert to_customer(product) == [("email", EMAIL)]
    assert product.cloud.outbox()[-1]["subject"] == "Listo"


def test_no_message_without_consent(product: Product) -> None:
    """Also when the form is made by hand."""
    desk, page = page_of(product)
    assert not [each for each in forms(page) if each.action.endswith("/message")]
    form = form_to(page, "/note")
    form.action = form.action.replace("/note", "/message")
    refused = desk.send(form, channel="sms", text="Hola, Eva", template="")
    assert refused.status >= 400
    product.drain()
    assert product.items("MESSAGE#") == []
