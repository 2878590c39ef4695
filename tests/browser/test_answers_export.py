"""A file of answers in Chromium, without JavaScript: the page's policy lets the form through, its link downloads."""

import csv
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from lazo.table import answers, stores
from lazo.table.dynamodb.table import Table
from lazo.web.responses import HOST_ONLY
from tests.browser.serving import served
from tests.builders import DIEGO, START, answer, settings
from tests.desk import session_cookie

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Diego's phone at the feed of a store with two answers."""
    with served(START) as (cloud, base):
        table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        stores.put_store(table, settings(staff=["Rosa"]))
        for score, comment in ((2, "la cajera Rosa, ¡qué lenta!"), (9, "lindo")):
            assert answers.put_answer(table, answer(score=score, comment=comment)) == "new"
        cloud.drain()
        name, value = session_cookie(cloud, DIEGO).removeprefix(HOST_ONLY).split("=", 1)
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])
        page = context.new_page()
        page.goto(f"{base}/desk/answers")
        yield page
        context.close()


def test_from_the_filter_to_the_file(page: Page) -> None:
    page.locator("summary", has_text="Filter").click()
    page.locator("select[name=band]").select_option("detractor")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".answer")).to_have_count(1)
    page.get_by_role("button", name="Download these as CSV").click()
    expect(page.get_by_role("heading", name="The file is ready")).to_be_visible()
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download CSV").click()
    assert begun.value.suggested_filename == "responses-2026-03-10.csv"
    with begun.value.path().open(encoding="utf-8-sig", newline="") as file:
        _, row = csv.reader(file)
    assert row[5:8] == ["2", "Unhappy", "la cajera [name], ¡qué lenta!"]
    page.get_by_role("link", name="Back to the responses").click()
    expect(page.locator(".answer")).to_have_count(2)
