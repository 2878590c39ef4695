"""Somebody with a browser: opens pages of a local cloud, follows redirects, keeps cookies, sends forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from infra.local.cloud import LocalCloud

REDIRECTS = (301, 302, 303, 307, 308)
REDIRECTS_AT_MOST = 5


@dataclass(frozen=True)
class Page:
    """Where a visit ended. `trail`: status and path of each step to it; `form` is None when it has none to send."""

    status: int
    path: str
    heading: str
    form: "Form | None"
    trail: list[tuple[int, str]]


@dataclass
class Form:
    """A form that posts: where to, the hidden fields that it carries, and the words on its button."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    button: str = ""


class Visitor:
    """One browser."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._cookies: dict[str, tuple[str, str]] = {}
        """By name: value and path."""

    def open(self, address: str) -> Page:
        """Follow a link."""
        return self._go("GET", address, b"")

    def send(self, page: Page, **typed: str) -> Page:
        """Send the page's form with what was typed and what it hides."""
        if page.form is None:
            raise ValueError(f"{page.path} has no form to send")
        return self._go("POST", page.form.action, urlencode({**page.form.hidden, **typed}).encode())

    def _go(self, method: str, address: str, body: bytes) -> Page:
        trail: list[tuple[int, str]] = []
        while len(trail) <= REDIRECTS_AT_MOST:
            parts = urlsplit(address)
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            reply = self._cloud.request(method, target, self._headers(parts.path, method), body)
            trail.append((reply.status, parts.path))
            self._keep(reply.cookies)
            if reply.status not in REDIRECTS:
                seen = _Reading(parts.path)
                seen.feed(reply.text)
                return Page(reply.status, parts.path, " ".join(seen.heading.split()), seen.form, trail)
            method, address, body = "GET", reply.headers["location"], b""
        raise RuntimeError(f"{trail[0][1]} redirects without end")

    def _headers(self, path: str, method: str) -> dict[str, str]:
        cookies = [
            f"{name}={value}" for name, (value, scope) in self._cookies.items() if path.startswith(scope)
        ]
        headers = {"accept": "text/html", "cookie": "; ".join(cookies)}
        if method == "POST":
            headers |= {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
        return headers

    def _keep(self, cookies: list[str]) -> None:
        for text in cookies:
            for name, morsel in SimpleCookie(text).items():
                self._cookies[name] = (morsel.value, morsel["path"] or "/")


class _Reading(HTMLParser):
    """The first heading of a page, and the first form that posts of its main part: the frame around has its own, and
    one that undoes leads back."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.heading = ""
        self.form: Form | None = None
        self._path = path
        self._inside: set[str] = set()
        self._headed = False
        self._in_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside.add(tag)
        undoes = (given.get("action") or "").endswith("/undo")
        first = self.form is None and "main" in self._inside and not undoes
        if tag == "form" and given.get("method") == "post" and first:
            self.form, self._in_form = Form(given.get("action") or self._path), True
        elif tag == "input" and given.get("type") == "hidden" and self.form and self._in_form:
            self.form.hidden[given["name"] or ""] = given.get("value") or ""
        elif tag == "span":
            self.heading += " " if "h1" in self._inside and not self._headed else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside.discard(tag)
        self._in_form = self._in_form and tag != "form"
        self._headed = self._headed or tag == "h1"

    def handle_data(self, data: str) -> None:
        if "h1" in self._inside and not self._headed:
            self.heading += data
        elif "button" in self._inside and self._in_form and self.form:
            self.form.button = (self.form.button + data).strip()
