"""The dates on which the sweep closes a store's week and gathers the praise of its day."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from lazo.insight.digest_times import next_count_time, next_praise_time
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update, set_attributes
from lazo.timestamps import format_timestamp

WEEK_KIND: Final = "week_closed"
PRAISE_KIND: Final = "praise"


def start_reports(table: Table, store: Store, now: datetime) -> None:
    """Set both dates of a store; keeps those that there are."""
    for kind, at in _first_dates(store, now):
        key = keys.store_date(store.store_id, kind)
        table.update(
            Update(
                key,
                "SET store_id = :store, since = if_not_exists(since, :now), "
                "due_pk = if_not_exists(due_pk, :due_pk), due_at = if_not_exists(due_at, :at)",
                {
                    ":store": store.store_id,
                    ":now": format_timestamp(now),
                    ":due_pk": keys.due_partition(key, "figures"),
                    ":at": format_timestamp(at),
                },
            )
        )


def move_report(table: Table, store_id: str, kind: str, since: datetime, at: datetime) -> None:
    """Set a date to `at`; its next report is about what came `since` then."""
    sets = {"since": format_timestamp(since), "due_at": format_timestamp(at)}
    table.update(set_attributes(keys.store_date(store_id, kind), sets))


def _first_dates(store: Store, now: datetime) -> Iterable[tuple[str, datetime]]:
    return (WEEK_KIND, next_count_time(store, now)), (PRAISE_KIND, next_praise_time(store, now))
