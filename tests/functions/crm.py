"""Another system that posts events of customers."""

import json
from typing import Any

from infra.local.event_sources.gateway_payloads import Response
from ops import api_keys
from tests.product import Item, Product

PATH = "/v1/customers/events"
PHONE = {"phone": "+56922345671"}


def event(event_id: str = "t-1", **changes: Any) -> Item:
    """Return a complaint of an hour ago as a request has it; None leaves a field out."""
    given = {
        "event_id": event_id,
        "kind": "complaint",
        "at": "2026-03-10T11:00:00-03:00",
        "customer": PHONE,
        "store_id": "norte",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


class Crm:
    """Another system, with a key of its own."""

    def __init__(self, product: Product, name: str = "crm") -> None:
        self.product = product
        self.key = api_keys.make(
            product.table, name, product.now(), lambda size: name.encode().ljust(size, b".")
        )

    def post(self, body: Any, language: str = "", **headers: str) -> Response:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"content-type": "application/json", "x-api-key": self.key, "accept-language": language}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.product.cloud.request("POST", PATH, {k: v for k, v in given.items() if v}, sent)

    def stored_events(self) -> list[Item]:
        return self.product.items("EVENT#")

    def errors(self, body: Any, language: str = "") -> list[tuple[int | None, str | None, str]]:
        """Post a body that is rejected and not stored; return index, field and code of each error."""
        reply = self.post(body, language)
        assert reply.status == 422, reply.text
        assert self.stored_events() == self.product.items("EVENTID") == []
        found = reply.json()["errors"]
        assert all(error["message"] for error in found)
        return [(error["index"], error["field"], error["code"]) for error in found]
