"""What a customer may send: limits, how each kind of field is brought into its kept form, and what can be wrong.

Pure: no words, no AWS. What is wrong has a code and a field; who shows it has the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    pass

LONGEST_COMMENT: Final = 2000
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: `code` (`score_required`, `comment_too_long`, ...) at `field`, if at one."""

    code: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the survey offered: ids of the reasons to tick, and the shop's country (ISO 3166-1, two letters), where
    a phone without a country code is."""

    reasons: frozenset[str]
    country: str


class Refused(Exception):
    """What was sent cannot be an answer; `problems` says why, in the order of the survey."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)
