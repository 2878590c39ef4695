"""The score on the board, in one line: of this month and the last, so that it is of some answers on any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desk.insights.filters import InsightFilters
from desk.insights.periods import period_of
from desk.insights.recent_months import recent_bands
from lazo.auth.users import Scope
from lazo.insight.bands import BandCounts
from lazo.insight.score import score_figure
from lazo.insight.statements import describe, score_statement
from lazo.table.dynamodb.table import Table
from lazo.table.rollups import ALL_STORES, brand_group


@dataclass(frozen=True, slots=True)
class BoardScore:
    """The score since a day, as a sentence, and the page with the figures behind it."""

    sentence: str
    since: date
    address: str


def board_score(
    table: Table, scope: Scope, store_ids: Sequence[str], chosen: InsightFilters, today: date
) -> BoardScore | None:
    """Return the score of these stores; None without answers. `chosen`: whose stores these are by the
    board's filters; `today`: by UTC. One query: of one store it is live, of several as of the last roll-up."""
    month = period_of("month", today)
    whole = scope.role == "head" and not chosen.area
    group = (brand_group(chosen.brand) if chosen.brand else ALL_STORES) if whole else None
    bands = sum(recent_bands(table, store_ids, group, today).values(), BandCounts())
    if not bands.n:
        return None
    return BoardScore(
        describe(score_statement(score_figure(bands)), scope.language),
        month.before.first,
        chosen.address(),
    )
