"""The survey page in Chromium: answering it, with and without a script, and what the thanks say."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.survey_page import (
    MOVING,
    WHY,
    Open,
    StoreWithPosters,
    choose,
    heading,
    live_region,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", WHY)
def test_the_why_question_is_worded_by_the_score_at_once(open_page: Open, poster: str, language: str) -> None:
    page = open_page(f"{poster}?lang={language}", **MOVING)
    expect(page.locator("#why")).to_be_hidden()
    low, middle, high = WHY[language]
    for score, why in ((0, low), (6, low), (7, middle), (8, middle), (9, high), (10, high)):
        choose(page, score)
        expect(page.locator("#why")).to_have_text(why)
        expect(page.locator("#why")).to_be_in_viewport()
        expect(live_region(page)).to_have_text(why)


def test_contact_fields_are_open_for_unhappy_customers_and_closed_for_others(
    open_page: Open, poster: str
) -> None:
    page = open_page(poster)
    choose(page, 9)
    expect(page.get_by_label("Teléfono")).to_be_hidden()
    choose(page, 4)
    expect(page.get_by_label("Teléfono")).to_be_visible()
    page.get_by_text("¿Quieres que te contactemos?").click()
    choose(page, 2)
    expect(page.get_by_label("Teléfono")).to_be_hidden()


def test_an_answer_with_a_script(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page(poster, **MOVING)
    choose(page, 3)
    page.get_by_label("Tiempo de espera").check()
    page.get_by_label("Cuéntanos un poco más").fill("Esperé 40 minutos\n¡y nada!")
    page.get_by_label("Nombre").fill("Ana")
    page.get_by_label("Teléfono").fill("9 2234 5671")
    page.get_by_label("Acepto que Aurora Norte").check()
    page.get_by_role("button", name="Enviar").click()

    expect(heading(page)).to_have_text("¡Gracias!")
    expect(heading(page)).to_be_focused()
    item = store.answer(poster)
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
        (10, True, ["Nos alegra mucho", "Alguien de Aurora Norte va a leer tu respuesta"]),
        (8, False, ["Tu respuesta ayuda"]),
        (8, True, ["Tu respuesta ayuda", "Alguien de Aurora Norte va a leer tu respuesta"]),
        (2, False, ["Lamentamos", "Si sigues aquí, también puedes hablar"]),
        (2, True, ["Lamentamos", "Alguien de Aurora Norte va a leer tu respuesta", "Si sigues aquí"]),
    ],
)
def test_the_thanks_suit_the_answer_and_the_address_holds_no_data(
    open_page: Open, poster: str, score: int, contact: bool, said: list[str]
) -> None:
    page = open_page(poster)
    choose(page, score)
    if contact:
        page.locator("#contact").evaluate("details => details.open = true")
        page.get_by_label("Correo electrónico").fill("ana@example.com")
        page.get_by_label("Acepto que").check()
    page.get_by_role("button", name="Enviar").click()
    lines = page.locator("#thanks > p:not(.share)")
    expect(lines).to_have_count(len(said))
    for line, start in zip(lines.all(), said, strict=True):
        expect(line).to_contain_text(start)
    assert re.fullmatch(re.escape(f"{poster}/thanks?lang=es&t=") + r"[\w-]{40}", page.url)
    page.reload()
    expect(page.get_by_text(said[0])).to_be_visible()


def test_an_answer_without_a_script(open_page: Open, store: StoreWithPosters, poster: str) -> None:
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
    assert page.url.startswith(f"{poster}/thanks?lang=es&contact=1&t=")
    item = store.answer(poster)
    assert (item["score"], item["reasons"], item["phone"]) == (3, ["price"], "+56922345671")
    page.reload()
    assert len(store.answers(poster)) == 1


def test_when_the_script_fails_the_whole_form_is_there(
    browser: Browser, store: StoreWithPosters, poster: str
) -> None:
    context = browser.new_context(locale="es-CL")
    context.add_init_script("JSON.parse = () => { throw new Error('broken') }")
    page = context.new_page()
    page.goto(poster)
    expect(page.get_by_label("Teléfono")).to_be_visible()
    choose(page, 7)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert store.answer(poster)["score"] == 7
    context.close()


def test_errors_of_the_server_are_shown_at_their_fields(
    open_page: Open, store: StoreWithPosters, poster: str
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
    assert store.answers(poster) == []
    assert page.evaluate("localStorage.length") == 0

    phone.fill("922345671")
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert store.answer(poster)["phone"] == "+56922345671"


def test_errors_found_by_the_page_are_shown_before_sending(open_page: Open, poster: str) -> None:
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


def test_a_survey_retired_meanwhile_says_so(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page(poster)
    choose(page, 2)
    page.route(poster, lambda route: route.continue_(url=f"{store.base}/s/nope"))
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("No encontramos esta encuesta")


def test_a_page_loads_nothing_from_elsewhere(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page("about:blank")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(poster)
    choose(page, 10)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert {url.partition("?")[0] for url in urls if not url.startswith("data:")} <= {
        poster,
        f"{poster}/thanks",
    }
