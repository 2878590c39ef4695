"""The overview of the insights: the score of the reader's stores, what drags it down, and who needs help."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from desk.account.access import Access
from desk.board.filters import BoardFilters
from desk.deps import Deps
from desk.insights.chart_files import ScoreChart, asked_file, score_chart
from desk.insights.figure_rows import answers_link
from desk.insights.figures import hour_rows, period_rows, score_overview, weekday_rows
from desk.insights.navigation import cases_link, page_path
from desk.insights.page import page_reply
from desk.insights.periods import period_of
from desk.insights.readings import Reading, other_stores, read_figures
from desk.insights.response_note import response_sentence
from desk.insights.rising_notes import RisingNotes, rising_answers, rising_notes
from desk.insights.selection import Selection, load_selection
from desk.insights.step_figures import again_links, recovery_sentences
from desk.promises.filters import PromiseFilters
from desk.web.linked_sentences import linked_sentence
from desk.web.render import say
from lazo.insight.benchmark import Benchmark
from lazo.insight.recovery_effect import resurvey_figures
from lazo.insight.statements import benchmark_statement, describe, resurvey_statement
from lazo.promise.kept_rate import PromiseFigures
from lazo.promise.model import JUDGED
from lazo.table.benchmark import get_benchmark
from lazo.table.dynamodb.table import Table
from lazo.table.views import overdue_followups, overdue_promises
from lazo.table.views.answer_times import count_provisional
from lazo.table.views.rising import latest_look
from lazo.text.regional_formats import format_plain_day
from lazo.translations import translations
from lazo.web.responses import Response


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/insights` with the filters `shop`, `area`, `brand` and `period`. `format`: `csv` or `svg` for
    a `chart` (`trend`, `hours`, `weekdays`) as a file."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    now, language = deps.clock(), access.scope.language
    chosen = load_selection(event, deps, access)
    reading = read_figures(deps.table, chosen)
    benchmark = get_benchmark(deps.table)
    charts = _charts(reading, chosen, benchmark)
    file = asked_file(query, charts.values(), chosen.period.id, language)
    if file:
        return file
    others = other_stores(deps.table, chosen)
    store = chosen.store
    became = partial(cases_link, stores=chosen.filters.stores, months=chosen.period.months)
    overview = score_overview(
        reading,
        (store.brand, others) if store and others else None,
        answers_link(chosen),
        language,
        count_provisional(deps.table, store.store_id, now) if store and chosen.is_of_now else 0,
    )
    return page_reply(
        "overview",
        "insights.html.j2",
        chosen,
        deps,
        access,
        rolled_up_at=reading.rolled_up_at,
        not_by_day=reading.not_by_day,
        overview=overview,
        charts=charts,
        waiting=overdue_followups.count_overdue_followups(deps.table, frozenset(chosen.now_ids), now),
        board=BoardFilters.of_stores(chosen.filters),
        ledger=PromiseFilters.of_stores(chosen.filters),
        themes=chosen.filters.address(path=page_path("themes")),
        of_months=_of_months(chosen),
        recovery=reading.recovery,
        became=became,
        again=again_links(reading.cases, became),
        case_kinds=translations("insights_cases", language)["kind"],
        resurvey=linked_sentence(
            resurvey_statement(resurvey_figures(reading.recovery)),
            language,
            {each: became(each) for each in ("asked", "answered", "silent", "never_asked")},
        ),
        before_and_after=recovery_sentences(reading.cases, language),
        response=response_sentence(reading.visitors, language, overview.counted),
        benchmark=_benchmark_sentence(benchmark, chosen),
        rising=_rising(deps.table, chosen, now),
        answers_of=rising_answers,
        **_promises(deps.table, chosen, reading, now),
    )


def _charts(reading: Reading, chosen: Selection, benchmark: Benchmark | None) -> dict[str, ScoreChart]:
    """Return the charts that have something to show, by id: a day has one weekday, which is none."""
    language = chosen.scope.language
    words = translations("insights_overview", language)["chart"]
    frame = translations("insights_frame", language)
    unit = chosen.period.unit
    trend = {**words["trend"], "title": words["trend_title"][unit], "column": frame["unit"][unit]}
    link = answers_link(chosen)
    rows = period_rows(reading, link, language)
    hours = words["hours"] if chosen.store else {**words["hours"], "lead": words["hours"]["lead_of_several"]}
    found = [
        score_chart("trend", trend, rows, joined=True, benchmark=benchmark.score if benchmark else None),
        score_chart("hours", hours, hour_rows(reading, link)),
        score_chart("weekdays", words["weekdays"], weekday_rows(reading, link, language))
        if unit != "day"
        else None,
    ]
    return {each.id: each for each in found if each}


def _benchmark_sentence(benchmark: Benchmark | None, chosen: Selection) -> str:
    """Return what the line of the benchmark is; "" without one."""
    if benchmark is None:
        return ""
    language = chosen.scope.language
    day = format_plain_day(benchmark.on, language, chosen.country, year=True)
    return describe(benchmark_statement(benchmark, day), language)


def _rising(table: Table, chosen: Selection, now: datetime) -> RisingNotes:
    """Return what rises in the chosen stores, and in the brands if they are all of them."""
    names = {store.store_id: store.name for store in chosen.scope.stores}
    stores = {store_id: names.get(store_id, store_id) for store_id in chosen.store_ids}
    look, brand = latest_look(table, now), chosen.filters.brand
    found = {each.group_id for each in look.in_brands} if look and chosen.group else set()
    brands = {each: each for each in found if brand in (None, each)}
    return rising_notes(look, stores, brands, chosen.scope.language)


def _of_months(chosen: Selection) -> str:
    """Return, of a day or week, which months promises and recovery are counted by; "" if the period is as long."""
    if not chosen.period.is_of_days:
        return ""
    language = chosen.scope.language
    text, frame = translations("insights_overview", language), translations("insights_frame", language)
    months = {period_of("month", day) for day in (chosen.period.first, chosen.period.last)}
    names = [each.label(frame) for each in sorted(months, key=lambda each: each.first)]
    return say(text["of_months"], months=" + ".join(names))


def _promises(table: Table, chosen: Selection, reading: Reading, now: datetime) -> dict[str, Any]:
    """Return what the template shows of promises: those of the period, and what is overdue now if it is not over."""
    period = chosen.period
    of_now = frozenset(chosen.now_ids) if f"{chosen.today:%Y-%m}" in period.months else frozenset()
    overdue, every = overdue_promises.count_overdue(table, of_now, now)
    figures, months = reading.promises, period.months
    ended = replace(PromiseFilters.of_stores(chosen.filters), first=months[0], last=months[-1])
    names = translations("promises", chosen.scope.language)["outcome"]
    return {
        "promises": figures + PromiseFigures(overdue=sum(overdue.values())),
        "every_overdue": every,
        "ended": [
            (f"{names[each]}: {n}", ended.address(outcome=each))
            for each in JUDGED
            if (n := getattr(figures, each))
        ],
    }
