"""Counters of a store's day, in one item: enough to compute any score without reading the answers.

Answers are counted by score, by hour of the store's clock, touchpoint, and theme, each with the band: complaints,
praise and mentions. Suspect ones are counted apart, by sign and touchpoint, without themes.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.survey.nps import SCORES
from lazo.table.dynamodb import counter_names, figure_keys, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Update, count_within
from lazo.table.rollup_marks import add_counts_and_mark

LOOKBACK_WEEKS = 4
RATE_KEPT_FOR = timedelta(days=2)


def count_answers(
    store: Store, counted: Iterable[Answer], uncounted: Iterable[Answer], now: datetime
) -> list[Update]:
    """Return the writes that count classified answers, and take back the count of others: one for each day. Use them
    only in the transaction that marks the answers."""
    days: dict[date, Counter[str]] = {}
    for sign, given in ((1, counted), (-1, uncounted)):
        for answer in given:
            on, names = counters_of(answer, store)
            days.setdefault(on, Counter()).update(dict.fromkeys(names, sign))
    changed = {on: {name: n for name, n in counts.items() if n} for on, counts in days.items()}
    return [
        add_counts_and_mark(figure_keys.day(store.store_id, on), counts, now)
        for on, counts in changed.items()
        if counts
    ]


def counters_of(answer: Answer, store: Store) -> tuple[date, list[str]]:
    """Return the day by the store's calendar, and the names of the counters, that count a classified answer."""
    found, local = answer.classification, answer.at.astimezone(ZoneInfo(store.timezone))
    if found is None:
        raise ValueError("the answer is not classified")
    suspect = bool(found.suspect)
    names = [counter_names.score(answer.score, suspect=suspect), counter_names.hour(local, suspect=suspect)]
    if suspect:
        names.append(counter_names.touchpoint_band(answer.code, "suspect"))
        names += [counter_names.suspect_sign(sign) for sign in dict.fromkeys(found.suspect)]
    else:
        names.append(counter_names.hour_band(local.hour, found.band))
        names.append(counter_names.touchpoint_band(answer.code, found.band))
        names += [counter_names.theme(theme, found.band) for theme in found.themes]
        names += [counter_names.praised_theme(theme, found.band) for theme in found.praised]
        names += [counter_names.mentioned_theme(theme, found.band) for theme in found.mentioned]
    return local.date(), names


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
    """Return the number of complaints of the four weeks before today, by theme and band."""
    found: Counter[tuple[str, str]] = Counter()
    for day in _last_weeks(table, store, at):
        for theme_and_band, n in counter_names.themes_in(day):
            found[theme_and_band] += n
    return found


def praise_counts(table: Table, store: Store, at: datetime) -> tuple[Counter[str], int]:
    """Return how many answers of the four weeks before today praise each theme, and how many answers were counted."""
    praised: Counter[str] = Counter()
    answers = 0
    for day in _last_weeks(table, store, at):
        answers += sum(day.get(counter_names.score(given, suspect=False), 0) for given in SCORES)
        for (theme, _), n in counter_names.praised_in(day):
            praised[theme] += n
    return +praised, answers


def _last_weeks(table: Table, store: Store, at: datetime) -> list[Item]:
    today = at.astimezone(ZoneInfo(store.timezone)).date()
    first = today - timedelta(weeks=LOOKBACK_WEEKS)
    yesterday = today - timedelta(days=1)
    return table.query_range(
        figure_keys.day(store.store_id, first), figure_keys.day(store.store_id, yesterday)
    )[0]
