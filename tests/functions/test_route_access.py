"""Who may open what: every route of template.yaml, asked by everybody: 46 routes (without HEAD) x 10 callers.

A route that has no rule here fails. The rule is written by hand from docs/privacy.md ("Who sees what"), not taken from
what the functions do. `COMMENT` is what a customer of the store `norte` wrote: only who may see it is shown it.
"""

import re
from collections.abc import Callable, Mapping
from itertools import count
from urllib.parse import urlencode

import pytest

import desk.app
from infra.local.event_sources.gateway_payloads import Response
from lazo.auth import links
from lazo.auth.api_rights import API_RIGHTS
from lazo.auth.links import Principal
from lazo.auth.sessions import SESSION_ID_BYTES
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from lazo.store.model import Touchpoint
from lazo.table import improvements, stores
from tests.builders import ANA, DIEGO, MARTA, START, consent
from tests.customer import ring
from tests.desk import link_to
from tests.functions.api_client import ApiClient
from tests.functions.sign_in import LUIS, Browser, alert_link
from tests.functions.test_improvements_table import made
from tests.product import Product

COMMENT = "Trinocanario en la sopa"
CALLERS = (
    "stranger",
    "forged session",
    "old link",
    "fresh link",
    "store's manager",
    "manager of another store",
    "area manager",
    "head",
    "key of another store",
    "wrong key",
)
OPEN, EMPTY, SIGN_IN, NOTHING, KEY = "opens", "opens without it", "asks to sign in", "404", "401"


def rule(letters: str) -> dict[str, str]:
    """Return what each caller gets: o and e for opens, with or without what is of norte, s, n and k for the others."""
    meaning = {"o": OPEN, "e": EMPTY, "s": SIGN_IN, "n": NOTHING, "k": KEY}
    return {who: meaning[letter] for who, letter in zip(CALLERS, letters, strict=True)}


EVERYBODY = rule("eeeeeeeeee")
NOBODY = rule("nnnnnnnnnn")  # a token or a file that is not theirs, whoever asks
CASE = rule("ssooonooss")
CASE_FORM = rule("nnooonoonn")
BOARD = rule("sssooeooss")
SIGNED_IN = rule("ssssoeooss")
OTHERS_FILE = rule("ssssnnnnss")
IMPROVEMENT = rule("ssssonooss")
WITH_KEY = rule("kkkkkkkkek")
RULES: Mapping[str, Mapping[str, str]] = {
    "GET /s/{code}": EVERYBODY,
    "POST /s/{code}": EVERYBODY,
    "GET /s/{code}/thanks": EVERYBODY,
    "POST /s/{code}/thanks": EVERYBODY,
    "GET /s/{code}/changes": EVERYBODY,
    "GET /s/{code}/logo": NOBODY,  # the brand has none
    "GET /f/{token}": NOBODY,
    "GET /desk/in/{token}": NOBODY,
    "POST /desk/in/{token}": NOBODY,
    "GET /desk/wall/{token}": NOBODY,
    "GET /m/{token}": NOBODY,
    "GET /m/{token}/data": NOBODY,
    "POST /m/{token}/{action}": NOBODY,
    "GET /desk/sign-in": EVERYBODY,
    "POST /desk/sign-in": EVERYBODY,
    "POST /desk/sign-out": rule("ssssssssss"),  # to the form to sign in, as it does for everybody
    "POST /desk/language": EVERYBODY,
    "GET /desk/static/{name}": NOBODY,
    "GET /desk": BOARD,
    "POST /desk/search": SIGNED_IN,
    "GET /desk/promises": SIGNED_IN,
    "GET /desk/insights": SIGNED_IN,
    "GET /desk/insights/stores": SIGNED_IN,
    "GET /desk/insights/themes": SIGNED_IN,
    "GET /desk/insights/touchpoints": SIGNED_IN,
    "GET /desk/insights/team": SIGNED_IN,
    "GET /desk/improvements": SIGNED_IN,
    "GET /desk/improvements/{improvement_id}": IMPROVEMENT,
    "POST /desk/improvements/{improvement_id}": IMPROVEMENT,
    "GET /desk/digest": SIGNED_IN,
    "POST /desk/digest/mails": SIGNED_IN,
    "GET /desk/wall": SIGNED_IN,
    "GET /desk/wall/link": SIGNED_IN,
    "POST /desk/wall/link": IMPROVEMENT,
    "GET /desk/answers": SIGNED_IN,
    "POST /desk/answers/export": SIGNED_IN,
    "POST /desk/answers/trust": IMPROVEMENT,
    "GET /desk/answers/exports/{export_id}": OTHERS_FILE,
    "GET /desk/followups/{followup_id}": CASE,
    "POST /desk/followups/{followup_id}/{action}": CASE_FORM,
    "POST /v1/customers/events": WITH_KEY,
    "GET /v1/openapi.json": EVERYBODY,
    "GET /v1/scores": WITH_KEY,
    "GET /v1/answers": WITH_KEY,
    "GET /v1/followups": WITH_KEY,
    "PUT /v1/visitors": WITH_KEY,
}
SHOWN_ON = ("GET /desk", "GET /desk/answers", "GET /desk/followups/{followup_id}", "POST /desk/search")
"""Pages on which everybody for whom they open reads the comment: the canary sings."""
FORM = {"content-type": "application/x-www-form-urlencoded"}


