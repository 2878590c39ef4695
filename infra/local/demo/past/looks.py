"""What the nights of the past have left: how many visitors the demo stores had, and the last look at what rises."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from lazo.insight.rising_look import first_day, last_week, store_weeks
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import rising
from lazo.table.dynamodb.table import Table
from lazo.table.views.answer_counts import counts_by_day


def past_visitors(store: Store, answers: Iterable[Answer], now: datetime) -> dict[date, int]:
    """Return the visitors of each day with an answer until yesterday: some twelve for each."""
    found: dict[date, int] = {}
    for answer in answers:
        on = store.hours.local_date(answer.at)
        chance = random.Random(f"{store.store_id} {answer.ulid}")  # noqa: S311 - invented data
        found[on] = found.get(on, 0) + chance.randint(7, 17)
    found.pop(store.hours.local_date(now), None)
    return found


def take_last_look(table: Table, stores: Sequence[Store], now: datetime) -> None:
    """Look at the weeks that ended on the last Saturday, as the sweep would have on Sunday at READY."""
    week = last_week((now - timedelta(hours=rising.READY.hour)).date())
    for store in stores:
        days = counts_by_day(table, store.store_id, first_day(week), week)
        table.put(rising.store_weeks_put(store_weeks(store.store_id, store.brand, days, week), week))
    item = table.update(rising.look_date(week, now))
    rising.take_look(table, item, rising.all_store_weeks(table, week), len(stores), now)
