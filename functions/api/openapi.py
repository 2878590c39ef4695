"""The OpenAPI 3.1 document of the API, made from the models that read requests and write responses."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from api.answers import AnswersPage
from api.followups import FollowUpsPage
from api.json_schema import schema_of_rules, schemas_of_rows, title
from api.parameters import AnswersQuery, FollowUpsQuery, ScoresQuery
from api.scores import ScoresPage
from api.visitors import ROW, ROWS, VisitorsOut
from lazo.field_rules import REQUIRED, Rule
from lazo.web.json_body import MOST_ROWS

_BODY, _ROW = "VisitorsIn", "VisitorsRow"


@dataclass(frozen=True, slots=True)
class ErrorOut:
    """Why a request failed: `code` for programs, `message` in the language of `accept-language` (es, en, pt)."""

    code: str
    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """The whole request failed."""

    error: ErrorOut


@dataclass(frozen=True, slots=True)
class ParameterErrorsReply:
    """Parameters are wrong: every one of them, by name."""

    errors: list[ErrorOut]


@dataclass(frozen=True, slots=True)
class RowErrorOut(ErrorOut):
    """Why the body was rejected; `index` is of the row, absent if it is not about one."""

    index: int = 0


@dataclass(frozen=True, slots=True)
class RowErrorsReply:
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

_LISTS: Final[dict[str, tuple[str, Sequence[Rule], type[Any]]]] = {
    "scores": (
        "Scores of stores, touchpoints or brands by day, week, month or quarter",
        ScoresQuery.RULES,
        ScoresPage,
    ),
    "answers": ("Answers, newest first", AnswersQuery.RULES, AnswersPage),
    "followups": ("Follow-ups, oldest first", FollowUpsQuery.RULES, FollowUpsPage),
}
PAGES: Final[dict[str, type[Any]]] = {name: page for name, (_, _, page) in _LISTS.items()}
_REPLIES: Final[dict[str, tuple[str, type[Any]]]] = {
    "401": ("No valid key", ErrorReply),
    "429": ("Too many wrong keys from this network in a minute", ErrorReply),
    "403": ("The key may not do this", ErrorReply),
    "500": ("Something failed on our side", ErrorReply),
    "503": ("It could not be done just now: ask again in a few seconds", ErrorReply),
}
_OF_PARAMETERS: Final = {"422": ("Parameters are wrong", ParameterErrorsReply)}
_OF_BODIES: Final[dict[str, tuple[str, type[Any]]]] = {
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
            "schemas": _schemas(),
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _schemas() -> dict[str, Any]:
    rows = {"items": {"$ref": _ref(_ROW)}, "maxItems": MOST_ROWS, "minItems": 1, "type": "array"}
    body = {
        "additionalProperties": False,
        "description": "Visitors by store and day, each pair once.",
        "properties": {ROWS: {**rows, "title": title(ROWS)}},
        "required": [ROWS],
        "title": _BODY,
        "type": "object",
    }
    replies = (ErrorReply, ParameterErrorsReply, RowErrorsReply, VisitorsOut)
    return schemas_of_rows([*PAGES.values(), *replies], _ref) | {
        _BODY: body,
        _ROW: schema_of_rules(_ROW, "The visitors of a store on a day.", ROW),
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
    schema = {"$ref": _ref(_BODY)}
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


def _replies(own: Mapping[str, tuple[str, type[Any]]]) -> dict[str, Any]:
    return {status: _reply(what, model) for status, (what, model) in sorted({**_REPLIES, **own}.items())}


_CONTENT_HEADERS: Final = {
    "cache-control": {
        "schema": {"const": "no-store"},
        "description": "Answers are kept by nobody in between.",
    }
}


def _parameters(query: Sequence[Rule]) -> list[dict[str, Any]]:
    return [
        {
            "name": rule.name,
            "in": "query",
            "required": rule.default is REQUIRED,
            "description": rule.about,
            "schema": _parameter_schema(rule),
        }
        for rule in query
    ]


def _parameter_schema(rule: Rule) -> dict[str, Any]:
    examples = {"examples": list(rule.examples)} if rule.examples else {}
    default = {} if rule.default is REQUIRED or not rule.default else {"default": rule.default}
    return {**examples, **rule.kind.schema, **default}


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _reply(what: str, model: type[Any]) -> dict[str, Any]:
    name = next((each for each, page in PAGES.items() if page is model), None)
    content: dict[str, Any] = {"schema": {"$ref": _ref(model.__name__)}}
    if name:
        content["example"] = _EXAMPLES[name]
    return {"description": what, "content": {"application/json": content}}
