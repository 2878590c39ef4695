"""Each page for customers against the checks of docs/accessibility.md, and the thanks that live in two browsers."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.cloud import LocalCloud
from lazo.auth import links
from lazo.followup.model import followup_id_for
from tests.browser import accessibility
from tests.browser.serving import served
from tests.browser.survey_page import PHONE, StoreWithPosters, choose
from tests.customer import accept_answer, ring
from tests.product import Product

pytestmark = pytest.mark.browser

REPORT = Path(__file__).parents[2] / "docs" / "accessibility.md"
CHECKS = {
    "axe": accessibility.findings_of_axe,
    "keyboard": accessibility.findings_of_keyboard,
    "zoom 400 %": accessibility.findings_of_zoom,
    "forced colours": accessibility.findings_of_forced_colours,
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[LocalCloud, StoreWithPosters]]:
    with served() as (cloud, base):
        yield cloud, StoreWithPosters(cloud, base)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, locale="es-CL", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def survey(page: Page, store: StoreWithPosters) -> None:
    page.goto(store.poster())


def survey_chosen(page: Page, store: StoreWithPosters) -> None:
    survey(page, store)
    choose(page, 3)
    page.get_by_label("Teléfono").fill("9")
    expect(page.get_by_text("Marca la casilla")).to_be_visible()


def survey_wrong(page: Page, store: StoreWithPosters) -> None:
    survey_chosen(page, store)
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("alert")).to_be_visible()


def thanks(page: Page, store: StoreWithPosters) -> None:
    survey(page, store)
    choose(page, 2)
    page.get_by_label("Cuéntanos un poco más").fill("Frío")
    store.cloud.advance(20)
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator("h1:visible")).to_have_text("¡Gracias!")
    store.cloud.drain()
    expect(page.locator("#wish")).to_be_visible(timeout=10_000)


def thanks_call(page: Page, store: StoreWithPosters) -> None:
    thanks(page, store)
    page.get_by_label("Llámenme").check()
    expect(page.get_by_label("¿A qué hora?")).to_be_visible()
    page.locator("#wish").get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("alert")).to_contain_text("Para llamarte necesitamos un teléfono.")


def thanks_wished(page: Page, store: StoreWithPosters) -> None:
    thanks(page, store)
    page.get_by_label("Vengan ahora").check()
    page.locator("#wish").get_by_role("button", name="Enviar").click()
    expect(page.locator("#news")).to_contain_text("El equipo sabe que estás en Caja 3.")
    expect(page.locator("#thanks .notice")).to_have_text("Listo, lo recibimos.")


def customer_page(page: Page, store: StoreWithPosters) -> None:
    with pytest.MonkeyPatch.context() as patch:
        product = Product(store.cloud, patch)
        given = accept_answer(product)
        product.drain()
        followup_id = followup_id_for(given.store_id, given.ulid)
        token = links.sign_customer_link(ring(product), followup_id, "sms", product.now())
    page.goto(f"{store.base}/m/{token}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


PAGES: dict[str, Callable[[Page, StoreWithPosters], None]] = {
    "survey, as it opens": survey,
    "survey, a score chosen and a phone begun": survey_chosen,
    "survey, with errors": survey_wrong,
    "thanks, with the form for a wish": thanks,
    "thanks, with errors": thanks_call,
    "thanks, after a wish": thanks_wished,
    "customer's page": customer_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_finding(page: Page, cloud: tuple[LocalCloud, StoreWithPosters], name: str) -> None:
    PAGES[name](page, cloud[1])
    assert {check: find(page) for check, find in CHECKS.items()} == {check: [] for check in CHECKS}


def test_the_report_names_each_page_and_check_with_no_finding() -> None:
    rows = re.findall(r"^\| (.+) \|$", REPORT.read_text(), re.MULTILINE)
    table = [[cell.strip() for cell in row.split("|")] for row in rows]
    assert table[0] == ["page", *CHECKS, "text order"]
    assert {row[0]: row[1:] for row in table[1:]} == {name: ["0"] * (len(CHECKS) + 1) for name in PAGES}


def test_a_screen_reader_reads_question_scale_and_reasons_in_this_order(
    page: Page, cloud: tuple[LocalCloud, StoreWithPosters]
) -> None:
    survey_chosen(page, cloud[1])
    read = "\n".join(accessibility.text_order(page))
    wanted = (
        "¿Qué probabilidad hay de que recomiendes",
        "Elige del 0 al 10.",
        'radio "0"',
        'radio "10"',
        "Nada probable",
        "Muy probable",
        "¿Qué podríamos haber hecho mejor?",
        'checkbox "Calidad"',
        "Cuéntanos un poco más",
        "¿Quieres que te contactemos?",
        'textbox "Teléfono"',
        "Acepto que Aurora Norte",
        "Marca la casilla para que podamos usarlo.",
        'button "Enviar"',
    )
    places = [read.find(each) for each in wanted]
    assert -1 not in places, dict(zip(wanted, places, strict=True))
    assert places == sorted(places)
    thanks(page, cloud[1])
    read = "\n".join(accessibility.text_order(page))
    places = [
        read.find(each)
        for each in (
            "¡Gracias!",
            "Lamentamos",
            "Le avisamos al equipo",
            "¿Cómo prefieres",
            "agregar",
            "Enviar",
        )
    ]
    assert -1 not in places
    assert places == sorted(places)


def take_on(browser: Browser, cloud: LocalCloud) -> Page:
    """The manager's phone, on which the last case was just taken on."""
    cloud.drain()
    sms = [m["text"] for m in cloud.outbox() if m["channel"] == "sms" and "Caja 3" in m["text"]]
    link = re.search(r"http\S+", sms[-1])
    assert link
    manager = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    manager.goto(link[0])
    manager.locator("form[action$='/take-on'] button").first.click()
    return manager


