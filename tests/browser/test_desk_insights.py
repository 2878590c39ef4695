"""The insights in Chromium: on a phone and a desktop, in light and dark, by keyboard, on paper, in each language."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.direct_items import put_directly
from lazo.store.model import Touchpoint
from lazo.table import rollups, stores
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item
from tests.browser.desk_pages import DeskStore, keep, look
from tests.browser.serving import served
from tests.builders import DIEGO, START, settings

pytestmark = pytest.mark.browser

OTHERS = (
    ("sur", "Aurora Sur", (40, 20, 30)),
    ("bajo", "Aurora Bajo", (30, 20, 140)),
    ("alto", "Aurora Alto", (160, 20, 25)),
)
MONTHS = ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03")

TIMES = {
    **{"took#alerted#10": 24, "took#taken_on#62": 20, "took#taken_on#80": 4, "in_time#taken_on": 18},
    **{"took#contacted#90": 18, "took#contacted#112": 4, "in_time#contacted": 20, "never#contacted": 2},
    **{"took#resolved#120": 12, "in_time#resolved": 9, "never#resolved": 3, "not_reached": 2},
    **{"spoken_to#detractor#promoter": 14, "spoken_to#detractor#detractor": 8},
    **{"nobody_reached#detractor#detractor": 20, "nobody_reached#detractor#passive": 4},
}
"""A store's month of times; bucket 62 is eight minutes, 90 two hours, 120 two days."""
SLOWER = {"took#taken_on#75": 30, "in_time#taken_on": 20, "took#contacted#90": 18, "in_time#contacted": 18}


@pytest.fixture(scope="module")
def desk_store() -> Iterator[DeskStore]:
    """Two stores of an area, and two more of the brand that stand out; months rolled up as the sweep does."""
    with served(START) as (cloud, base):
        desk_store = DeskStore(cloud, base)
        desk_store.open_store()
        table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        stores.put_touchpoint(table, Touchpoint("caja3", "norte", "Caja 3"))
        put_directly(cloud, [*counted("norte", (40, 20, 30)), *of_march()])
        for store_id, name, bands in OTHERS:
            stores.put_store(table, settings(store_id=store_id, name=name, contacts=[DIEGO]))
            put_directly(cloud, counted(store_id, bands))
        for month in MONTHS:
            for store_id in stores.every_store_id(table):
                store = stores.get_store(table, store_id, consistent=True)
                assert store
                assert rollups.roll_up_store_month(table, store, month, START)
            assert rollups.roll_up_groups(table, month, START)
        yield desk_store


def counted(store_id: str, bands: tuple[int, int, int]) -> Iterator[Item]:
    """Yield the counters of a day of each month: ever more promoters and ever fewer detractors."""
    promoters, passives, detractors = bands
    for n, month in enumerate(MONTHS):
        few = n == 2
        counts = {
            "s10": 4 if few else promoters + 5 * n,
            "s8": 0 if few else passives,
            "s3": 3 if few else detractors - 4 * n,
        }
        themes = (
            {} if few else {"t#waiting_time#detractor": 8, "t#price#detractor": 3, "p#service#promoter": 9}
        )
        where = {"h12#promoter": 25, "h13#detractor": 22, "q#caja3#promoter": 30, "q#caja3#detractor": 6}
        signs = {} if few else {"x9": 2, "z#too_fast": 2}
        sk = f"DAY#{month}-05"
        yield {
            "pk": f"STORE#{store_id}",
            "sk": sk,
            **counts,
            **themes,
            **(signs if few else {**signs, **where}),
        }


def of_march() -> Iterator[Item]:
    yield {"pk": "STORE#norte", "sk": "PROMISES#2026-03", "kept#ana": 8, "late#ana": 1, "broken#ana": 1}
    yield {"pk": "STORE#norte", "sk": "RECOVERY#2026-03", "case#recovered": 5, "case#silent": 7}
    yield {"pk": "STORE#norte", "sk": "TIMES#2026-03", **TIMES}
    yield {"pk": "STORE#sur", "sk": "TIMES#2026-03", **{name: 9 * n for name, n in SLOWER.items()}}


