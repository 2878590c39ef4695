"""How many wrong keys of the API one source may try; beyond that, none is looked up for it until the next minute."""

from datetime import datetime
from typing import Final

PER_MINUTE: Final = 20
SOURCES_AT_MOST: Final = 10_000
"""So many are remembered; in a minute with more, the rest are not limited."""


class WrongKeys:
    """Counts wrong keys by source and minute, in memory: each copy of a function counts for itself."""

    def __init__(self) -> None:
        self._minute = ""
        self._tries: dict[str, int] = {}

    def are_too_many(self, source: str, now: datetime) -> bool:
        """Return whether the source has used up its tries of this minute."""
        return self._of_minute(now).get(source, 0) >= PER_MINUTE

    def count(self, source: str, now: datetime) -> None:
        """Count a wrong key."""
        tries = self._of_minute(now)
        if source in tries or len(tries) < SOURCES_AT_MOST:
            tries[source] = tries.get(source, 0) + 1

    def _of_minute(self, now: datetime) -> dict[str, int]:
        minute = f"{now:%Y-%m-%dT%H:%M}"
        if minute != self._minute:
            self._minute, self._tries = minute, {}
        return self._tries
