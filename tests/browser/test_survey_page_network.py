"""The survey page in Chromium with a bad network: no answer is lost, none is sent twice."""

import json

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.survey_page import (
    WHY,
    Open,
    StoreWithPosters,
    choose,
    heading,
)

pytestmark = pytest.mark.browser


def test_a_double_tap_sends_once(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page(poster)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    choose(page, 5)
    page.evaluate("() => { const b = document.getElementById('send'); b.click(); b.click(); }")
    expect(heading(page)).to_have_text("¡Gracias!")
    assert len(sent) == 1
    assert store.answer(poster)["score"] == 5


def test_a_double_tap_without_a_script_is_one_answer(
    open_page: Open, store: StoreWithPosters, poster: str
) -> None:
    page = open_page(poster, java_script_enabled=False)
    choose(page, 5)
    page.get_by_role("button", name="Enviar").dblclick()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert store.answer(poster)["score"] == 5


def test_a_reload_loses_nothing(open_page: Open, store: StoreWithPosters, poster: str) -> None:
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
    page.get_by_role("button", name="English").click()
    expect(page.locator("#why")).to_have_text(WHY["en"][0])
    expect(page.get_by_label("Cleanliness")).to_be_checked()
    expect(page.get_by_label("Tell us a little more")).to_have_value("Baños sucios")
    expect(page.get_by_label("Phone")).to_have_value("9 2234 5671")
    page.get_by_label("I agree that").check()
    page.get_by_role("button", name="Send").click()
    expect(heading(page)).to_have_text("Thank you!")
    item = store.answer(poster)
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
    open_page: Open, store: StoreWithPosters, poster: str
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
    expect(page.get_by_role("navigation", name="Idioma")).to_be_hidden()
    page.get_by_role("button", name="Enviar ahora").click()
    expect(page.get_by_role("status").get_by_text("Todavía no hay conexión")).to_be_visible()
    assert store.answers(poster) == []

    page.context.set_offline(False)
    expect(heading(page)).to_have_text("¡Gracias!")
    item = store.answer(poster)
    assert (item["answer_id"], item["comment"]) == (answer_id, "Sin señal")
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    path = poster.removeprefix(store.base)
    assert kept == [f"lazo:sent:{path}", f"lazo:thanked:{path}"], "only when it was sent"


def test_a_page_closed_without_network_sends_at_the_next_visit(
    open_page: Open, store: StoreWithPosters, poster: str
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
    later.goto(store.poster())
    expect(later.get_by_role("status").filter(has_text="Ya enviamos la respuesta")).to_be_visible()
    assert store.answer(poster)["answer_id"] == answer_id
    assert later.evaluate("localStorage.length") == 0
    expect(later.locator("#survey")).to_be_visible()


def test_an_answer_rejected_at_the_next_visit_returns_to_the_form(
    open_page: Open, store: StoreWithPosters, poster: str
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
    assert (store.answer(poster)["score"], store.answer(poster)["reasons"]) == (1, ["price"])


def test_a_lost_response_makes_no_second_answer(
    open_page: Open, store: StoreWithPosters, poster: str
) -> None:
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
    assert store.answer(poster)["score"] == 4


def test_an_answer_is_kept_while_the_server_fails(
    open_page: Open, store: StoreWithPosters, poster: str
) -> None:
    page = open_page(poster)
    choose(page, 4)
    store.cloud.faults.add(operation="PutItem", code="AccessDeniedException", status=400)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")
    page.get_by_role("button", name="Enviar ahora").click()
    expect(heading(page)).to_have_text("¡Gracias!")
    assert store.answer(poster)["score"] == 4


def test_without_browser_storage_the_page_asks_to_be_kept_open(
    open_page: Open, store: StoreWithPosters, poster: str
) -> None:
    refuse = """for (const name of ["localStorage", "sessionStorage"])
                  Object.defineProperty(window, name, { get() { throw new Error("refused"); } });"""
    page = open_page(poster, before=refuse)
    choose(page, 4)
    page.context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_text("No cierres esta página")).to_be_visible()
    page.context.set_offline(False)
    expect(heading(page)).to_have_text("¡Gracias!")
    assert store.answer(poster)["score"] == 4


def test_the_phone_keeps_only_the_answer_its_path_and_time(open_page: Open, poster: str) -> None:
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
