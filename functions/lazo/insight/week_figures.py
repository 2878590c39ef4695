"""What a store's week comes to: what customers said, and what was done for them."""

from dataclasses import dataclass, field

from lazo.insight.bands import BandCounts
from lazo.insight.response_rate import VisitorFigures
from lazo.promise.kept_rate import PromiseFigures


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """Answers by band, how many suspect ones there are beside them, cases that were solved for the first time, and
    promises that ended in the week, and visitors with the answers of their days."""

    bands: BandCounts = field(default_factory=BandCounts)
    suspect: int = 0
    solved: int = 0
    promises: PromiseFigures = field(default_factory=PromiseFigures)
    visitors: VisitorFigures = field(default_factory=VisitorFigures)

    def __add__(self, other: "WeekFigures") -> "WeekFigures":
        return WeekFigures(
            self.bands + other.bands,
            self.suspect + other.suspect,
            self.solved + other.solved,
            self.promises + other.promises,
            self.visitors + other.visitors,
        )


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Cases that are open at a moment: all (`n`), those that nobody has though their time is over (`unattended`),
    others that missed a deadline (`overdue`), and those that are solved and only wait for their customer to confirm it
    (`to_confirm`). `every`: whether all were counted, or there are more; those that nobody has are counted first."""

    n: int = 0
    unattended: int = 0
    overdue: int = 0
    to_confirm: int = 0
    every: bool = True

    @property
    def more_unattended(self) -> bool:
        """Whether there may be more that nobody has than were counted."""
        return not self.every and self.unattended == self.n
