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
from lazo.table.dynamodb.writes import Key, Update
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
    counted, answered = (
        {name: counts.get(name, 0) for name in day.differing} for counts in (day.counted, day.answered)
    )
    return write_counters(table, figure_keys.day(store.store_id, day.on), counted, answered, now)


def write_counters(
    table: Table, key: Key, counted: Mapping[str, int], right: Mapping[str, int], now: datetime
) -> bool:
    """Replace counters, which both mappings name, by the right ones, and mark them to be rolled up. Returns False if
    one is not as `counted` any more."""
    return replace_counters(table, key, counted, right, (MARK, "changes :one", mark_values(key, now)))


def replace_counters(
    table: Table,
    key: Key,
    counted: Mapping[str, int],
    right: Mapping[str, int],
    mark: tuple[str, str, Mapping[str, str | int]] | None = None,
) -> bool:
    """Replace counters, which both mappings name, by the right ones. `mark`: what else is set and added, with its
    values. Returns False if one is not as `counted` any more."""
    marked, adds, mark_by = mark or ("", "", {})
    names = {f"#n{n}": name for n, name in enumerate(counted)}
    sets = [*filter(None, [marked]), *(f"{at} = :v{at[2:]}" for at, name in names.items() if right[name])]
    removed = [at for at, name in names.items() if not right[name]]
    clauses = (("SET", ", ".join(sets)), ("REMOVE", ", ".join(removed)), ("ADD", adds))
    conditions = [
        f"{at} = :s{at[2:]}" if counted[name] else f"(attribute_not_exists({at}) OR {at} = :zero)"
        for at, name in names.items()
    ]
    values = {f":v{at[2:]}": right[name] for at, name in names.items() if right[name]}
    seen = {f":s{at[2:]}": counted[name] for at, name in names.items() if counted[name]}
    zero = {} if all(counted.values()) else {":zero": 0}
    try:
        table.update(
            Update(
                key,
                " ".join(f"{word} {what}" for word, what in clauses if what),
                {**values, **seen, **zero, **mark_by},
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
