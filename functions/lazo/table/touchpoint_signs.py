"""What is unusual at a store's touchpoints: one item a store, written by its nightly look if anything is or was."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from lazo.insight.marked_answers import SharedSource
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.touchpoint_watch import TouchpointSigns
from lazo.table.dynamodb import figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put

GOES_AFTER: Final = timedelta(days=1)
_PARTS: Final = {
    "silent": ActivityChange,
    "flooded": ActivityChange,
    "device": SharedSource,
    "network": SharedSource,
}
_DAYS: Final = ("silent_since", "flooded_on", "tens_on", "device_on", "network_on")


def signs_put(store_id: str, signs: Mapping[str, TouchpointSigns], now: datetime) -> Put:
    """Return the write of the signs of a store's touchpoints, by code. An item without signs goes by its TTL."""
    plain = {code: {name: n for name, n in asdict(each).items() if n} for code, each in signs.items()}
    text = json.dumps(plain, separators=(",", ":"), default=date.isoformat)
    kept = {} if signs else {"expires_at": int((now + GOES_AFTER).timestamp())}
    return Put(figure_keys.touchpoint_signs(store_id).item(signs=text, **kept))


def store_signs(table: Table, store_id: str) -> dict[str, TouchpointSigns]:
    """Return the signs of a store's touchpoints by code, without those that have none. One read."""
    item = table.get(figure_keys.touchpoint_signs(store_id))
    return _signs_in(item) if item else {}


def signs_of_stores(table: Table, store_ids: Collection[str]) -> dict[str, dict[str, TouchpointSigns]]:
    """Return the signs by store and code, without stores that have none. One query of all stores that have any, for
    each 1 MB, which is thousands."""
    found: dict[str, dict[str, TouchpointSigns]] = {}
    for item in table.query_prefix(figure_keys.touchpoint_signs("").pk):
        store_id, signs = figure_keys.store_of_month(Key.key_of(item)), _signs_in(item)
        if signs and store_id in store_ids:
            found[store_id] = signs
    return found


def _signs_in(item: Item) -> dict[str, TouchpointSigns]:
    return {code: _read(plain) for code, plain in json.loads(item["signs"]).items()}


def _read(plain: Mapping[str, Any]) -> TouchpointSigns:
    read: dict[str, Any] = dict(plain)
    read |= {name: part(**plain[name]) for name, part in _PARTS.items() if name in plain}
    read |= {name: date.fromisoformat(plain[name]) for name in _DAYS if name in plain}
    return TouchpointSigns(**read)
