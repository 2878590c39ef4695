"""Net Promoter Score: bands of the 0-10 answer and the score of many answers.

Bands and formula after Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003:
9-10 promoters, 7-8 passives, 0-6 detractors; NPS = % promoters - % detractors, from -100 to 100.
"""

from collections.abc import Mapping
from typing import Literal

Band = Literal["promoter", "passive", "detractor"]

SCORES = range(11)


def band_of_score(score: int) -> Band:
    """Return the band of one answer. Raises ValueError outside 0-10."""
    if score not in SCORES:
        raise ValueError(f"score {score} is outside 0-10")
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"


def nps_of_counts(counts: Mapping[int, int]) -> float | None:
    """Return the NPS, -100 to 100, of `counts` (score -> number of answers); None without answers."""
    total = sum(counts.values())
    if not total:
        return None
    balance = sum(
        n * {"promoter": 1, "passive": 0, "detractor": -1}[band_of_score(s)] for s, n in counts.items()
    )
    return 100 * balance / total
