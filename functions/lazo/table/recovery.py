"""Count the resurveys of a store and their results, by the month in which customers were asked; and by the month in
which they ended, the follow-ups that nobody took on."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from lazo.followup import resurvey
from lazo.followup.model import FollowUp
from lazo.followup.resurvey import ResurveyFigures
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update, add_counts

_NAMES = ("asked", "answered", "detractors", "recovered", "yes", "little", "no", "unanswered")


def count_resurvey(about: FollowUp, store: Store, now: datetime) -> Update:
    """Return the write that counts a resurvey; part of the transaction that asks."""
    return _count(store, now, "asked", *(["detractors"] if resurvey.was_detractor(about) else []))


def count_resurvey_answer(after: FollowUp, store: Store) -> Update:
    """Return the write that counts the answer, in the month of the question. Raises ValueError if there was none."""
    if after.again is None:
        raise ValueError("nobody was asked again")
    names = ["answered"]
    if resurvey.is_won_back(after):
        names.append("recovered")
    if after.again.improved:
        names.append(after.again.improved)
    return _count(store, after.again.asked_at, *names)


def count_unanswered(store: Store, now: datetime) -> Update:
    """Return the write that counts a follow-up that nobody took on; part of the transaction that ends it."""
    return _count(store, now, "unanswered")


def recovery_by_store(table: Table, months: Mapping[str, Sequence[str]]) -> dict[str, ResurveyFigures]:
    """Return the total of each store that has asked anybody or ended a follow-up unanswered, for the months of each
    (`2026-11`, by its calendar); one batch per hundred months."""
    wanted = [
        keys.recovery_of_month(store_id, month) for store_id, listed in months.items() for month in listed
    ]
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, item in table.batch_get(wanted).items():
        found[keys.store_id_of(key)].update({name: item.get(name, 0) for name in _NAMES})
    return {store_id: ResurveyFigures(**counted) for store_id, counted in found.items()}


def _count(store: Store, asked_at: datetime, *names: str) -> Update:
    month = f"{store.hours.local_date(asked_at):%Y-%m}"
    return add_counts(keys.recovery_of_month(store.store_id, month), dict.fromkeys(names, 1))
