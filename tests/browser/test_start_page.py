"""The start page of the local cloud in a browser: it keeps itself up to date and leaves its reader alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from tests.browser.serving import served

SATURDAY_EVENING = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)  # 20:00 in Santiago

pytestmark = pytest.mark.browser


@dataclass
class Desk:
    """The running product and the address of its start page."""

    cloud: LocalCloud
    address: str

    def answered(self, code: str, score: int, comment: str) -> None:
        body = f'{{"score": {score}, "comment": "{comment}"}}'.encode()
        assert (
            self.cloud.request("POST", f"/s/{code}", {"content-type": "application/json"}, body).status == 202
        )
        self.cloud.drain()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with served(at=SATURDAY_EVENING) as (cloud, base):
        seed(cloud)
        yield Desk(cloud, f"{base}/local")


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """A page that is closed before its server, as it polls for news."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def test_new_messages_appear_without_a_reload_and_what_is_open_stays(page: Page, desk: Desk) -> None:
    desk.answered("caja1", 2, "Primero")
    page.goto(desk.address)
    page.locator("details.mail > summary").first.click()
    frame = page.frame_locator("details.mail[open] iframe")
    expect(frame.locator(".said")).to_be_visible()
    page.locator("details.mail[open] iframe").evaluate("frame => frame.dataset.mark = 'not loaded again'")
    page.locator("label.chip", has_text="Grace").click()
    page.evaluate("scrollTo(0, 200)")

    desk.answered("caja3", 3, "Segundo <img src=x onerror=alert(1)>")

    expect(page.locator(".story").first).to_contain_text("Segundo <img src=x")
    expect(page.locator("label.chip", has_text="Ana")).to_contain_text("2")
    expect(page.locator("details.mail")).to_have_count(2)
    expect(page.locator("details.mail[open]")).to_have_count(1)
    assert page.locator("details.mail[open] iframe").get_attribute("data-mark") == "not loaded again"
    expect(page.locator(".phone:visible")).to_contain_text("to Grace Bell")
    expect(page.locator("#mails > :visible")).to_have_text(["E-mails of Grace", re.compile("^None yet")])
    assert page.evaluate("scrollY") == 200

    page.locator("label.chip", has_text="Ana").click()
    expect(page.locator("#mails > details:visible")).to_have_count(2)
    page.locator(".phone:visible").get_by_role("button", name="Reply 1").click()
    expect(page.locator(".phone:visible .own")).to_contain_text("1")
    desk.cloud.drain()
    expect(page.locator(".story").first).to_contain_text("taken on by Ana Fuentes")
    assert page.url == desk.address


def test_a_link_in_an_email_opens_the_follow_up(page: Page, desk: Desk) -> None:
    desk.answered("caja3", 3, "Esperé mucho")
    page.goto(desk.address)
    page.locator("details.mail > summary").first.click()
    with page.expect_popup() as opened:
        page.frame_locator("details.mail[open] iframe").get_by_role("link").click()
    expect(opened.value.get_by_role("button", name="Yo me encargo")).to_be_visible()
    assert "/desk/followups/" in opened.value.url


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_clock_is_moved_by_its_buttons(browser: Browser, desk: Desk, script: bool) -> None:
    desk.answered("caja3", 3, "Esperé mucho")
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(desk.address)
    expect(page.locator(".clock .big")).to_have_text("20:00")
    page.get_by_role("button", name="+15 min").click()
    expect(page.locator(".clock .big")).to_have_text("20:15")
    expect(page.locator(".story")).to_contain_text("up the chain to Diego Rojas")
    page.get_by_role("button", name="Next morning").click()
    expect(page.locator(".clock .big")).to_have_text("09:00")
    page.get_by_role("button", name="Sweep now").click()
    assert page.url == desk.address
    context.close()


def test_nothing_is_cut_off_at_any_width(browser: Browser, desk: Desk) -> None:
    desk.answered("caja3", 3, "Unapalabralarguisima" * 20)
    page = browser.new_page()
    for address in (desk.address, f"{desk.address}/outbox"):
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()
