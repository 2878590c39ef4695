"""What a customer may send: limits, and what the survey offered. Pure: no words, no AWS."""

from dataclasses import dataclass
from typing import Final

LONGEST_COMMENT: Final = 2000
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class SurveyOffer:
    """What the survey offered: ids of the reasons to tick, and the shop's country (ISO 3166-1, two letters), where
    a phone without a country code is."""

    reasons: frozenset[str]
    country: str
