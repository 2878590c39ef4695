"""Marks of where answers came from (`lazo.auth.source_mark`): counted by day when an answer is classified, which
forgets its own. After the nightly look only how many were alike is left."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import date, datetime, timedelta
from typing import Final

from lazo.insight.marked_answers import MarkCounts, MarkedDay
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table.dynamodb import counter_names, figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Put, Update

_KEPT_FOR: Final = timedelta(days=3)
"""Where no look deletes them."""


def mark_counts(store: Store, answer: Answer) -> tuple[Update, ...]:
    """Return the write that counts a classified answer by its mark; none if it has no mark, may not be a customer's, or
    was counted before it was completed. Use it only in the transaction that classifies the answer."""
    found, mark = answer.classification, answer.source_mark
    if mark is None or answer.counted_as or found is None or found.suspect:
        return ()
    name = counter_names.source_mark(answer.code, mark, is_ten=answer.score == 10)
    on = store.hours.local_date(answer.at)
    return (_changed(store.store_id, on, name, "SET expires_at = :expires ADD #name :one", found.at),)


def note_staff_network(table: Table, store_id: str, on: date, mark: int, now: datetime) -> None:
    """Write that a store's team read the desk from a network with this mark on a day; not who did, nor how often."""
    name = counter_names.staff_network(mark)
    table.update(_changed(store_id, on, name, "SET expires_at = :expires, #name = :one", now))


def marks_of_day(table: Table, store_id: str, on: date) -> MarkCounts | None:
    """Return a day's answers by mark, and the marks of the team's networks; None if no answer had one. One read."""
    item = table.get(figure_keys.source_marks(store_id, on)) or {}
    counts = MarkCounts({}, {}, counter_names.staff_networks_in(item))
    for code, mark, is_ten, n in counter_names.source_marks_in(item):
        of_code = (counts.tens if is_ten else counts.others).setdefault(code, {})
        of_code[mark] = n
    return counts if counts.tens or counts.others else None


def marked_days(table: Table, store_id: str) -> dict[str, list[MarkedDay]]:
    """Return how many answers were alike on the last days with marks, by touchpoint, oldest first. One read."""
    item = table.get(figure_keys.marked_days(store_id))
    kept = json.loads(item["days"]) if item else {}
    return {
        code: [MarkedDay(date.fromisoformat(on), *numbers) for on, *numbers in days]
        for code, days in kept.items()
    }


def look_writes(store_id: str, on: date, days: Mapping[str, Sequence[MarkedDay]]) -> tuple[Put | Delete, ...]:
    """Return the writes that keep how many answers were alike, and delete the marks of the day that was looked at."""
    text = json.dumps(
        {code: [astuple(day) for day in of_code] for code, of_code in days.items()},
        separators=(",", ":"),
        default=date.isoformat,
    )
    return Put(figure_keys.marked_days(store_id).item(days=text)), Delete(
        figure_keys.source_marks(store_id, on)
    )


def _changed(store_id: str, on: date, name: str, expression: str, now: datetime) -> Update:
    values = {":expires": int((now + _KEPT_FOR).timestamp()), ":one": 1}
    return Update(figure_keys.source_marks(store_id, on), expression, values, names={"#name": name})
