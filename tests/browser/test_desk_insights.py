"""The insights in Chromium: on a phone and a desktop, in light and dark, by keyboard, on paper, in each language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.direct_items import put_directly
from lazo.table import stores
from lazo.table.dynamodb.table import Table
from tests.browser.desk_pages import DeskStore, keep, look
from tests.browser.serving import served
from tests.builders import DIEGO, START, settings

pytestmark = pytest.mark.browser

MONTHS = ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03")


@pytest.fixture(scope="module")
def desk_store() -> Iterator[DeskStore]:
    with served(START) as (cloud, base):
        desk_store = DeskStore(cloud, base)
        desk_store.open_store()
        second = settings(store_id="sur", name="Aurora Sur", contacts=[DIEGO])
        stores.put_store(Table(cloud.client("dynamodb"), cloud.physical_id("Table")), second)
        put_directly(
            cloud,
            [
                {
                    "pk": "STORE#norte",
                    "sk": f"DAY#{month}-05",
                    **{"s10": 40 + 5 * n, "s8": 20, "s3": 30 - 4 * n, "x9": 2},
                    **{"t#waiting_time#detractor": 8, "t#price#detractor": 3},
                }
                for n, month in enumerate(MONTHS)
                if n != 2
            ],
        )
        put_directly(
            cloud,
            [
                {"pk": "STORE#norte", "sk": "DAY#2025-12-05", "s10": 4, "s3": 3},
                {
                    "pk": "STORE#norte",
                    "sk": "PROMISES#2026-03",
                    "kept#ana": 8,
                    "late#ana": 1,
                    "broken#ana": 1,
                },
                {"pk": "STORE#norte", "sk": "RECOVERY#2026-03", "case#recovered": 5, "case#silent": 7},
            ],
        )
        yield desk_store


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(color_scheme="light", locale="es-CL", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_the_insights_at_a_glance(page: Page, desk_store: DeskStore) -> None:
    page.goto(desk_store.unhappy("Esperé mucho"))
    page.get_by_role("link", name="Cifras").click()
    expect(page.locator("#score .big")).to_be_visible()
    # Closed sections are reached and opened without a pointer, and the table has what the chart shows.
    page.locator("#trend summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#trend tbody tr").last).to_be_visible()
    look(page, "insights")
    drawn = page.locator("svg circle.dot").first.evaluate("e => getComputedStyle(e).fill")
    assert drawn != "rgb(0, 0, 0)", "the style of the chart arrives despite the content-security-policy"
    with page.expect_download() as file:
        page.locator("#trend a[download]").click()
    assert file.value.suggested_filename == "lazo-2025-04-2026-03.csv"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1020})  # A4 without margins of 1 cm, at 96 dpi
    keep(page, "insights-printed")
    assert page.locator("svg.chart").is_visible()
    assert page.locator("form:visible, nav:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_area_in_another_language(page: Page, desk_store: DeskStore) -> None:
    page.goto(f"{desk_store.base}/desk/sign-in?lang=en")
    page.locator("input[name=address]").fill(DIEGO["email"])
    page.locator("main button").click()
    desk_store.cloud.drain()
    mail = [m for m in desk_store.cloud.outbox() if m["to"] == DIEGO["email"]][-1]
    page.goto(next(word for word in mail["text"].split() if "/desk/in/" in word))
    page.goto(f"{desk_store.base}/desk/insights")
    expect(page.locator("#stores tbody tr")).to_have_count(2)
    look(page, "insights-area")
    page.locator(".filters summary").click()
    page.locator("select[name=period]").select_option("2026-q1")
    page.locator(".filters button").click()
    expect(page.locator("h1")).to_contain_text("Q1 2026")
    page.locator("#stores a").first.click()
    expect(page.locator("h1")).to_contain_text("Aurora Norte")
    page.goto(f"{page.url}&lang=pt")
    expect(page.locator("#score")).to_contain_text("respostas")
    keep(page, "insights-pt")