class House:
    """Three stores; of `norte` a case, a doubtful answer and an improvement; and everybody at the door."""

    def __init__(self, product: Product) -> None:
        self.product = product
        product.open_store(contacts=[ANA, DIEGO])
        product.open_store(store_id="sur", name="Aurora Sur", contacts=[LUIS, DIEGO])
        product.open_store(store_id="este", name="Aurora Este", contacts=[MARTA])
        stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", "Caja 3"))
        improvements.save_improvement(product.table, None, made(1), START)
        self.doubtful = product.accept(comment="Dudoso", suspect=("honeypot",), score=9)
        product.accept(score=2, comment=COMMENT, phone="+56987650001", consent=consent())
        product.drain()
        (self.case,) = product.followups()
        self.alert = link_to(product, ANA["phone"])
        self._ids = count(1)
        product.cloud.functions["Desk"].load()
        self._sessions = desk.app.wire().sessions
        may = tuple(API_RIGHTS)
        key = ApiClient(product, "another", may=may, stores=["sur"]).key
        people = {
            "store's manager": ANA,
            "manager of another store": LUIS,
            "area manager": DIEGO,
            "head": MARTA,
        }
        self.callers = {
            "stranger": ({}, None),
            "forged session": ({"cookie": "__Host-lazo_desk=" + "A" * 56}, None),
            "old link": self._by_link(days=2),
            "fresh link": self._by_link(),
            **{name: self._signed_in(who) for name, who in people.items()},
            "key of another store": ({"x-api-key": key}, None),
            "wrong key": ({"x-api-key": key[:-1] + ("A" if key[-1] != "A" else "B")}, None),
        }

    def ask(self, route: str, who: str) -> Response:
        """Ask a route for what is of `norte`; a form has its valid token, where the caller could have got one."""
        method, _, path = route.partition(" ")
        ids = {
            "code": "caja3",
            "followup_id": self.case["followup_id"],
            "action": "take-on",
            "improvement_id": made(1).improvement_id,
            "export_id": "01KB1Z4R9M8Q7T2W5X6Y3N0PDE",
            "token": "A" * 44,
            "name": "nothing.css",
        }
        path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)
        headers, user = self.callers[who]
        fields = {
            "q": "Trinocanario",
            "answer": self.doubtful.ulid,
            "shop": "norte",
            "store": "norte",
            "store_id": "norte",
            "do": "make",
            "version": "1",
            "address": "+56900000000",
        }
        if user:
            ulid = f"01KC000000000000000000{next(self._ids):04}"
            fields["form"] = self._sessions.form_token(user, ulid)
        headers = {"x-forwarded-proto": "https", **headers}
        if method in ("GET", "HEAD"):
            query = "?shop=norte" if path in ("/desk", "/desk/answers") else ""
            query = "?from=2026-03-01&to=2026-03-20" if path == "/v1/scores" else query
            return self.product.cloud.request(method, path + query, headers)
        if path.startswith("/v1/"):
            return self.product.cloud.request(
                method, path, {**headers, "content-type": "application/json"}, b'{"days": [], "events": []}'
            )
        return self.product.cloud.request(method, path, {**headers, **FORM}, urlencode(fields).encode())

    def _signed_in(self, who: Mapping[str, object]) -> tuple[dict[str, str], Principal]:
        user, now = Principal(user_id_of(Contact(**who)), 0), self.product.now()  # type: ignore[arg-type]
        entropy = next(self._ids).to_bytes(SESSION_ID_BYTES)
        session = self._sessions.new_session(user, now, entropy, now)
        return {"cookie": self._sessions.cookie(session).partition(";")[0]}, user

    def _by_link(self, days: int = 0) -> tuple[dict[str, str], Principal]:
        """Open the link of the alert as a browser does; `days`: how old it was then."""
        user, now = Principal(user_id_of(Contact(**ANA)), 0), self.product.now()
        issued = now.replace(day=now.day - days)
        token = links.sign_alert_link(ring(self.product), self.case["followup_id"], user, issued)
        browser = Browser(self.product)
        assert browser.get(f"/f/{token}").status == 303
        return {"cookie": f"__Host-lazo_cases={browser.cases}"}, user


