"""Shops kept in memory between invocations, so that an answer costs no read of its shop."""

from collections import OrderedDict
from datetime import datetime, timedelta

from lazo.store import Store
from lazo.table import stores
from lazo.table.dynamo import Table

FRESH_FOR = timedelta(minutes=1)
KEPT_AT_MOST = 500


class UnknownStore(LookupError):
    """There is no such shop."""


class KnownStores:
    """Reads each shop at most once a minute; of more than 500 shops the ones not asked for longest are let go."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept: OrderedDict[str, tuple[datetime, Store]] = OrderedDict()

    def get(self, store_id: str, now: datetime) -> Store:
        """The shop as it was within the last minute; UnknownStore when there is none."""
        kept = self._kept.get(store_id)
        if kept is None or not timedelta(0) <= now - kept[0] < FRESH_FOR:
            store = stores.store(self._table, store_id)
            if store is None:
                self._kept.pop(store_id, None)
                raise UnknownStore(store_id)
            kept = (now, store)
            self._kept[store_id] = kept
        self._kept.move_to_end(store_id)
        while len(self._kept) > KEPT_AT_MOST:
            self._kept.popitem(last=False)
        return kept[1]
