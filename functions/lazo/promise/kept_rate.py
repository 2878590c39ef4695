"""Count a store's promises: how many were made, and how those that ended did."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from operator import add


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """Promises made and ended in the same months. One made in a month may end in another."""

    made: int = 0
    kept: int = 0
    late: int = 0
    broken: int = 0
    withdrawn: int = 0

    @property
    def ended(self) -> int:
        """All that ended, except those withdrawn: they say nothing about whether promises are kept."""
        return self.kept + self.late + self.broken

    @property
    def rate(self) -> int | None:
        """Per cent kept on time, rounded down so that 100 means all; None when none has ended."""
        return 100 * self.kept // self.ended if self.ended else None

    def __add__(self, other: "PromiseFigures") -> "PromiseFigures":
        return PromiseFigures(*map(add, astuple(self), astuple(other)))


def total_figures(figures: Iterable[PromiseFigures]) -> PromiseFigures:
    """Return the sum of all figures."""
    return sum(figures, PromiseFigures())
