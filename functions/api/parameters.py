"""The parameters of each list, as the request is read and the OpenAPI document describes them."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, WithJsonSchema

from lazo.errors import Problem, Rejected
from lazo.ids import STORE_ID
from lazo.insight.periods import Period

MOST_ROWS: Final = 100
LONGEST_RANGE_DAYS: Final = 3 * 366
FIRST_YEAR, LAST_YEAR = 2020, 2100

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def read_day(value: str) -> date:
    """Return the day in a text like `2026-11-28`. Raises ValueError for any other, and for years beyond reason."""
    if not _DAY.fullmatch(value):
        raise ValueError("not a day")
    day = date.fromisoformat(value)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("no day of ours")
    return day


def _read_day_or_instant(value: str) -> date | datetime:
    if not _INSTANT.fullmatch(value):
        return read_day(value)
    at = datetime.fromisoformat(value.upper())
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError("no instant of ours")
    return at


def _read_count(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", value):
        raise ValueError("not a whole number")
    return int(value)


Group = Literal["store", "touchpoint", "brand", "total"]
ROLLED_UP: Final[frozenset[Group]] = frozenset({"brand", "total"})
"""Groups of stores, of which months are rolled up and no days."""
_YEARS = rf"{FIRST_YEAR} to {LAST_YEAR}"
Day = Annotated[date, BeforeValidator(read_day), WithJsonSchema({"type": "string", "format": "date"})]
DayOrInstant = Annotated[
    date | datetime,
    BeforeValidator(_read_day_or_instant),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]
StoreIds = Annotated[
    tuple[Annotated[str, Field(pattern=f"^{STORE_ID}$")], ...],
    Field(
        max_length=MOST_ROWS,
        description="Id of a store; may be repeated. Without it, all that the key may read.",
    ),
]
Limit = Annotated[
    int,
    Field(ge=1, le=MOST_ROWS, description="How many rows there are at most."),
    BeforeValidator(_read_count),
]
Cursor = Annotated[
    str,
    Field(
        min_length=1,
        max_length=400,
        description="`next_cursor` of the page before, with the same other parameters as there.",
    ),
]


class _Query(BaseModel, extra="forbid", frozen=True):
    """What all lists have."""

    store: StoreIds = ()
    limit: Limit = 50
    cursor: Cursor | None = None


class ScoresQuery(_Query, frozen=True):
    """Parameters of `/v1/scores`."""

    group: Annotated[
        Group,
        Field(
            description="What a row is of; `total` is of all stores that are asked for. `brand` and `total` are of"
            " whole months and quarters, and up to two hours old."
        ),
    ] = "store"
    period: Annotated[Period, Field(description="How long a row is; a week begins on Monday.")] = "month"
    from_: Annotated[Day, Field(alias="from", description=f"First day, by each store's calendar ({_YEARS}).")]
    to: Annotated[
        Day,
        Field(
            description=f"Day after the last, at most {LONGEST_RANGE_DAYS} days after `from`.",
            examples=["2026-12-01"],
        ),
    ]


class _InstantsQuery(_Query, frozen=True):
    """What the lists of single things have."""

    from_: Annotated[
        DayOrInstant | None,
        Field(
            alias="from",
            description=f"First day, by each store's calendar, or instant with its zone ({_YEARS}).",
            examples=["2026-11-01", "2026-11-01T09:00:00-03:00"],
        ),
    ] = None
    to: Annotated[
        DayOrInstant | None,
        Field(
            description="Day after the last, or instant before which it has to be.",
            examples=["2026-12-01", "2026-12-01T00:00:00Z"],
        ),
    ] = None


class AnswersQuery(_InstantsQuery, frozen=True):
    """Parameters of `/v1/answers`."""


class FollowUpsQuery(_InstantsQuery, frozen=True):
    """Parameters of `/v1/followups`."""


Q = TypeVar("Q", ScoresQuery, AnswersQuery, FollowUpsQuery)


def read_query(kind: type[Q], query: str) -> Q:
    """Return the parameters in a query string (not decoded). Raises Rejected with every problem of every parameter:
    `unknown_parameter`, `NAME_repeated`, `NAME_required`, `NAME_invalid`, `range_reversed`, `range_too_long`."""
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        given.setdefault(name, []).append(value)
    problems = {
        name: f"{name}_repeated"
        for name, values in given.items()
        if len(values) > 1 and name != "store" and name in _names(kind)
    }
    try:
        found = kind.model_validate({n: v if n == "store" else v[0] for n, v in given.items()})
    except ValidationError as error:
        problems = _codes_by_name(error) | problems
    else:
        problems |= _range_problems(found)
    if problems:
        raise Rejected(*(Problem(code, name) for name, code in problems.items()))
    return found


def _names(kind: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in kind.model_fields.items()}


def _codes_by_name(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for detail in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(detail["loc"][0])
        endings = {"missing": "required"}
        known = f"{name}_{endings.get(detail['type'], 'invalid')}"
        found.setdefault(name, "unknown_parameter" if detail["type"] == "extra_forbidden" else known)
    return found


def _range_problems(query: Any) -> dict[str, str]:
    """Return the problem of a range that is empty or too long. A day and an instant are not compared: where the day
    begins depends on the store."""
    first, end = query.from_, query.to
    if first is None or end is None or isinstance(first, datetime) != isinstance(end, datetime):
        return {}
    if first >= end:
        return {"to": "range_reversed"}
    if not isinstance(query, ScoresQuery):
        return {}
    found = {"to": "range_too_long"} if (end - first).days > LONGEST_RANGE_DAYS else {}
    return found | (_months_problems(query) if query.group in ROLLED_UP else {})


def _months_problems(query: ScoresQuery) -> dict[str, str]:
    """Return the problems of parameters that ask for other than whole months."""
    found = {"period": "period_too_short"} if query.period in ("day", "week") else {}
    days = {"from": query.from_, "to": query.to}
    return found | {name: f"{name}_within_month" for name, day in days.items() if day.day != 1}
