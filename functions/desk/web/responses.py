"""Replies of the desk, with what every one of them carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desk.web.render import CSP, render
from desk.web.request import is_https
from lazo.web.compression import takes_gzip, zipped

_ALWAYS = {
    "cache-control": "no-store",
    "vary": "accept-encoding",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply; `cookie` is the value of its Set-Cookie, without Secure."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookie: str | None = None

    def for_api(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The reply as the HTTP API takes it; HEAD gets no body.

        A follow-up's page holds 40 KB and more, and a manager may stand in a cellar: zipped it is a quarter of that.
        """
        head = event["requestContext"]["http"]["method"] == "HEAD"
        reply: dict[str, Any] = {
            "statusCode": self.status,
            "headers": {**_ALWAYS, "content-security-policy": CSP, **self.headers},
            "body": "" if head else self.body,
        }
        if self.cookie:
            reply["cookies"] = [self.cookie + ("; Secure" if is_https(event) else "")]
        return zipped(reply) if reply["body"] and takes_gzip(event) else reply


def redirect(where: str, cookie: str | None = None) -> Reply:
    """Go and GET `where`."""
    return Reply(303, headers={"location": where}, cookie=cookie)


def shown(html: str, language: str, status: int = 200) -> Reply:
    """A page in one language."""
    headers = {"content-type": "text/html; charset=utf-8", "content-language": language}
    return Reply(status, html, headers)


def gone(typed: Sequence[str] = ()) -> Reply:
    """What every link gets that opens nothing: foreign, over, broken or never made. One answer for all, so that
    it tells nobody which; in three languages, because it is not known who asks. `typed`: texts of a form that was sent
    there, to be copied from the page."""
    html = render("gone.html.j2", "es", typed=typed)
    return Reply(404, html, {"content-type": "text/html; charset=utf-8"})


def trouble(typed: Sequence[str] = ()) -> Reply:
    """We failed, and a moment later it may work: AWS out of reach or busy. `typed` as for `gone`."""
    html = render("trouble.html.j2", "es", typed=typed)
    return Reply(503, html, {"content-type": "text/html; charset=utf-8", "retry-after": "5"})
