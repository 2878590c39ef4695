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
MOST_MONTHS_BY_DAY: Final = 400
"""So many are read by day for a trend of days or weeks."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of the chosen stores. `shown`: the answers of each period of the chart, oldest first; of several
    stores without touchpoints, and of months without themes and hours. `rolled_up_at`: when the latest answers were
    added up, None if they are read live; `promises`, `recovery`, `cases` and `visitors` are of the months of the
    period, the latter two as rolled up. `not_by_day`: months of a day or week that were added up before days were kept,
    so that nothing is known of it."""

    period: Period
    answers: AnswerCounts
    before: AnswerCounts
    shown: Sequence[tuple[Period, AnswerCounts]]
    promises: PromiseFigures
    recovery: RecoveryFigures
    cases: CaseFigures
    visitors: VisitorFigures
    rolled_up_at: datetime | None
    not_by_day: Sequence[str] = ()


def read_figures(table: Table, chosen: Selection) -> Reading:
    """Return the figures of a selection."""
    if chosen.store:
        return _read_store(table, chosen, chosen.store.store_id)
    if chosen.period.is_of_days:
        return _read_days(table, chosen)
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
    if chosen.store or chosen.group or chosen.period.is_of_days:
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
    if chosen.store is None or chosen.period.is_of_days:
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
    if period.is_of_days:
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


def _read_days(table: Table, chosen: Selection) -> Reading:
    """Return the figures of several stores in a day or a week: a query for a group, else a batch for each hundred
    months of stores. The chart goes back as far as these may be read."""
    period, shown = chosen.period, shown_periods(chosen.period, chosen.today)
    if chosen.group:
        first = min(shown[0].first, period.before.first)
        last = shown[-1].months[-1]
        figures = month_figures.group_months(table, chosen.group, f"{first:%Y-%m}", last, by_day=True)
    else:
        most = MOST_MONTHS_BY_DAY // max(1, len(chosen.store_ids))
        while len(shown) > 1 and len(months_between(shown[0].first, shown[-1].last)) > most:
            shown = shown[1:]
        wanted = sorted({month for each in (period.before, period, *shown) for month in each.months})
        figures = month_figures.total_store_months(table, chosen.store_ids, wanted, by_day=True)
    unknown = {month for month, each in figures.items() if each.days is None}
    days = {on: counts for each in figures.values() for on, counts in (each.days or {}).items()}
    known = [each for each in (*shown, period, period.before) if unknown.isdisjoint(each.months)]
    of_period = {each: _of_days(days, each) for each in known}
    return _of_several(
        chosen,
        figures,
        answers=of_period.get(period, AnswerCounts()),
        before=of_period.get(period.before, AnswerCounts()),
        shown=[(each, of_period[each]) for each in shown if each in of_period],
        not_by_day=[month for month in period.months if month in unknown],
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
    inside = (figures[month].answers for month in chosen.period.months if month in figures)
    return _of_several(
        chosen,
        figures,
        answers=total_counts(inside),
        before=_of_months_in(answers, chosen.period.before),
        shown=[(each, _of_months_in(answers, each)) for each in shown],
    )


def _of_several(
    chosen: Selection,
    figures: Mapping[str, MonthFigures],
    *,
    answers: AnswerCounts,
    before: AnswerCounts,
    shown: Sequence[tuple[Period, AnswerCounts]],
    not_by_day: Sequence[str] = (),
) -> Reading:
    """Return the reading of several stores, with what the months of its period have beside answers."""
    inside = [figures[month] for month in chosen.period.months if month in figures]
    return Reading(
        period=chosen.period,
        answers=answers,
        before=before,
        shown=shown,
        promises=total_figures(each.promises for each in inside),
        recovery=total_recovery(each.recovery for each in inside),
        cases=sum((each.cases for each in inside), CaseFigures()),
        visitors=sum((each.visitors for each in inside), VisitorFigures()),
        rolled_up_at=max((each.read_at for each in inside if each.read_at), default=None),
        not_by_day=not_by_day,
    )


def _of_days(days: Mapping[date, AnswerCounts], period: Period) -> AnswerCounts:
    return total_counts(counted for on, counted in days.items() if period.first <= on <= period.last)


def _of_months_in(months: Mapping[str, AnswerCounts], period: Period) -> AnswerCounts:
    return total_counts(months[month] for month in period.months if month in months)
