"""A customer on the thanks page of their answer."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA
from tests.desk import Desk, link_to
from tests.dom import parse
from tests.product import Product
from tests.surveys import FORM, Survey

PHONE = {"phone": "+56987650001", "consent": "yes"}


class Thanks:
    """A customer who has answered on a phone without JavaScript, and stays on the thanks page."""

    def __init__(
        self, product: Product, settings: dict[str, Any] | None = None, *, after: Any = 5, **typed: str
    ) -> None:
        self.product = product
        self.survey = Survey(product, **(settings or {}))
        reply = self.survey.send(self.survey.open(after=after), **{"score": "2", "comment": "Frío", **typed})
        self.path, _, query = reply.headers["location"].partition("?")
        self.query = {name: values[0] for name, values in parse_qs(query).items()}
        product.drain()
        self.ana = Desk(product)

    def get(self, **query: str) -> Response:
        return self.product.cloud.request("GET", f"{self.path}?{urlencode({**self.query, **query})}")

    def news(self) -> str:
        """What the page tells, as it looks for it every few seconds."""
        reply = self.get(part="news")
        assert reply.status == 200
        return parse(reply.text).one("div", id="news").text

    def look_again(self) -> str | None:
        return parse(self.get(part="news").text).one("div", id="news").attributes.get("data-again")

    def send(self, **typed: str) -> Response:
        fields = {"t": self.query["t"], "lang": "es", **typed}
        reply = self.product.cloud.request("POST", self.path, FORM, urlencode(fields).encode())
        self.product.drain()
        return reply

    def take_on(self, contact: dict[str, Any] = ANA, *, for_good: bool = True) -> None:
        """Take the case on; `for_good`: and let the minute pass in which that can be undone."""
        page = self.ana.open(link_to(self.product, str(contact["phone"]))).text
        assert self.ana.do(page, "/take-on").status == 200
        self.product.drain()
        if for_good:
            self.product.wait(timedelta(seconds=61))

    def notes(self) -> list[str]:
        return [note["text"] for note in self.product.items("NOTE#")]

    def told(self, contact: dict[str, Any] = ANA) -> list[str]:
        return [m["text"] for m in self.product.cloud.outbox() if m["to"] == contact["phone"]]
