"""Limits of a survey's fields, and the choices that a survey offers."""

from dataclasses import dataclass
from typing import Final

LONGEST_COMMENT: Final = 2000
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class SurveyOffer:
    """What the survey offers: ids of the reasons to tick, and the store's country (ISO 3166-1, two letters), which is
    assumed for phones without a country code."""

    reasons: frozenset[str]
    country: str
