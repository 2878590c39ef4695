"""Replies to programs, their messages in the language that they accept."""

from collections.abc import Sequence
from typing import Any

from lazo.errors import Problem
from lazo.translations import translations
from lazo.web.responses import Response, json_response


def taken(accepted: int, repeated: int, conflicts: Sequence[Problem], language: str) -> Response:
    """202: every event is in the table. 409: all but the `conflicts` are."""
    content: dict[str, Any] = {"accepted": accepted, "repeated": repeated}
    if conflicts:
        content["errors"] = _told(conflicts, language)
    return json_response(409 if conflicts else 202, content, language)


def refused(problems: Sequence[Problem], language: str) -> Response:
    """422: nothing was written, for these reasons."""
    return json_response(422, {"errors": _told(problems, language)}, language)


def declined(status: int, code: str, language: str) -> Response:
    """The request as a whole was not taken. The same for every key that does not open, unknown or retired."""
    error = {"code": code, "message": _message(code, language), "field": None}
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return json_response(status, {"error": error}, language, headers)


def _told(problems: Sequence[Problem], language: str) -> list[dict[str, Any]]:
    return [
        {"index": p.index, "field": p.field, "code": p.code, "message": _message(p.code, language)}
        for p in problems
    ]


def _message(code: str, language: str) -> str:
    messages: dict[str, str] = translations("customer_events", language)["errors"]
    return messages.get(code, messages["field_invalid"])
