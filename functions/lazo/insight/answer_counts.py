"""Answers of some stores in some days, counted as the score needs them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lazo.insight.bands import BandCounts


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Answers by band, with how many unhappy customers (detractors) complain about each theme. `suspect`: answers that
    are in no band, because they may not be a customer's."""

    bands: BandCounts = field(default_factory=BandCounts)
    complaints: Mapping[str, int] = field(default_factory=dict)
    suspect: int = 0

    def __add__(self, other: "AnswerCounts") -> "AnswerCounts":
        complaints = Counter(self.complaints)
        complaints.update(other.complaints)
        return AnswerCounts(self.bands + other.bands, complaints, self.suspect + other.suspect)


def total_counts(counts: Iterable[AnswerCounts]) -> AnswerCounts:
    """Return the sum of all counts."""
    return sum(counts, AnswerCounts())
