"""The language of the desk: the one that its reader chose, else that of the message they came by, else that of most
stores. What a reader chose also holds on their other devices and in what is sent to them."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from desk.web.reader_language import ReaderLanguage, language_of_message, reader_language
from tests.builders import ANA
from tests.desk import Desk, Form, form_to, link_to
from tests.functions.sign_in import HOST, sign_in_link
from tests.product import Product

MARTA = {
    **ANA,
    "contact_id": "marta",
    "name": "Marta",
    "role": "area",
    "phone": "+56922340000",
    "email": "marta@aurora.example",
}


@pytest.fixture
def product(product: Product) -> Product:
    """Two stores that name Marta, one in Spanish and one in English."""
    product.open_store(contacts=[{**MARTA, "language": "es"}], policy={"tell_customer": False})
    product.open_store(
        store_id="aurora-sur", name="Aurora Sur", contacts=[{**MARTA, "language": "en"}], touchpoints={}
    )
    return product


def test_a_spanish_sms_opens_a_spanish_desk_until_the_reader_switches(product: Product) -> None:
    product.accept(score=2, comment="Esperé")
    product.drain()
    (alert,) = [m["text"] for m in product.cloud.outbox() if m["channel"] == "sms"]
    assert "Aurora Norte, Caja 3: 2/10" in alert
    desk = Desk(product)
    page = desk.open(link_to(product, str(MARTA["phone"])))
    assert '<html lang="es">' in page.text
    path = f"/desk/followups/{product.followup()['followup_id']}"
    assert form_to(page.text, "/desk/language").fields["back"] == [path]
    assert '<html lang="es">' in desk.get("/desk").text

    switched = desk.do(page.text, "/desk/language", language="pt")
    desk.sign_in(MARTA)
    assert '<html lang="pt">' in switched.text
    for page_path in (
        "/desk",
        "/desk/answers",
        "/desk/promises",
        "/desk/insights",
        "/desk/insights/themes",
        path,
    ):
        page = desk.get(page_path)
        assert '<html lang="pt">' in page.text, page_path
        assert re.search(r'value="pt" lang="pt" title="Português" aria-pressed="true"', page.text)
    # What was chosen holds against the language of a later message.
    page = desk.open(link_to(product, str(MARTA["phone"])))
    assert '<html lang="pt">' in page.text
    refused = desk.do(page.text, "/note", text="")
    assert '<html lang="pt">' in refused.text


def test_the_switch_leads_to_a_page_also_from_a_refused_form(product: Product) -> None:
    product.accept(score=2)
    product.drain()
    desk = Desk(product)
    page = desk.open(link_to(product, str(MARTA["phone"])))
    refused = desk.do(page.text, "/note", text="")
    switched = desk.do(refused.text, "/desk/language", language="en")
    assert switched.status == 200
    assert '<html lang="en">' in switched.text
    assert product.followup()["followup_id"] in form_to(switched.text, "/note").action


def test_what_a_user_chose_holds_on_their_next_device_and_in_what_is_sent_to_them(product: Product) -> None:
    product.accept(score=2)
    product.drain()
    phone, link = Desk(product), link_to(product, str(MARTA["phone"]))
    phone.do(phone.open(link).text, "/desk/language", language="pt")

    laptop = Desk(product)
    assert '<html lang="pt">' in laptop.open(link).text
    # Another language for one page changes nothing of the choice: a GET stores nothing with the user.
    assert '<html lang="en">' in laptop.get("/desk?lang=en").text
    assert '<html lang="pt">' in laptop.get("/desk").text

    before = len(product.cloud.outbox())
    product.accept(score=1, comment="Otra vez")
    product.drain()
    told = product.cloud.outbox()[before:]
    assert {each["channel"] for each in told} == {"sms", "email"}
    assert "um cliente precisa" in next(each["subject"] for each in told if each["channel"] == "email")
    # An import brings the store's language again, and the choice stays.
    product.open_store(contacts=[{**MARTA, "language": "en"}], policy={"tell_customer": False})
    assert '<html lang="pt">' in laptop.get("/desk").text
    # With the last store that names them the choice goes.
    for store in ({}, {"store_id": "aurora-sur", "name": "Aurora Sur", "touchpoints": {}}):
        assert product.items("LANGUAGE")
        product.open_store(contacts=[ANA], **store)
    assert product.items("LANGUAGE") == []


def test_a_form_of_somebody_else_keeps_no_choice(product: Product) -> None:
    product.accept(score=2)
    product.drain()
    desk = Desk(product)
    form = form_to(desk.open(link_to(product, str(MARTA["phone"]))).text, "/desk/language")
    stale = desk.send(replace(form, fields={**form.fields, "form": "x"}), language="en")
    assert (stale.status, stale.headers["location"]) == (303, form.fields["back"][0])
    assert product.items("LANGUAGE") == []
    foreign = product.cloud.request(
        "POST",
        "/desk/language",
        {"sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded"},
        b"language=en&back=%2Fdesk",
    )
    assert (foreign.status, list(foreign.cookies)) == (303, [])


@pytest.mark.parametrize(
    ("back", "page"),
    [
        ("/desk/answers?band=promoter&lang=es&shop=a", "/desk/answers?band=promoter&shop=a"),
        ("/desk", "/desk"),
        ("", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("//evil.example", "/desk"),
        ("/desk/../../evil", "/desk"),
        ("/desk\r\nset-cookie: x", "/desk"),
    ],
)
def test_the_switch_returns_to_a_page_of_the_desk_only(product: Product, back: str, page: str) -> None:
    body = urlencode({"language": "pt", "back": back}).encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    reply = product.cloud.request("POST", "/desk/language", kind, body)
    assert (reply.status, reply.headers["location"]) == (303, page)


@pytest.mark.parametrize("path", ["/desk/sign-in", "/f/xxxx", "/desk/in/xxxx", "/desk/wall/xxxx"])
def test_pages_for_strangers_have_a_switch_too(product: Product, path: str) -> None:
    page = Desk(product).get(path).text
    for code, name in (("es", "Español"), ("en", "English"), ("pt", "Português")):
        assert re.search(rf'<a href="[?#][^"]*{code}" lang="{code}"[^>]*>{name}</a>', page)


def test_a_stranger_keeps_what_they_switched_to(product: Product) -> None:
    desk = Desk(product)
    assert '<html lang="pt">' in desk.get("/desk/sign-in?lang=pt").text
    assert '<html lang="pt">' in desk.get("/desk/sign-in", **{"accept-language": "en"}).text


def test_signing_in_chooses_no_language(product: Product) -> None:
    """João's stores name Portuguese. He signed in on a Spanish device, and had a Spanish desk for a year."""
    joao = {
        **MARTA,
        "contact_id": "joao",
        "name": "João",
        "phone": "+56922340001",
        "email": "joao@aurora.example",
    }
    product.open_store(
        store_id="sul", name="Aurora Sul", contacts=[{**joao, "language": "pt"}], touchpoints={}
    )
    desk, spanish = Desk(product), {"accept-language": "es-CL"}
    sent = desk.do(desk.get("/desk/sign-in", **spanish).text, "/desk/sign-in", address=str(joao["email"]))
    assert '<html lang="es">' in sent.text
    for link in re.findall(r'class="button" href="([^"]+)"', sent.text):
        assert '<html lang="es">' in desk.get(link, **spanish).text
    product.drain()
    link = sign_in_link(product).removeprefix(HOST)
    assert '<html lang="pt">' in desk.get(link, **spanish).text
    assert desk.send(Form(link)).status == 303
    assert '<html lang="pt">' in desk.get("/desk", **spanish).text


def test_a_language_that_we_do_not_speak_changes_nothing(product: Product) -> None:
    product.accept(score=2)
    product.drain()
    desk = Desk(product)
    desk.open(link_to(product, str(MARTA["phone"])))
    for value in ("xx", "", "es<script>"):
        page = desk.get(f"/desk?lang={value}")
        assert '<html lang="es">' in page.text
        assert not any(cookie.startswith("lazo_language") for cookie in page.cookies)


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("lazo_language=pt", ReaderLanguage("pt", chosen=True)),
        ("lazo_language=message-en", ReaderLanguage("en", chosen=False)),
        ("lazo_language=fr", None),
        ("other=pt", None),
        ("", None),
    ],
)
def test_the_cookie_says_whether_the_reader_chose(cookie: str, expected: ReaderLanguage | None) -> None:
    event = {"cookies": [cookie]}
    assert reader_language(event) == expected
    kept = language_of_message(event, "es")
    assert kept == (None if expected and expected.chosen else ReaderLanguage("es", chosen=False))
    if expected:
        assert expected.cookie().startswith(f"{cookie}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
