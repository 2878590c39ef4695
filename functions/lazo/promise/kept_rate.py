"""What became of a shop's promises, counted: how many were made, and of those that ended how many were kept."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """What was promised, and what ended how, in the same months; what was made in one may end in another."""

    made: int = 0
    kept: int = 0
    late: int = 0
    broken: int = 0
    withdrawn: int = 0

    @property
    def ended(self) -> int:
        """Those that say something of whether promises are kept here: all that ended but by being withdrawn."""
        return self.kept + self.late + self.broken

    @property
    def rate(self) -> int | None:
        """Per cent kept in time, rounded down, so that 100 means all; None where none has ended."""
        return 100 * self.kept // self.ended if self.ended else None

    def __add__(self, other: "PromiseFigures") -> "PromiseFigures":
        return PromiseFigures(
            self.made + other.made,
            self.kept + other.kept,
            self.late + other.late,
            self.broken + other.broken,
            self.withdrawn + other.withdrawn,
        )


def total_figures(figures: Iterable[PromiseFigures]) -> PromiseFigures:
    """All of them together."""
    return sum(figures, PromiseFigures())
