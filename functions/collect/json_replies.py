"""Replies to programs."""

import json
from typing import Any, Final

from lazo.errors import Problem
from lazo.translations import words

HEADERS: Final = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
}


def accepted(answer_id: str, language: str) -> dict[str, Any]:
    """202: the answer stands in the table under `answer_id`."""
    return _reply(202, {"answer_id": answer_id}, language)


def error(status: int, problem: Problem, language: str) -> dict[str, Any]:
    """A refusal in the reader's language."""
    messages = words("survey", language)["errors"]
    message = messages.get(problem.code, messages["field_invalid"])
    content = {"error": {"code": problem.code, "message": message, "field": problem.field}}
    reply = _reply(status, content, language)
    if status == 503:
        reply["headers"]["Retry-After"] = "5"
    return reply


def _reply(status: int, content: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {**HEADERS, "Content-Language": language},
        "body": json.dumps(content, ensure_ascii=False),
    }
