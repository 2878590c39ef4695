"""The survey page in Chromium, as a customer meets it: one thumb, bad reception, their own language, a screen
reader, a keyboard, or no script at all."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, expect

from infra.local.cloud import LocalCloud
from lazo.auth import keyring, links
from lazo.store.model import Touchpoint
from lazo.table import stores
from lazo.table.dynamodb.table import Table
from tests import builders
from tests.browser.serving import served

SMALL, PHONE, DESK = (320, 568), (360, 740), (1280, 800)

pytestmark = pytest.mark.browser

_number = count(1)


class Store:
    """A shop on the running product; each survey asked for has a QR code of its own."""

    def __init__(self, cloud: LocalCloud, base: str) -> None:
        self.cloud = cloud
        self.table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        self.base = base
        stores.put_store(self.table, builders.settings())

    def poster(self) -> str:
        """The address behind a new QR code."""
        code = f"caja{next(_number)}"
        stores.put_touchpoint(self.table, Touchpoint(code, "norte", "Caja 3"))
        return f"{self.base}/s/{code}"

    def answers(self, poster: str) -> list[dict[str, Any]]:
        code = poster.rpartition("/")[2]
        return [i for i in self.cloud.items() if i["sk"].startswith("ANSWER#") and i["code"] == code]

    def answer(self, poster: str) -> dict[str, Any]:
        (one,) = self.answers(poster)
        return one


@pytest.fixture(scope="module")
def shop() -> Iterator[Store]:
    with served() as (cloud, base):
        yield Store(cloud, base)


@pytest.fixture
def poster(shop: Store) -> str:
    return shop.poster()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """`open_page(address, size, **options of the context)`; whatever the page complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(address: str, size: tuple[int, int] = PHONE, before: str = "", **options: Any) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, **{"locale": "es-CL", **options})
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints


def choose(page: Page, score: int) -> None:
    page.locator(f"label:has(#score-{score})").click()


def heading(page: Page) -> Locator:
    return page.locator("h1:visible")


def heard(page: Page) -> Locator:
    """What a screen reader is told without being asked."""
    return page.locator("#live")


def focused(page: Page) -> str:
    """Id or tag of what has the focus."""
    found: str = page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return found


WHY = {
    "es": (
        "¿Qué podríamos haber hecho mejor?",
        "¿Qué nos faltó para que quedaras feliz?",
        "¿Qué fue lo que más te gustó?",
    ),
    "en": (
        "What could we have done better?",
        "What would have made your visit great?",
        "What did you like most?",
    ),
    "pt": (
        "O que poderíamos ter feito melhor?",
        "O que faltou para sua visita ser ótima?",
        "Do que você mais gostou?",
    ),
}


@pytest.mark.parametrize("language", WHY)
def test_the_why_question_is_worded_by_the_score_at_once(open_page: Open, poster: str, language: str) -> None:
    page = open_page(f"{poster}?lang={language}")
    expect(page.locator("#why")).to_be_hidden()
    low, middle, high = WHY[language]
    for score, why in ((0, low), (6, low), (7, middle), (8, middle), (9, high), (10, high)):
        choose(page, score)
        expect(page.locator("#why")).to_have_text(why)
        expect(page.locator("#why")).to_be_in_viewport()
        expect(heard(page)).to_have_text(why)


def test_an_unhappy_customer_is_offered_contact_and_others_find_it(open_page: Open, poster: str) -> None:
    page = open_page(poster)
    choose(page, 9)
    expect(page.get_by_label("Teléfono")).to_be_hidden()
    choose(page, 4)
    expect(page.get_by_label("Teléfono")).to_be_visible()
    page.get_by_text("¿Quieres que te contactemos?").click()
    choose(page, 2)
    expect(page.get_by_label("Teléfono")).to_be_hidden()


def test_an_answer_with_a_script(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster)
    choose(page, 3)
    page.get_by_label("Tiempo de espera").check()
    page.get_by_label("Cuéntanos un poco más").fill("Esperé 40 minutos\n¡y nada!")
    page.get_by_label("Nombre").fill("Ana")
    page.get_by_label("Teléfono").fill("9 2234 5671")
    page.get_by_label("Acepto que Aurora Norte").check()
    page.get_by_role("button", name="Enviar").click()

    expect(heading(page)).to_have_text("¡Gracias!")
    expect(heading(page)).to_be_focused()
    item = shop.answer(poster)
    assert (item["score"], item["reasons"], item["comment"]) == (
        3,
        ["waiting_time"],
        "Esperé 40 minutos\n¡y nada!",
    )
    assert (item["name"], item["phone"], item["consent"]["version"]) == ("Ana", "+56922345671", "2026-11")
    assert "unsigned" not in item["suspect"]


