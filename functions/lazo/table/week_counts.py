"""Count by week what was done for a store's customers: cases that were first resolved, and promises that ended.

Each is counted by the transaction that does it. They are read once, when the week is over (`lazo.table.week_figures`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from lazo.followup.model import FollowUp
from lazo.insight.weeks import Week, week_of
from lazo.promise.kept_rate import PromiseFigures
from lazo.promise.model import PromiseChange
from lazo.store.model import Store
from lazo.table.dynamodb import figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Update, add_counts

KEPT_FOR: Final = timedelta(days=60)
_SOLVED: Final = "n"
_OUTCOMES: Final = ("kept", "late", "broken")


def count_solved(before: FollowUp, after: FollowUp, store: Store, now: datetime) -> list[Update]:
    """Return the write that counts a case that is resolved for the first time, or counts it no more when that is
    undone; part of the transaction that does it. [] for any other change."""
    if (before.recovery_month is None) == (after.recovery_month is None):
        return []
    n = 1 if after.recovery_month else -1
    week = week_of(store.hours.local_date(now if n == 1 else before.resolved_at or now))
    return [_added(figure_keys.solved_of_week(store.store_id, str(week)), {_SOLVED: n}, week, store)]


def count_ended_promises(changes: Iterable[PromiseChange], store: Store) -> list[Update]:
    """Return the writes that count promises that end by these changes, one a week; part of their transaction."""
    ended: dict[Week, Counter[str]] = {}
    for change in changes:
        after = change.after
        if change.before and change.before.open and after.settled_at and after.state in _OUTCOMES:
            week = week_of(store.hours.local_date(after.settled_at))
            ended.setdefault(week, Counter())[after.state] += 1
    return [
        _added(figure_keys.ended_promises_of_week(store.store_id, str(week)), counts, week, store)
        for week, counts in sorted(ended.items())
    ]


def done_in_week(table: Table, store_id: str, week: Week) -> tuple[int, PromiseFigures]:
    """Return how many cases of a store were solved in a week, and how the promises that ended did; one batch."""
    solved = figure_keys.solved_of_week(store_id, str(week))
    ended = figure_keys.ended_promises_of_week(store_id, str(week))
    found = table.batch_get([solved, ended])
    outcomes = {name: found.get(ended, {}).get(name, 0) for name in _OUTCOMES}
    return found.get(solved, {}).get(_SOLVED, 0), PromiseFigures(**outcomes)


def _added(key: Key, counts: Mapping[str, int], week: Week, store: Store) -> Update:
    added = add_counts(key, counts)
    expires = int((week.ends(store.timezone) + KEPT_FOR).timestamp())
    expression = f"SET expires_at = :expires {added.expression}"
    return Update(key, expression, {**added.values, ":expires": expires}, names=added.names)
