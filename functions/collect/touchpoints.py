"""Find the touchpoint and the store of a QR code."""

from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.runtime.ttl_cache import TtlCache
from lazo.store.model import Store, Touchpoint
from lazo.table import stores
from lazo.table.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class SurveyTouchpoint:
    """A touchpoint, where a customer is asked, with its store."""

    touchpoint: Touchpoint
    store: Store


class TouchpointCache:
    """Touchpoints and stores, read from the table at most a minute ago while it can be read."""

    def __init__(self, table: Table, logger: Logger) -> None:
        self._touchpoints: TtlCache[Touchpoint] = TtlCache(lambda c: stores.get_touchpoint(table, c), logger)
        self._stores: TtlCache[Store] = TtlCache(lambda s: stores.get_store(table, s), logger)

    def find(self, code: str, now: datetime) -> SurveyTouchpoint | None:
        """Return the touchpoint of a QR code, also a retired one; None when the code is unknown or has no store.

        Raises botocore's errors when the table cannot be read and nothing is cached.
        """
        touchpoint = self._touchpoints.get(code, now)
        store = touchpoint and self._stores.get(touchpoint.store_id, now)
        return SurveyTouchpoint(touchpoint, store) if touchpoint and store else None
