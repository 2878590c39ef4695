"""Counters of a store's day, in one item: enough to compute any score without reading the answers.

Answers are counted by score, by hour of the store's clock, and by theme and band; suspect ones apart.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lazo.store.model import Store
from lazo.survey import suspicious_volume
from lazo.survey.answer import Answer, Classification
from lazo.table.dynamodb import counter_names, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Update, add_counts


def count_answer(answer: Answer, found: Classification, store: Store) -> Update:
    """Return the write that counts a classified answer; use it only in the transaction that marks the answer."""
    local = answer.at.astimezone(ZoneInfo(store.timezone))
    suspect = bool(found.suspect)
    names = [
        counter_names.score(answer.score, suspect=suspect),
        counter_names.hour(local, suspect=suspect),
        *(counter_names.theme(theme, found.band) for theme in (() if suspect else found.themes)),
    ]
    return add_counts(keys.day(answer.store_id, local.date()), dict.fromkeys(names, 1))


def answers_this_hour(table: Table, store: Store, at: datetime) -> int:
    """Return the number of answers in the store's current hour, suspect ones included."""
    local = at.astimezone(ZoneInfo(store.timezone))
    item = table.get(keys.day(store.store_id, local.date())) or {}
    return sum(int(item.get(counter_names.hour(local, suspect=suspect), 0)) for suspect in (False, True))


def hourly_counts(table: Table, store: Store, at: datetime) -> Iterator[int]:
    """Yield the number of answers in each hour of the four weeks before today, without suspect ones and empty hours."""
    return (n for day in _last_weeks(table, store, at) for n in counter_names.hours_in(day))


def theme_counts(table: Table, store: Store, at: datetime) -> Counter[tuple[str, str]]:
    """Return the number of answers of the four weeks before today, by theme and band."""
    found: Counter[tuple[str, str]] = Counter()
    for day in _last_weeks(table, store, at):
        for theme_and_band, n in counter_names.themes_in(day):
            found[theme_and_band] += n
    return found


def _last_weeks(table: Table, store: Store, at: datetime) -> list[Item]:
    today = at.astimezone(ZoneInfo(store.timezone)).date()
    first = today - timedelta(weeks=suspicious_volume.LOOKBACK_WEEKS)
    yesterday = today - timedelta(days=1)
    return table.query_range(keys.day(store.store_id, first), keys.day(store.store_id, yesterday))[0]
