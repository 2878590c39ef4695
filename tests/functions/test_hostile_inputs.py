"""No route answers 500, gives back what was sent as markup, or lets it into a header or an address.

Every string of tests/hostile_inputs.py stands in the path, the query or the form of every route of template.yaml; the
malformed JSON goes to every route that takes a body: 119 strings at 46 routes, 50 bodies at 16 (3,500 requests). A run
has each fourth of the strings, another part for each commit (tests/parts.py); in the fields it has all.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest

from infra.local.event_sources.gateway_payloads import Response
from tests.builders import ANA, DIEGO, MARTA
from tests.desk import session_cookie
from tests.functions.test_route_access import COMMENT, House
from tests.hostile_inputs import MALFORMED_JSON, NAUGHTY, TAG
from tests.parts import part
from tests.product import Product, output

FIELDS = (
    *(
        "shop",
        "store",
        "store_id",
        "after",
        "cursor",
        "area",
        "brand",
        "period",
        "case",
        "week",
        "praise",
        "r",
    ),
    *(
        "lang",
        "form",
        "answer",
        "address",
        "theme",
        "owner",
        "touchpoint",
        "from",
        "to",
        "code",
        "do",
        "q",
        "next",
    ),
    *(
        "score",
        "comment",
        "reasons",
        "name",
        "phone",
        "email",
        "consent",
        "answer_id",
        "version",
        "text",
        "date",
    ),
    *(
        "band",
        "day",
        "language",
        "back",
        "why",
        "sort",
        "view",
        "stage",
        "limit",
        "group",
        "outcome",
        "cases",
        "due",
        "everywhere",
        "sure",
    ),
)
Prove = Callable[[str, object], None]
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


class Injected(HTMLParser):
    """Finds markup of ours that a browser would take for the page's: an element, an attribute or a script."""

    def __init__(self) -> None:
        super().__init__()
        self.found = self._script = False

    @classmethod
    def into(cls, html: str) -> bool:
        reading = cls()
        reading.feed(html)
        return reading.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        leads = ("href", "src", "action", "formaction")
        runs = any(
            n.startswith("on") or (n in leads and (v or "").startswith("javascript:")) for n, v in attrs
        )
        self.found |= TAG in tag or runs

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        self.found |= self._script and TAG in data

    def handle_comment(self, data: str) -> None:
        self.found |= TAG in data


@pytest.fixture
def house(product: Product) -> House:
    return House(product)


def routes_of(house: House) -> list[tuple[str, str]]:
    assert house.product.cloud._gateway
    found = (route.key.partition(" ") for route in house.product.cloud._gateway.routes)
    return sorted((method, path) for method, _, path in found if path.startswith("/") and method != "HEAD")


def faults_of(reply: Response) -> Iterator[str]:
    """Yield what is wrong with a response to a hostile input."""
    if reply.status >= 500:
        yield f"status {reply.status}"
    if TAG in reply.text and "html" in reply.headers.get("content-type", "") and Injected.into(reply.text):
        yield "markup comes back as it was sent"
    headers = {name.lower(): value for name, value in reply.headers.items()}
    if "x-injected" in headers or any(re.search(r"[\r\n]", value) for value in headers.values()):
        yield "a header was put in"
    if not re.match(r"/(?![/\\])", headers.get("location", "/")):
        yield f"leads to {headers['location']}"
    if any("\n" in each or "lazo_desk=1" in each for each in reply.cookies):
        yield "a cookie was put in"


def _found(wrong: list[str]) -> str:
    """Return how many of these faults were an answer over 499, and how many gave back what was sent."""
    over = sum(": status 5" in each for each in wrong)
    return f"{over} over 499, {len(wrong) - over} reflections"


def test_the_search_for_markup_finds_it() -> None:
    for each in NAUGHTY["markup"]:
        assert Injected.into(f'<p><input value="{each}"></p>') or Injected.into(f"<p>{each}</p>")
        assert not Injected.into(f'<p><input value="{escape(each)}"></p><p>{escape(each)}</p>')


