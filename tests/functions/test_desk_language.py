"""The language of the desk: the one chosen there, else that of the message one came by, else that of most stores."""

import pytest

from desk.web.reader_language import ReaderLanguage, language_of_message, reader_language
from tests.builders import ANA
from tests.desk import Desk, link_to
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
    assert f'href="{path}?lang=pt"' in page.text
    assert '<html lang="es">' in desk.get("/desk").text

    switched = desk.get(f"{path}?lang=pt")
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
        assert "Português</a>" in page.text
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
    path = f"/desk/followups/{product.followup()['followup_id']}?lang=en"
    assert f'href="{path}"' in refused.text
    assert desk.get(path).status == 200


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
