"""Count what became of the customers of a store whose case was resolved, by the month in which it first was.

The transaction that changes a follow-up moves it from group to group, so that the counters equal a recount of the
follow-ups (`lazo.followup.recovery.counted_as`). Cases resolved before there were groups have no `recovery_month` and
are in none; months from then hold resurveys by outcome instead, which are read as the groups that they tell. Cases that
nobody took on are counted by the month in which they ended.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from lazo.followup.model import FollowUp
from lazo.followup.recovery import COUNTED, RecoveryFigures, counted_as
from lazo.store.model import Store
from lazo.table.dynamodb import counter_names, figure_keys, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Update
from lazo.table.rollup_marks import add_counts_and_mark


def count_recovery(before: FollowUp, after: FollowUp, now: datetime) -> list[Update]:
    """Return the write that counts a change of a follow-up; part of its transaction. [] if it changes no figure."""
    moved = counted_as(after)
    moved.subtract(counted_as(before))
    changed = {counter_names.recovery(name): n for name, n in moved.items() if n}
    # That it was first resolved may have been undone.
    month = after.recovery_month or before.recovery_month
    if not changed or month is None:
        return []
    return [add_counts_and_mark(figure_keys.recovery_of_month(after.store_id, month), changed, now)]


def count_unanswered(store: Store, now: datetime) -> Update:
    """Return the write that counts a follow-up that nobody took on; part of the transaction that ends it."""
    month = f"{store.hours.local_date(now):%Y-%m}"
    return add_counts_and_mark(
        figure_keys.recovery_of_month(store.store_id, month), {counter_names.recovery("unanswered"): 1}, now
    )


def recovery_by_store(table: Table, months: Mapping[str, Sequence[str]]) -> dict[str, RecoveryFigures]:
    """Return the total of each store with any, for the months of each (`2026-11`, by its calendar); one batch per
    hundred months."""
    wanted = [
        figure_keys.recovery_of_month(store_id, month)
        for store_id, listed in months.items()
        for month in listed
    ]
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, item in table.batch_get(wanted).items():
        found[keys.store_id_of(key)].update(recovery_counts_in(item))
    return {store_id: RecoveryFigures(**counted) for store_id, counted in found.items()}


def recovery_counts_in(item: Item) -> Counter[str]:
    """Return what a month's item counts, by the names of RecoveryFigures."""
    counted = Counter({name: item.get(counter_names.recovery(name), 0) for name in COUNTED})
    counted.update(_resurveys_before(item))
    return counted


def _resurveys_before(item: Item) -> dict[str, int]:
    """Return what an item counted before there were groups, as groups; {} for a newer one."""
    if "asked" not in item:
        return {}
    answered, recovered = item.get("answered", 0), item.get("recovered", 0)
    told = {name: item.get(name, 0) for name in ("yes", "little", "no")}
    return {
        "recovered": recovered,
        "unchanged": answered - recovered,
        "silent": item["asked"] - answered,
        **told,
    }
