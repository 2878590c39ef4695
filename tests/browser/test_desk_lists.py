"""The board in Chromium: dense enough, by keyboard, and up to date by itself; and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from lazo.table import followups
from lazo.table.dynamodb.table import Table
from tests.browser.desk_pages import NARROW, PHONE, DeskStore, look
from tests.browser.one_hand import Hand
from tests.browser.one_hand import table as effort_table
from tests.browser.serving import served
from tests.builders import START, minutes
from tests.functions.board import open_followup, owned_followup

pytestmark = pytest.mark.browser

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
ON_SCREEN = """() => [...document.querySelectorAll('.entry')].filter((row) => {
  const box = row.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
}).length"""
FOCUSED = "() => document.activeElement.closest('.entry')?.id"


@pytest.fixture
def board() -> Iterator[DeskStore]:
    """A store with 24 open cases of every sort, two of them unattended since START."""
    with served(START) as (cloud, base):
        store = DeskStore(cloud, base)
        store.open_store()
        table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        cases = [
            open_followup("unattended1", -9, missed_at=START),
            open_followup("unattended2", -8, missed_at=START, priority="urgent", urgency=("injury",)),
            owned_followup("late1", -60, "ana", late_concerns=("c1",)),
            *(owned_followup(f"mine{n:02}", 60 * n, "ana") for n in range(10, 15)),
            *(owned_followup(f"other{n:02}", 90 * n, "diego") for n in range(10, 26)),
        ]
        for each in cases:
            table.put(followups.followup_put(each))
        yield store


def sign_in(browser: Browser, board: DeskStore, link: str, **options: object) -> Page:
    context = browser.new_context(
        viewport=LAPTOP, color_scheme="light", locale="es-CL", reduced_motion="reduce", **options
    )
    board.sign_in(context)
    page = context.new_page()
    page.clock.install()
    page.goto(link)
    page.goto(f"{board.base}/desk")
    return page


def test_what_it_costs_to_reach_the_case_that_waits_longest(browser: Browser, board: DeskStore) -> None:
    """On a phone, among 26 open cases; the one that waits longest stands third in the list."""
    table = Table(board.cloud.client("dynamodb"), board.cloud.physical_id("Table"))
    oldest = open_followup("oldest", -7, missed_at=START, opened_at=START - minutes(90))
    table.put(followups.followup_put(oldest))
    page = sign_in(browser, board, board.unhappy("Esperé 40 minutos y nadie me atendió"))
    hand = Hand(page)
    hand.open(f"{board.base}/desk")
    hand.tap(page.locator(".oldest a"))
    expect(page).to_have_url(f"{board.base}/desk/followups/oldest")
    print(f"\n{effort_table({'board to the oldest': hand.spent})}")
    assert (hand.spent.taps, hand.spent.texts, hand.spent.scrolled) == (2, 0, 0)
    page.context.close()


def poll(page: Page) -> int:
    """Let 21 seconds pass for the page, and return the status of what it got when it asked."""
    with page.expect_response(lambda response: response.url.endswith("/desk")) as got:
        page.clock.run_for(21_000)
    return got.value.status


def hide(page: Page, *, hidden: bool) -> None:
    """Put the tab into the background, or back."""
    page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        hidden,
    )


def test_the_board_in_a_browser(browser: Browser, board: DeskStore) -> None:
    page = sign_in(browser, board, board.unhappy("Esperé 40 minutos y nadie me atendió"))
    rows, news = page.locator(".entry"), page.locator("[data-news]")
    expect(rows).to_have_count(25)
    assert page.evaluate(ON_SCREEN) >= 15
    expect(page.locator(".counts")).to_have_text(
        "Abiertos 25 Sin atender 2 Atrasados 3 Míos 6 Prometido para hoy 0", use_inner_text=True
    )
    look(page, "lists board")
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")

    # One tap to the case that waits longest.
    page.locator(".oldest a").click()
    expect(page).to_have_url(f"{board.base}/desk/followups/unattended2")
    page.go_back()

    # Keys: down, up, search without being taken for a shortcut, help, and off.
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == rows.nth(at).get_attribute("id")
    page.keyboard.press("/")
    page.keyboard.type("jk?/")
    expect(page.locator("#q")).to_have_value("jk?/")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, "lists shortcuts")
    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) is None
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) is None, "it stays off on this device"
    page.locator("[data-keys]").click()
    page.get_by_role("checkbox").check()
    page.keyboard.press("Escape")
    page.locator("h1").click()

    # A new case comes by itself; focus, place and open details stay; it is announced, and silent unless wanted.
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")
    assert poll(page) == 304
    expect(news).to_have_text("")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    hide(page, hidden=True)
    page.clock.run_for(600_000)
    assert asked == [], "nobody looks at it"
    with page.expect_response(lambda response: response.url.endswith("/desk")):
        hide(page, hidden=False)
    page.locator(".filters summary").click()
    page.locator("#c-other25 a").focus()
    top = page.locator("#c-other25").evaluate("row => row.getBoundingClientRect().top")
    board.unhappy("Se cayó el techo", suspect=())
    assert poll(page) == 200
    expect(news).to_have_text("1 caso nuevo")
    expect(rows).to_have_count(26)
    expect(page.locator(".entry.fresh")).to_contain_text("Se cayó el techo")
    expect(page.locator(".counts a").first).to_have_text("Abiertos 26", use_inner_text=True)
    assert page.evaluate(FOCUSED) == "c-other25"
    assert abs(page.locator("#c-other25").evaluate("row => row.getBoundingClientRect().top") - top) < 2
    expect(page.locator(".filters")).to_have_attribute("open", "")
    page.locator("[data-sound]").click()
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "true")

    # Without a connection it says so, asks less often, and goes on when it is back.
    page.context.set_offline(True)
    page.clock.run_for(21_000)
    expect(page.locator("[data-cut-off]")).to_be_visible()
    asked.clear()
    for _ in range(3):
        page.clock.run_for(19_000)
    assert len(asked) <= 1, "after a failure it waits twice as long"
    page.context.set_offline(False)
    expect(page.locator("[data-cut-off]")).to_be_hidden()

    # Filters and order stand in the address; the search does not.
    page.get_by_role("link", name="Antigüedad").click()
    page.get_by_role("link", name="Míos").click()
    expect(page).to_have_url(f"{board.base}/desk?owner=me&sort=age")
    expect(rows).to_have_count(6)
    page.locator("#q").fill("9 8765 4321")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{board.base}/desk/search")
    expect(page.get_by_role("status").first).to_have_text("2 casos y 0 respuestas")
    look(page, "lists search")


def test_the_lists_on_a_phone_without_javascript(browser: Browser, board: DeskStore) -> None:
    link = board.unhappy("Caro y malo")
    page = browser.new_context(
        viewport=PHONE, java_script_enabled=False, locale="es-CL", color_scheme="light"
    ).new_page()
    page.goto(link)
    page.get_by_role("button", name="Yo me encargo").first.click()
    page.goto(f"{board.base}/desk?view=overdue")
    expect(page.locator(".entry")).to_have_count(3)
    board.unhappy("Otro más")
    page.get_by_role("link", name="Actualizar").click()
    expect(page).to_have_url(f"{board.base}/desk?view=overdue")
    expect(page.locator(".counts a").first).to_have_text("Abiertos 26")
    expect(page.locator("[data-sound]")).to_be_hidden()
    expect(page.locator("[data-keys]")).to_be_hidden()
    page.set_viewport_size(NARROW)
    assert page.locator("main").bounding_box()["width"] <= NARROW["width"]  # type: ignore[index]
