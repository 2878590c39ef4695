"""Build the JSON responses, with messages in the language that the program accepts."""

from collections.abc import Sequence
from typing import Any

from lazo.errors import Problem
from lazo.translations import translations
from lazo.web.responses import Response, json_response


def recorded(accepted: int, repeated: int, conflicts: Sequence[Problem], language: str) -> Response:
    """Return 202 when every event is in the table, 409 when all but the `conflicts` are."""
    content: dict[str, Any] = {"accepted": accepted, "repeated": repeated}
    if conflicts:
        content["errors"] = _error_list(conflicts, language)
    return json_response(409 if conflicts else 202, content, language)


def rejected(problems: Sequence[Problem], language: str) -> Response:
    """Return 422 with the reasons why nothing was written."""
    return json_response(422, {"errors": _error_list(problems, language)}, language)


def http_error(status: int, code: str, language: str) -> Response:
    """Return why the whole request failed; 401 is the same for unknown and retired keys, so that it betrays neither."""
    error = {"code": code, "message": _message(code, language), "field": None}
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return json_response(status, {"error": error}, language, headers)


def _error_list(problems: Sequence[Problem], language: str) -> list[dict[str, Any]]:
    return [
        {"index": p.index, "field": p.field, "code": p.code, "message": _message(p.code, language)}
        for p in problems
    ]


def _message(code: str, language: str) -> str:
    messages: dict[str, str] = translations("customer_events", language)["errors"]
    return messages.get(code, messages["field_invalid"])