@pytest.mark.long
def test_naughty_strings_at_every_route(house: House, record_property: Prove) -> None:
    strings = [each for kind in NAUGHTY.values() for each in kind]
    signed_in = {"x-forwarded-proto": "https", "cookie": session_cookie(house.product.cloud, MARTA)}
    key, _ = house.callers["key of another store"]
    wrong, there, sent = [], 0, 0
    for method, path in routes_of(house):
        # In the path one by one; in the fields, forty at once, so that a sixth of the requests has each of them often.
        step = 1 if "{" in path else 6
        cases = list(enumerate(strings))[::step]
        there += len(cases)
        for number, text in part(cases, 4):
            asked = re.sub(r"\{[\w+]+\}", quote(text, safe="", errors="replace") or "%20", path)
            # Each field has another one: all of them meet every string while these go round.
            around = {f: strings[(number + n) % len(strings)] for n, f in enumerate(FIELDS)}
            fields = urlencode(around, errors="replace")[:6000]
            query = f"?{fields}" if method == "GET" else ""
            headers = signed_in | key | (FORM if method != "GET" else {})
            body = fields.encode() if method != "GET" else b""
            if path == "/desk/sign-out":
                headers = {"x-forwarded-proto": "https", **FORM}
            reply = house.product.cloud.request(method, asked + query, headers, body)
            wrong += [f"{method} {path} with {text[:30]!r}: {each}" for each in faults_of(reply)]
            sent += 1
    record_property(
        "proof",
        f"hostile strings | {len(strings)} at {len(routes_of(house))} routes, {sent:,} requests | {_found(wrong)}",
    )
    assert wrong == []
    assert len(strings) == 119
    assert there > 2_500
    assert sent > there / 5
    record_property("part", ("naughty strings at routes", there, sent))


def test_malformed_json_at_every_route_with_a_body(house: House, record_property: Prove) -> None:
    bodies = [each for kind in MALFORMED_JSON.values() for each in kind]
    key, _ = house.callers["key of another store"]
    signed_in = {"x-forwarded-proto": "https", "cookie": session_cookie(house.product.cloud, DIEGO)}
    routes = [each for each in routes_of(house) if each[0] != "GET"]
    wrong, sent = [], 0
    for method, path in routes:
        asked = re.sub(r"\{[\w+]+\}", "caja3", path)
        for body in bodies:
            reply = house.product.cloud.request(method, asked, signed_in | key | JSON, body)
            wrong += [f"{method} {path} with {body[:30]!r}: {each}" for each in faults_of(reply)]
            if path in ("/v1/customers/events", "/v1/visitors") and reply.status < 300:
                wrong.append(f"{path} takes {body[:30]!r}")
            sent += 1
    record_property(
        "proof",
        f"malformed JSON | {len(bodies)} at {len(routes)} routes, {sent:,} requests | {_found(wrong)}",
    )
    assert wrong == []
    assert sent == len(bodies) * len(routes)


def test_logs_at_debug_hold_neither_people_nor_words_nor_tokens(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every route with what is personal in every place, and the logger as talkative as it can be."""
    personal = {
        "phone": "+56987650001",
        "email": "canary.customer@example.org",
        "comment": "Pájaro canoro azul",
    }
    token = house.alert.rsplit("/", 1)[1]
    canaries = {*personal.values(), "987650001", "canary.customer", "canoro", COMMENT, token}
    cookie = session_cookie(house.product.cloud, ANA)
    loggers = [
        each for each in logging.Logger.manager.loggerDict.values() if isinstance(each, logging.Logger)
    ]
    for each in loggers:
        if not each.name.startswith(("botocore", "boto3", "urllib3", "moto", "s3transfer")):
            monkeypatch.setattr(each, "level", logging.DEBUG)
            each.manager._clear_cache()  # type: ignore[attr-defined]
    fields = {name: personal.get(name, personal["comment"]) for name in FIELDS} | {
        "address": personal["email"]
    }
    bodies: Mapping[str, bytes] = {
        FORM["content-type"]: urlencode(fields).encode(),
        JSON["content-type"]: json.dumps({"score": 2, "consent": True, **personal}).encode(),
    }
    asked = 0
    with output() as written:
        for method, path in routes_of(house):
            for text in (*personal.values(), token):
                target = re.sub(r"\{[\w+]+\}", quote(text, safe=""), path)
                for kind, body in bodies.items() if method != "GET" else [("", b"")]:
                    headers = {"x-forwarded-proto": "https", "cookie": cookie, "content-type": kind}
                    target += f"?{urlencode(fields)}" if method == "GET" else ""
                    house.product.cloud.request(method, target, headers, body)
                    asked += 1
        house.product.drain()
    said = written.getvalue() + caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert asked > 200
    assert '"level":"DEBUG"' in said or '"level":"INFO"' in said, "something was logged at all"
    held = {canary for canary in {*canaries, cookie.partition("=")[2]} if canary in said}
    assert held == set()
