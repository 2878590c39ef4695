"""The survey page in Chromium: keyboard, focus, target sizes, zoom, and no finding of axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lazo.auth import keyring, links
from tests.browser.survey_page import (
    DESK,
    MOVING,
    PHONE,
    SMALL,
    WHY,
    Open,
    StoreWithPosters,
    choose,
    focused,
    heading,
)

pytestmark = pytest.mark.browser


def test_the_survey_works_by_keyboard_alone(open_page: Open, store: StoreWithPosters, poster: str) -> None:
    page = open_page(poster)
    press = page.keyboard.press
    assert focused(page) == "score", "a screen reader begins with the question, and number keys work"
    press("1")
    press("0")
    assert focused(page) == "score-10"
    press("Shift+Tab")
    press("Tab")
    press("0")
    assert focused(page) == "score-0"
    press("Space")
    for _ in range(3):
        press("ArrowRight")
    assert focused(page) == "score-3"
    press("Tab")
    press("Space")
    expect(page.get_by_label("Calidad")).to_be_checked()
    for _ in range(12):
        press("Tab")
    assert focused(page) == "comment"
    page.keyboard.type("Frío")
    seen = []
    while focused(page) != "send":
        press("Tab")
        seen.append(focused(page))
    assert seen == ["SUMMARY", "name", "phone", "email", "consent", "send"]
    press("Enter")
    expect(heading(page)).to_have_text("¡Gracias!")
    item = store.answer(poster)
    assert (item["score"], item["reasons"], item["comment"]) == (3, ["product_quality"], "Frío")
    assert "honeypot" not in item["suspect"]


@pytest.mark.parametrize("size", [SMALL, (360, 500)])
def test_the_focused_control_is_never_covered(open_page: Open, poster: str, size: tuple[int, int]) -> None:
    page = open_page(poster, size, **MOVING)
    choose(page, 3)
    page.locator("#score-3").focus()
    for _ in range(17):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """async () => {
              await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const it = document.activeElement, box = it.getBoundingClientRect();
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
              const seen = top && (top === it || it.contains(top) || top.closest("label")?.contains(it));
              return seen ? "" : it.id || it.tagName;
            }"""
        )
        assert covered == ""


@pytest.mark.parametrize("language", WHY)
def test_targets_are_large_and_nothing_sticks_out(open_page: Open, poster: str, language: str) -> None:
    page = open_page(f"{poster}?lang={language}")
    choose(page, 3)
    page.get_by_role("textbox").first.fill("é" * 1000)
    for size in (SMALL, PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        boxes = page.evaluate(
            """() => [...document.querySelectorAll("nav button, .scale label, .chips label, #send, summary")].map(
               it => {
                 const box = it.getBoundingClientRect(); return [box.width, box.height, Math.round(box.y)];
               })"""
        )
        assert len(boxes) == 3 + 11 + 12 + 1 + 1
        assert min(min(width, height) for width, height, _ in boxes) >= 44
        assert len({y for _, _, y in boxes[3:14]}) == (1 if size == DESK else 2)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_no_score_is_coloured_differently(open_page: Open, poster: str) -> None:
    page = open_page(poster)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        looks = page.evaluate(
            """() => [...document.querySelectorAll(".scale span")].map(s => {
                 const c = getComputedStyle(s); return [c.color, c.backgroundColor, c.borderColor, c.fontSize].join();
               })"""
        )
        assert len(looks) == 11
        assert len(set(looks)) == 1


def empty_form(page: Page) -> None:
    expect(heading(page)).to_contain_text("¿Qué probabilidad hay")


def score_chosen(page: Page) -> None:
    choose(page, 3)


def with_errors(page: Page) -> None:
    choose(page, 3)
    page.get_by_label("Teléfono").fill("1")
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("alert")).to_be_visible()


def kept_offline(page: Page) -> None:
    choose(page, 3)
    page.context.set_offline(True)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("Tu respuesta está guardada")


def thanked(page: Page) -> None:
    choose(page, 3)
    page.get_by_role("button", name="Enviar").click()
    expect(heading(page)).to_have_text("¡Gracias!")


def wrong_address(page: Page) -> None:
    """The page of an unknown code, and a way in for staff."""
    page.goto(page.url.replace("/s/", "/encuesta/"))
    expect(page.get_by_role("link", name="¿Trabajas en la tienda?")).to_be_visible()


@pytest.mark.parametrize(
    "state", [empty_form, score_chosen, with_errors, kept_offline, thanked, wrong_address]
)
def test_axe_finds_nothing(open_page: Open, poster: str, state: Callable[[Page], None]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(poster)
    state(page)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page, options={"runOnly": tags, "resultTypes": ["violations"]}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_the_resurvey_page_has_no_finding_of_axe_and_sends_its_link(
    open_page: Open, store: StoreWithPosters, poster: str
) -> None:
    """No finding of axe, and with a script the answer goes with its link, in another language too."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    ring = keyring.keyring_from_secret(
        store.cloud.client("secretsmanager"), store.cloud.physical_id("LinkKey"), store.cloud.now, print
    )
    token = links.sign_resurvey_link(ring, "abcdefghijklmnop", store.cloud.now())
    page = open_page(f"{poster}?r={token}")
    page.get_by_role("button", name="English").click()
    page.get_by_role("group", name="Have you noticed an improvement since?").get_by_label("A little").check()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    choose(page, 8)
    page.get_by_role("button", name="Send").click()
    expect(heading(page)).to_have_text("Thank you!")
    answer = store.answer(poster)
    assert (answer["resurvey_of"], answer["improved"], answer["score"]) == ("abcdefghijklmnop", "little", 8)


def test_text_of_double_size_fits_the_screen(open_page: Open, poster: str) -> None:
    """WCAG 2.2, 1.4.4. The name of a language or of a reason is the longest word that cannot shrink."""
    page = open_page(poster)
    choose(page, 3)
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
