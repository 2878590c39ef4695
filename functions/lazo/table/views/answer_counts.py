"""Count the answers of several stores by month, from the counters of their days."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from typing import Any, Final

from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.bands import bands_of_scores
from lazo.survey.nps import SCORES
from lazo.table.dynamodb import counter_names, keys
from lazo.table.dynamodb.table import Table

PARALLEL: Final = 8
"""Stores that are read at once; botocore keeps ten connections."""

_SCORES: Final = {given: counter_names.score(given, suspect=False) for given in SCORES}
_SUSPECT: Final = [counter_names.score(given, suspect=True) for given in SCORES]


def counts_by_month(
    table: Table, store_ids: Collection[str], first: date, last: date, themes: Collection[str]
) -> dict[str, dict[str, AnswerCounts]]:
    """Return the answers of each store from the day `first` to `last` by its calendar, by month (`2026-11`), without
    months that have none, and with complaints about these `themes`. One query for each store and 1 MB, which is more
    than two years; eventually consistent."""
    complaints = {theme: counter_names.theme(theme, "detractor") for theme in themes}

    def of_store(store_id: str) -> dict[str, AnswerCounts]:
        months: defaultdict[str, AnswerCounts] = defaultdict(AnswerCounts)
        begin, end = keys.day(store_id, first), keys.day(store_id, last)
        for day in table.query_attributes(
            begin, end, ["sk", *_SCORES.values(), *_SUSPECT, *complaints.values()]
        ):
            months[keys.day_of_counters(day["sk"])[: len("2026-11")]] += _of_day(day, complaints)
        return dict(months)

    with ThreadPoolExecutor(PARALLEL) as pool:
        read = [pool.submit(copy_context().run, of_store, each) for each in store_ids]
        return {store_id: task.result() for store_id, task in zip(store_ids, read, strict=True)}


def _of_day(day: Mapping[str, Any], complaints: Mapping[str, str]) -> AnswerCounts:
    return AnswerCounts(
        bands_of_scores({given: day[name] for given, name in _SCORES.items() if name in day}),
        {theme: day[name] for theme, name in complaints.items() if name in day},
        sum(day.get(name, 0) for name in _SUSPECT),
    )
