"""The parameters of each list, as the request is read and the OpenAPI document describes them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final, Literal, TypeVar, get_args
from urllib.parse import parse_qsl

from lazo.errors import Problem, Rejected
from lazo.field_rules import Invalid, Kind, Rule, choice, read_fields, text, texts, whole
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
"""Groups of stores: their figures are those of the last roll-up."""
_YEARS = rf"{FIRST_YEAR} to {LAST_YEAR}"


def _read_day(value: Any, _context: Any) -> date:
    if not isinstance(value, str):
        raise Invalid
    return read_day(value)


DAY: Final = Kind(_read_day, {"format": "date", "type": "string"})
_DAY_OR_INSTANT: Final = Kind(
    lambda value, _context: _read_day_or_instant(value),
    {"anyOf": [{"format": "date"}, {"format": "date-time"}], "type": "string"},
)
_OF_EVERY_LIST: Final = (
    Rule(
        "store",
        texts(text(pattern=STORE_ID), most=MOST_ROWS),
        default=(),
        about="Id of a store; may be repeated. Without it, all that the key may read.",
    ),
    Rule(
        "limit",
        whole(1, MOST_ROWS),
        default=50,
        before=_read_count,
        about="How many rows there are at most.",
    ),
    Rule(
        "cursor",
        text(400, shortest=1),
        default=None,
        about="`next_cursor` of the page before, with the same other parameters as there.",
    ),
)
_INSTANTS: Final = (
    *_OF_EVERY_LIST,
    Rule(
        "from",
        _DAY_OR_INSTANT,
        default=None,
        about=f"First day, by each store's calendar, or instant with its zone ({_YEARS}).",
        examples=["2026-11-01", "2026-11-01T09:00:00-03:00"],
    ),
    Rule(
        "to",
        _DAY_OR_INSTANT,
        default=None,
        about="Day after the last, or instant before which it has to be.",
        examples=["2026-12-01", "2026-12-01T00:00:00Z"],
    ),
)


@dataclass(frozen=True, slots=True)
class ScoresQuery:
    """Parameters of `/v1/scores`."""

    RULES: ClassVar = (
        *_OF_EVERY_LIST,
        Rule(
            "group",
            choice(get_args(Group)),
            default="store",
            about="What a row is of; `total` is of all stores that are asked for. `brand` and `total` are up"
            " to two hours old.",
        ),
        Rule(
            "period",
            choice(get_args(Period)),
            default="month",
            about="How long a row is; a week begins on Monday.",
        ),
        Rule("from", DAY, about=f"First day, by each store's calendar ({_YEARS})."),
        Rule(
            "to",
            DAY,
            about=f"Day after the last, at most {LONGEST_RANGE_DAYS} days after `from`.",
            examples=["2026-12-01"],
        ),
    )

    store: tuple[str, ...]
    limit: int
    cursor: str | None
    group: Group
    period: Period
    from_: date
    to: date


@dataclass(frozen=True, slots=True)
class _InstantsQuery:
    """Parameters of the lists of single things."""

    RULES: ClassVar = _INSTANTS

    store: tuple[str, ...]
    limit: int
    cursor: str | None
    from_: date | datetime | None
    to: date | datetime | None


class AnswersQuery(_InstantsQuery):
    """Parameters of `/v1/answers`."""

    __slots__ = ()


class FollowUpsQuery(_InstantsQuery):
    """Parameters of `/v1/followups`."""

    __slots__ = ()


Q = TypeVar("Q", ScoresQuery, AnswersQuery, FollowUpsQuery)


def read_query(kind: type[Q], query: str) -> Q:
    """Return the parameters in a query string (not decoded). Raises Rejected with every problem of every parameter:
    `unknown_parameter`, `NAME_repeated`, `NAME_required`, `NAME_invalid`, `range_reversed`, `range_too_long`."""
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        given.setdefault(name, []).append(value)
    known = {rule.name for rule in kind.RULES}
    repeated = {
        name: f"{name}_repeated"
        for name, values in given.items()
        if len(values) > 1 and name != "store" and name in known
    }
    values, codes = read_fields(
        kind.RULES, {n: v if n == "store" else v[0] for n, v in given.items()}, only_known=True
    )
    problems = {name: _code(name, code) for name, code in codes.items()} | repeated
    if not codes:
        found = kind(from_=values.pop("from"), store=tuple(values.pop("store")), **values)
        problems |= _range_problems(found)
    if problems:
        raise Rejected(*(Problem(code, name) for name, code in problems.items()))
    return found


def _code(name: str, code: str) -> str:
    """Return the code of a parameter: here all that is not left out and has a name is just invalid."""
    if code == "unknown_field":
        return "unknown_parameter"
    return code if code == f"{name}_required" else f"{name}_invalid"


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
    return {"to": "range_too_long"} if (end - first).days > LONGEST_RANGE_DAYS else {}
