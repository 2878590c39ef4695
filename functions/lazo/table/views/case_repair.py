"""Compare the counters of cases and promises with the follow-ups and promises themselves, and correct them.

No index lists cases that ended, so the whole table is read once. A month whose counters changed meanwhile is left
out, and comes with the next count. What cannot be told by a case alone stays as it is: which month a case that nobody
took on ended in, and for whom a promise was made that has another owner now.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lazo.followup.recovery import counted_as
from lazo.insight.case_counts import case_counts
from lazo.store.model import Store
from lazo.table import followups, promises
from lazo.table.dynamodb import counter_names, figure_keys, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.views.counter_repair import write_counters

_KINDS: Final = ("PROMISES", "RECOVERY", "TIMES")
_UNANSWERED: Final = counter_names.recovery("unanswered")
_MADE: Final = counter_names.promise("made", "")


@dataclass(frozen=True, slots=True)
class MonthDifference:
    """A month of a store whose counters (`kind`: "PROMISES", "RECOVERY" or "TIMES") do not match its cases. Each
    mapping holds what differs, by counter, 0 included."""

    store_id: str
    kind: str
    month: str
    counted: Mapping[str, int]
    found: Mapping[str, int]

    @property
    def key(self) -> Key:
        """The key of the counters."""
        return Key(keys.store(self.store_id).pk, f"{self.kind}#{self.month}")


def find_case_differences(
    table: Table, stores: Iterable[Store], every_item: Iterable[Item]
) -> tuple[list[MonthDifference], int]:
    """Return the months of these stores whose counters are wrong, and how many could not be compared since they
    changed while the table was read. `every_item`: all items of the table with a `store_id`, read as they are asked
    for."""
    known = {store.store_id: store for store in stores}
    before = _counters(table, known)
    found = _count_anew(every_item, known)
    after = _counters(table, known)
    wrong, changing = [], 0
    for key in sorted({*after, *found}, key=lambda key: (key.pk, key.sk)):
        if before.get(key) != after.get(key):
            changing += 1
        elif difference := _difference(key, _comparable(after.get(key, {})), found.get(key, Counter())):
            wrong.append(difference)
    return wrong, changing


def correct_month(table: Table, wrong: MonthDifference, now: datetime) -> bool:
    """Write what the cases add up to, and mark the month to be rolled up. Returns False if a counter changed since it
    was read."""
    return write_counters(table, wrong.key, wrong.counted, wrong.found, now)


def _counters(table: Table, store_ids: Iterable[str]) -> dict[Key, Item]:
    return {
        Key.key_of(item): item
        for store_id in store_ids
        for kind in _KINDS
        for item in table.query_prefix(keys.store(store_id).pk, f"{kind}#")
    }


def _count_anew(items: Iterable[Item], known: Mapping[str, Store]) -> dict[Key, Counter[str]]:
    months: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for item in items:
        store = known.get(item["store_id"])
        if store is None:
            continue
        if followups.is_followup(Key.key_of(item)):
            case = followups.followup_from_item(item)
            recovered = {counter_names.recovery(name): n for name, n in counted_as(case).items()}
            months[figure_keys.recovery_of_month(store.store_id, case.recovery_month or "")].update(recovered)
            steps = {counter_names.case(counted): n for counted, n in case_counts(case).items()}
            months[figure_keys.times_of_month(store.store_id, case.opened_month or "")].update(steps)
        elif promises.PROMISES.is_one(Key.key_of(item)):
            for name, at in promises.counted_outcomes(promises.PROMISES.read(item)):
                month = f"{store.hours.local_date(at):%Y-%m}"
                months[figure_keys.promises_of_month(store.store_id, month)][name] += 1
    return {key: counts for key, counts in months.items() if counts}


def _comparable(item: Item) -> dict[str, int]:
    """Return the counters of an item that cases tell: those from before there were groups of recovery are not."""
    counted = counter_names.counters_in(item)
    return {name: n for name, n in counted.items() if "#" in name and name != _UNANSWERED}


def _difference(key: Key, counted: Mapping[str, int], found: Mapping[str, int]) -> MonthDifference | None:
    names = [name for name in {*counted, *found} if counted.get(name, 0) != found.get(name, 0)]
    made = [name for name in names if name.startswith(_MADE)]
    if sum(counted.get(name, 0) for name in made) == sum(found.get(name, 0) for name in made):
        names = [name for name in names if name not in made]
    if not names:
        return None
    kind, _, month = key.sk.partition("#")
    return MonthDifference(
        keys.store_id_of(key),
        kind,
        month,
        {name: counted.get(name, 0) for name in sorted(names)},
        {name: found.get(name, 0) for name in sorted(names)},
    )