@pytest.mark.parametrize(
    ("score", "contact", "said"),
    [
        (10, False, ["Nos alegra mucho"]),
        (8, False, ["Tu respuesta ayuda"]),
        (8, True, ["Tu respuesta ayuda", "Alguien de Aurora Norte va a leer tu respuesta"]),
        (2, False, ["Lamentamos", "Si sigues aquí, también puedes hablar"]),
        (2, True, ["Lamentamos", "Alguien de Aurora Norte va a leer tu respuesta", "Si sigues aquí"]),
    ],
)
def test_the_thanks_suit_the_answer_and_the_address_holds_none(
    open_page: Open, poster: str, score: int, contact: bool, said: list[str]
) -> None:
    page = open_page(poster)
    choose(page, score)
    if contact:
        page.locator("#contact").evaluate("details => details.open = true")
        page.get_by_label("Correo electrónico").fill("ana@example.com")
        page.get_by_label("Acepto que").check()
    page.get_by_role("button", name="Enviar").click()
    lines = page.locator("#thanks p")
    expect(lines).to_have_count(len(said))
    for line, start in zip(lines.all(), said, strict=True):
        expect(line).to_contain_text(start)
    assert page.url == f"{poster}/thanks?lang=es"
    page.reload()
    expect(
        page.get_by_text("Recibimos tu respuesta, y el equipo de Aurora Norte la va a leer.")
    ).to_be_visible()


def test_an_answer_without_a_script(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster, java_script_enabled=False)
    expect(page.get_by_text("¿Cuál es el motivo principal de tu respuesta?")).to_be_visible()
    expect(page.get_by_label("Teléfono")).to_be_visible()
    page.get_by_role("button", name="Enviar").click()
    assert page.url == poster, "the browser itself asks for the score"

    choose(page, 3)
    page.get_by_label("Precio").check()
    page.get_by_label("Cuéntanos un poco más").fill("Mala atención")
    page.get_by_label("Teléfono").fill("12")
    page.get_by_role("button", name="Enviar").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Revisa el teléfono")
    expect(summary).to_contain_text("marques esta casilla")
    expect(page.get_by_label("3", exact=True)).to_be_checked()
    expect(page.get_by_label("Precio")).to_be_checked()
    expect(page.get_by_label("Cuéntanos un poco más")).to_have_value("Mala atención")
    expect(page.get_by_label("Teléfono")).to_have_value("12")

    page.get_by_label("Teléfono").fill("922345671")
    page.get_by_label("Acepto que").check()
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert page.url == f"{poster}/thanks?lang=es"
    item = shop.answer(poster)
    assert (item["score"], item["reasons"], item["phone"]) == (3, ["price"], "+56922345671")
    page.reload()
    assert len(shop.answers(poster)) == 1


def test_when_the_script_fails_the_whole_form_is_there(browser: Browser, shop: Store, poster: str) -> None:
    context = browser.new_context(locale="es-CL")
    context.add_init_script("JSON.parse = () => { throw new Error('broken') }")
    page = context.new_page()
    page.goto(poster)
    expect(page.get_by_label("Teléfono")).to_be_visible()
    choose(page, 7)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert shop.answer(poster)["score"] == 7
    context.close()


def test_by_keyboard_alone(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster)
    press = page.keyboard.press
    for _ in range(3):
        press("Tab")
    press("Tab")
    assert focused(page) == "score-0"
    press("Space")
    for _ in range(3):
        press("ArrowRight")
    assert focused(page) == "score-3"
    press("Tab")
    press("Space")
    expect(page.get_by_label("Calidad")).to_be_checked()
    for _ in range(11):
        press("Tab")
    assert focused(page) == "comment"
    page.keyboard.type("Frío")
    seen = []
    while focused(page) != "send":
        press("Tab")
        seen.append(focused(page))
    assert seen == ["SUMMARY", "name", "phone", "email", "consent", "send"]
    press("Enter")
    expect(heading(page)).to_have_text("¡Gracias!")
    item = shop.answer(poster)
    assert (item["score"], item["reasons"], item["comment"]) == (3, ["product_quality"], "Frío")
    assert "honeypot" not in item["suspect"]


