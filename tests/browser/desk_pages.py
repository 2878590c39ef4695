"""The desk in a browser: a store with follow-ups, steps on the pages, and a check of how they look."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, ViewportSize

from infra.local.cloud import LocalCloud
from lazo.table import answers, users
from lazo.table.dynamodb.table import Table
from lazo.web.responses import HOST_ONLY
from tests.builders import ANA, answer, consent, make_store, settings
from tests.desk import session_cookie

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
"""Screenshots, for people to look at; not kept in the repository."""


# axe looks for passes all the same, but does not report each of their places: the report takes as long as the search.
FINDINGS = {"resultTypes": ["violations"]}


WCAG = {**FINDINGS, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


COLOURS = {**FINDINGS, "runOnly": {"type": "rule", "values": ["color-contrast"]}}


PHONE, DESKTOP, NARROW = (ViewportSize(width=w, height=h) for w, h in ((390, 844), (1280, 900), (360, 740)))


HOSTILE = {
    "script": "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">",
    "markup": '</blockquote></main><h1>Hola</h1> &amp; "quoted" {{ 7*7 }} {% raw %}',
    "right to left": "الخدمة بطيئة جدًا ولم يهتم بي أحد \u202eلا أحد",
    "emoji": "😡😡 pésimo 👩🏽‍🍳🍽️ 🇨🇱",
    "long": "Muy lento todo. " * 124 + "Nunca más, gracias.",
    "one word": "a" * 2000,
}


class DeskStore:
    """A store on the running product, with unhappy customers of all sorts."""

    def __init__(self, cloud: LocalCloud, base: str) -> None:
        self.cloud, self.base = cloud, base
        self._customers = self._sessions = 0
        self._table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))

    def open_store(self, *, tell_customer: bool = False) -> None:
        from lazo.table import stores

        policy = {
            "currency": "CLP",
            "incentive_most": {"high": 20000},
            "incentive_month": 100000,
            "sms_per_hour": 100,
            "contact_messages_per_hour": 100,
            "tell_customer": tell_customer,
        }
        stores.put_store(self._table, settings(policy=policy))

    def read_in(self, language: str) -> None:
        """Have Ana read the desk in a language, as she once chose."""
        users.choose_language(self._table, users.user_id_of(make_store().contacts[0]), language)

    def sign_in(self, context: BrowserContext, who: Mapping[str, Any] = ANA) -> None:
        """Sign a contact in, in a browser, without the messages that it takes."""
        self._sessions += 1
        cookie = session_cookie(self.cloud, who, self._sessions)
        name, _, value = cookie.removeprefix(HOST_ONLY).partition("=")
        context.add_cookies([{"name": name, "value": value, "url": self.base}])

    def unhappy(self, comment: str, suspect: tuple[str, ...] = ()) -> str:
        """Store another customer's unhappy answer; return the link that Ana gets (of a suspect one only if somebody is
        in danger)."""
        self._customers += 1
        given = answer(
            at=self.cloud.now(),
            score=2,
            comment=comment,
            name="Eva <b>Ríos</b>",
            phone="+56987654321",
            email="eva@example.com",
            consent=consent(),
            reasons=("waiting_time",),
            customer_key=f"{self._customers:032x}",
            suspect=suspect,
        )
        assert answers.put_answer(self._table, given) == "new"
        self.cloud.drain()
        sent = [m for m in self.cloud.outbox() if m["channel"] == "sms" and m["to"] == ANA["phone"]]
        return str(sent[-1]["text"].rsplit(" ", 1)[1])


TARGETS = {**FINDINGS, "runOnly": {"type": "rule", "values": ["target-size"]}}


def look(page: Page, name: str) -> None:
    """Check in light and dark, on a phone and a desktop: no finding of axe (in dark, of colours; on a phone, of
    targets too small for a thumb), and no scrolling sideways."""
    page.wait_for_load_state()  # a click returns when the next page begins, before it has an element
    for scheme, viewport, rules in (
        ("light", NARROW, TARGETS),
        ("light", DESKTOP, WCAG),
        ("dark", PHONE, COLOURS),
    ):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(viewport)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name}: {wide} px wider than {viewport['width']}"
        keep(page, f"{name}-{scheme}-{viewport['width']}")
        check(page, rules, f"{name} {scheme}")


def check(page: Page, rules: dict[str, Any], name: str) -> None:
    """Have axe look at the page; it is brought into a page once."""
    axe = Axe("" if page.evaluate("'axe' in window") else AXE_SCRIPT)
    found = axe.run(page, options=rules)
    assert not found.response["violations"], f"{name}: {found.generate_report()}"


def keep(page: Page, name: str) -> None:
    """Save a screenshot, if LAZO_SCREENSHOTS is set: on one tall screen, since on a short one the bar at its foot would
    hide what is behind it."""
    if not os.environ.get("LAZO_SCREENSHOTS"):
        return
    ARTEFACTS.mkdir(exist_ok=True)
    seen = page.viewport_size or PHONE
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": seen["width"], "height": max(height, seen["height"])})
    page.screenshot(path=ARTEFACTS / f"{name.replace(' ', '-')}.png")
    page.set_viewport_size({"width": seen["width"], "height": seen["height"]})


def act(page: Page, form: str, **typed: str) -> None:
    """Fill in a form of the page and send it, its section opened as a reader would."""
    exact = page.locator(f"form[id='{form}']")
    at = exact if exact.count() else page.locator(f"form[id^='{form}']").first
    at.evaluate("f => { for (let p = f; p; p = p.parentElement) if (p.tagName === 'DETAILS') p.open = true }")
    at.evaluate("f => { for (const each of f.querySelectorAll('details')) each.open = true }")
    for name, value in typed.items():
        field = at.locator(f"[name={name}]").last
        kind = field.evaluate("f => f.type")
        if kind == "radio":
            at.locator(f"[name={name}][value='{value}']").evaluate("f => f.click()")
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)
    at.locator("button:not([type=button])").first.click()
    page.wait_for_load_state()


def open_all(page: Page) -> None:
    """Open every section of the page that a click leads to."""
    page.wait_for_load_state()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
