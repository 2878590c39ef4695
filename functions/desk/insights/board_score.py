"""The score on the board, in one line: of this month and the last, so that it is of some answers on any day."""

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


def board_score(table: Table, scope: Scope, store_id: str | None, today: date) -> BoardScore | None:
    """Return the score of a store, or of all that the reader sees (None); None without answers. `today`: by UTC. One
    query: of one store it is live, of several as of the last roll-up."""
    month = period_of("month", today)
    counts = _counts(table, scope, store_id, month.before, month)
    if not counts.bands.n:
        return None
    return BoardScore(
        describe(score_statement(score_figure(counts.bands)), scope.language),
        month.before.first,
        InsightFilters(store_id=store_id).address(),
    )


def _counts(table: Table, scope: Scope, store_id: str | None, first: Period, last: Period) -> AnswerCounts:
    ids = [store_id] if store_id else [each.store_id for each in scope.stores]
    if len(ids) == 1:
        # The whole month, since a store's day may be ahead of UTC's.
        return total_counts(counts_by_month(table, ids, first.first, last.last, ())[ids[0]].values())
    if scope.role == "head":
        months = group_months(table, ALL_STORES, first.id, last.id)
        return total_counts(each.answers for each in months.values())
    of_stores = group_stores_by_month(table, ALL_STORES, first.id, last.id, frozenset(ids))
    return total_counts(
        AnswerCounts(bands=each.bands) for of_month in of_stores.values() for each in of_month.values()
    )
