"""Compare a store's day counters with its answers, and correct them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from lazo.store.model import Store
from lazo.table import answers, counters
from lazo.table.dynamodb import figure_keys, keys
from lazo.table.dynamodb.counter_names import counters_in
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Update
from lazo.table.rollup_marks import MARK, mark_values

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class DayDifference:
    """A day whose counters do not match its answers. Each mapping holds what is not 0, by counter."""

    on: date
    counted: Mapping[str, int]
    answered: Mapping[str, int]

    @property
    def differing(self) -> list[str]:
        """Return the names of the counters that are wrong."""
        both = {*self.counted, *self.answered}
        return sorted(name for name in both if self.counted.get(name, 0) != self.answered.get(name, 0))


class CountersKeepChanging(Exception):
    """The counters changed during each attempt to read them."""


def find_differences(
    table: Table, store: Store, since: date | None = None
) -> tuple[int, list[DayDifference]]:
    """Return the number of answers and the days whose counters are wrong, from the day `since` on. Reads again while
    answers arrive; raises CountersKeepChanging if they do so each time."""
    for _ in range(_TRIES):
        before = _counted(table, store, since)
        number, answered = _answered(table, store, since)
        if _counted(table, store, since) == before:
            days = sorted({*before, *answered})
            found = [DayDifference(on, before.get(on, {}), answered.get(on, {})) for on in days]
            return number, [day for day in found if day.differing]
    raise CountersKeepChanging(store.store_id)


def correct_counters(table: Table, store: Store, day: DayDifference, now: datetime) -> bool:
    """Write what the answers add up to, and mark the day to be rolled up. Returns False if a counter changed since it
    was read."""
    key, wrong = figure_keys.day(store.store_id, day.on), day.differing
    names = {f"#n{n}": name for n, name in enumerate(wrong)}
    sets = [MARK, *(f"#n{n} = :v{n}" for n, name in enumerate(wrong) if name in day.answered)]
    removed = [f"#n{n}" for n, name in enumerate(wrong) if name not in day.answered]
    conditions = [
        f"#n{n} = :s{n}" if name in day.counted else f"attribute_not_exists(#n{n})"
        for n, name in enumerate(wrong)
    ]
    values = {f":v{n}": day.answered.get(name) for n, name in enumerate(wrong)}
    seen = {f":s{n}": day.counted.get(name) for n, name in enumerate(wrong)}
    remove = f" REMOVE {', '.join(removed)}" if removed else ""
    try:
        table.update(
            Update(
                key,
                f"SET {', '.join(sets)}{remove} ADD changes :one",
                {**values, **seen, **mark_values(key, now)},
                condition=" AND ".join(conditions),
                names=names,
            )
        )
    except ConditionFailed:
        return False
    return True


def _counted(table: Table, store: Store, since: date | None) -> dict[date, dict[str, int]]:
    found = table.query_prefix(keys.store(store.store_id).pk, figure_keys.DAY_PREFIX)
    days = {date.fromisoformat(figure_keys.day_of_counters(item["sk"])): item for item in found}
    return {on: counters_in(item) for on, item in days.items() if since is None or on >= since}


def _answered(table: Table, store: Store, since: date | None) -> tuple[int, dict[date, dict[str, int]]]:
    days: dict[date, Counter[str]] = {}
    number = 0
    for item in table.query_prefix(keys.store(store.store_id).pk, keys.ANSWER_PREFIX):
        answer = answers.answer_from_item(item, whole=True)
        counted = answer if answer.classification else answer.counted_as
        if counted is None:
            continue
        on, names = counters.counters_of(counted, store)
        if since and on < since:
            continue
        number += 1
        days.setdefault(on, Counter()).update(names)
    return number, {on: dict(counts) for on, counts in days.items()}
