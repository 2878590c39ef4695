"""Read the figures of the chosen stores in a period and in those before it, in a bounded number of calls.

One store is read live: the days of this month and the last, and older months as they were rolled up. Several are read
as rolled up: a group's own months, or the sum of its stores'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from desk.insights.periods import Period, months_between, period_of, shown_periods
from desk.insights.selection import Selection
from lazo.followup.recovery import RecoveryFigures, total_recovery
from lazo.insight.answer_counts import AnswerCounts, total_counts
from lazo.insight.bands import BandCounts
from lazo.insight.case_figures import CaseFigures
from lazo.insight.month_figures import MonthFigures
from lazo.insight.response_rate import VisitorFigures
from lazo.promise.kept_rate import PromiseFigures, total_figures
from lazo.table import recovery
from lazo.table.dynamodb.table import Table
from lazo.table.rollups import ALL_STORES
from lazo.table.views import answer_counts, month_figures, open_promises
from lazo.table.views.month_figures import StoreAnswers

MOST_STORE_MONTHS: Final = 1000
"""So many months of stores are read for a trend of themes, ten batches; the more stores, the fewer months."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of the chosen stores. `shown`: the answers of each period of the chart, oldest first; of several
    stores without themes, hours and touchpoints. `rolled_up_at`: when the latest answers were added up, None if they
    are read live; `promises`, `recovery`, `cases` and `visitors` are of the months of the period, the latter two as
    rolled up."""

    period: Period
    answers: AnswerCounts
    before: AnswerCounts
    shown: Sequence[tuple[Period, AnswerCounts]]
    promises: PromiseFigures
    recovery: RecoveryFigures
    cases: CaseFigures
    visitors: VisitorFigures
    rolled_up_at: datetime | None


def read_figures(table: Table, chosen: Selection) -> Reading:
    """Return the figures of a selection."""
    if chosen.store:
        return _read_store(table, chosen, chosen.store.store_id)
    shown = shown_periods(chosen.period, chosen.today)
    first = min(shown[0].first, chosen.period.before.first)
    first_month, last_month = f"{first:%Y-%m}", shown[-1].months[-1]
    if chosen.group:
        months = month_figures.group_months(table, chosen.group, first_month, last_month)
        return _of_months(chosen, months, {month: each.answers for month, each in months.items()}, shown)
    bands = months_of_stores(table, ALL_STORES, first_month, last_month, chosen.store_ids)
    months = month_figures.total_store_months(table, chosen.store_ids, chosen.period.months)
    return _of_months(chosen, months, bands, shown)


def read_themes(table: Table, chosen: Selection, *, trend: bool) -> Reading:
    """Return the figures with the themes of the period before too, and with `trend` those of the periods that are
    shown: of several stores as many of these as may be read."""
    if chosen.store or chosen.group:
        return read_figures(table, chosen)
    size = max(1, len(chosen.store_ids) * len(chosen.period.months))
    shown = shown_periods(chosen.period, chosen.today)[-max(1, MOST_STORE_MONTHS // size) :]
    wanted = [chosen.period.before, chosen.period, *(shown if trend else ())]
    months = sorted({month for each in wanted for month in each.months})
    figures = month_figures.total_store_months(table, chosen.store_ids, months)
    answers = {month: each.answers for month, each in figures.items()}
    return _of_months(chosen, figures, answers, shown)


def other_stores(table: Table, chosen: Selection) -> BandCounts | None:
    """Return the answers of the other stores of a store's brand in the period, as rolled up; None for several stores
    and for periods that are not rolled up. One query a month."""
    if chosen.store is None or chosen.period.unit in ("day", "week"):
        return None
    months = chosen.period.months
    found = month_figures.group_stores_by_month(table, chosen.comparable, months[0], months[-1])
    return sum(
        (
            each.bands
            for of_month in found.values()
            for store_id, each in of_month.items()
            if store_id != chosen.store.store_id
        ),
        BandCounts(),
    )


def stores_in_period(table: Table, chosen: Selection) -> dict[str, StoreAnswers]:
    """Return the answers of each store that the chosen ones are compared with, themselves included, in the months of
    the period."""
    months = chosen.period.months
    found = month_figures.group_stores_by_month(table, chosen.comparable, months[0], months[-1])
    total: dict[str, StoreAnswers] = {}
    for of_month in found.values():
        for store_id, each in of_month.items():
            so_far = total.get(store_id)
            total[store_id] = (
                StoreAnswers(so_far.bands + each.bands, so_far.suspect + each.suspect) if so_far else each
            )
    return total


def months_of_stores(
    table: Table, group: str, first: str, last: str, store_ids: Sequence[str]
) -> dict[str, AnswerCounts]:
    """Return the answers of these stores of a group together, by month: bands and suspect ones."""
    found = month_figures.group_stores_by_month(table, group, first, last, frozenset(store_ids))
    return {
        month: AnswerCounts(
            bands=sum((each.bands for each in of_month.values()), BandCounts()),
            suspect=sum(each.suspect for each in of_month.values()),
        )
        for month, of_month in found.items()
    }


def _read_store(table: Table, chosen: Selection, store_id: str) -> Reading:
    period = chosen.period
    shown = shown_periods(period, chosen.today)
    begin = min(shown[0].first, period.before.first)
    if period.unit in ("day", "week"):
        days = answer_counts.counts_by_day(table, store_id, begin, chosen.today)
        of_period = {each: _of_days(days, each) for each in (*shown, period.before)}
    else:
        live = period_of("month", chosen.today).before.first
        days = answer_counts.counts_by_day(table, store_id, live, chosen.today)
        months = _months_before(table, store_id, begin, live)
        for on, counted in days.items():
            month = f"{on:%Y-%m}"
            months[month] = months.get(month, AnswerCounts()) + counted
        of_period = {each: _of_months_in(months, each) for each in (*shown, period.before)}
    named = {store_id: period.months}
    owners = open_promises.promise_figures(table, named).get(store_id, {})
    recovered = recovery.recovery_by_store(table, named)
    rolled_up = month_figures.store_months(table, [store_id], period.months)[store_id].values()
    return Reading(
        period=period,
        answers=of_period[period],
        before=of_period[period.before],
        shown=[(each, of_period[each]) for each in shown],
        promises=total_figures(owners.values()),
        recovery=total_recovery(recovered.values()),
        cases=sum((each.cases for each in rolled_up), CaseFigures()),
        visitors=sum((each.visitors for each in rolled_up), VisitorFigures()),
        rolled_up_at=None,
    )


def _months_before(table: Table, store_id: str, first: date, live: date) -> dict[str, AnswerCounts]:
    """Return the answers of a store's months before the day `live`, as rolled up."""
    months = [each for each in months_between(first, live) if each < f"{live:%Y-%m}"]
    found = month_figures.store_months(table, [store_id], months)[store_id]
    return {month: each.answers for month, each in found.items()}


def _of_months(
    chosen: Selection,
    figures: Mapping[str, MonthFigures],
    answers: Mapping[str, AnswerCounts],
    shown: Sequence[Period],
) -> Reading:
    """Return the reading of several stores; `answers` are those of the period before and of `shown`, `figures` has at
    least the period."""
    period = chosen.period
    inside = [figures[month] for month in period.months if month in figures]
    return Reading(
        period=period,
        answers=total_counts(each.answers for each in inside),
        before=_of_months_in(answers, period.before),
        shown=[(each, _of_months_in(answers, each)) for each in shown],
        promises=total_figures(each.promises for each in inside),
        recovery=total_recovery(each.recovery for each in inside),
        cases=sum((each.cases for each in inside), CaseFigures()),
        visitors=sum((each.visitors for each in inside), VisitorFigures()),
        rolled_up_at=max((each.read_at for each in inside if each.read_at), default=None),
    )


def _of_days(days: Mapping[date, AnswerCounts], period: Period) -> AnswerCounts:
    return total_counts(counted for on, counted in days.items() if period.first <= on <= period.last)


def _of_months_in(months: Mapping[str, AnswerCounts], period: Period) -> AnswerCounts:
    return total_counts(months[month] for month in period.months if month in months)
