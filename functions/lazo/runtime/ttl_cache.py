"""What was read from the table, kept in memory between invocations, so that an answer costs one write and no read."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lazo.runtime.error_logging import error_fields

FRESH_FOR = timedelta(minutes=1)
ABSENT_FOR = timedelta(seconds=10)
"""How long what was not found stays so: short, so that a poster printed a moment ago works."""
RETRY_AFTER = timedelta(seconds=10)
"""How long an old entry serves before the next try, when the table could not be read."""
KEPT_AT_MOST = 1000
"""Of each: those found and those not found, so that guessed codes push no real one out."""

T = TypeVar("T")


class TtlCache(Generic[T]):
    """What `load` found, for a minute; that it found nothing, for ten seconds.

    When `load` fails, what it found last goes on being used. Of more than 1,000 entries those not asked for longest
    are let go.
    """

    def __init__(self, load: Callable[[str], T | None], logger: Logger) -> None:
        self._load = load
        self._logger = logger
        self._found: OrderedDict[str, tuple[datetime, T]] = OrderedDict()
        self._absent: OrderedDict[str, datetime] = OrderedDict()

    def get(self, key: str, now: datetime) -> T | None:
        """The entry of `key`, or None; whatever `load` raises, when there is no old entry to fall back on."""
        if key in self._found:
            read_at, value = self._found[key]
            if timedelta(0) <= now - read_at < FRESH_FOR:
                self._found.move_to_end(key)
                return value
        elif key in self._absent and timedelta(0) <= now - self._absent[key] < ABSENT_FOR:
            return None
        return self._reload(key, now)

    def _reload(self, key: str, now: datetime) -> T | None:
        try:
            value = self._load(key)
        except (BotoCoreError, ClientError) as error:
            if key not in self._found:
                raise
            self._logger.warning("an old copy is used", extra=error_fields(error))
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
