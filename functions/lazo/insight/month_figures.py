"""All that is counted of some stores in a month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lazo.followup.recovery import RecoveryFigures, total_recovery
from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.case_figures import CaseFigures
from lazo.insight.response_rate import VisitorFigures
from lazo.promise.kept_rate import PromiseFigures


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Answers, promises that were made and ended, customers whose case was first resolved, the `cases` that opened, and
    visitors with the answers of their days. `read_at`: what was counted later is not in it; None if nothing was rolled
    up. `days`: the answers by day, without touchpoints; None in a sum, and if they were not asked for or are not known.
    """

    answers: AnswerCounts = field(default_factory=AnswerCounts)
    promises: PromiseFigures = field(default_factory=PromiseFigures)
    recovery: RecoveryFigures = field(default_factory=RecoveryFigures)
    cases: CaseFigures = field(default_factory=CaseFigures)
    read_at: datetime | None = None
    visitors: VisitorFigures = field(default_factory=VisitorFigures)
    days: Mapping[date, AnswerCounts] | None = None

    def __add__(self, other: "MonthFigures") -> "MonthFigures":
        read = [each.read_at for each in (self, other) if each.read_at]
        return MonthFigures(
            self.answers + other.answers,
            self.promises + other.promises,
            total_recovery([self.recovery, other.recovery]),
            self.cases + other.cases,
            min(read, default=None),
            self.visitors + other.visitors,
        )
