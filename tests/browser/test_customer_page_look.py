"""The customer's own page as a phone shows it: no finding of axe, nothing wider than the screen, and no script."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk_pages import HOSTILE, PHONE, WCAG, check, look
from tests.browser.serving import served
from tests.builders import ANA, START
from tests.customer import Customer, resolved
from tests.desk import Desk, link_to
from tests.product import Product

pytestmark = pytest.mark.browser

SOON = {"owner": "ana", "hears_by": "sms"}


def test_a_customer_page_from_update_to_erasure(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(START) as (cloud, base):
        product = Product(cloud, monkeypatch)
        product.open_store(policy={"tell_customer": False})
        eva = Customer(product)
        desk = Desk(product)
        page = desk.open(link_to(product, str(ANA["phone"])))
        page = desk.do(page.text, "/take-on")
        for what in (HOSTILE["one word"][:300], HOSTILE["markup"]):
            page = desk.do(page.text, "/promise", what=what, date="2026-03-12", **SOON)
        assert len(product.items("PROMISE#")) == 2, page.text
        resolved(eva, desk, page.text)

        context = browser.new_context(viewport=PHONE, locale="es-CL", reduced_motion="reduce")
        phone = context.new_page()
        failed: list[str] = []
        phone.on("console", lambda message: failed.append(message.text))
        phone.goto(base + eva.link())
        expect(phone.locator(".promises li")).to_have_count(2)
        look(phone, "customer-resolved")
        assert phone.locator("script").count() == 0
        expect(phone.get_by_role("heading", level=1)).to_have_text("Acordamos cómo resolverlo")

        phone.get_by_label("¿Qué falta?").fill("Sigue cerrada la otra caja")
        phone.get_by_role("button", name="Todavía no").click()
        expect(phone.get_by_role("status")).to_contain_text("Gracias por decirlo")
        expect(phone.get_by_role("heading", level=1)).to_have_text(
            "Estamos trabajando en lo que nos contaste"
        )
        phone.get_by_label("Escríbenos").fill(HOSTILE["markup"])
        phone.get_by_role("button", name="Enviar", exact=True).click()
        expect(phone.get_by_role("status")).to_contain_text("Recibimos lo que escribiste")
        expect(phone.locator(".written li")).to_have_count(3)
        look(phone, "customer-written")
        phone.get_by_role("link", name="English").click()
        phone.get_by_role("button", name="Send me no more messages").click()
        expect(phone.get_by_role("button", name="Get messages again")).to_be_visible()
        with phone.expect_download() as file:
            phone.get_by_role("link", name="Download my data").click()
        assert file.value.suggested_filename == "my-data.html"
        phone.get_by_role("button", name="Erase my data").click()
        check(phone, WCAG, "customer's page")
        phone.get_by_role("button", name="Yes, erase my data").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("We erased your data")
        assert not failed
        context.close()


def test_the_page_of_restricted_data_and_the_link_that_proves_an_address(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(START) as (cloud, base):
        product = Product(cloud, monkeypatch)
        product.open_store(policy={"tell_customer": False})
        eva = Customer(product)
        phone = browser.new_context(viewport=PHONE, locale="es-CL", reduced_motion="reduce").new_page()
        phone.goto(base + eva.link())
        phone.get_by_text("Prefiero que no").click()
        phone.get_by_label("me vuelvan a preguntar cómo me fue").check()
        phone.get_by_role("button", name="Guardar", exact=True).click()
        expect(phone.get_by_role("status")).to_contain_text("lo guardamos")
        phone.get_by_role("button", name="Guardar mis datos sin usarlos").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Guardamos tus datos sin usarlos")
        phone.get_by_label("Teléfono o correo nuevo").fill("nueva@example.org")
        phone.get_by_role("button", name="Enviar el enlace").click()
        expect(phone.get_by_role("status")).to_contain_text("Te enviamos un enlace")
        look(phone, "customer-restricted")
        product.drain()
        text = next(m["text"] for m in product.cloud.outbox() if m["to"] == "nueva@example.org")
        phone.goto(base + "/m/" + text.partition("/m/")[2].split()[0])
        look(phone, "customer-address")
        phone.get_by_role("button", name="Sí, es mío").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Listo, lo cambiamos")
