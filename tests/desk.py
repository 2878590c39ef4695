"""A contact's phone at the desk: opens links, keeps cookies by path, fills in forms."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import desk.app
from infra.local.cloud import LocalCloud
from infra.local.event_sources.gateway_payloads import Response
from lazo.auth.links import Principal
from lazo.auth.sessions import SESSION_ID_BYTES
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from tests.product import Product

BASE = "https://lazo.example"
# Most of a page is not in the form that is wanted, and Python's parser is slow. What people wrote has no "<" or ">".
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


@dataclass
class Form:
    """A form of a page, with what its fields hold before anybody types."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, pieces: Iterable[str]) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._select = self._area = ""
        for piece in pieces:
            self.feed(piece)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.found.append(self._open)
        if self._open is None:
            return
        if tag == "input" and "name" in given:
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen:
                self._open.fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self._open.fields[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._area = given.get("name", "")
            self._open.fields[self._area] = [""]

    def handle_data(self, data: str) -> None:
        if self._open and self._area:
            self._open.fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def forms(page: str) -> list[Form]:
    """The forms of a page, in order."""
    return _Forms(_FORM.findall(page)).found


def form_to(page: str, ending: str, **holds: str) -> Form:
    """The first form whose address ends so, and whose fields hold these values."""
    likely = (piece for piece in _FORM.findall(page) if ending in unescape(piece.partition(">")[0]))
    found = (f for f in _Forms(likely).found if f.action.endswith(ending))
    return next(f for f in found if all(f.fields.get(n) == [v] for n, v in holds.items()))


class Desk:
    """One phone."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._cookies: dict[tuple[str, str], str] = {}

    def hold(self, cookie: str) -> "Desk":
        """Keep a cookie of the whole host (`name=value`)."""
        self._cookies["/", cookie.partition("=")[0]] = cookie
        return self

    def held(self, name: str) -> str:
        """The cookie (`name=value`) of the whole host that has this name, after its prefix."""
        return self._cookies["/", f"__Host-{name}"]

    def sign_in(self, who: Mapping[str, Any] | Contact) -> "Desk":
        """Sign in as a contact, without the messages that it takes."""
        return self.hold(session_cookie(self._product.cloud, who))

    def get(self, path: str, method: str = "GET", **headers: str) -> Response:
        path = path.partition("#")[0]  # which a browser keeps to itself
        return self._keep(self._product.cloud.request(method, path, self._headers(path) | headers))

    def open(self, link: str) -> Response:
        """Follow a message's link; return the page."""
        reply = self.get(re.sub(r"^https?://[^/]+", "", link))
        assert reply.status == 303, reply.text
        return self.get(reply.headers["location"])

    def send(self, form: Form, /, **typed: str | list[str]) -> Response:
        """Fill in a form and send it."""
        fields: Mapping[str, str | list[str]] = {**form.fields, **typed}
        body = urlencode(fields, doseq=True)
        headers = self._headers(form.action) | {"content-type": "application/x-www-form-urlencoded"}
        return self._keep(self._product.cloud.request("POST", form.action, headers, body.encode()))

    def do(self, page: str, ending: str, /, **typed: str | list[str]) -> Response:
        """Fill in a page's first form to an action, and follow to the page behind it."""
        reply = self.send(form_to(page, ending), **typed)
        return self.get(reply.headers["location"]) if reply.status == 303 else reply

    def template_form(self, page: str, template: str, channel: str) -> Form:
        """Follow a case's link to the form of a text of ours; return the form."""
        link = f"?form=message-{template}-{channel}"
        assert f'href="{link}#' in page
        followup = form_to(page, "/note").action.removesuffix("/note")
        return form_to(self.get(followup + link).text, "/message", template=template, channel=channel)

    def _headers(self, path: str) -> dict[str, str]:
        held = [cookie for (where, _), cookie in self._cookies.items() if path.startswith(where)]
        return {"cookie": "; ".join(held), "x-forwarded-proto": "https"}

    def _keep(self, reply: Response) -> Response:
        for cookie in reply.cookies:
            where = re.search(r"Path=([^;]+)", cookie)
            assert where
            self._cookies[where[1], cookie.partition("=")[0]] = cookie.partition(";")[0]
        return reply


def session_cookie(cloud: LocalCloud, who: Mapping[str, Any] | Contact, number: int = 0) -> str:
    """The cookie (`name=value`) of a contact who has just signed in. Whoever signs out ends every session of theirs
    with the same `number`."""
    cloud.functions["Desk"].load()
    sessions, now = desk.app.wire().sessions, cloud.now()
    user = Principal(user_id_of(who if isinstance(who, Contact) else Contact(**who)), 0)
    session = sessions.new_session(user, now, number.to_bytes(SESSION_ID_BYTES), now)
    return sessions.cookie(session).partition(";")[0]


def sms_links(product: Product, phone: str) -> Iterator[str]:
    """The links in the SMS to a phone, oldest first."""
    for message in product.cloud.outbox():
        if message["to"] == phone and message["channel"] == "sms":
            yield message["text"].rsplit(" ", 1)[1]


def link_to(product: Product, phone: str) -> str:
    """The link of the newest SMS to a phone."""
    return list(sms_links(product, phone))[-1]
