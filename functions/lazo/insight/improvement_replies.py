"""What customers who were told of an improvement reply when they are asked about it some weeks later."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from lazo.insight.bands import BandCounts

ASKED_AFTER: Final = timedelta(days=28)
"""From when a customer is told of an improvement until they are asked: long enough for another visit."""


@dataclass(frozen=True, slots=True)
class ImprovementReplies:
    """How many customers were `told` of an improvement and `asked` about it. Of those who answered, whose scores are in
    `bands`: whether they notice it, `yes`, a `little` or `no`; who left that open is in none of the three."""

    told: int = 0
    asked: int = 0
    yes: int = 0
    little: int = 0
    no: int = 0
    bands: BandCounts = field(default_factory=BandCounts)
