"""The desk's pages in Chromium: no finding of axe, nothing wider than a phone, usable by keyboard; what customers write
is escaped, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk_pages import (
    HOSTILE,
    NARROW,
    PHONE,
    DeskStore,
    act,
    keep,
    look,
    open_all,
)
from tests.builders import DIEGO, MARTA

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, desk_store: DeskStore) -> Iterator[Page]:
    """Ana's phone, without motion: playwright waits for a button that scrolls smoothly to stand still."""
    context = browser.new_context(
        viewport=PHONE, color_scheme="light", locale="es-CL", reduced_motion="reduce"
    )
    desk_store.sign_in(context)
    yield context.new_page()
    context.close()


def test_every_page_before_signing_in(page: Page, desk_store: DeskStore) -> None:
    page.goto(f"{desk_store.base}/desk/sign-in")
    look(page, "sign-in")
    page.goto(f"{desk_store.base}/desk/sign-in?why=link&next=/desk/answers")
    look(page, "sign-in-why")
    page.goto(f"{desk_store.base}/desk/in/nothing")
    look(page, "gone")


def test_what_may_not_be_a_customers(page: Page, desk_store: DeskStore) -> None:
    page.goto(desk_store.unhappy("Me intoxiqué con el pescado", suspect=("honeypot", "too_fast")))
    case = page.url
    look(page, "doubtful case")
    page.goto(f"{desk_store.base}/desk")
    look(page, "doubtful on the board")
    page.goto(f"{desk_store.base}/desk/answers")
    look(page, "doubtful in the feed")
    page.get_by_role("button", name="Era un cliente", exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text("ahora cuenta como las demás")
    look(page, "counted in the feed")
    page.goto(case)
    expect(page.get_by_text("Quizá no es un cliente")).to_have_count(0)


def test_a_case_at_every_stage(page: Page, desk_store: DeskStore) -> None:
    page.goto(desk_store.unhappy("Esperé 40 minutos y nadie me atendió"))
    look(page, "open")
    act(page, "take-on")
    look(page, "taken on")
    act(page, "contacted", channel="phone", text="Muy molesta")
    look(page, "contacted")
    act(page, "concern-")
    act(page, "settle-planned", action="", date="2026-03-01", hears_by="sms")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    open_all(page)
    look(page, "refused")
    act(page, "settle-planned", action="Poner otra caja", date="2026-03-12", hears_by="sms")
    look(page, "planned")
    act(page, "message", text="Sabemos que nos diste un 2. ¡Te haremos feliz!")
    expect(page.locator(".findings")).to_be_visible()
    look(page, "wording")
    act(page, "message", text="Hola, Eva: sentimos la espera. Soy Ana, de Aurora Norte. ¿Puedo llamarte hoy?")
    expect(page.locator("#messages .entries li")).to_have_count(1)
    act(page, "incentive", kind="gift_card", value="5000", reason="Por la espera")
    act(page, "note", channel="phone", text="Segunda llamada")
    act(page, "resolve", root_cause_theme="waiting_time", root_cause="Un cajero", done="Otra caja")
    look(page, "resolved")
    act(page, "settle-solved", action="La caja funciona desde hoy")
    act(page, "confirm", channel="phone", text="Quedó conforme")
    expect(page.locator(".clock")).to_contain_text("Caso cerrado")
    open_all(page)
    look(page, "confirmed")
    page.emulate_media(media="print")
    keep(page, "printed")
    assert page.locator("button:visible").count() == 0
    page.emulate_media(media="screen")

    page.goto(desk_store.unhappy("Caro y malo"))
    act(page, "take-on")
    act(page, "promise", what="Llamarte con el resultado", date="2026-03-13", hears_by="phone")
    expect(page.locator("#promises li")).to_have_count(1)
    for path, name in (("/desk", "board"), ("/desk/answers", "answers"), ("/desk/promises", "promises")):
        page.goto(f"{desk_store.base}{path}")
        look(page, name)


@pytest.mark.parametrize("who", [DIEGO, MARTA], ids=["en", "pt"])
def test_in_the_other_languages(page: Page, desk_store: DeskStore, who: dict[str, str]) -> None:
    """Diego reads English, Marta Portuguese: both are on higher levels than Ana, and sign in by e-mail."""
    desk_store.unhappy("El baño estaba sucio")
    page.goto(f"{desk_store.base}/desk/sign-in?lang={who['language']}")
    page.locator("input[name=address]").fill(who["email"])
    page.locator("main button").click()
    desk_store.cloud.drain()
    mail = [m for m in desk_store.cloud.outbox() if m["to"] == who["email"]][-1]
    page.goto(next(word for word in mail["text"].split() if "/desk/in/" in word))
    look(page, f"sign-in-link-{who['language']}")
    page.locator("main button").click()
    expect(page.locator("html")).to_have_attribute("lang", who["language"])
    keep(page, f"board-{who['language']}")
    page.locator("main a[href^='/desk/followups/']").first.click()
    open_all(page)
    look(page, f"followup-{who['language']}")
    page.set_viewport_size(NARROW)
    page.goto(f"{desk_store.base}/desk/promises")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", list(HOSTILE))
def test_what_customers_write_is_escaped(page: Page, desk_store: DeskStore, name: str) -> None:
    page.set_viewport_size(NARROW)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(desk_store.unhappy(HOSTILE[name]))
    quoted = page.get_by_role("blockquote").first
    assert quoted.evaluate("e => e.textContent.trim()") == HOSTILE[name].strip()
    assert quoted.evaluate("e => e.children.length") == 0
    if name == "right to left":
        assert quoted.evaluate("e => getComputedStyle(e).direction") == "rtl"
    for path in (None, "/desk", "/desk/answers"):
        if path:
            page.goto(f"{desk_store.base}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert "owned" not in page.title()
        assert page.locator("main h1").count() == 1
        keep(page, f"{name}{path or '/case'}".replace("/", "-"))
    assert complaints == []


def test_the_desk_works_by_keyboard(page: Page, desk_store: DeskStore) -> None:
    """From the link to a saved note without a pointer; each stop can be seen."""
    page.emulate_media(reduced_motion="no-preference")
    page.goto(desk_store.unhappy("Con teclado"))
    press_until(page, "Yo me encargo")
    page.keyboard.press("Enter")
    expect(page.locator(".clock")).to_contain_text("Lo tienes tú")
    expect(page.locator("#talking")).to_be_visible()
    press_until(page, "Notas")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_have_attribute("open", "")
    while page.evaluate("document.activeElement.name") != "text" or not page.evaluate(
        "!!document.activeElement.closest('#notes')"
    ):
        page.keyboard.press("Tab")
    page.keyboard.type("Sin tocar la pantalla")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#notes")).to_contain_text("Sin tocar la pantalla")


def press_until(page: Page, words: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.textContent.trim()")
        shown = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' })()"
        )
        assert shown, f"nobody sees where the focus is: {said!r}"
        if said.startswith(words):
            return
    pytest.fail(f"{words!r} is not reached by keyboard")


def test_nothing_typed_is_lost(page: Page, desk_store: DeskStore) -> None:
    """A phone that dies in the middle of a note has it again; once it is saved, it is gone from the phone."""
    page.goto(desk_store.unhappy("Se apaga el teléfono"))
    act(page, "take-on")
    open_all(page)
    box = page.locator("#notes textarea[name=text]").first
    box.fill("La mitad de una nota")
    kept = "Object.values(localStorage).some(v => v.includes('La mitad de una nota'))"
    page.keyboard.press("Tab")  # leaving the field is enough, however short a while it was typed in
    assert page.evaluate(kept)
    page.reload()
    expect(page.locator("#notes textarea[name=text]").first).to_have_value("La mitad de una nota")
    act(page, "note", channel="phone")
    expect(page.locator("#notes .entries, #notes ol").first).to_contain_text("La mitad de una nota")
    assert not page.evaluate(kept)


def test_an_answer_that_waits_in_the_same_browser_is_left_alone(page: Page, desk_store: DeskStore) -> None:
    """The survey keeps an answer in the browser until the network is back, and the desk is of the same origin."""
    page.goto(desk_store.unhappy("Sin red"))
    page.evaluate("localStorage.setItem('lazo:waiting', '[]'); localStorage.setItem('lazo-desk:x', 'broken')")
    page.reload()
    assert page.evaluate("Object.keys(localStorage)") == ["lazo:waiting"]
    page.locator(".me summary").click()
    page.locator(".me button").first.click()
    page.wait_for_load_state()
    assert page.evaluate("localStorage.getItem('lazo:waiting')") == "[]"


def test_the_pages_beside_the_case(page: Page, desk_store: DeskStore) -> None:
    """The export, the question before signing out, and what is shown when we fail."""
    page.goto(desk_store.unhappy("Para exportar"))
    page.goto(f"{desk_store.base}/desk/answers")
    page.locator("form[action='/desk/answers/export'] button").click()
    expect(page.locator("main a[href*='/local/s3/']")).to_be_visible()
    look(page, "export")
    page.evaluate(
        "() => { const f = document.querySelector(\"form[action='/desk/sign-out']\");"
        " f.elements.form.value = 'x'; f.submit() }"
    )
    expect(page.locator("main form[action='/desk/sign-out']").first).to_be_visible()
    look(page, "sign-out")
    desk_store.cloud.faults.add(
        operation="Query", function="Desk", status=500, code="InternalServerError", times=9
    )
    page.goto(f"{desk_store.base}/desk")
    expect(page.get_by_role("heading", name="Algo falló")).to_be_visible()
    look(page, "trouble")
    desk_store.cloud.faults.clear()
