"""From a figure to what it counts in Chromium: by keyboard, on a phone and a desktop, in light and dark."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.demo.past.write import write_past
from infra.local.demo.seed import seed
from lazo.table import stores
from lazo.web.responses import HOST_ONLY
from tests.browser.desk_pages import look
from tests.browser.serving import served
from tests.builders import START
from tests.desk import session_cookie

pytestmark = pytest.mark.browser

AREA = "area=diego%40plaza-norte"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The head of the demo's stores, with their past."""
    with served(START + timedelta(days=110)) as (cloud, base):
        seed(cloud)
        write_past(cloud)
        cloud.advance(120)
        settings = [item for item in cloud.items() if item["sk"] == "STORE"]
        people = {c.contact_id: c for each in settings for c in stores.store_from_item(each).contacts}
        context = browser.new_context(
            color_scheme="light", locale="es-CL", reduced_motion="reduce", base_url=base
        )
        name, _, value = session_cookie(cloud, people["marta"]).partition("=")
        context.add_cookies([{"name": name.removeprefix(HOST_ONLY), "value": value, "url": base}])
        yield context.new_page()
        context.close()


def test_figures_open_their_lists(page: Page) -> None:
    page.goto(f"/desk/insights?{AREA}&lang=es")
    look(page, "behind-overview")
    page.locator("#promises a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".counts [aria-current]")).to_have_text("Cumplidas a tiempo")
    expect(page.locator("li.entry").first).to_be_visible()
    look(page, "behind-promises")
    page.locator(".filters summary").focus()
    page.keyboard.press("Enter")
    page.locator("select[name=outcome]").select_option("late")
    look(page, "behind-promises-filter")
    page.locator(".filters button").press("Enter")
    expect(page.locator(".counts [aria-current]")).to_have_text("Cumplidas tarde")
    assert "area=diego" in page.url

    page.goto(f"/desk/insights/team?{AREA}&lang=pt&period=2026-05")
    look(page, "behind-team")
    page.locator("#times tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cases li").first).to_contain_text("Aberto")
    look(page, "behind-cases")

    page.goto(f"/desk/answers?{AREA}&from=2026-06-01&to=2026-06-30&lang=en")
    expect(page.locator(".filters summary")).to_contain_text("Diego Rojas")
    look(page, "behind-answers")
    page.goto(f"/desk?{AREA}&lang=en")
    look(page, "behind-board")