@pytest.fixture
def page(browser: Browser, desk_store: DeskStore) -> Iterator[Page]:
    context = browser.new_context(color_scheme="light", locale="es-CL", reduced_motion="reduce")
    desk_store.sign_in(context)
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
        page.locator("#trend a[download]").first.click()
    assert file.value.suggested_filename == "lazo-2026-03-trend.csv"
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "1cm"))
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 3
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1020})  # A4 without margins of 1 cm, at 96 dpi
    keep(page, "insights-printed")
    assert page.locator("#trend svg.chart").is_visible()
    assert page.locator("form:visible, nav:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_page_of_figures_is_wider_than_a_desktop_at_400_percent(page: Page, desk_store: DeskStore) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("insights", "insights/stores", "insights/themes", "insights/team", "promises"):
        for language in ("es", "en", "pt"):
            page.goto(f"{desk_store.base}/desk/{path}?lang={language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{path}, {language}"


def test_an_area_in_another_language(page: Page, desk_store: DeskStore) -> None:
    page.goto(f"{desk_store.base}/desk/sign-in?lang=en")
    page.locator("input[name=address]").fill(DIEGO["email"])
    page.locator("main button").click()
    desk_store.cloud.drain()
    mail = [m for m in desk_store.cloud.outbox() if m["to"] == DIEGO["email"]][-1]
    page.goto(next(word for word in mail["text"].split() if "/desk/in/" in word))
    page.locator("main button").click()
    page.goto(f"{desk_store.base}/desk/insights")
    expect(page.locator("#trend svg")).to_be_visible()
    # A week of four shops without a pointer, and the answers of an hour of it.
    page.locator(".filters summary").focus()
    page.keyboard.press("Enter")
    page.locator("select[name=period]").select_option("2026-w10")
    page.locator(".filters button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("4 · week of 2 March 2026")
    page.locator("#hours summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hours tbody tr")).to_have_text([re.compile(r"^\s*12:00"), re.compile(r"^\s*13:00")])
    look(page, "insights-area-week")
    page.locator("#hours tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/desk/answers\?hour=12&from=2026-03-02&to=2026-03-08"))
    page.go_back()
    page.get_by_role("link", name="Shops").click()
    expect(page.locator("#stores tbody tr")).to_have_count(4)
    look(page, "insights-stores")
    page.get_by_role("link", name="Team").click()
    expect(page.locator("#stores tbody tr")).to_have_count(4)
    look(page, "insights-team-area")
    page.goto(f"{page.url}?lang=pt")
    keep(page, "insights-team-pt")
    page.goto(f"{desk_store.base}/desk/insights/stores?lang=en")
    page.locator(".filters summary").click()
    page.locator("select[name=period]").select_option("2026-q1")
    page.locator(".filters button").click()
    expect(page.locator("h1")).to_contain_text("Q1 2026")
    page.locator("#stores").get_by_role("link", name="Aurora Norte").click()
    expect(page.locator("h1")).to_contain_text("Aurora Norte")
    page.goto(f"{page.url}&lang=pt")
    expect(page.locator("#score")).to_contain_text("respostas")
    keep(page, "insights-pt")


def test_themes_and_qr_codes(page: Page, desk_store: DeskStore) -> None:
    page.goto(desk_store.unhappy("Muy caro"))
    page.goto(f"{desk_store.base}/desk/insights")
    page.get_by_role("link", name="Temas", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#themes tbody tr").first).to_contain_text("Tiempo de espera")
    look(page, "insights-themes")
    page.locator("#themes tbody th a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#complained svg")).to_be_visible()
    look(page, "insights-theme")
    page.locator("#complained summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#complained tbody tr").last).to_contain_text("%")
    page.get_by_role("link", name="Códigos QR").click()
    expect(page.locator("#touchpoints tbody tr").first).to_contain_text("Caja 3")
    look(page, "insights-touchpoints")


def test_the_team(page: Page, desk_store: DeskStore) -> None:
    page.goto(desk_store.unhappy("Esperé mucho"))
    page.goto(f"{desk_store.base}/desk/insights")
    page.get_by_role("link", name="Equipo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#times tbody tr")).to_have_count(4)
    expect(page.locator("#pace")).to_contain_text("más rápido que la marca")
    look(page, "insights-team")
    page.locator(".filters summary").click()
    page.locator("select[name=period]").select_option("2026-02")
    page.locator(".filters button").click()
    expect(page.locator("#times")).to_contain_text("Ningún caso")


def test_who_needs_help_can_be_read(page: Page, desk_store: DeskStore) -> None:
    """Cases that nobody took on: the alarm of the board, in the overview. Last, since it is a day later."""
    desk_store.unhappy("Nadie vino")
    desk_store.cloud.advance(26 * 60 * 60)
    desk_store.sign_in(page.context)
    page.goto(f"{desk_store.base}/desk/insights")
    expect(page.locator("#waiting .unattended a")).to_be_visible()
    look(page, "insights-unattended")
