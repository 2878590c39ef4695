"""Roll up what is counted: a store's days to its month, and the months of all stores to that of each group.

The sweep does it, some time after counters were marked (`lazo.table.rollup_marks`). A roll-up reads all of a month and
writes its sum, so it may be repeated; marks go in the same transaction, each only if its counters are as they were
read. Two sweeps at once, a crash or a late answer leave at worst a mark, and the next sweep does it again.

A rolled up month is one text (JSON) of counters by name, since nothing adds to it: two thousand stores of a month are
read and added up in a fraction of the time that as many attributes take. Beside it stand the counters by day
(`lazo.table.day_columns`); months from before these have none until `lazo recount` has marked them.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from lazo.insight.bands import BandCounts
from lazo.store.model import Store
from lazo.table.counted_names import answer_counts, bands_in, visitor_counts, weekday_counts
from lazo.table.day_columns import Columns, add_columns, columns_of_days, encode_columns, read_columns
from lazo.table.dynamodb import counter_names, figure_keys, keys
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.table.promises import outcomes_in
from lazo.table.recovery import recovery_counts_in
from lazo.table.rollup_marks import MARK, mark_values
from lazo.table.visitors import visitors_in
from lazo.timestamps import format_timestamp

ALL_STORES: Final = "all"
"""The group of all stores."""
STORES_OF_PART: Final = 3000
"""Stores in one item of `group_stores`: about 250 KB of the 400 KB that an item may have."""

Sections = Mapping[str, Mapping[str, int]]
"""Counters of a month by name, in SECTIONS."""
SECTIONS: Final = ("answers", "promises", "recovery", "times", "visitors")


@dataclass(slots=True)
class MonthTotal:
    """The sum of rolled up months of stores. `days`: counters by day, None once those of any store are not known."""

    counted: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in SECTIONS})
    days: dict[str, Sequence[int]] | None = field(default_factory=dict)

    def add(self, sections: Sections, days: Columns | None) -> None:
        """Add the month of a store, or of some."""
        for name, counted in self.counted.items():
            counted.update(sections.get(name, {}))
        if self.days is None or days is None:
            self.days = None
        else:
            add_columns(self.days, days)

    @property
    def sections(self) -> Sections:
        """The counters without those of touchpoints: each is of one store, and those of 2,000 stores would not fit into
        an item."""
        answers = self.counted["answers"].items()
        of_all = {name: n for name, n in answers if not counter_names.is_of_touchpoint(name)}
        return {**self.counted, "answers": of_all}

    @property
    def attributes(self) -> dict[str, str | None]:
        """It as attributes of an item."""
        days = None if self.days is None else encode_columns(self.days)
        return {"counts": _encoded(self.sections), "days": days}


def brand_group(brand: str) -> str:
    """Return the group of a brand's stores."""
    return f"brand#{brand}"


def is_counted(key: Key) -> bool:
    """Whether counters that are rolled up are at `key`."""
    return figure_keys.counted_month(key) is not None


def roll_up_store_month(table: Table, store: Store, month: str, now: datetime) -> bool:
    """Write the figures of a store's month (`2026-11`), and mark that of the groups. Returns False, with nothing
    written, if something was counted meanwhile."""
    items = _counted_items(table, store.store_id, month)
    marked = [item for item in items if "due_at" in item]
    group = figure_keys.group_month(ALL_STORES, month)
    figures = figure_keys.store_month(store.store_id, month).item(
        brand=store.brand,
        counts=_encoded(month_sections(items)),
        days=encode_columns(month_columns(items)),
        read_at=format_timestamp(now),
    )
    writes: list[Put | Update] = [Put(figures), *map(_without_mark, marked)]
    values = mark_values(group, now)
    writes.append(Update(group, f"SET {MARK} ADD changes :one", values))
    try:
        table.transact(writes)
    except TransactionRefused:
        return False
    return True


def month_sections(items: Sequence[Item]) -> dict[str, dict[str, int]]:
    """Return the sum of a store's counters of one month, given as their items."""
    sections: dict[str, Counter[str]] = {name: Counter() for name in SECTIONS}
    for item in items:
        kind = keys.kind_of(Key.key_of(item))
        if kind == "DAY":
            counted = counter_names.counters_in(item)
            weekday = date.fromisoformat(figure_keys.day_of_counters(item["sk"])).weekday()
            sections["answers"].update(counted)
            sections["answers"].update(weekday_counts(counted, weekday))
        elif kind == "PROMISES":
            sections["promises"].update(outcomes_in(item))
        elif kind == "RECOVERY":
            sections["recovery"].update(recovery_counts_in(item))
        elif kind == "VISITORS":
            sections["visitors"].update(visitor_counts(visitors_in(item), _bands_by_day(items)))
        elif kind == "TIMES":
            sections["times"].update(counter_names.counters_in(item))
    return {name: {of: n for of, n in counts.items() if n} for name, counts in sections.items()}


def month_columns(items: Iterable[Item]) -> Columns:
    """Return a store's counters by day of one month, given as their items."""
    return columns_of_days(_days_in(items))


