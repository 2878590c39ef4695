"""The weekly digest, a store's wall and the page with its link, in Chromium: in each language, in light and dark, on a
phone, a tablet and a screen of 1080 lines; the wall renews itself."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from lazo.table import answers, report_dates, stores
from lazo.table.dynamodb.table import Table
from tests.browser.desk_pages import COLOURS, DESKTOP, DeskStore, check, keep, look
from tests.browser.serving import served
from tests.builders import DIEGO, START, answer, settings

pytestmark = pytest.mark.browser

PRAISE = (
    "Pamela me ayudó a encontrar la talla con mucha paciencia. ¡Gracias! Ojalá todos los locales tuvieran personas "
    "así, que saludan con una sonrisa, conocen cada detalle y hacen que una vuelva con gusto cada semana en familia."
)
"""More than three lines of the wall."""
TABLET, SCREEN = {"width": 1024, "height": 768}, {"width": 1920, "height": 1080}


@pytest.fixture(scope="module")
def desk_store() -> Iterator[DeskStore]:
    """A week and a day with praise, and with cases that nobody took on."""
    with served(START) as (cloud, base):
        desk_store = DeskStore(cloud, base)
        desk_store.open_store()
        table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        stores.put_store(table, settings(store_id="sur", name="Aurora Sur", contacts=[DIEGO]))
        store = stores.get_store(table, "norte")
        assert store is not None
        report_dates.start_reports(table, store, cloud.now())
        for score in (10, 9, 10, 8):
            given = answer(at=cloud.now(), score=score, comment=PRAISE if score == 10 else "")
            assert answers.put_answer(table, given) == "new"
        desk_store.unhappy("Esperé mucho")
        cloud.advance(timedelta(days=6, hours=3).total_seconds())
        assert answers.put_answer(table, answer(at=cloud.now(), score=10, comment=PRAISE)) == "new"
        yield desk_store


@pytest.fixture
def page(browser: Browser, desk_store: DeskStore) -> Iterator[Page]:
    context = browser.new_context(color_scheme="light", locale="es-CL", reduced_motion="reduce")
    desk_store.sign_in(context)
    yield context.new_page()
    context.close()


def test_the_week_and_the_wall(page: Page, desk_store: DeskStore) -> None:
    base = desk_store.base
    page.goto(desk_store.unhappy("La caja estaba cerrada"))
    page.goto(f"{base}/desk/digest")
    expect(page.locator("blockquote")).to_contain_text("me ayudó a encontrar la talla")
    for language in ("en", "pt", "es"):
        page.goto(f"{base}/desk/digest?lang={language}")
        look(page, f"digest-{language}")
    page.get_by_label("Los elogios del día, cuando los hay").uncheck()
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("status")).to_have_text("Guardado.")
    look(page, "digest-saved")
    page.get_by_role("link", name="Semana anterior").click()
    look(page, "digest-before")
    page.get_by_role("link", name="Pantalla para el local").click()
    look(page, "wall-link-none")
    page.get_by_role("button", name="Crear el enlace").click()
    look(page, "wall-link")
    address = page.get_by_label("Enlace para la pantalla").input_value()
    page.context.clear_cookies()
    page.clock.install()
    for language in ("en", "pt", "es"):
        page.goto(f"{address}?lang={language}")
        look(page, f"wall-{language}")
        for name, viewport in (("tablet", TABLET), ("screen", SCREEN)):
            page.set_viewport_size(viewport)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                keep(page, f"wall-{language}-{name}-{scheme}")
                check(page, COLOURS, f"wall {name} {scheme}")
        tall = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert tall <= 0, f"{tall} px do not fit on the screen"
    before = page.locator(".open .figure").inner_text()
    desk_store.unhappy("Nadie me atendió")
    page.clock.run_for(61_000)
    expect(page.locator(".open .figure")).to_have_text(str(int(before) + 1))
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(page.get_by_role("status")).to_be_visible()
    page.context.set_offline(False)


def test_the_e_mails(page: Page, desk_store: DeskStore) -> None:
    desk_store.cloud.advance(timedelta(hours=9).total_seconds())
    sent = [each for each in desk_store.cloud.outbox() if "/desk/in/" in each["text"]]
    assert {each["to"].partition("@")[0] for each in sent} == {"ana", "diego", "marta"}
    for each in sent:
        reader = each["to"].partition("@")[0]
        kind = "week" if "?week=" in each["text"] else "praise"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for viewport in ({"width": 360, "height": 700}, DESKTOP):
                page.set_viewport_size(viewport)
                page.set_content(each["html"])
                keep(page, f"mail-{kind}-{reader}-{scheme}-{viewport['width']}")
            check(page, COLOURS, f"{kind} {scheme}")
