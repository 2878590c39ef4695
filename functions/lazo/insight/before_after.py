"""Whether an improvement shows: what customers said before a day and after it.

Whole weeks on both sides, equally many, so that each weekday counts as often; the first week after begins with the day
itself. Days still to come, and today, are left out. What else changed in those weeks is in the difference as well.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.proportion import ProportionDifference, proportion, proportion_difference
from lazo.insight.score import ENOUGH, ScoreDifference, score_difference

MOST_WEEKS: Final = 12


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Days from `first` to `last`, inclusive."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ComparedWeeks:
    """As many whole weeks `before` a day as `after` it."""

    weeks: int
    before: DaySpan
    after: DaySpan


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """How answers after differ from those before: the `score` of those that name the theme, and the share of
    `complaints` about it among all; None where one side has no answers."""

    weeks: int
    score: ScoreDifference | None
    complaints: ProportionDifference | None

    @property
    def has_enough_answers(self) -> bool:
        """Whether the shares of complaints may be compared."""
        return self.complaints is not None and self.complaints.least_n >= ENOUGH


def compared_weeks(day: date, today: date) -> ComparedWeeks | None:
    """Return the weeks around a day that can be compared today, MOST_WEEKS at most; None until one is over."""
    weeks = min(MOST_WEEKS, (today - day).days // 7)
    if weeks < 1:
        return None
    length, one = timedelta(weeks=weeks), timedelta(days=1)
    return ComparedWeeks(weeks, DaySpan(day - length, day - one), DaySpan(day, day + length - one))


def before_after(weeks: int, before: AnswerCounts, after: AnswerCounts, theme: str) -> BeforeAfter:
    """Return how the answers of `weeks` after a day differ from those of as many before it, in what they say of a
    theme. An answer that both complains about it and praises it is counted twice among those that name it."""
    then, now = (counts.themes.get(theme, ThemeOpinions()) for counts in (before, after))
    return BeforeAfter(
        weeks,
        score_difference(now.named, then.named),
        proportion_difference(
            proportion(now.complained.n, after.bands.n), proportion(then.complained.n, before.bands.n)
        ),
    )