def roll_up_groups(table: Table, month: str, now: datetime) -> bool:
    """Write the figures of all stores' month, and of each brand's. Returns False if a store was rolled up meanwhile:
    the figures of all stores are then as before."""
    key = figure_keys.group_month(ALL_STORES, month)
    marked = table.get(key)
    if marked is None or "due_at" not in marked:
        return False
    brands: defaultdict[str, MonthTotal] = defaultdict(MonthTotal)
    stores: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for item in table.query_prefix(figure_keys.store_month("", month).pk):
        sections, store_id = sections_in(item), figure_keys.store_of_month(Key.key_of(item))
        brands[item["brand"]].add(sections, days_in(item))
        for group in (ALL_STORES, brand_group(item["brand"])):
            stores[group][store_id] = _score_counts(sections.get("answers", {}))
    read_at = format_timestamp(now)
    for group, bands in stores.items():
        for put in _store_parts(group, month, bands, read_at):
            _put_unless_newer(table, put)
    every = MonthTotal()
    for brand, total in brands.items():
        figures = figure_keys.group_month(brand_group(brand), month).item(**total.attributes, read_at=read_at)
        _put_unless_newer(table, figures)
        every.add(total.sections, total.days)
    return _write_all_stores(
        table, marked, {**every.attributes, "brands": sorted(brands), "read_at": read_at}
    )


def _write_all_stores(table: Table, marked: Item, figures: Mapping[str, Any]) -> bool:
    """Write the figures of all stores' month in place of its mark, if that is as it was read."""
    given = {name: value for name, value in figures.items() if value is not None}
    without = ["due_pk", "due_at", *(name for name, value in figures.items() if value is None)]
    written = Update(
        Key.key_of(marked),
        f"SET {', '.join(f'#{name} = :{name}' for name in given)} REMOVE {', '.join(without)}",
        {**{f":{name}": value for name, value in given.items()}, **_seen(marked)},
        condition=_AS_SEEN,
        names={f"#{name}": name for name in given},
    )
    return table.update_if(written) is not None


def sections_in(item: Item) -> dict[str, dict[str, int]]:
    """Return the counters of a rolled up month by section and name."""
    sections: dict[str, dict[str, int]] = json.loads(item["counts"])
    return sections


def days_in(item: Item) -> Columns | None:
    """Return the counters of a rolled up month by day; None if it has answers, but is older than these."""
    if "days" in item:
        return read_columns(item["days"])
    return None if sections_in(item).get("answers") else {}


def stores_in(item: Item) -> dict[str, list[int]]:
    """Return promoters, passives, detractors and suspect answers of each store in an item of `group_stores`."""
    stores: dict[str, list[int]] = json.loads(item["stores"])
    return stores


_AS_SEEN: Final = "due_at = :seen AND changes = :changes"


def _seen(item: Item) -> dict[str, Any]:
    return {":seen": item["due_at"], ":changes": item["changes"]}


def _without_mark(item: Item) -> Update:
    return Update(Key.key_of(item), "REMOVE due_pk, due_at", _seen(item), condition=_AS_SEEN)


def _counted_items(table: Table, store_id: str, month: str) -> list[Item]:
    """Return what is counted of a store in a month, consistently read."""
    days = table.query_prefix(keys.store(store_id).pk, figure_keys.days_of_month(month))
    others = table.batch_get(
        [
            figure_keys.promises_of_month(store_id, month),
            figure_keys.recovery_of_month(store_id, month),
            figure_keys.visitors_of_month(store_id, month),
            figure_keys.times_of_month(store_id, month),
        ]
    )
    return [*days, *others.values()]


def _bands_by_day(items: Iterable[Item]) -> dict[date, BandCounts]:
    return {
        date.fromisoformat(figure_keys.day_of_counters(item["sk"])): bands_in(item)
        for item in _days_in(items)
    }


def _days_in(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if keys.kind_of(Key.key_of(item)) == "DAY"]


def _score_counts(answers: Mapping[str, int]) -> list[int]:
    counts = answer_counts(answers)
    return [counts.bands.promoters, counts.bands.passives, counts.bands.detractors, counts.suspect]


def _store_parts(group: str, month: str, bands: Mapping[str, Sequence[int]], read_at: str) -> Iterator[Item]:
    store_ids = sorted(bands)
    for part, start in enumerate(range(0, len(store_ids), STORES_OF_PART)):
        some = {store_id: bands[store_id] for store_id in store_ids[start : start + STORES_OF_PART]}
        yield figure_keys.group_stores(group, month, part).item(stores=_encoded(some), read_at=read_at)


def _put_unless_newer(table: Table, item: Item) -> None:
    """Write figures, unless another sweep that began to read later has."""
    newer = "attribute_not_exists(read_at) OR read_at <= :read_at"
    table.put_or_get(Put(item, condition=newer, values={":read_at": item["read_at"]}))


def _encoded(counts: Mapping[str, Any]) -> str:
    return json.dumps(counts, separators=(",", ":"), ensure_ascii=False)
