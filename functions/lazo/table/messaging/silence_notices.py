"""Notices that touchpoints fell silent, in the table. The sweep makes notify send them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from lazo.messaging.silence_notice import SilenceNotice
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp

KEPT_FOR: Final = timedelta(days=60)
_RECORD: Final = Record(SilenceNotice, without=("codes",))


def _key(notice: SilenceNotice) -> Key:
    return keys.silence_notice(notice.store_id, notice.on.isoformat(), notice.contact_id)


CLAIMS: Final = Claims(_key)


def notice_put(notice: SilenceNotice) -> Put:
    """Return the write that enqueues a notice."""
    key = _key(notice)
    due = {"due_pk": keys.due_partition(key), "due_at": format_timestamp(notice.not_before)}
    expires_at = int((notice.not_before + KEPT_FOR).timestamp())
    return Put(key.item(**_RECORD.item(notice), codes=list(notice.codes), **due, expires_at=expires_at))


def get_notice(table: Table, notice_id: str) -> SilenceNotice | None:
    """Return the notice that an event names, or None."""
    item = table.get(keys.silence_notice(*keys.store_day_and_contact(notice_id)))
    return notice_from_item(item) if item else None


def notice_from_item(item: Mapping[str, Any]) -> SilenceNotice:
    """Return the notice of an item."""
    return _RECORD.read(item, codes=tuple(item["codes"]))


def notice_id(notice: SilenceNotice) -> str:
    """Return the id in events."""
    return keys.silence_notice_id(_key(notice))


def is_notice(key: Key) -> bool:
    """Whether `key` is that of a notice."""
    return key.sk.startswith(keys.SILENCE_PREFIX)
