"""The pause of SMS in the table: one item of the installation, in the index `due` while it lasts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lazo.messaging.sms_pause import PROBE_EVERY, SmsPause
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp


def get_pause(table: Table) -> SmsPause | None:
    """Return the pause, or None while SMS are sent. An eventually consistent read, for half the price: each SMS asks,
    and what a sender learns a moment late is one message more that is reported as dropped."""
    item = table.get(keys.sms_pause(), consistent=False)
    return pause_from_item(item) if item else None


def pause_from_item(item: Mapping[str, Any]) -> SmsPause | None:
    """Return the pause of an item; None if it is over."""
    if "probe_at" not in item:
        return None
    probed_at = item.get("probed_at")
    return SmsPause(
        since=parse_timestamp(item["since"]),
        probe_at=parse_timestamp(item["probe_at"]),
        probed_at=parse_timestamp(probed_at) if probed_at else None,
    )


def is_pause(key: Key) -> bool:
    """Whether `key` is that of the pause."""
    return key == keys.sms_pause()


def record_limit(table: Table, sent_at: datetime, now: datetime) -> bool:
    """Record that a message sent at `sent_at` was dropped because of the spend limit. Returns whether that began a
    pause. A late report of a message from before SMS were taken up again changes nothing."""
    key = keys.sms_pause()
    item = table.get(key)
    pause = pause_from_item(item) if item else None
    next_probe = {"probe_at": format_timestamp(now + PROBE_EVERY)}
    if pause is not None:
        if pause.probe_failed(sent_at) and item is not None:
            seen = {":seen": item["probed_at"]}
            table.update_if(
                set_attributes(
                    key, next_probe, "REMOVE probed_at", condition="probed_at = :seen", values=seen
                )
            )
        return False
    if item is not None and sent_at <= parse_timestamp(item["resumed_at"]):
        return False
    at = format_timestamp(now)
    begun = {"since": at, **next_probe, "due_pk": keys.due_partition(key), "due_at": at}
    write = set_attributes(
        key, begun, "REMOVE probed_at, resumed_at", condition="attribute_not_exists(#probe_at)"
    )
    return table.update_if(write) is not None


def claim_probe(table: Table, pause: SmsPause, now: datetime) -> bool:
    """Claim the one trial that is due. Returns False if another sender was first."""
    write = set_attributes(
        keys.sms_pause(),
        {"probed_at": format_timestamp(now)},
        condition="probe_at = :seen AND attribute_not_exists(#probed_at)",
        values={":seen": format_timestamp(pause.probe_at)},
    )
    return table.update_if(write) is not None


def end_pause(table: Table, pause: SmsPause) -> Item | None:
    """Record that SMS are sent again, since the trial settled. Returns None if somebody else did, or it failed after
    all."""
    if pause.probed_at is None:
        return None
    return table.update_if(
        set_attributes(
            keys.sms_pause(),
            {"resumed_at": format_timestamp(pause.next_try)},
            "REMOVE probe_at, probed_at, due_pk, due_at",
            condition="probed_at = :seen",
            values={":seen": format_timestamp(pause.probed_at)},
        )
    )
