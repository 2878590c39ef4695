"""The survey page in a browser: a store with posters, and what a customer does and sees."""

from collections.abc import Callable
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page

from infra.local.cloud import LocalCloud
from lazo.store.model import Touchpoint
from lazo.table import stores
from lazo.table.dynamodb.table import Table
from tests import builders

SMALL, PHONE, DESK = (320, 568), (360, 740), (1280, 800)
MOVING = {"reduced_motion": "no-preference"}
"""Options of a page that scrolls smoothly, as most phones show it."""
_number = count(1)


class StoreWithPosters:
    """A store on the running product; each poster has a QR code of its own."""

    def __init__(self, cloud: LocalCloud, base: str) -> None:
        self.cloud = cloud
        self.table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        self.base = base
        stores.put_store(self.table, builders.settings())

    def poster(self) -> str:
        """Return the address behind a new QR code."""
        code = f"caja{next(_number)}"
        stores.put_touchpoint(self.table, Touchpoint(code, "norte", "Caja 3"))
        return f"{self.base}/s/{code}"

    def answers(self, poster: str) -> list[dict[str, Any]]:
        code = poster.rpartition("/")[2]
        return [i for i in self.cloud.items() if i["sk"].startswith("ANSWER#") and i["code"] == code]

    def answer(self, poster: str) -> dict[str, Any]:
        (one,) = self.answers(poster)
        return one


Open = Callable[..., Page]


def choose(page: Page, score: int) -> None:
    page.locator(f"label:has(#score-{score})").click()


def heading(page: Page) -> Locator:
    return page.locator("h1:visible")


def live_region(page: Page) -> Locator:
    """Return what a screen reader announces."""
    return page.locator("#live")


def focused(page: Page) -> str:
    """Return id or tag of what has the focus."""
    found: str = page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return found


WHY = {
    "es": (
        "¿Qué podríamos haber hecho mejor?",
        "¿Qué nos faltó para que quedaras feliz?",
        "¿Qué fue lo que más te gustó?",
    ),
    "en": (
        "What could we have done better?",
        "What would have made your visit great?",
        "What did you like most?",
    ),
    "pt": (
        "O que poderíamos ter feito melhor?",
        "O que faltou para sua visita ser ótima?",
        "Do que você mais gostou?",
    ),
}
