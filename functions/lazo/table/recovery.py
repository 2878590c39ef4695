"""What became of those whom a shop asked again, counted by the month in which they were asked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from lazo.followup import resurvey
from lazo.followup.model import FollowUp
from lazo.followup.resurvey import ResurveyFigures
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update

_NAMES = ("asked", "answered", "detractors", "recovered", "yes", "little", "no")


def count_asked(about: FollowUp, store: Store, now: datetime) -> Update:
    """The write that counts a customer who is asked again; part of the transaction that asks."""
    return _count(store, now, "asked", *(["detractors"] if resurvey.was_detractor(about) else []))


def count_answered(after: FollowUp, store: Store) -> Update:
    """The write that counts what they said, in the month in which they were asked."""
    if after.again is None:
        raise ValueError("nobody was asked again")
    names = ["answered"]
    if resurvey.is_won_back(after):
        names.append("recovered")
    if after.again.improved:
        names.append(after.again.improved)
    return _count(store, after.again.asked_at, *names)


def recovery_of_store(table: Table, store_id: str, months: Iterable[str]) -> ResurveyFigures:
    """What became of those asked in these months (`2026-11`, by the shop's calendar), together."""
    items = [table.get(keys.recovery_of_month(store_id, month), consistent=False) or {} for month in months]
    return ResurveyFigures(**{name: sum(item.get(name, 0) for item in items) for name in _NAMES})


def recovery_by_store(table: Table, months: Mapping[str, Sequence[str]]) -> dict[str, ResurveyFigures]:
    """The same for each shop that has asked anybody, with the months of each; one batch for a hundred months."""
    wanted = [keys.recovery_of_month(shop, month) for shop, listed in months.items() for month in listed]
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, item in table.batch_get(wanted).items():
        found[key.pk.removeprefix(keys.store("").pk)].update({name: item.get(name, 0) for name in _NAMES})
    return {shop: ResurveyFigures(**counted) for shop, counted in found.items()}


def _count(store: Store, asked_at: datetime, *names: str) -> Update:
    month = f"{store.hours.local_date(asked_at):%Y-%m}"
    placeholders = {f"#n{number}": name for number, name in enumerate(names)}
    return Update(
        keys.recovery_of_month(store.store_id, month),
        "ADD " + ", ".join(f"{placeholder} :one" for placeholder in placeholders),
        {":one": 1},
        names=placeholders,
    )