@pytest.mark.parametrize("size", [SMALL, (360, 500)])
def test_what_has_the_focus_is_never_covered(open_page: Open, poster: str, size: tuple[int, int]) -> None:
    page = open_page(poster, size)
    choose(page, 3)
    page.locator("#score-3").focus()
    for _ in range(17):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """async () => {
              await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const it = document.activeElement, box = it.getBoundingClientRect();
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
              const seen = top && (top === it || it.contains(top) || top.closest("label")?.contains(it));
              return seen ? "" : it.id || it.tagName;
            }"""
        )
        assert covered == ""


def test_a_double_tap_sends_once(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    choose(page, 5)
    page.evaluate("() => { const b = document.getElementById('send'); b.click(); b.click(); }")
    expect(heading(page)).to_have_text("¡Gracias!")
    assert len(sent) == 1
    assert shop.answer(poster)["score"] == 5


def test_a_double_tap_without_a_script_is_one_answer(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster, java_script_enabled=False)
    choose(page, 5)
    page.get_by_role("button", name="Enviar").dblclick()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert shop.answer(poster)["score"] == 5


def test_a_reload_loses_nothing(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster)
    first = page.locator("[name=answer_id]").input_value()
    choose(page, 2)
    page.get_by_label("Limpieza").check()
    page.get_by_label("Cuéntanos un poco más").fill("Baños sucios")
    page.get_by_label("Teléfono").fill("9 2234 5671")
    page.reload()
    expect(page.get_by_label("2", exact=True)).to_be_checked()
    expect(page.get_by_label("Limpieza")).to_be_checked()
    expect(page.locator("#why")).to_have_text(WHY["es"][0])
    page.get_by_role("link", name="English").click()
    expect(page.locator("#why")).to_have_text(WHY["en"][0])
    expect(page.get_by_label("Cleanliness")).to_be_checked()
    expect(page.get_by_label("Tell us a little more")).to_have_value("Baños sucios")
    expect(page.get_by_label("Phone")).to_have_value("9 2234 5671")
    page.get_by_label("I agree that").check()
    page.get_by_role("button", name="Send").click()
    expect(heading(page)).to_have_text("Thank you!")
    item = shop.answer(poster)
    assert (item["answer_id"], item["language"]) == (first, "en")
    assert not {"unsigned", "honeypot"} & set(item["suspect"])
    page.goto(poster)
    expect(page.locator("input:checked")).to_have_count(0)


def test_a_draft_of_an_hour_ago_is_not_shown(open_page: Open, poster: str) -> None:
    page = open_page(poster)
    choose(page, 2)
    page.evaluate(
        """() => { const [key] = Object.keys(sessionStorage), draft = JSON.parse(sessionStorage[key]);
                   sessionStorage[key] = JSON.stringify({...draft, at: draft.at - 3600001}); }"""
    )
    page.reload()
    expect(page.locator("input:checked")).to_have_count(0)


def test_without_network_the_answer_is_kept_and_sent_when_it_is_back(
    open_page: Open, shop: Store, poster: str
) -> None:
    page = open_page(poster)
    answer_id = page.locator("[name=answer_id]").input_value()
    choose(page, 1)
    page.get_by_label("Cuéntanos un poco más").fill("Sin señal")
    page.context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")
    expect(heading(page)).to_be_focused()
    expect(page.get_by_text("Ahora no hay conexión.")).to_be_visible()
    page.get_by_role("button", name="Enviar ahora").click()
    expect(page.get_by_role("status").get_by_text("Todavía no hay conexión")).to_be_visible()
    assert shop.answers(poster) == []

    page.context.set_offline(False)
    expect(heading(page)).to_have_text("¡Gracias!")
    item = shop.answer(poster)
    assert (item["answer_id"], item["comment"]) == (answer_id, "Sin señal")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_page_closed_without_network_sends_at_the_next_visit(
    open_page: Open, shop: Store, poster: str
) -> None:
    page = open_page(poster)
    context = page.context
    answer_id = page.locator("[name=answer_id]").input_value()
    choose(page, 1)
    context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")
    page.close()
    context.set_offline(False)

    later = context.new_page()
    later.goto(shop.poster())
    expect(later.get_by_role("status").filter(has_text="Ya enviamos la respuesta")).to_be_visible()
    assert shop.answer(poster)["answer_id"] == answer_id
    assert later.evaluate("localStorage.length") == 0
    expect(later.locator("#survey")).to_be_visible()


def test_what_is_refused_at_the_next_visit_comes_back_into_the_form(
    open_page: Open, shop: Store, poster: str
) -> None:
    page = open_page(poster)
    context = page.context
    choose(page, 1)
    page.get_by_label("Precio").check()
    page.get_by_label("Cuéntanos un poco más").fill("Sin señal")
    page.get_by_label("Teléfono").fill("12")
    page.get_by_label("Acepto que").check()
    context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")
    page.close()
    context.set_offline(False)

    later = context.new_page()
    later.goto(poster)
    expect(later.get_by_role("alert")).to_contain_text("Revisa el teléfono")
    expect(later.get_by_label("Precio")).to_be_checked()
    expect(later.get_by_label("Cuéntanos un poco más")).to_have_value("Sin señal")
    expect(later.get_by_label("Acepto que")).to_be_checked()
    later.get_by_label("Teléfono").fill("922345671")
    later.get_by_role("button", name="Enviar").click()
    expect(heading(later)).to_have_text("¡Gracias!")
    assert (shop.answer(poster)["score"], shop.answer(poster)["reasons"]) == (1, ["price"])


def test_a_reply_that_is_lost_makes_no_second_answer(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster)
    met: list[int] = []

    def lose_the_first(route: Route) -> None:
        if met:
            route.continue_()
        else:
            met.append(route.fetch().status)
            route.abort("connectionreset")

    page.route("**/s/*", lose_the_first)
    choose(page, 4)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")
    assert met == [202]
    page.get_by_role("button", name="Enviar ahora").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert shop.answer(poster)["score"] == 4


def test_trouble_on_our_side_is_waited_out(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster)
    choose(page, 4)
    shop.cloud.faults.add(operation="PutItem", code="AccessDeniedException", status=400)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")
    page.get_by_role("button", name="Enviar ahora").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert shop.answer(poster)["score"] == 4


def test_where_nothing_may_be_stored_the_page_is_kept_open(open_page: Open, shop: Store, poster: str) -> None:
    refuse = """for (const name of ["localStorage", "sessionStorage"])
                  Object.defineProperty(window, name, { get() { throw new Error("refused"); } });"""
    page = open_page(poster, before=refuse)
    choose(page, 4)
    page.context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_text("No cierres esta página")).to_be_visible()
    page.context.set_offline(False)
    expect(heading(page)).to_have_text("¡Gracias!")
    assert shop.answer(poster)["score"] == 4


