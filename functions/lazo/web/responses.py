"""Responses as the HTTP API takes them (payload format 2.0), with what every one of them carries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lazo.web.compression import accepts_gzip, gzip_response
from lazo.web.security_headers import SECURITY_HEADERS

RETRY_AFTER: Final = "5"
"""Seconds after which what failed (503) may work."""
BY_LANGUAGE: Final = {"vary": "Accept-Language, Accept-Encoding"}
"""The headers of what is written in the language that a browser asks for."""


class HttpError(Exception):
    """The request cannot be taken: HTTP `status`, and the `code` of the reason."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response. Names of `headers` are in lower case; `cookie` is a Set-Cookie value without Secure."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookie: str | None = None
    compress: bool = True

    def for_api(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to the request `event`: no body for HEAD, compressed for who reads gzip.

        A follow-up's page holds 40 KB and more, and a manager may stand in a cellar: zipped it is a quarter of that.
        """
        retry = {"retry-after": RETRY_AFTER} if self.status == 503 else {}
        answer: dict[str, Any] = {
            "statusCode": self.status,
            "headers": {**SECURITY_HEADERS, "vary": "accept-encoding", **retry, **self.headers},
            "body": "" if event["routeKey"].startswith("HEAD ") else self.body,
        }
        if self.cookie:
            answer["cookies"] = [self.cookie + ("; Secure" if _is_https(event) else "")]
        return gzip_response(answer) if self.compress and answer["body"] and accepts_gzip(event) else answer


def html_response(
    status: int, html: str, policy: str, language: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A page with its content-security-policy; `language` None for one in several languages."""
    always = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
    spoken = {"content-language": language} if language else {}
    return Response(status, html, {**always, **spoken, **(headers or {})})


def json_response(
    status: int, content: object, language: str, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON for a program, with messages in `language`; never compressed, being short."""
    always = {
        "content-type": "application/json; charset=utf-8",
        "content-language": language,
        "vary": "Accept-Language",
    }
    body = json.dumps(content, ensure_ascii=False)
    return Response(status, body, {**always, **(headers or {})}, compress=False)


def redirect(location: str, cookie: str | None = None) -> Response:
    """303: GET `location`."""
    return Response(303, headers={"location": location}, cookie=cookie)


def _is_https(event: Mapping[str, Any]) -> bool:
    """Whether the browser came over TLS; only the local cloud is reached without."""
    headers = event.get("headers") or {}
    return bool(headers.get("x-forwarded-proto", "https") == "https")
