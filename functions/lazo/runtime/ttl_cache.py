"""Cache of items in memory, kept between invocations, so that an answer costs one write and no read."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from aws_lambda_powertools import Logger

from lazo.runtime.aws_errors import is_aws_error
from lazo.runtime.error_logging import error_fields

FRESH_FOR = timedelta(minutes=1)
ABSENT_FOR = timedelta(seconds=10)
"""How long a miss is cached: short, so that a new poster works at once."""
RETRY_AFTER = timedelta(seconds=10)
"""How long an old entry is used before the next attempt, if the table cannot be read."""
KEPT_AT_MOST = 1000
"""Hits and misses are limited apart, so that guessed codes evict no real one."""

T = TypeVar("T")


class TtlCache(Generic[T]):
    """Cache what `load` returns for a minute, None for ten seconds.

    When `load` fails, the old value stays in use (stale-if-error, RFC 5861). Beyond KEPT_AT_MOST entries the least
    recently used are evicted.
    """

    def __init__(self, load: Callable[[str], T | None], logger: Logger) -> None:
        self._load = load
        self._logger = logger
        self._found: OrderedDict[str, tuple[datetime, T]] = OrderedDict()
        self._absent: OrderedDict[str, datetime] = OrderedDict()

    def get(self, key: str, now: datetime) -> T | None:
        """Return the value of `key`, or None. Raises what `load` raises if there is no old value."""
        if key in self._found:
            read_at, value = self._found[key]
            # A clock that was set back makes an entry stale, not fresh for ever.
            if timedelta(0) <= now - read_at < FRESH_FOR:
                self._found.move_to_end(key)
                return value
        elif key in self._absent and timedelta(0) <= now - self._absent[key] < ABSENT_FOR:
            return None
        return self._reload(key, now)

    def knows(self, key: str) -> bool:
        """Return whether there is a value of `key`, however old; nothing is loaded."""
        return key in self._found

    def _reload(self, key: str, now: datetime) -> T | None:
        try:
            value = self._load(key)
        except Exception as error:
            if key not in self._found or not is_aws_error(error):
                raise
            self._logger.warning("an old copy is used", **error_fields(error))
            value = self._found[key][1]
            _keep(self._found, key, (now - FRESH_FOR + RETRY_AFTER, value))
            return value
        self._found.pop(key, None)
        if value is None:
            _keep(self._absent, key, now)
        else:
            self._absent.pop(key, None)
            _keep(self._found, key, (now, value))
        return value


def _keep(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > KEPT_AT_MOST:
        kept.popitem(last=False)
