"""A customer's phone and a program's client: they open a survey and answer it."""

import io
import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.store.model import Store, Touchpoint
from lazo.table import stores
from tests.product import Item, Product

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


class Page(HTMLParser):
    """What a page says to a browser: elements with their attributes and texts, and the form as it would be sent."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.fields: dict[str, list[str]] = {}
        self._typing: str | None = None
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        """Everything that can be read, on one line."""
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of each element of this kind that has `wanted` among them."""
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]

    def one(self, tag: str, **wanted: str) -> dict[str, str]:
        (found,) = self.all(tag, **wanted)
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "textarea":
            self._typing = given["name"]
            self.fields[self._typing] = [""]
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.fields.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] in ("style", "script"):
            return
        if self._typing:
            self.fields[self._typing] = [data.removeprefix("\n")]
        else:
            self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", {}))
        if tag == "textarea":
            self._typing = None


class Survey:
    """A survey of a store, behind a QR code."""

    def __init__(self, product: Product, code: str = "caja3", **settings: Any) -> None:
        self.product = product
        self.path = f"/s/{code}"
        self.store: Store = product.open_store(**settings)
        stores.put_touchpoint(product.table, Touchpoint(code, self.store.store_id, "Caja 3"))

    def get(self, query: str = "", method: str = "GET", **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.product.cloud.request(method, self.path + query, named)

    def open(self, query: str = "", after: float = 60) -> Page:
        """The page, read for so many seconds."""
        reply = self.get(query)
        assert reply.status == 200, reply.text
        self.product.wait(timedelta(seconds=after))
        return Page(reply.text)

    def send(
        self, page: Page | Mapping[str, Sequence[str]], query: str = "", **typed: str | list[str]
    ) -> Response:
        """Send the page's form with what was typed into it."""
        fields = {**(page.fields if isinstance(page, Page) else page), **typed}
        return self.post_form(urlencode(fields, doseq=True).encode(), query)

    def post_form(self, body: bytes, query: str = "", **headers: str) -> Response:
        return self.product.cloud.request("POST", self.path + query, FORM | headers, body)

    def post(self, body: Any, query: str = "", **headers: str) -> Response:
        """Post JSON: a value, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.product.cloud.request("POST", self.path + query, JSON | named, raw)

    def answers(self) -> list[Item]:
        return self.product.items("ANSWER#")

    def answer(self) -> Item:
        """Return the only answer."""
        (one,) = self.answers()
        return one


def error(reply: Response) -> tuple[int, str, str | None]:
    """Status, code and field of a JSON error, which has no more than these and a message."""
    found = reply.json()
    assert found.keys() == {"error"}
    assert found["error"].keys() == {"code", "message", "field"}
    assert re.search(r"\w", found["error"]["message"])
    return reply.status, found["error"]["code"], found["error"]["field"]


def log_of_collect(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What collect, which has run before, logs from now on."""
    written = io.StringIO()
    (handler,) = logging.getLogger("collect").handlers
    monkeypatch.setattr(handler, "stream", written)
    return written
