"""The range of a list of single things: from and up to a day of each store's calendar, or an instant."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.parameters import AnswersQuery, FollowUpsQuery
from lazo.store.model import Store
from lazo.table.views.answer_feed import AHEAD, EARLIEST

WESTMOST, EASTMOST = timedelta(hours=12), timedelta(hours=14)
"""The offsets of the time zones in which a day begins last and first."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a range begins, and where it ends, exclusive; None where it is open."""

    first: date | datetime | None
    end: date | datetime | None

    def holds(self, at: datetime, store: Store) -> bool:
        """Whether an instant at a store is within."""
        return (self.first is None or _begin(self.first, store) <= at) and (
            self.end is None or at < _begin(self.end, store)
        )

    def earliest(self) -> datetime:
        """Return an instant before which nothing is within, whatever the store."""
        return EARLIEST if self.first is None else _as_instant(self.first, -EASTMOST)

    def latest(self, now: datetime) -> datetime:
        """Return an instant at and after which nothing is within, whatever the store."""
        present = now + AHEAD
        return present if self.end is None else min(present, _as_instant(self.end, WESTMOST))


def bounds_of(query: AnswersQuery | FollowUpsQuery) -> Bounds:
    """Return the range that the parameters name."""
    return Bounds(query.from_, query.to)


def _begin(bound: date | datetime, store: Store) -> datetime:
    if isinstance(bound, datetime):
        return bound
    return datetime.combine(bound, time(), ZoneInfo(store.timezone)).astimezone(UTC)


def _as_instant(bound: date | datetime, margin: timedelta) -> datetime:
    if isinstance(bound, datetime):
        return bound
    return datetime.combine(bound, time(), UTC) + margin
