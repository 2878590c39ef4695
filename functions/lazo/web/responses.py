"""Responses of the HTTP API (payload format 2.0), with the headers that all share."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from lazo.web.compression import accepts_gzip, gzip_response
from lazo.web.security_headers import SECURITY_HEADERS

RETRY_AFTER: Final = "5"
"""Seconds after which to repeat a request that failed with 503."""
VARY_BY_LANGUAGE: Final = {"vary": "Accept-Language, Accept-Encoding"}
"""For responses in the language that a browser asks for."""


HOST_ONLY: Final = "__Host-"
"""Begins the name of a cookie that no other host may set (RFC 6265bis); a browser takes it over TLS only."""

_QUERY: Final = "%/:=&?~+!$,;'@()*[]"
"""What stands in a query as it is (RFC 3986, 3.4), `%` of an escape as well."""


class HttpError(Exception):
    """The request is rejected, with HTTP `status` and a reason `code`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response. Names of `headers` are in lower case; `cookies` are Set-Cookie values without
    `Secure`."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    compress: bool = True
    binary: bytes = b""
    """The body, where it is no text."""

    def for_api(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply to the request `event`: no body for HEAD, compressed if the client accepts gzip.

        A follow-up's page has 40 KB and more; gzip makes a quarter of that, which matters where reception is poor.
        """
        retry = {"retry-after": RETRY_AFTER} if self.status == 503 else {}
        answer: dict[str, Any] = {
            "statusCode": self.status,
            "headers": {**SECURITY_HEADERS, "vary": "accept-encoding", **retry, **self.headers},
            "body": "" if event["routeKey"].startswith("HEAD ") else self.body,
        }
        if self.binary and not event["routeKey"].startswith("HEAD "):
            return answer | {"body": base64.b64encode(self.binary).decode(), "isBase64Encoded": True}
        if self.cookies:
            https = is_https(event)
            answer["cookies"] = [
                f"{each}; Secure" if https else each.removeprefix(HOST_ONLY) for each in self.cookies
            ]
        return gzip_response(answer) if self.compress and answer["body"] and accepts_gzip(event) else answer


def html_response(
    status: int, html: str, policy: str, language: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a page with its content-security-policy; `language` is None for a page in several languages."""
    always = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
    spoken = {"content-language": language} if language else {}
    return Response(status, html, {**always, **spoken, **(headers or {})})


def json_response(
    status: int, content: object, language: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return JSON for a program, with messages in `language`; not compressed, since it is short."""
    always = {
        "content-type": "application/json; charset=utf-8",
        "content-language": language,
        "vary": "Accept-Language",
    }
    body = json.dumps(content, ensure_ascii=False)
    return Response(status, body, {**always, **(headers or {})}, compress=False)


def redirect(location: str, *cookies: str) -> Response:
    """Return 303: the browser GETs `location`."""
    return Response(303, headers={"location": location}, cookies=cookies)


def redirect_with_query(path: str, query: str, status: int = 303) -> Response:
    """Return the redirect to an escaped path, with the query as it was sent (308 repeats method and body, too)."""
    location = f"{path}?{quote(query, safe=_QUERY)}" if query else path
    return Response(status, headers={"location": location})


def is_https(event: Mapping[str, Any]) -> bool:
    """Return whether the browser used TLS; only the local cloud works without."""
    headers = event.get("headers") or {}
    return bool(headers.get("x-forwarded-proto", "https") == "https")
