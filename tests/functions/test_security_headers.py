"""Every response of every function that speaks HTTP carries the same security headers.

The expected values are those of the OWASP HTTP Headers and REST Security Cheat Sheets and the OWASP Secure Headers
Project; the response kinds are told apart by status and content type, not by what the functions say of themselves.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.event_sources.gateway_payloads import Response
from ops import api_keys
from tests.builders import ANA
from tests.customer import Customer
from tests.desk import Desk, link_to
from tests.functions.api_client import ApiClient
from tests.product import Product
from tests.surveys import JSON, Survey

BASE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex",
}
TWO_YEARS = 63072000
"""Seconds of HSTS that OWASP and the preload list ask for."""
FORBIDDEN = {"server", "x-powered-by", "access-control-allow-origin"}
SECRET = "the edge's own secret"

KINDS = {
    "Collect": {
        "page",
        "redirect",
        "json",
        "json error",
        "not found",
        "error page",
        "asset",
        "turned away",
        "head",
    },
    "CustomerPage": {"page", "redirect", "json", "not found", "error page", "turned away", "head"},
    "CustomerEvents": {"json", "json error", "turned away"},
    "ReadApi": {"json", "json error", "asset", "turned away", "head"},
    "Desk": {
        "page",
        "file",
        "redirect",
        "asset",
        "not modified",
        "not found",
        "error page",
        "turned away",
        "head",
    },
}


class Responses:
    """Records function, kind and response of each request to the cloud."""

    def __init__(self, product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
        assert product.cloud._gateway
        self.routes = product.cloud._gateway.routes
        self.seen: list[tuple[str, str, str, Response]] = []
        ask = product.cloud.request

        def request(
            method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
        ) -> Response:
            response = ask(method, path, headers, body)
            route = next(r for r in self.routes if r.match(method, path.partition("?")[0]) is not None)
            kind = "head" if method == "HEAD" else kind_of(response)
            self.seen.append((route.function.logical_id, route.key, kind, response))
            return response

        monkeypatch.setattr(product.cloud, "request", request)

    def kinds(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for function, _, kind, _ in self.seen:
            found.setdefault(function, set()).add(kind)
        return found


ASSETS = (
    "text/css",
    "text/javascript",
    "text/plain",
    "image/svg+xml",
    "image/png",
    "application/manifest+json",
)


def kind_of(response: Response) -> str:
    media_type = response.headers.get("content-type", "").partition(";")[0]
    match response.status, media_type:
        case 200, "application/json" if '"openapi"' in response.text:
            return "asset"
        case 304, _:
            return "not modified"
        case 303 | 308, _:
            return "redirect"
        case _, media_type if response.status == 200 and media_type in ASSETS:
            return "asset"
        case 200, "text/csv":
            return "file"
        case status, "application/json":
            return "json" if status < 400 else "json error"
        case status, "text/html":
            return {200: "page", 404: "not found"}.get(status, "error page")
        case 403, _:
            return "turned away"
    return "unknown"


@pytest.fixture
def responses(product: Product, monkeypatch: pytest.MonkeyPatch) -> Responses:
    """Each kind of response that each function gives, and something of each route."""
    found = Responses(product, monkeypatch)
    use_survey(Survey(product))
    eva = Customer(product)
    use_customer_page(eva)
    use_desk(product)
    use_customer_events(product)
    ApiClient(product).ask("/v1/answers")
    ask_every_route(product, found)
    turn_away(product, found)
    return found


def out_of_reach(product: Product, function: str, operation: str) -> None:
    product.fault(operation=operation, function=function, status=500, code="InternalServerError", times=99)


def use_survey(survey: Survey) -> None:
    page = survey.open()
    survey.get(method="HEAD")
    sent = survey.send(page, score="9")
    survey.product.cloud.request("GET", sent.headers["location"])
    survey.send(page, score="x")
    for path in ("/", "/robots.txt", "/favicon.ico", "/S/caja3"):
        survey.product.cloud.request("GET", path)
    survey.post({"score": 10})
    survey.post({"score": 11})
    out_of_reach(survey.product, "Collect", "PutItem")
    survey.send(survey.open(), score="3")
    survey.post({"score": 1})
    survey.product.cloud.faults.clear()


def use_customer_page(eva: Customer) -> None:
    eva.get()
    eva.get(method="HEAD")
    eva.get(f"{eva.link()}/data")
    eva.post("erase")
    eva.post("stop")
    out_of_reach(eva.product, "CustomerPage", "Query")
    eva.get()
    eva.product.cloud.faults.clear()


def use_desk(product: Product) -> None:
    desk = Desk(product).sign_in(ANA)
    page = desk.open(link_to(product, str(ANA["phone"])))
    for path in re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', page.text):
        desk.get(path)
        desk.get(re.sub(r"[0-9a-f]{16}", "0" * 16, path))
    for path in ("/desk", "/desk/promises", "/desk/answers", "/desk/answers?from=x", "/desk/sign-in"):
        desk.get(path)
    board = desk.get("/desk")
    assert desk.get("/desk", **{"if-none-match": board.headers["etag"]}).status == 304
    desk.do(board.text, "/desk/search", q="Eva")
    for shown in (
        "",
        "/stores",
        "/themes",
        "/themes?theme=price",
        "/touchpoints",
        "?format=csv",
        "?format=svg",
    ):
        desk.get(f"/desk/insights{shown}")
    desk.do(page.text, "/take-on")
    out_of_reach(product, "Desk", "GetItem")
    desk.get("/desk")
    product.cloud.faults.clear()


def use_customer_events(product: Product) -> None:
    key = api_keys.make(product.table, "crm", product.now(), lambda size: b"k" * size)
    given: dict[str, Any] = {
        "event_id": "t-1",
        "kind": "complaint",
        "at": "2026-03-10T11:00:00-03:00",
        "customer": {"phone": "+56922345671"},
        "store_id": "norte",
    }
    for body in (given, {}, {**given, "event_id": ""}):
        raw = json.dumps(body).encode()
        product.cloud.request("POST", "/v1/customers/events", JSON | {"x-api-key": key}, raw)


def ask_every_route(product: Product, found: Responses) -> None:
    """Nothing stands at these paths, nobody is signed in, and the forms say nothing."""
    for route in found.routes:
        path = re.sub(r"\{[^}]+\}|\$default", "none", route.path)
        method = "GET" if route.key == "$default" else route.method
        product.cloud.request(method, f"/{path.removeprefix('/')}", None, b"a=b" if method == "POST" else b"")


def turn_away(product: Product, found: Responses) -> None:
    """As by somebody who asks the API itself, past the edge."""
    for name, function in product.cloud.functions.items():
        if "ORIGIN_DIGESTS" in function.environment:
            function.environment["ORIGIN_DIGESTS"] = hashlib.sha256(SECRET.encode()).hexdigest()
            product.restart(name)
    ask_every_route(product, found)


LOADED_BY = {
    'rel="icon"': "img-src",
    'rel="manifest"': "manifest-src",
    'rel="stylesheet"': "style-src",
    "<script": "script-src",
    " data-worker=": "worker-src",
}
"""What a page names, and the directive by which it may be loaded: else the browser leaves it out without a word."""


def test_every_response_carries_the_same_security_headers(responses: Responses) -> None:
    assert {key for _, key, _, _ in responses.seen} == {route.key for route in responses.routes}
    assert responses.kinds() == KINDS
    for function, key, kind, response in responses.seen:
        said, headers = f"{function}, {key}, {kind} {response.status}", response.headers
        assert BASE.items() <= headers.items(), said
        age = re.fullmatch(r"max-age=(\d+); includeSubDomains", headers["strict-transport-security"])
        assert age, said
        assert int(age[1]) >= TWO_YEARS, said
        assert not FORBIDDEN & headers.keys(), said
        policy = dict(each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";"))
        for directive in ("default-src", "frame-ancestors", "base-uri"):
            assert policy[directive] == "'none'", said
        assert policy["form-action"] == "'self'", said
        assert "unsafe" not in headers["content-security-policy"], said
        loads = [name for name in policy if name.endswith("-src") and name != "default-src"]
        is_page = headers.get("content-type", "").startswith("text/html")
        assert bool(loads) == is_page, f"{said}: only a page loads anything"
        for linked, directive in LOADED_BY.items() if is_page else ():
            assert linked not in response.text or directive in policy, f"{said}: {directive} stops {linked}"
        if "public" in headers["cache-control"] and (kind == "asset" or key == "HEAD /v1/openapi.json"):
            longest = {"Collect": "604800", "ReadApi": "3600"}.get(function, "31536000, immutable")
            assert headers["cache-control"] == f"public, max-age={longest}", said
        else:
            assert headers["cache-control"] == "no-store", said
