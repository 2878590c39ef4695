"""Another system that reads scores, answers and follow-ups."""

import json
from collections.abc import Collection
from typing import Any

from infra.local.event_sources.gateway_payloads import Response
from lazo.auth.api_rights import API_RIGHTS
from ops import api_keys
from tests.product import Product

READING = tuple(right for right in API_RIGHTS if right.startswith("read-"))
VISITORS = "/v1/visitors"


class ApiClient:
    """A system with a key of its own that may read everything, or what it is limited to."""

    def __init__(
        self,
        product: Product,
        name: str = "bi",
        may: Collection[str] = READING,
        stores: Collection[str] = (),
        brands: Collection[str] = (),
    ) -> None:
        self.product = product
        self.key = api_keys.make(
            product.table,
            name,
            product.now(),
            lambda size: name.encode().ljust(size, b"."),
            may,
            stores,
            brands,
        )

    def ask(self, path: str, method: str = "GET", **headers: str) -> Response:
        given = {"x-api-key": self.key} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.product.cloud.request(method, path, {k: v for k, v in given.items() if v})

    def enter_visitors(self, body: Any, **headers: str) -> Response:
        """Put days of visitors, as a list; anything else as it is."""
        sent = body if isinstance(body, bytes) else json.dumps({"days": body}).encode()
        given = {"x-api-key": self.key, "content-type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.product.cloud.request("PUT", VISITORS, given, sent)

    def page(self, path: str) -> dict[str, Any]:
        reply = self.ask(path)
        assert reply.status == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def rows(self, path: str, cursor: str | None = None) -> list[dict[str, Any]]:
        """Return the rows of all pages from the cursor on."""
        found: list[dict[str, Any]] = []
        join = "&" if "?" in path else "?"
        while True:
            page = self.page(path + (f"{join}cursor={cursor}" if cursor else ""))
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def use_every_route(self) -> None:
        """Read a page of each list, of scores also by touchpoint and brand, and enter visitors."""
        scores, month = "/v1/scores?from=2026-03-10&to=2026-03-11", "/v1/scores?from=2026-03-01&to=2026-04-01"
        lists = (scores, f"{scores}&group=touchpoint", f"{month}&group=brand", "/v1/answers", "/v1/followups")
        for path in lists:
            self.page(path)
        assert self.enter_visitors([{"store_id": "norte", "day": "2026-03-09", "visitors": 7}]).status == 200
