"""What every page for customers is held to, beyond WCAG 2.2 AA: the checks of docs/accessibility.md."""

from typing import Any, Final

import pytest
from playwright.sync_api import Page, ViewportSize

RULES: Final = ("wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ZOOMED: Final[ViewportSize] = {"width": 320, "height": 256}
"""A window of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
_FOCUSABLE: Final = "a[href], button, input, select, textarea, summary"
_REACHED: Final = """() => {
  const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
  const drawn = it.matches(".scale input, .chips input") ? getComputedStyle(it.nextElementSibling) : style;
  const all = [...document.querySelectorAll(FOCUSABLE)];
  return [all.indexOf(it), parseFloat(drawn.outlineWidth) > 0 && drawn.outlineStyle !== "none", box.width > 0];
}""".replace("FOCUSABLE", repr(_FOCUSABLE))
_WANTED: Final = """() => [...document.querySelectorAll(FOCUSABLE)].map((it, n) => [it, n]).filter(([it]) =>
  it.tabIndex >= 0 && it.checkVisibility({ visibilityProperty: true }) &&
  !(it.type === "radio" && !it.checked && [...document.getElementsByName(it.name)].some((r) => r !== it &&
    (r.checked || (![...document.getElementsByName(it.name)].some((o) => o.checked) &&
     r.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING)))))
  .map(([, n]) => n)""".replace("FOCUSABLE", repr(_FOCUSABLE))


def findings_of_axe(page: Page) -> list[str]:
    """The rules of axe that the page breaks, in light and in dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        ran: Any = axe.run(page, options={"runOnly": list(RULES), "resultTypes": ["violations"]}).response
        found += [f"{scheme}: {rule['id']}: {rule['nodes'][0]['html']}" for rule in ran["violations"]]
    page.emulate_media(color_scheme="light")
    return found


def findings_of_keyboard(page: Page) -> list[str]:
    """What the Tab key does not reach, reaches out of order, or shows without a focus."""
    wanted: list[int] = page.evaluate(_WANTED)
    page.evaluate(
        "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')"
    )
    reached: list[int] = []
    found: list[str] = []
    for _ in range(len(wanted) + 2):
        page.keyboard.press("Tab")
        place, outlined, shown = page.evaluate(_REACHED)
        if place < 0 or place in reached:
            break
        reached.append(place)
        if not (outlined and shown):
            found.append(f"no visible focus on the control {place}")
    if sorted(reached) != sorted(wanted):
        found.append(f"reached {sorted(reached)}, not {wanted}")
    if reached != sorted(reached):
        found.append(f"out of order: {reached}")
    return found


def findings_of_zoom(page: Page) -> list[str]:
    """Whether anything is wider than the window at 400 %."""
    before = page.viewport_size
    page.set_viewport_size(ZOOMED)
    width: int = page.evaluate("document.documentElement.scrollWidth")
    if before:
        page.set_viewport_size(before)
    return [f"{width} pixels wide at 400 %"] if width > ZOOMED["width"] else []


def findings_of_forced_colours(page: Page) -> list[str]:
    """Which controls lose their edge, or what was chosen its mark, in a palette of the system's."""
    page.emulate_media(forced_colors="active")
    found: list[str] = page.evaluate(
        """() => {
          const lost = [], shape = (it) => getComputedStyle(it);
          for (const it of document.querySelectorAll(".scale span, .chips span, textarea, select, input:not([type])"))
            if (it.checkVisibility() && parseFloat(shape(it).borderTopWidth) === 0) lost.push(it.outerHTML);
          for (const it of document.querySelectorAll(".scale :checked + span, .chips :checked + span"))
            if (shape(it).backgroundColor === shape(document.body).backgroundColor) lost.push(it.outerHTML);
          return lost;
        }"""
    )
    page.emulate_media(forced_colors="none")
    return found


def text_order(page: Page) -> list[str]:
    """Headings, labels and texts of the main part in the order in which a screen reader reads them."""
    return [line.strip() for line in page.locator("main").aria_snapshot().splitlines()]
