"""The OpenAPI 3.1 document of the API, made from the models that read requests and write responses."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.answers import AnswersPage
from api.followups import FollowUpsPage
from api.parameters import AnswersQuery, FollowUpsQuery, ScoresQuery
from api.scores import ScoresPage
from api.visitors import VisitorsIn, VisitorsOut

_SCHEMAS: Final = "#/components/schemas/{model}"


class ErrorOut(BaseModel):
    """Why a request failed: `code` for programs, `message` in the language of `accept-language` (es, en, pt)."""

    code: str
    message: str
    field: str | None


class ErrorReply(BaseModel):
    """The whole request failed."""

    error: ErrorOut


class ParameterErrorsReply(BaseModel):
    """Parameters are wrong: every one of them, by name."""

    errors: list[ErrorOut]


class RowErrorOut(ErrorOut):
    """Why the body was rejected; `index` is of the row, absent if it is not about one."""

    index: int = 0


class RowErrorsReply(BaseModel):
    """Rows are wrong, every one of them; nothing was written."""

    errors: list[RowErrorOut]


_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "scores": {
        "items": [
            {
                "store_id": "plaza-norte",
                "brand": None,
                "touchpoint": None,
                "label": None,
                "from": "2026-10-01",
                "to": "2026-11-01",
                "bands": {"promoters": 18, "passives": 6, "detractors": 6},
                "n": 30,
                "score": 40.0,
                "lower": 9.1,
                "upper": 63.7,
                "enough": True,
                "not_counted": {"suspect": 2},
            }
        ],
        "next_cursor": None,
    },
    "answers": {
        "items": [
            {
                "answer_id": "01KB1Z4R9M8Q7T2W5X6Y3N0PDE",
                "store_id": "plaza-norte",
                "code": "K7M2QX",
                "touchpoint": "Caja 3",
                "at": "2026-11-27T18:04:05.123Z",
                "language": "es",
                "score": 3,
                "band": "detractor",
                "complained": ["waiting_time"],
                "praised": [],
                "mentioned": [],
                "ticked": ["waiting_time"],
                "comment": "Esperé media hora y [nombre] no vino",
                "classified": True,
                "suspect": [],
                "erased": False,
            }
        ],
        "next_cursor": "YW5zd2VyczowMQ",
    },
    "followups": {
        "items": [
            {
                "followup_id": "aqqox4q56njrtxig",
                "store_id": "plaza-norte",
                "origin": "answer",
                "answer_id": "01KB1Z4R9M8Q7T2W5X6Y3N0PDE",
                "stage": "contacted",
                "level": 0,
                "priority": "high",
                "themes": ["waiting_time"],
                "owner": "ana",
                "deadline": "2026-11-29T18:04:07.000Z",
                "opened_at": "2026-11-27T18:04:07.000Z",
                "taken_on_at": "2026-11-27T18:09:30.000Z",
                "contacted_at": "2026-11-27T18:31:00.000Z",
                "resolved_at": None,
                "ended_at": None,
            }
        ],
        "next_cursor": None,
    },
}

_LISTS: Final[dict[str, tuple[str, type[BaseModel], type[BaseModel]]]] = {
    "scores": (
        "Scores of stores, touchpoints or brands by day, week, month or quarter",
        ScoresQuery,
        ScoresPage,
    ),
    "answers": ("Answers, newest first", AnswersQuery, AnswersPage),
    "followups": ("Follow-ups, oldest first", FollowUpsQuery, FollowUpsPage),
}
PAGES: Final[dict[str, type[BaseModel]]] = {name: page for name, (_, _, page) in _LISTS.items()}
_REPLIES: Final[dict[str, tuple[str, type[BaseModel]]]] = {
    "401": ("No valid key", ErrorReply),
    "429": ("Too many wrong keys from this network in a minute", ErrorReply),
    "403": ("The key may not do this", ErrorReply),
    "500": ("Something failed on our side", ErrorReply),
    "503": ("It could not be done just now: ask again in a few seconds", ErrorReply),
}
_OF_PARAMETERS: Final = {"422": ("Parameters are wrong", ParameterErrorsReply)}
_OF_BODIES: Final[dict[str, tuple[str, type[BaseModel]]]] = {
    "400": ("The body is not JSON", ErrorReply),
    "413": ("The body is too large", ErrorReply),
    "415": ("The body is not declared as JSON", ErrorReply),
    "422": ("Rows are wrong", RowErrorsReply),
}


@cache
def document_json() -> str:
    """Return the document as text."""
    return json.dumps(document(), ensure_ascii=False)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    replies: list[type[BaseModel]] = [ErrorReply, ParameterErrorsReply, RowErrorsReply, VisitorsOut]
    _, schemas = models_json_schema(
        [(VisitorsIn, "validation"), *((model, "serialization") for model in (*PAGES.values(), *replies))],
        ref_template=_SCHEMAS,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lazo",
            "version": "1",
            "description": "Scores, answers and follow-ups for other systems, and visitors from them."
            " Fields may be added; none is renamed.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}, {"bearer": []}],
        "paths": {f"/v1/{name}": {"get": _operation(name)} for name in _LISTS}
        | {"/v1/visitors": {"put": _visitors_operation()}},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(name: str) -> dict[str, Any]:
    summary, query, page = _LISTS[name]
    return {
        "operationId": f"list_{name}",
        "summary": summary,
        "description": (page.__doc__ or "").replace("\n", " "),
        "parameters": _parameters(query),
        "responses": {
            "200": _reply(summary, page) | {"headers": _CONTENT_HEADERS},
            **_replies(_OF_PARAMETERS),
        },
    }


def _visitors_operation() -> dict[str, Any]:
    schema = {"$ref": _SCHEMAS.format(model=VisitorsIn.__name__)}
    day = {"store_id": "plaza-norte", "day": "2026-11-28", "visitors": 530}
    return {
        "operationId": "write_visitors",
        "summary": "Enter visitors (or tickets) by store and day, in place of what was entered before",
        "description": "All rows or none are accepted. Figures follow within two hours.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": {"days": [day]}}},
        },
        "responses": {"200": _reply("It is entered", VisitorsOut), **_replies(_OF_BODIES)},
    }


def _replies(own: Mapping[str, tuple[str, type[BaseModel]]]) -> dict[str, Any]:
    return {status: _reply(what, model) for status, (what, model) in sorted({**_REPLIES, **own}.items())}


_CONTENT_HEADERS: Final = {
    "cache-control": {
        "schema": {"const": "no-store"},
        "description": "Answers are kept by nobody in between.",
    }
}


def _parameters(query: type[BaseModel]) -> list[dict[str, Any]]:
    schema = query.model_json_schema()
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ())} | _described(described)
        for name, described in schema["properties"].items()
    ]


def _described(described: dict[str, Any]) -> dict[str, Any]:
    """Return description and schema of a parameter. One that is not given is absent: null cannot be written."""
    kept = {name: value for name, value in described.items() if name not in ("title", "default")}
    if described.get("default"):
        kept["default"] = described["default"]
    choices = [each for each in kept.pop("anyOf", ()) if each != {"type": "null"}]
    if len(choices) == 1:
        kept |= choices[0]
    elif choices:
        kept["anyOf"] = choices
    return {"description": kept.pop("description"), "schema": kept}


def _reply(what: str, model: type[BaseModel]) -> dict[str, Any]:
    name = next((each for each, page in PAGES.items() if page is model), None)
    content: dict[str, Any] = {"schema": {"$ref": _SCHEMAS.format(model=model.__name__)}}
    if name:
        content["example"] = _EXAMPLES[name]
    return {"description": what, "content": {"application/json": content}}
