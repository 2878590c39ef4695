"""The score on the board, in one line: of this month and the last, so that it is of some answers on any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desk.insights.filters import InsightFilters
from desk.insights.periods import Period, period_of
from lazo.auth.users import Scope
from lazo.insight.answer_counts import AnswerCounts, total_counts
from lazo.insight.score import score_figure
from lazo.insight.statements import describe, score_statement
from lazo.table.dynamodb.table import Table
from lazo.table.rollups import ALL_STORES
from lazo.table.views.answer_counts import counts_by_month
from lazo.table.views.month_figures import group_months, group_stores_by_month


@dataclass(frozen=True, slots=True)
class BoardScore:
    """The score since a day, as a sentence, and the page with the figures behind it."""

    sentence: str
    since: date
    address: str


def board_score(
    table: Table, scope: Scope, store_ids: Sequence[str], chosen: str | None, today: date
) -> BoardScore | None:
    """Return the score of these stores; None without answers. `chosen`: the one that the board's filter names, if any;
    `today`: by UTC. One query: of one store it is live, of several as of the last roll-up."""
    month = period_of("month", today)
    counts = _counts(table, scope, store_ids, month.before, month)
    if not counts.bands.n:
        return None
    return BoardScore(
        describe(score_statement(score_figure(counts.bands)), scope.language),
        month.before.first,
        InsightFilters(store_id=chosen).address(),
    )


def _counts(
    table: Table, scope: Scope, store_ids: Sequence[str], first: Period, last: Period
) -> AnswerCounts:
    if len(store_ids) == 1:
        # The whole month, since a store's day may be ahead of UTC's.
        found = counts_by_month(table, store_ids, first.first, last.last, ())
        return total_counts(found[store_ids[0]].values())
    if scope.role == "head":
        months = group_months(table, ALL_STORES, first.id, last.id)
        return total_counts(each.answers for each in months.values())
    of_stores = group_stores_by_month(table, ALL_STORES, first.id, last.id, frozenset(store_ids))
    return total_counts(
        AnswerCounts(bands=each.bands) for of_month in of_stores.values() for each in of_month.values()
    )
