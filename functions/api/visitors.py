"""`PUT /v1/visitors`: how many visitors (or tickets) stores had by day, in place of what was entered before."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from api.parameters import DAY
from api.rows import Says
from lazo.errors import Problem, Rejected
from lazo.field_rules import Invalid, Rule, read_fields, text, whole
from lazo.ids import STORE_ID
from lazo.insight.response_rate import MOST_VISITORS, last_day_begun
from lazo.table.dynamodb.table import Table
from lazo.table.visitors import enter_visitors
from lazo.web.json_body import rows_in

ROWS: Final = "days"


def _not_in_future(day: date, today: date) -> date:
    if day > today:
        raise Invalid("in_future")
    return day


def _whole(value: Any) -> Any:
    """Return 530.0 as 530: to JSON they are one number."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


ROW: Final = (
    Rule("store_id", text(pattern=STORE_ID)),
    Rule(
        "day",
        DAY,
        after=_not_in_future,
        about="By the store's calendar; none that has begun nowhere yet.",
        examples=["2026-11-28"],
    ),
    Rule(
        "visitors",
        whole(0, MOST_VISITORS),
        before=_whole,
        about="Visitors, or tickets, but not now one and now the other.",
    ),
)
"""The visitors of a store on a day."""


@dataclass(frozen=True, slots=True)
class VisitorsRow:
    """What ROW reads."""

    store_id: str
    day: date
    visitors: int


@dataclass(frozen=True, slots=True)
class VisitorsOut:
    """What was entered; entering the same again changes nothing."""

    stores: Annotated[int, Says("How many stores.")]
    days: Annotated[int, Says("How many days of stores.")]


def write_visitors(table: Table, body: Any, store_ids: Collection[str], now: datetime) -> VisitorsOut:
    """Enter the visitors in a request's JSON: one write for each store and month. `store_ids`: those that may be
    written. Raises Rejected with every problem of every row, and nothing is written then.

    A request that fails halfway is sent again as it was.
    """
    found = _read_rows(body, store_ids, last_day_begun(now))
    for store_id, days in found.items():
        enter_visitors(table, store_id, days, now)
    return VisitorsOut(stores=len(found), days=sum(map(len, found.values())))


def _read_rows(body: Any, store_ids: Collection[str], today: date) -> dict[str, dict[date, int]]:
    if not isinstance(body, dict):
        raise Rejected(Problem("body_invalid"))
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    problems: list[Problem] = []
    for index, posted in enumerate(rows_in(body, ROWS)):
        if not isinstance(posted, dict):
            problems.append(Problem("row_invalid", index=index))
            continue
        values, codes = read_fields(ROW, posted, today, only_known=True)
        if not codes:
            row = VisitorsRow(**values)
            codes = _codes_of_row(row, found[row.store_id] if row.store_id in store_ids else None)
            if not codes:
                found[row.store_id][row.day] = row.visitors
        problems += (Problem(code, field, index=index) for field, code in codes.items())
    if problems:
        raise Rejected(*problems)
    return dict(found)


def _codes_of_row(row: VisitorsRow, days: dict[date, int] | None) -> dict[str, str]:
    """Return what is wrong with a row that is valid by itself. `days`: what the rows before say of the store, None if
    it may not be written."""
    if days is None:
        return {"store_id": "store_id_unknown"}
    return {"day": "day_repeated"} if row.day in days else {}