@pytest.fixture
def house(product: Product) -> House:
    return House(product)


def outcome(reply: Response) -> str:
    if reply.status == 303 and reply.headers["location"].startswith("/desk/sign-in?why=link"):
        return SIGN_IN
    if reply.status == 303 and re.match(r"/desk/sign-in($|\?(why|next))", reply.headers["location"]):
        return SIGN_IN
    return {404: NOTHING, 401: KEY}.get(reply.status, OPEN)


def test_every_route_has_a_rule_and_keeps_it_with_everybody(
    house: House, record_property: Callable[[str, object], None]
) -> None:
    assert house.product.cloud._gateway
    keys = [route.key for route in house.product.cloud._gateway.routes]
    routes = sorted(key for key in keys if not key.startswith(("HEAD", "$default")) and " " in key)
    assert set(routes) == set(RULES), "a new route needs a rule here"
    assert {key.replace("HEAD", "GET", 1) for key in keys if key.startswith("HEAD")} <= set(RULES)
    wrong = []
    for route in sorted(routes, key=lambda each: each.endswith("/sign-out")):
        for who in CALLERS:
            expected, reply = RULES[route][who], house.ask(route, who)
            got = outcome(reply)
            if got != (OPEN if expected == EMPTY else expected):
                wrong.append(
                    f"{route} by {who}: {expected}, got {reply.status} {reply.headers.get('location')}"
                )
            if expected != OPEN and COMMENT in reply.text:
                wrong.append(f"{route} shows {who} the comment")
            if expected == OPEN and route in SHOWN_ON and COMMENT not in reply.text:
                wrong.append(f"{route} does not show {who} the comment")
    record_property(
        "proof", f"roles at routes | {len(CALLERS)} at {len(routes)} routes | {len(wrong)} against the rule"
    )
    assert wrong == []


def test_head_tells_no_more_than_get(house: House) -> None:
    assert house.product.cloud._gateway
    heads = [r.key for r in house.product.cloud._gateway.routes if r.key.startswith("HEAD ")]
    for key in heads:
        for who in ("stranger", "old link", "manager of another store", "wrong key"):
            head, get = house.ask(key, who), house.ask(key.replace("HEAD", "GET", 1), who)
            assert (head.status, head.body) == (get.status, b""), f"{key} by {who}"


def test_the_alert_that_was_sent_opens_what_a_fresh_link_does(house: House) -> None:
    ana = Browser(house.product)
    ana.get(alert_link(house.product, ANA["phone"], house.case["followup_id"]))
    assert COMMENT in ana.get("/desk").text
