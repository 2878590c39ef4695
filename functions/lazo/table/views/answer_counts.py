"""Count the answers of stores by day or month, from the counters of their days: also of those counted a moment ago."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from typing import Any, Final

from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.bands import BandCounts, bands_of_scores
from lazo.survey.nps import SCORES
from lazo.table.counted_names import answer_counts, weekday_counts
from lazo.table.dynamodb import counter_names, figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key

PARALLEL: Final = 8
"""Stores that are read at once; botocore keeps ten connections."""

_SCORES: Final = {given: counter_names.score(given, suspect=False) for given in SCORES}
_SUSPECT: Final = [counter_names.score(given, suspect=True) for given in SCORES]


def counts_by_day(table: Table, store_id: str, first: date, last: date) -> dict[date, AnswerCounts]:
    """Return all counts of a store's days by its calendar, each included, without days that have none. One query for
    each 1 MB, which is at least half a year."""
    found: dict[date, AnswerCounts] = {}
    reached: Key | None = figure_keys.day(store_id, first)
    while reached is not None:
        items, reached = table.query_range(reached, figure_keys.day(store_id, last))
        for item in items:
            on = date.fromisoformat(figure_keys.day_of_counters(item["sk"]))
            counted = counter_names.counters_in(item)
            found[on] = answer_counts({**counted, **weekday_counts(counted, on.weekday())})
    return found


def counts_of_stores_by_day(
    table: Table, days: Mapping[str, tuple[date, date]]
) -> dict[str, dict[date, AnswerCounts]]:
    """Return all counts of several stores by day. `days`: the first and the last day of each store, both included. As
    many queries as `counts_by_day` makes for each, several stores at once; eventually consistent."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        read = [
            pool.submit(copy_context().run, counts_by_day, table, store_id, first, last)
            for store_id, (first, last) in days.items()
        ]
        return {store_id: task.result() for store_id, task in zip(days, read, strict=True)}


def counts_by_month(
    table: Table, store_ids: Collection[str], first: date, last: date, themes: Collection[str]
) -> dict[str, dict[str, AnswerCounts]]:
    """Return the answers of each store from the day `first` to `last` by its calendar, by month (`2026-11`), without
    months that have none: bands, suspect ones, and complaints of detractors about these `themes`. One query for each
    store and 1 MB, which is more than half a year; eventually consistent."""
    complaints = {theme: counter_names.theme(theme, "detractor") for theme in themes}

    def of_store(store_id: str) -> dict[str, AnswerCounts]:
        months: defaultdict[str, AnswerCounts] = defaultdict(AnswerCounts)
        begin, end = figure_keys.day(store_id, first), figure_keys.day(store_id, last)
        for day in table.query_attributes(
            begin, end, ["sk", *_SCORES.values(), *_SUSPECT, *complaints.values()]
        ):
            months[figure_keys.day_of_counters(day["sk"])[: len("2026-11")]] += _of_day(day, complaints)
        return dict(months)

    with ThreadPoolExecutor(PARALLEL) as pool:
        read = [pool.submit(copy_context().run, of_store, each) for each in store_ids]
        return {store_id: task.result() for store_id, task in zip(store_ids, read, strict=True)}


def _of_day(day: Mapping[str, Any], complaints: Mapping[str, str]) -> AnswerCounts:
    return AnswerCounts(
        bands=bands_of_scores({given: day[name] for given, name in _SCORES.items() if name in day}),
        themes={
            theme: ThemeOpinions(complained=BandCounts(detractors=day[name]))
            for theme, name in complaints.items()
            if name in day
        },
        suspect=sum(day.get(name, 0) for name in _SUSPECT),
    )