def expect_news(page: Page, text: str) -> None:
    """The customer's page says so within five seconds."""
    begun = time.monotonic()
    expect(page.locator("#news")).to_have_text(text, timeout=5_000)
    assert time.monotonic() - begun < 5


def test_who_comes_and_where_is_taken_back_when_it_is_undone(
    browser: Browser, page: Page, cloud: tuple[LocalCloud, StoreWithPosters]
) -> None:
    thanks(page, cloud[1])
    manager = take_on(browser, cloud[0])
    expect_news(page, "Ana ya lo sabe y viene a verte: Caja 3.")
    manager.locator("form[action$='/undo'] button").click()
    expect_news(page, "Le avisamos al equipo. Aquí verás quién se hace cargo.")
    manager.context.close()


def test_two_browsers_at_once(
    browser: Browser, page: Page, cloud: tuple[LocalCloud, StoreWithPosters]
) -> None:
    """The customer asks for somebody, the manager takes it on, and within five seconds the customer reads who comes.
    Without JavaScript a link shows it. Another language keeps the page and what is being typed."""
    thanks_wished(page, cloud[1])
    plain = browser.new_context(java_script_enabled=False, locale="es-CL").new_page()
    plain.goto(page.url)
    manager = take_on(browser, cloud[0])
    expect_news(page, "Ana ya lo sabe y viene a verte: Caja 3.")
    plain.get_by_role("link", name="Ver si hay novedades").click()
    expect(plain.get_by_text("Ana ya lo sabe y viene a verte: Caja 3.")).to_be_visible()
    plain.locator("#wish summary").click()
    plain.get_by_label("¿Quieres agregar algo?").fill("Llevo un abrigo rojo")
    plain.locator("header nav").get_by_text("English").click()
    expect(plain.get_by_text("Ana knows, and is coming to you at Caja 3.")).to_be_visible()
    expect(plain.locator("#w-text")).to_have_value("Llevo un abrigo rojo")
    page.locator("#wish summary").click()
    wish = page.locator("#wish")
    wish.get_by_label("¿Quieres agregar algo?").fill("Estoy junto a la puerta")
    wish.get_by_label("Correo electrónico").fill("eva@example.org")
    wish.get_by_label("Acepto que").check()
    for language, told in (
        ("English", "Ana knows, and is coming to you at Caja 3."),
        ("Español", "Ana ya lo sabe y viene a verte: Caja 3."),
    ):
        page.locator("header nav").get_by_text(language).click()
        expect(page.locator("#news")).to_have_text(told)
    expect(wish.get_by_label("¿Quieres agregar algo?")).to_have_value("Estoy junto a la puerta")
    expect(wish.get_by_label("Acepto que")).to_be_checked()
    wish.get_by_role("button", name="Enviar").click()
    expect(page.locator("#thanks .notice")).to_have_text("Listo, lo recibimos.")
    expect(wish.get_by_label("Correo electrónico")).to_have_count(0)
    assert "Estoy junto a la puerta" not in page.content()
    notes = [i["text"] for i in cloud[0].items() if i["sk"].startswith("NOTE#")]
    assert any(note.endswith("Estoy junto a la puerta") for note in notes)
    for other in (plain, manager):
        other.context.close()
