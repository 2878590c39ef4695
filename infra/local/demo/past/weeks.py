"""The weeks of a demo store's past as the sweep would have closed them, and what is counted of the week that runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from infra.local.demo.past.cases import PastCase
from lazo.insight import praise
from lazo.insight.bands import BandCounts, bands_of_scores
from lazo.insight.response_rate import VisitorFigures
from lazo.insight.week_figures import WeekFigures
from lazo.insight.weeks import Week, last_whole_week, week_of
from lazo.promise.kept_rate import PromiseFigures
from lazo.promise.model import Promise, PromiseChange
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import week_counts
from lazo.table.dynamodb.writes import Item, Update
from lazo.table.week_figures import week_put
from lazo.workflows.closed_weeks import PRAISE_OF_WEEK

_OUTCOMES = ("kept", "late", "broken")


def closed_weeks(
    store: Store,
    answers: Iterable[Answer],
    cases: Iterable[PastCase],
    visitors: Mapping[date, int],
    now: datetime,
) -> Iterator[Item]:
    """Yield the item of each week that is over. `visitors`: how many came, by day."""
    figures: defaultdict[Week, WeekFigures] = defaultdict(WeekFigures)
    praised: defaultdict[Week, list[Answer]] = defaultdict(list)
    for answer in answers:
        week = _week(store, answer.at)
        suspect = bool(answer.classification and answer.classification.suspect)
        bands = BandCounts() if suspect else bands_of_scores({answer.score: 1})
        came = visitors.get(store.hours.local_date(answer.at))
        figures[week] += WeekFigures(
            bands, suspect=int(suspect), visitors=VisitorFigures(0, bands if came else BandCounts())
        )
        if praise.is_praise(answer):
            praised[week].append(answer)
    for day, n in visitors.items():
        figures[week_of(day)] += WeekFigures(visitors=VisitorFigures(n))
    for case in cases:
        if case.followup.recovery_month and case.followup.resolved_at:
            figures[_week(store, case.followup.resolved_at)] += WeekFigures(solved=1)
        for promise in case.promises:
            if promise.settled_at and promise.state in _OUTCOMES:
                ended = PromiseFigures(**{promise.state: 1})
                figures[_week(store, promise.settled_at)] += WeekFigures(promises=ended)
    last = last_whole_week(now, store.timezone)
    for week in sorted(week for week in figures if week <= last):
        telling = praise.most_telling(praised[week], PRAISE_OF_WEEK)
        ulids = [answer.ulid for answer in telling]
        yield week_put(store.store_id, week, figures[week], ulids, week.ends(store.timezone)).item


def counts_of_running_week(store: Store, cases: Iterable[PastCase], now: datetime) -> Iterator[Update]:
    """Yield the writes that count what was solved and settled in the week that runs."""
    running = last_whole_week(now, store.timezone).next
    for case in cases:
        about = case.followup
        if about.resolved_at and _week(store, about.resolved_at) == running:
            before = replace(about, recovery_month=None)
            yield from week_counts.count_solved(before, about, store, about.resolved_at)
        settled = [each for each in case.promises if each.settled_at]
        changes = [PromiseChange(_opened(each), each) for each in settled]
        ran = (each for each in changes if _week(store, each.after.settled_at or now) == running)
        yield from week_counts.count_ended_promises(ran, store)


def _opened(promise: Promise) -> Promise:
    return replace(promise, state="open", settled_at=None)


def _week(store: Store, at: datetime) -> Week:
    return week_of(store.hours.local_date(at))
