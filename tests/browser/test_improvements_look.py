"""Improvements in Chromium: written and published at the desk by keyboard, read by customers on a phone, in each
language, in light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.direct_items import put_directly
from lazo.store.model import Touchpoint
from lazo.table import stores
from lazo.table.dynamodb.table import Table
from tests.browser.desk_pages import PHONE, DeskStore, keep, look
from tests.browser.serving import served
from tests.builders import DIEGO, MARTA, START, settings

pytestmark = pytest.mark.browser


@pytest.fixture
def desk_store() -> Iterator[DeskStore]:
    with served(START) as (cloud, base):
        store = DeskStore(cloud, base)
        store.open_store()
        table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        stores.put_store(table, settings(store_id="sur", name="Aurora Sur", contacts=[DIEGO, MARTA]))
        boreal = settings(store_id="boreal", name="Boreal", brand="Boreal", contacts=[MARTA])
        stores.put_store(table, boreal)
        stores.put_touchpoint(table, Touchpoint("caja3", "norte", "Caja 3"))
        day = {"pk": "STORE#norte", "s10": 10, "s2": 60, "t#waiting_time#detractor": 40}
        put_directly(cloud, [day | {"sk": f"DAY#2026-0{each}"} for each in ("2-24", "3-02")])
        yield store


@pytest.fixture
def page(browser: Browser, desk_store: DeskStore) -> Iterator[Page]:
    """A phone on which Marta, who is responsible for all brands, is signed in; it reads Spanish."""
    context = browser.new_context(
        viewport=PHONE, color_scheme="light", locale="es-CL", reduced_motion="reduce"
    )
    desk_store.sign_in(context, MARTA)
    yield context.new_page()
    context.close()


def test_from_the_first_word_to_the_customers_page(page: Page, desk_store: DeskStore) -> None:
    page.goto(f"{desk_store.base}/desk/improvements?lang=es")
    keep(page, "improvements-empty")
    page.get_by_role("link", name="Anotar una mejora").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nueva mejora")
    keep(page, "improvement-new")
    page.locator("#improvement").evaluate("form => { form.noValidate = true }")
    page.locator("#improvement-owner").fill("")
    page.get_by_role("button", name="Guardar y publicar").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "improvement-refused")
    page.get_by_role("link", name="Tema: Falta completar esto.").click()
    expect(page.locator("#improvement-theme")).to_be_focused()

    page.locator("#improvement-theme").select_option("waiting_time")
    page.get_by_label("Aurora Norte").check()
    page.locator("#improvement-in_place_from").fill("2026-03-02")
    page.locator("#improvement-owner").fill("Marta <b>")
    page.locator("[name=said-es]").fill("La fila para pagar era demasiado larga los sábados.")
    page.locator("[name=done-es]").fill("Danos un 10: abrimos otra caja.")
    page.locator("summary", has_text="English").click()
    page.locator("[name=said-en]").fill("The queue was too long on Saturdays.")
    page.locator("[name=done-en]").fill("We opened another till.")
    page.get_by_role("button", name="Guardar y publicar").click()
    expect(page.locator("#improvement-done-es-error")).to_contain_text("Danos un 10")
    keep(page, "improvement-wording")
    page.locator("[name=done-es]").fill("Abrimos otra caja los sábados.\nY pusimos <dos> personas más.")
    page.get_by_role("button", name="Guardar y publicar").click()
    expect(page.get_by_role("status")).to_contain_text("Guardado")
    expect(page.locator("#compared")).to_contain_text("de cada 100 respuestas")
    told = {
        "n": 64,
        "asked": 51,
        "yes": 19,
        "little": 8,
        "no": 4,
        "promoter": 17,
        "passive": 9,
        "detractor": 6,
    }
    improvement_id = page.url.partition("?")[0].rpartition("/")[2]
    put_directly(desk_store.cloud, [{"pk": f"IMPROVEMENT#{improvement_id}", "sk": "TOLD", **told}])
    page.reload()
    expect(page.locator("#noticed")).to_contain_text("Notan una mejora: 19; un poco: 8; no la notan: 4.")
    look(page, "improvement-published")
    page.get_by_role("link", name="Todas las mejoras").click()
    look(page, "improvements")
    for language in ("en", "pt"):
        page.goto(f"{desk_store.base}/desk/improvements?lang={language}")
        keep(page, f"improvements-{language}")
        page.locator(".case a").first.click()
        keep(page, f"improvement-{language}")
    page.goto(f"{desk_store.base}/desk/improvements?lang=es")
    with page.expect_download() as file:
        page.get_by_role("button", name="Descargar HTML").click()
    assert "Abrimos otra caja" in Path(file.value.path()).read_text(encoding="utf-8")

    page.goto(f"{desk_store.base}/s/caja3/changes?lang=es")
    look(page, "changes")
    expect(page.get_by_text("Y pusimos <dos> personas más.")).to_be_visible()
    for language in ("en", "pt"):
        page.goto(f"{desk_store.base}/s/caja3/changes?lang={language}")
        keep(page, f"changes-{language}")
    page.goto(f"{desk_store.base}/s/caja3/thanks?lang=es")
    keep(page, "thanks-with-changes")
    page.get_by_role("link", name="Lo que cambiamos por lo que nos cuentan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lo que cambiamos en Aurora Norte")
