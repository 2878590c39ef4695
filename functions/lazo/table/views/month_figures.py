"""Read rolled up months: of some stores, of a group, and of each store of a group. All are as of their `read_at`, at
most some two hours ago. Months from before they were rolled up are missing until `lazo recount` marks them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from lazo.followup.recovery import RecoveryFigures
from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.bands import BandCounts
from lazo.insight.case_figures import case_figures
from lazo.insight.month_figures import MonthFigures
from lazo.promise.kept_rate import PromiseFigures
from lazo.table.counted_names import answer_counts, visitor_figures_of
from lazo.table.day_columns import Columns, counts_by_day
from lazo.table.dynamodb import counter_names, figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.rollups import ALL_STORES, MonthTotal, Sections, days_in, sections_in, stores_in
from lazo.table.views.answer_counts import PARALLEL
from lazo.timestamps import parse_timestamp

_PROMISES: Final = frozenset(each.name for each in fields(PromiseFigures))


@dataclass(frozen=True, slots=True)
class StoreAnswers:
    """Answers of a store in a month by band, and how many suspect ones there are beside them."""

    bands: BandCounts
    suspect: int

    def __add__(self, other: "StoreAnswers") -> "StoreAnswers":
        return StoreAnswers(self.bands + other.bands, self.suspect + other.suspect)


def store_months(
    table: Table, store_ids: Sequence[str], months: Sequence[str]
) -> dict[str, dict[str, MonthFigures]]:
    """Return the figures of each store by month (`2026-11`), without months that have none; one batch for each hundred
    pairs."""
    wanted = [figure_keys.store_month(store_id, month) for store_id in store_ids for month in months]
    found: dict[str, dict[str, MonthFigures]] = {store_id: {} for store_id in store_ids}
    for key, item in table.batch_get(wanted).items():
        found[figure_keys.store_of_month(key)][figure_keys.month_of_store(key)] = _figures(item)
    return found


def group_months(
    table: Table, group: str, first: str, last: str, *, by_day: bool = False
) -> dict[str, MonthFigures]:
    """Return the figures of a group (`ALL_STORES` or `brand_group`) by month, from `first` to `last` (`2026-11`), also
    `by_day`. One query for each 1 MB, which is more than five years."""
    begin, end = figure_keys.group_month(group, first), figure_keys.group_month(group, last)
    items: list[Item] = []
    start: Key | None = begin
    while start is not None:
        page, start = table.query_range(start, end)
        items += page
    found: dict[str, MonthFigures] = {}
    for item in items:
        if "counts" in item:
            month = figure_keys.month_of_group(Key.key_of(item))
            found[month] = _figures(item, _by_day(days_in(item), month) if by_day else None)
    return found


def total_store_months(
    table: Table, store_ids: Sequence[str], months: Sequence[str], *, by_day: bool = False
) -> dict[str, MonthFigures]:
    """Return the figures of these stores together by month, without months that have none, also `by_day`; one batch for
    each hundred pairs. `read_at` is of the store that was rolled up last; nothing is told of touchpoints."""
    return _added_up(table, store_ids, months, lambda _: "", by_day=by_day).get("", {})


def brand_months_by_day(
    table: Table, store_ids: Sequence[str], months: Sequence[str]
) -> dict[str, dict[str, MonthFigures]]:
    """Return the figures of these stores alone by the brand that they had and by month, also by day; one batch for each
    hundred pairs."""
    return _added_up(table, store_ids, months, lambda item: str(item["brand"]), by_day=True)


def _added_up(
    table: Table,
    store_ids: Sequence[str],
    months: Sequence[str],
    group_of: Callable[[Item], str],
    *,
    by_day: bool,
) -> dict[str, dict[str, MonthFigures]]:
    totals: defaultdict[tuple[str, str], MonthTotal] = defaultdict(MonthTotal)
    read: dict[tuple[str, str], str] = {}
    wanted = [figure_keys.store_month(store_id, month) for month in months for store_id in store_ids]
    for key, item in table.batch_get(wanted).items():
        part = group_of(item), figure_keys.month_of_store(key)
        totals[part].add(sections_in(item), days_in(item) if by_day else None)
        read[part] = max(read.get(part, ""), item["read_at"])
    found: defaultdict[str, dict[str, MonthFigures]] = defaultdict(dict)
    for (group, month), total in totals.items():
        days = _by_day(total.days, month)
        found[group][month] = _figures_of(total.sections, read[group, month], days)
    return found


def group_stores(table: Table, group: str, month: str) -> dict[str, StoreAnswers]:
    """Return the answers of each store of a group in a month; one query for about 10,000 stores."""
    found: dict[str, StoreAnswers] = {}
    for item in table.query_prefix(
        figure_keys.group_stores(group, month, 0).pk, figure_keys.group_stores_of(month)
    ):
        found |= {store_id: _store_answers(counts) for store_id, counts in stores_in(item).items()}
    return found


def group_stores_by_month(
    table: Table, group: str, first: str, last: str, store_ids: Collection[str] | None = None
) -> dict[str, dict[str, StoreAnswers]]:
    """Return the answers of each store of a group by month, from `first` to `last` (`2026-11`), of these stores only or
    of all. One query for each 1 MB: some 18 months of 2,000 stores."""
    found: dict[str, dict[str, StoreAnswers]] = {}
    start: Key | None = figure_keys.group_stores(group, first, 0)
    end = figure_keys.group_stores(group, last, figure_keys.LAST_PART)
    while start is not None:
        page, start = table.query_range(start, end)
        for item in page:
            of_month = found.setdefault(figure_keys.month_of_group_stores(Key.key_of(item)), {})
            counted = stores_in(item)
            wanted = counted if store_ids is None else counted.keys() & store_ids
            of_month |= {store_id: _store_answers(counted[store_id]) for store_id in wanted}
    return found


def totals_of_groups(
    table: Table, months: Mapping[str, tuple[str, str]], store_ids: Collection[str] | None = None
) -> dict[str, dict[str, StoreAnswers]]:
    """Return the answers of groups by month, of these stores only or of all; without months that have none. `months`:
    the first and the last of each group. As many queries as `group_stores_by_month` makes, several groups at once."""

    def total(group: str) -> dict[str, StoreAnswers]:
        by_month = group_stores_by_month(table, group, *months[group], store_ids)
        return {
            month: sum(stores.values(), StoreAnswers(BandCounts(), 0)) for month, stores in by_month.items()
        }

    with ThreadPoolExecutor(PARALLEL) as pool:
        read = {group: pool.submit(copy_context().run, total, group) for group in months}
        return {group: task.result() for group, task in read.items()}


def brands_of_months(table: Table, months: Iterable[str]) -> list[str]:
    """Return the brands that have a store in any of these months, by name; one batch for each hundred months."""
    items = table.batch_get(figure_keys.group_month(ALL_STORES, month) for month in months).values()
    return sorted({brand for item in items for brand in item.get("brands", ())})


def brands_of_month(table: Table, month: str) -> list[str]:
    """Return the brands that have a store in a month, by name; [] if nothing is rolled up."""
    item = table.get(figure_keys.group_month(ALL_STORES, month), consistent=False)
    return list(item.get("brands", ())) if item else []


def _store_answers(counts: Sequence[int]) -> StoreAnswers:
    promoters, passives, detractors, suspect = counts
    return StoreAnswers(BandCounts(promoters, passives, detractors), suspect)


def _figures(item: Item, days: Mapping[date, AnswerCounts] | None = None) -> MonthFigures:
    return _figures_of(sections_in(item), item["read_at"], days)


def _figures_of(
    sections: Sections, read_at: str, days: Mapping[date, AnswerCounts] | None = None
) -> MonthFigures:
    return MonthFigures(
        answers=answer_counts(sections.get("answers", {})),
        promises=_promises(sections.get("promises", {})),
        recovery=RecoveryFigures(**sections.get("recovery", {})),
        cases=case_figures(counter_names.cases_in(sections.get("times", {}))),
        read_at=parse_timestamp(read_at),
        visitors=visitor_figures_of(sections.get("visitors", {})),
        days=days,
    )


def _by_day(columns: Columns | None, month: str) -> Mapping[date, AnswerCounts] | None:
    return None if columns is None else counts_by_day(columns, month)


def _promises(counted: Mapping[str, int]) -> PromiseFigures:
    return PromiseFigures(**{name: n for name, n in counted.items() if name in _PROMISES})
