"""Counters of a store's day, in one item: enough to compute any score without reading the answers.

Answers are counted by score, by hour of the store's clock, and by theme and band; suspect ones apart.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lazo.store.model import Store
from lazo.survey.answer import Answer, Classification
from lazo.table.dynamodb import counter_names, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Update, add_counts, count_within

LOOKBACK_WEEKS = 4
RATE_KEPT_FOR = timedelta(days=2)


def count_answer(answer: Answer, found: Classification, store: Store) -> Update:
    """Return the write that counts a classified answer; use it only in the transaction that marks the answer."""
    return _add(answer, store, dict.fromkeys(_names(answer, found, store), 1))


def move_to_counted(answer: Answer, before: Classification, store: Store) -> Update:
    """Return the write that counts a suspect answer like any other; use it only in the transaction that says that it is
    a customer's. `before`: its classification until now."""
    after = replace(before, suspect=())
    removed = dict.fromkeys(_names(answer, before, store), -1)
    return _add(answer, store, removed | dict.fromkeys(_names(answer, after, store), 1))


def _names(answer: Answer, found: Classification, store: Store) -> list[str]:
    """Return the counters of an answer."""
    suspect = bool(found.suspect)
    return [
        counter_names.score(answer.score, suspect=suspect),
        counter_names.hour(answer.at.astimezone(ZoneInfo(store.timezone)), suspect=suspect),
        *(counter_names.theme(theme, found.band) for theme in (() if suspect else found.themes)),
    ]


def _add(answer: Answer, store: Store, amounts: Mapping[str, int]) -> Update:
    """Return the write that adds to counters of the answer's day."""
    day = answer.at.astimezone(ZoneInfo(store.timezone)).date()
    return add_counts(keys.day(answer.store_id, day), amounts)


def rated_answers(table: Table, answer: Answer) -> int:
    """Return how many answers that are judged by rate the store has got in the hour of this one."""
    item = table.get(keys.rate_hour(answer.store_id, _hour(answer)))
    return item["n"] if item else 0


def count_rated_answer(answer: Answer) -> Update:
    """Return the write that counts an answer that is judged by rate, and usual."""
    return count_within(keys.rate_hour(answer.store_id, _hour(answer)), None, answer.at + RATE_KEPT_FOR)


def _hour(answer: Answer) -> str:
    return answer.at.astimezone(UTC).strftime("%Y-%m-%dT%H")


def theme_counts(table: Table, store: Store, at: datetime) -> Counter[tuple[str, str]]:
    """Return the number of answers of the four weeks before today, by theme and band."""
    found: Counter[tuple[str, str]] = Counter()
    for day in _last_weeks(table, store, at):
        for theme_and_band, n in counter_names.themes_in(day):
            found[theme_and_band] += n
    return found


def _last_weeks(table: Table, store: Store, at: datetime) -> list[Item]:
    today = at.astimezone(ZoneInfo(store.timezone)).date()
    first = today - timedelta(weeks=LOOKBACK_WEEKS)
    yesterday = today - timedelta(days=1)
    return table.query_range(keys.day(store.store_id, first), keys.day(store.store_id, yesterday))[0]
