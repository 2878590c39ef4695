"""Count a store's promises: how many were made, how those that ended did, and how many are overdue."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from operator import add

from lazo.rounding import percent


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """Promises made and ended in the same months, and those that are `overdue` at this moment. One made in a month may
    end in another."""

    made: int = 0
    kept: int = 0
    late: int = 0
    broken: int = 0
    withdrawn: int = 0
    overdue: int = 0

    @property
    def judged(self) -> int:
        """All whose date has come, except those withdrawn: they say nothing about whether promises are kept."""
        return self.kept + self.late + self.broken + self.overdue

    @property
    def rate(self) -> int | None:
        """Per cent kept in time; None when no date has come."""
        return percent(self.kept, self.judged) if self.judged else None

    def __add__(self, other: "PromiseFigures") -> "PromiseFigures":
        return PromiseFigures(*map(add, astuple(self), astuple(other)))


def total_figures(figures: Iterable[PromiseFigures]) -> PromiseFigures:
    """Return the sum of all figures."""
    return sum(figures, PromiseFigures())
