"""Counters by day of a month that is rolled up: for each name a column, a number for each day of the month.

They stand beside the month's own counters as compressed JSON, since most are 0: about 1.5 KB of a store with ten
answers a day, 7 KB of 2,000 stores.
"""

import base64
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import add
from typing import Final

from lazo.insight.answer_counts import AnswerCounts
from lazo.table.counted_names import answer_counts, weekday_counts
from lazo.table.dynamodb import counter_names, figure_keys
from lazo.table.dynamodb.writes import Item

Columns = Mapping[str, Sequence[int]]
"""Numbers of the days 1 to 31, by a counter's name."""
DAYS: Final = 31


def columns_of_days(items: Iterable[Item]) -> Columns:
    """Return the columns of the counters of a store's days, given as their items, all of one month."""
    columns: defaultdict[str, list[int]] = defaultdict(lambda: [0] * DAYS)
    for item in items:
        day = date.fromisoformat(figure_keys.day_of_counters(item["sk"])).day
        for name, n in counter_names.counters_in(item).items():
            if counter_names.is_by_day(name):
                columns[name][day - 1] = n
    return dict(columns)


def add_columns(total: dict[str, Sequence[int]], columns: Columns) -> None:
    """Add the columns of another store in the same month."""
    for name, column in columns.items():
        total[name] = list(map(add, total[name], column)) if name in total else column


def encode_columns(columns: Columns) -> str:
    """Return columns as the text that `read_columns` reads."""
    text = json.dumps(columns, separators=(",", ":"), sort_keys=True)
    return base64.b64encode(zlib.compress(text.encode())).decode()


def read_columns(text: str) -> Columns:
    """Return the columns in a text."""
    columns: Columns = json.loads(zlib.decompress(base64.b64decode(text)))
    return columns


def counts_by_day(columns: Columns, month: str) -> dict[date, AnswerCounts]:
    """Return the answers of each day of a month (`2026-11`), without days that have none; nothing of touchpoints."""
    found: dict[date, AnswerCounts] = {}
    for at in range(DAYS):
        counted = {name: column[at] for name, column in columns.items() if column[at]}
        if counted:
            on = date.fromisoformat(f"{month}-{at + 1:02}")
            found[on] = answer_counts({**counted, **weekday_counts(counted, on.weekday())})
    return found
