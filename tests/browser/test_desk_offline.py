"""The installed desk without a connection, in Chromium: the last board with its time, nothing sent, nothing left."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from tests.browser.desk_pages import PHONE, DeskStore, look
from tests.browser.serving import served
from tests.builders import DIEGO, START

pytestmark = pytest.mark.browser

KEPT = "async () => (await caches.keys()).filter((each) => each === 'lazo-board').length"
UNTIL = """async () => {
    for (let n = 0; !(await caches.match('/desk')); n++) {
        if (n > 500) throw new Error("the worker kept no board");
        await new Promise((again) => setTimeout(again, 20));
    }
}"""
PATHS = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const each of await (await caches.open(name)).keys()) found.push(new URL(each.url).pathname);
    return [...new Set(found)].sort();
}"""

PATHS_OF_BOARD = """async () =>
    (await (await caches.open('lazo-board')).keys()).map((each) => new URL(each.url).pathname)"""


def open_board(page: Page, base: str) -> None:
    """Open the board and wait until the worker has kept it."""
    page.goto(f"{base}/desk")
    # A worker that became ready only after the board was loaded keeps the next one.
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    page.goto(f"{base}/desk")
    page.evaluate(UNTIL)


def test_without_a_connection(browser: Browser) -> None:
    with served(START) as (cloud, base):
        store = DeskStore(cloud, base)
        store.open_store()
        link = store.unhappy("Esperé 40 minutos y nadie me atendió")
        context = browser.new_context(viewport=PHONE, locale="es-CL", reduced_motion="reduce")
        page = context.new_page()
        page.goto(link)
        case = page.url
        open_board(page, base)
        only_board_and_static(page)

        context.set_offline(True)
        page.reload()
        notice = page.get_by_role("alert")
        expect(notice).to_contain_text("Sin conexión. Así estaban los casos: ")
        expect(notice).to_contain_text(":")
        expect(page.locator(".entry")).to_contain_text("Esperé 40 minutos")
        look(page, "offline-board")
        # An action that cannot be done says so where it was asked for.
        page.locator(".languages [value=en]").click()
        expect(page.locator(".languages .offline")).to_contain_text("no se envió nada")
        page.goto(case)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sin conexión")
        look(page, "offline-page")
        page.get_by_role("link", name="Ver los casos como estaban").click()
        expect(page.locator(".entry")).to_contain_text("Esperé 40 minutos")

        context.set_offline(False)
        expect(page.locator("body[data-kept]")).to_have_count(0)  # it reads itself again
        typed_is_kept(page, context, case)
        nothing_of_it_for_somebody_else(page, context, base)
        nothing_after_signing_out(page, context, base)


def only_board_and_static(page: Page) -> None:
    kept = page.evaluate(PATHS)
    assert "/desk" in kept
    assert all(each == "/desk" or each.startswith("/desk/static/") for each in kept), kept
    # With the board, whatever it looks like: the shell's own go when a new version comes.
    lists = page.locator("link[rel=stylesheet], script[src]").evaluate_all(
        "(all) => all.map((each) => new URL(each.href ?? each.src).pathname)"
    )
    assert len(lists) == 5
    assert set(lists) <= set(page.evaluate(PATHS_OF_BOARD))


def typed_is_kept(page: Page, context: BrowserContext, case: str) -> None:
    """Without a connection a form says that nothing was sent; if the browser does not know, the worker says so."""
    page.goto(case)
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    words = page.locator("form[action$='/note'] textarea").first
    words.fill("Llamó su hermana")
    context.set_offline(True)
    send = page.locator("form[action$='/note'] button").first
    send.click()
    expect(page.locator("form[action$='/note'] .offline").first).to_contain_text("no se envió nada")
    expect(words).to_have_value("Llamó su hermana")
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => true })")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("No sabemos si llegó")
    page.get_by_role("button", name="Volver a lo que escribí").click()
    context.set_offline(False)
    page.goto(case)
    expect(page.locator("form[action$='/note'] textarea").first).to_have_value("Llamó su hermana")
    assert "Llamó su hermana" not in page.locator(".entries").all_inner_texts()


def nothing_of_it_for_somebody_else(page: Page, context: BrowserContext, base: str) -> None:
    """Whoever signs in after Ana finds no board of hers, even if the connection breaks at once."""
    open_board(page, base)
    import desk.app
    from lazo.auth.links import Principal

    sessions = desk.app.wire().sessions
    diego = Principal(user_id_of(Contact(**DIEGO)), 0)
    own = [c for c in context.cookies() if c["name"] == "lazo_reader"]
    mark = sessions.reader_cookie(diego).partition(";")[0].partition("=")[2]
    context.add_cookies([{**own[0], "value": mark}])
    context.set_offline(True)
    page.goto(f"{base}/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sin conexión")
    expect(page.get_by_text("Esperé 40 minutos")).to_have_count(0)
    context.add_cookies(own)
    page.goto(f"{base}/desk")
    expect(page.locator(".entry")).to_contain_text("Esperé 40 minutos")
    context.set_offline(False)
    expect(page.locator("body[data-kept]")).to_have_count(0)


def nothing_after_signing_out(page: Page, context: BrowserContext, base: str) -> None:
    open_board(page, base)
    assert page.evaluate(KEPT) == 1
    page.locator(".me summary").click()
    page.locator("form[action='/desk/sign-out'] button").first.click()
    expect(page).to_have_url(f"{base}/desk/sign-in")
    assert page.evaluate(KEPT) == 0
    context.set_offline(True)
    page.goto(f"{base}/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sin conexión")
    expect(page.get_by_text("Esperé 40 minutos")).to_have_count(0)
