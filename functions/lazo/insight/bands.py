"""Answers counted by band, of whatever store, theme, hour or month, and the score that they make."""

from collections.abc import Mapping
from dataclasses import dataclass

from lazo.survey.nps import band_of_score


@dataclass(frozen=True, slots=True)
class BandCounts:
    """How many answers are in each band."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def n(self) -> int:
        """All answers."""
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> float | None:
        """The score, -100 to 100; None without answers."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None

    def __add__(self, other: "BandCounts") -> "BandCounts":
        return BandCounts(
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
        )

    def __sub__(self, part: "BandCounts") -> "BandCounts":
        """Return the answers that are not in `part`, which must be a part of these."""
        return BandCounts(
            self.promoters - part.promoters,
            self.passives - part.passives,
            self.detractors - part.detractors,
        )


def bands_of_scores(counts: Mapping[int, int]) -> BandCounts:
    """Return the bands of answers counted by score (0-10). Raises ValueError for a score outside."""
    bands = {"promoter": 0, "passive": 0, "detractor": 0}
    for score, n in counts.items():
        bands[band_of_score(score)] += n
    return BandCounts(bands["promoter"], bands["passive"], bands["detractor"])
