"""Read a request of the HTTP API (payload format 2.0), with limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qs

from lazo.web import strict_json
from lazo.web.requests import body_bytes, media_type
from lazo.web.responses import HttpError
from lazo.web.source import source_of

LARGEST_BODY: Final = 16 * 1024
"""Bytes of content. An escape in a form (%C3) counts as one byte, so that accents do not count threefold."""
LARGEST_FORM: Final = 3 * LARGEST_BODY + 1024
"""Bytes of a form as sent. A larger one is not parsed, so that what was typed cannot be shown again."""

CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
STRAY: Final = " \t\r\n.,;:!?\"'`)]}>»”’…"
"""What ends a sentence or a quotation, and stays at an address that was copied from there."""
_KINDS: Final[Mapping[str, Literal["form", "json"]]] = {
    "application/x-www-form-urlencoded": "form",
    "application/json": "json",
}
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")


Form = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a survey.

    `code` is "" when `typed_code`, what the path holds, is no possible code; `resurvey_token` is "" when the link holds
    none; `query` is as sent. `kind` tells how the body is encoded, None for any other media type. `left_contact`: the
    thanks go to somebody who left contact details; `thanks_token` says whose answer they are about, `part` which
    part of them is wanted ("" for the page), `sent` that something was just added there. `source` is where it comes
    from (`lazo.web.source`), `browser` what it says of itself: neither is ever stored or logged.
    """

    method: str
    route: str
    code: str
    typed_code: str
    query: str
    lang: str | None
    resurvey_token: str
    accept_language: str
    if_none_match: str
    kind: Literal["form", "json"] | None
    left_contact: bool
    thanks_token: str
    part: str
    sent: bool
    body: bytes
    source: str
    browser: str


def read_request(event: Mapping[str, Any], *, behind_edge: bool) -> Request:
    """Return the request in an event of the HTTP API."""
    method, _, route = event["routeKey"].partition(" ")
    headers = event.get("headers") or {}
    code = (event.get("pathParameters") or {}).get("code", "")
    query = event.get("queryStringParameters") or {}
    accept_language = headers.get("accept-language", "")
    return Request(
        method=method,
        route=route,
        code=code if CODE.fullmatch(code) else "",
        typed_code=code,
        query=event.get("rawQueryString", ""),
        lang=query.get("lang"),
        resurvey_token=query.get("r", ""),
        accept_language=accept_language,
        if_none_match=headers.get("if-none-match", ""),
        kind=_KINDS.get(media_type(event)),
        left_contact="contact" in query,
        thanks_token=query.get("t", ""),
        part=query.get("part", ""),
        sent="sent" in query,
        body=body_bytes(event),
        source=source_of(event, behind_edge=behind_edge),
        browser=f"{headers.get('user-agent', '')} {accept_language}",
    )


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. Raises HttpError when it is too large (413) or no JSON object (400)."""
    if len(body) > LARGEST_BODY:
        raise HttpError(413, "too_large")
    try:
        found = strict_json.parse_strict_json(body)
    except ValueError as error:
        raise HttpError(400, "bad_json") from error
    if not isinstance(found, dict):
        raise HttpError(400, "bad_json")
    return found


def form_fields(body: bytes) -> Form:
    """Return the fields of a form, with invalid UTF-8 replaced. Raises HttpError 413 beyond LARGEST_FORM."""
    if len(body) > LARGEST_FORM:
        raise HttpError(413, "too_large")
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)


def is_too_large(form: bytes) -> bool:
    """Return whether a form holds more than LARGEST_BODY, an escape counted as one byte."""
    return len(form) > LARGEST_BODY and len(_ESCAPE.sub(b".", form)) > LARGEST_BODY
