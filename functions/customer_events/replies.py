"""Replies to programs, their messages in the language that they accept."""

import json
from collections.abc import Sequence
from typing import Any, Final

from lazo.errors import Problem
from lazo.translations import words

HEADERS: Final = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Vary": "Accept-Language",
}


def taken(accepted: int, repeated: int, conflicts: Sequence[Problem], language: str) -> dict[str, Any]:
    """202: every event is in the table. 409: all but the `conflicts` are."""
    content: dict[str, Any] = {"accepted": accepted, "repeated": repeated}
    if conflicts:
        content["errors"] = _told(conflicts, language)
    return _reply(409 if conflicts else 202, content, language)


def refused(problems: Sequence[Problem], language: str) -> dict[str, Any]:
    """422: nothing was written, for these reasons."""
    return _reply(422, {"errors": _told(problems, language)}, language)


def declined(status: int, code: str, language: str) -> dict[str, Any]:
    """The request as a whole was not taken. The same for every key that does not open, unknown or retired."""
    error = {"code": code, "message": _message(code, language), "field": None}
    reply = _reply(status, {"error": error}, language)
    if status == 401:
        reply["headers"]["WWW-Authenticate"] = "Bearer"
    if status == 503:
        reply["headers"]["Retry-After"] = "5"
    return reply


def _told(problems: Sequence[Problem], language: str) -> list[dict[str, Any]]:
    return [
        {"index": p.index, "field": p.field, "code": p.code, "message": _message(p.code, language)}
        for p in problems
    ]


def _message(code: str, language: str) -> str:
    messages: dict[str, str] = words("customer_events", language)["errors"]
    return messages.get(code, messages["field_invalid"])


def _reply(status: int, content: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {**HEADERS, "Content-Language": language},
        "body": json.dumps(content, ensure_ascii=False),
    }
