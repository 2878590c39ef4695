"""Remove personal data that is too old (`lazo.table.removal`). Each store has a date in the sweep (kind `retention`),
once a night, and so has each follow-up that no answer opened. Counters stay."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from lazo import ids
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.table import removal
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update, set_attributes
from lazo.table.erasure import ROUND_SIZE
from lazo.table.removal import ErasureLog
from lazo.timestamps import format_timestamp, parse_timestamp

RETENTION_KIND: Final = "retention"
NEXT_ROUND_AFTER: Final = timedelta(minutes=1)
"""Delay of the next round while more is left to remove."""

_NIGHT, _NIGHT_MINUTES = time(1), 240
_END = "~"


def start_retention(table: Table, store_id: str, now: datetime) -> None:
    """Set the store's date, from tomorrow on; keeps the date if there is one."""
    key = keys.store_date(store_id, RETENTION_KIND)
    write = Update(
        key,
        "SET store_id = :store, due_pk = if_not_exists(due_pk, :due_pk), due_at = if_not_exists(due_at, :at)",
        {
            ":store": store_id,
            ":due_pk": keys.due_partition(key),
            ":at": format_timestamp(now + timedelta(days=1)),
        },
    )
    table.update(write)


def apply_retention(table: Table, item: Mapping[str, Any], store: Store, now: datetime) -> int:
    """Do one round in a store: at most ROUND_SIZE answers, oldest first, from where the last round stopped. Returns how
    many items were removed; with nothing left the next date is the next night."""
    before = now - timedelta(days=store.policy.retention_days)
    came_to = item.get("came_to", "")
    first, last = (
        keys.answer(store.store_id, ulid) for ulid in (came_to + _END, ids.new_ulid(before, bytes(10)))
    )
    if not came_to:
        first = keys.answer(store.store_id, "")
    found = table.query_range(first, last, ROUND_SIZE)[0] if first.sk < last.sk else []
    # What a customer wants kept and not used is removed once they lift that.
    removable = (each for each in found if "restricted_at" not in each)
    removed = sum(removal.erase_item(table, each, _log(store.store_id, now), now) for each in removable)
    due = now + NEXT_ROUND_AFTER if len(found) == ROUND_SIZE else next_night(store, now)
    reached = {"came_to": found[-1]["ulid"] if found else came_to, "due_at": format_timestamp(due)}
    table.update(set_attributes(keys.store_date(store.store_id, RETENTION_KIND), reached))
    return removed


def remove_if_too_old(table: Table, item: Mapping[str, Any], store: Store, now: datetime) -> int:
    """Remove an answer that is too old, as `apply_retention` would have if it had not been restricted."""
    if parse_timestamp(item["at"]) >= now - timedelta(days=store.policy.retention_days):
        return 0
    return removal.erase_item(table, dict(item), _log(store.store_id, now), now)


def remove_contents(table: Table, about: FollowUp, now: datetime) -> int:
    """Remove personal data from a follow-up without an answer. Returns how many items were removed."""
    return removal.erase_followup_contents(table, about.followup_id, _log(about.store_id, now), now)


def next_night(store: Store, now: datetime) -> datetime:
    """Return a time between one and five in the next night, by the store's clock, in UTC. Each store has its own
    minute, to spread the load."""
    zone = ZoneInfo(store.timezone)
    minute = timedelta(minutes=zlib.crc32(store.store_id.encode()) % _NIGHT_MINUTES)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, _NIGHT, zone).astimezone(UTC) + minute


def _log(store_id: str, now: datetime) -> ErasureLog:
    """Return the record, one per day and store."""
    return ErasureLog(store_id, keys.erasure_id(f"{now:%Y-%m-%d}", RETENTION_KIND), "retention", now)