def test_what_the_store_s_side_refuses_is_said_at_its_field(
    open_page: Open, shop: Store, poster: str
) -> None:
    page = open_page(poster)
    choose(page, 9)
    page.get_by_text("¿Quieres que te contactemos?").click()
    page.get_by_label("Teléfono").fill("12")
    page.get_by_label("Acepto que").check()
    page.get_by_role("button", name="Enviar").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    phone = page.get_by_label("Teléfono")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(re.compile("Revisa el teléfono"))
    expect(phone).to_have_value("12")
    summary.get_by_role("link").click()
    expect(phone).to_be_focused()
    assert shop.answers(poster) == []
    assert page.evaluate("localStorage.length") == 0

    phone.fill("922345671")
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert shop.answer(poster)["phone"] == "+56922345671"


def test_what_can_be_seen_here_is_said_before_sending(open_page: Open, poster: str) -> None:
    page = open_page(poster)
    page.on("request", lambda request: pytest.fail("sent") if request.method == "POST" else None)
    choose(page, 2)
    send, alert = page.get_by_role("button", name="Enviar"), page.get_by_role("alert")
    page.get_by_label("Correo electrónico").fill("ana@example.com")
    send.click()
    expect(alert).to_contain_text("marques esta casilla")
    expect(page.get_by_label("Acepto que")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Acepto que").check()
    page.get_by_label("Correo electrónico").fill("")
    send.click()
    expect(alert).to_contain_text("Escribe un teléfono o un correo")
    page.get_by_label("Acepto que").uncheck()
    page.get_by_label("Cuéntanos un poco más").fill("ñ" * 2003)
    expect(page.locator("#comment-left")).to_have_text("Sobran 3 caracteres")
    send.click()
    expect(alert).to_contain_text("hasta 2.000 caracteres")
    expect(alert.get_by_role("link")).to_have_count(1)


def test_a_survey_that_closed_meanwhile_says_so(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page(poster)
    choose(page, 2)
    page.route(poster, lambda route: route.continue_(url=f"{shop.base}/s/nope"))
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("No encontramos esta encuesta")


@pytest.mark.parametrize("language", WHY)
def test_targets_are_large_and_nothing_sticks_out(open_page: Open, poster: str, language: str) -> None:
    page = open_page(f"{poster}?lang={language}", reduced_motion="reduce")
    choose(page, 3)
    page.get_by_role("textbox").first.fill("é" * 1000)
    for size in (SMALL, PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        boxes = page.evaluate(
            """() => [...document.querySelectorAll("nav a, .scale label, .chips label, #send, summary")].map(it => {
                 const box = it.getBoundingClientRect(); return [box.width, box.height, Math.round(box.y)];
               })"""
        )
        assert len(boxes) == 3 + 11 + 11 + 1 + 1
        assert min(min(width, height) for width, height, _ in boxes) >= 44
        assert len({y for _, _, y in boxes[3:14]}) == (1 if size == DESK else 2)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_no_score_is_coloured_differently(open_page: Open, poster: str) -> None:
    page = open_page(poster)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        looks = page.evaluate(
            """() => [...document.querySelectorAll(".scale span")].map(s => {
                 const c = getComputedStyle(s); return [c.color, c.backgroundColor, c.borderColor, c.fontSize].join();
               })"""
        )
        assert len(looks) == 11
        assert len(set(looks)) == 1


def test_a_page_asks_nobody_else_for_anything(open_page: Open, shop: Store, poster: str) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(poster)
    choose(page, 10)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert [url for url in asked if not url.startswith("data:")] == [poster, poster]


def asked(page: Page) -> None:
    expect(heading(page)).to_contain_text("¿Qué probabilidad hay")


def answered(page: Page) -> None:
    choose(page, 3)


def wrong(page: Page) -> None:
    choose(page, 3)
    page.get_by_label("Teléfono").fill("1")
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("alert")).to_be_visible()


def waiting(page: Page) -> None:
    choose(page, 3)
    page.context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")


def thanked(page: Page) -> None:
    choose(page, 3)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")


def unknown(page: Page) -> None:
    page.goto(page.url + "x")


@pytest.mark.parametrize("state", [asked, answered, wrong, waiting, thanked, unknown])
def test_axe_finds_nothing(open_page: Open, poster: str, state: Callable[[Page], None]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(poster, reduced_motion="reduce")
    state(page)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page, options={"runOnly": tags, "resultTypes": ["violations"]}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_asked_again_whether_it_got_better(open_page: Open, shop: Store, poster: str) -> None:
    """No finding of axe, and with a script the answer goes with its link, in another language too."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    ring = keyring.keyring_from_secret(
        shop.cloud.client("secretsmanager"), shop.cloud.physical_id("LinkKey"), shop.cloud.now, print
    )
    token = links.sign_resurvey_link(ring, "abcdefghijklmnop", shop.cloud.now())
    page = open_page(f"{poster}?r={token}", reduced_motion="reduce")
    page.get_by_role("link", name="English").click()
    page.get_by_role("group", name="Have you noticed an improvement since?").get_by_label("A little").check()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    choose(page, 8)
    page.get_by_role("button", name="Send").click()
    expect(heading(page)).to_have_text("Thank you!")
    answer = shop.answer(poster)
    assert (answer["resurvey_of"], answer["improved"], answer["score"]) == ("abcdefghijklmnop", "little", 8)


def test_what_is_kept_in_the_phone_is_the_answer_and_its_time(open_page: Open, poster: str) -> None:
    page = open_page(poster)
    choose(page, 1)
    page.context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")
    ((key, value),) = page.evaluate("Object.entries(localStorage)")
    ((entry),) = json.loads(value)
    assert key == "lazo:waiting"
    assert entry.keys() == {"path", "at", "body"}
    assert (entry["body"]["score"], entry["path"]) == (1, poster[poster.index("/s/") :])


def test_text_of_twice_the_size_still_fits_the_screen(open_page: Open, poster: str) -> None:
    """WCAG 2.2, 1.4.4. The name of a language or of a reason is the longest word that cannot shrink."""
    page = open_page(poster)
    choose(page, 3)
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
