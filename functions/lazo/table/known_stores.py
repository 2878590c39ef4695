"""Shops as the table had them within the last minute."""

from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.runtime.warm_cache import WarmCache
from lazo.store.model import Store
from lazo.table import stores
from lazo.table.dynamodb.table import Table


class UnknownStore(LookupError):
    """There is no such shop."""


class KnownStores:
    """Reads each shop at most once a minute, and makes do with an old copy while the table cannot be read."""

    def __init__(self, table: Table, logger: Logger) -> None:
        self._kept: WarmCache[Store] = WarmCache(lambda store_id: stores.store(table, store_id), logger)

    def get(self, store_id: str, now: datetime) -> Store:
        """The shop; UnknownStore when there is none."""
        store = self._kept.get(store_id, now)
        if store is None:
            raise UnknownStore(store_id)
        return store
