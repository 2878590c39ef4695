"""`GET /v1/scores`: the score of each store, touchpoint or brand and period, with what chance allows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Annotated

from api.cursors import decode_cursor, encode_cursor, invalid_cursor
from api.group_scores import Row, brands_of, group_figures, rows_at_once
from api.parameters import ROLLED_UP, ScoresQuery
from api.rows import Says
from api.stores_asked import StoresAsked
from lazo.insight.answer_counts import AnswerCounts, total_counts
from lazo.insight.bands import BandCounts
from lazo.insight.periods import CalendarSpan, split_into_periods
from lazo.insight.score import ScoreFigure, score_figure
from lazo.store.model import Touchpoint
from lazo.table.dynamodb.table import Table
from lazo.table.stores import get_touchpoints, touchpoint_codes
from lazo.table.views.answer_counts import counts_of_stores_by_day
from lazo.table.views.month_figures import StoreAnswers

Score = Annotated[float, Says(least=-100, most=100)]
Count = Annotated[int, Says(least=0)]
Subject = tuple[str, str]
"""What a row is of: a store and the code of a touchpoint, "" for the whole store; or a brand, "" for all, and ""."""


@dataclass(frozen=True, slots=True)
class BandsOut:
    """Answers by band: 9-10, 7-8, 0-6."""

    promoters: Count
    passives: Count
    detractors: Count


@dataclass(frozen=True, slots=True)
class NotCountedOut:
    """Answers that are in no band, by why."""

    suspect: Annotated[Count, Says("They may not be a customer's, or were a trial.")]


@dataclass(frozen=True, slots=True)
class ScoreOut:
    """The score of a store, of one of its touchpoints, or of several stores, in a period."""

    store_id: Annotated[str | None, Says("Null for several stores.")]
    brand: Annotated[str | None, Says("Set if the row is of the stores of a brand.")]
    touchpoint: Annotated[str | None, Says("Code of the touchpoint; null for the whole store.")]
    label: Annotated[str | None, Says("Where that hangs.")]
    from_: Annotated[date, Says("First day of the period within the range.")]
    to: Annotated[date, Says("Day after the last one of the period within the range.")]
    bands: BandsOut
    n: Annotated[Count, Says("How many answers the score is of.")]
    score: Annotated[Score | None, Says("Share of promoters less share of detractors, in points.")]
    lower: Annotated[Score | None, Says("Lower end of the interval of 95 % (adjusted Wald).")]
    upper: Annotated[Score | None, Says("Upper end of that interval.")]
    enough: Annotated[bool, Says("False below 20 answers: neither rank nor compare it.")]
    not_counted: NotCountedOut


@dataclass(frozen=True, slots=True)
class ScoresPage:
    """Scores by store and touchpoint or by brand, then by period; every period of the range is there, also without
    answers."""

    items: list[ScoreOut]
    next_cursor: Annotated[str | None, Says("Where the next page begins; null at the end.")]


def list_scores(table: Table, stores: StoresAsked, query: ScoresQuery) -> ScoresPage:
    """Return the page of scores of these stores: a query of each store or brand on it; for touchpoints also their
    list, and a batch, for brands theirs; batches for parts of months of some stores together. Raises Rejected for a
    wrong cursor, and for days that are not known."""
    position = decode_cursor("scores", query.cursor)
    reached = None if position is None else _read_position(position)
    rows = _rows_after(_subjects(table, stores, query), query, reached)
    found = list(islice(rows, query.limit + 1))
    several = query.group in ROLLED_UP
    page = found[: min(query.limit, rows_at_once(stores, found) if several else query.limit)]
    figures = group_figures(table, stores, query.group, page) if several else _store_figures(table, page)
    touchpoints = get_touchpoints(table, {code for (_, code), _ in page if code})
    return ScoresPage(
        items=[
            _score_out(row, figure, touchpoints.get(row[0][1]), several=several)
            for row, figure in zip(page, figures, strict=True)
        ],
        next_cursor=encode_cursor("scores", _position(page[-1])) if len(found) > len(page) else None,
    )


def _subjects(table: Table, stores: StoresAsked, query: ScoresQuery) -> list[Subject]:
    """Return what rows are of, in order."""
    match query.group:
        case "touchpoint":
            return touchpoint_codes(table, frozenset(stores.ids))
        case "brand":
            return [(brand, "") for brand in brands_of(table, stores, CalendarSpan(query.from_, query.to))]
        case "total":
            return [("", "")]
    return [(store_id, "") for store_id in sorted(stores.ids)]


def _store_figures(table: Table, rows: Sequence[Row]) -> list[StoreAnswers]:
    """Return the answers of rows of stores and touchpoints."""
    counts = counts_of_stores_by_day(table, _days_by_store(rows))
    return [_figure_of(row, counts[row[0][0]]) for row in rows]


def _figure_of(row: Row, days: Mapping[date, AnswerCounts]) -> StoreAnswers:
    (_, code), span = row
    counts = total_counts(n for day, n in days.items() if span.first <= day < span.end)
    if not code:
        return StoreAnswers(counts.bands, counts.suspect)
    bands = counts.touchpoints.get(code, BandCounts())
    return StoreAnswers(bands, counts.suspect_touchpoints.get(code, 0))


def _rows_after(
    subjects: Sequence[Subject], query: ScoresQuery, reached: tuple[Subject, date] | None
) -> Iterator[Row]:
    """Yield the rows from the subject and day that the page before reached."""
    days = CalendarSpan(query.from_, query.to)
    for subject in subjects:
        if reached and subject < reached[0]:
            continue
        first = max(days.first, reached[1]) if reached and subject == reached[0] else days.first
        yield from (
            (subject, span) for span in split_into_periods(CalendarSpan(first, days.end), query.period)
        )


def _position(row: Row) -> str:
    """Return the position behind a row: what it is of, and the day after its period."""
    (name, code), span = row
    return f"{name}:{code}:{span.end.isoformat()}"


def _read_position(position: str) -> tuple[Subject, date]:
    """Return subject and day of an untrusted position. Raises Rejected."""
    try:
        name, code, day = position.rsplit(":", 2)  # a brand may have a colon
        return (name, code), date.fromisoformat(day)
    except ValueError as error:
        raise invalid_cursor() from error


def _days_by_store(rows: Sequence[Row]) -> dict[str, tuple[date, date]]:
    found: dict[str, tuple[date, date]] = {}
    for (store_id, _), span in rows:
        first, last = found.get(store_id, (span.first, span.last))
        found[store_id] = (min(first, span.first), max(last, span.last))
    return found


def _score_out(row: Row, found: StoreAnswers, touchpoint: Touchpoint | None, *, several: bool) -> ScoreOut:
    (name, code), span = row
    figure = score_figure(found.bands, {"suspect": found.suspect})
    lower, upper = _rounded_interval(figure)
    return ScoreOut(
        store_id=None if several else name,
        brand=name or None if several else None,
        touchpoint=code or None,
        label=touchpoint.label if touchpoint else None,
        from_=span.first,
        to=span.end,
        bands=BandsOut(**asdict(found.bands)),
        n=figure.n,
        score=None if figure.score is None else round(figure.score, 1),
        lower=lower,
        upper=upper,
        enough=figure.is_enough,
        not_counted=NotCountedOut(found.suspect),
    )


def _rounded_interval(figure: ScoreFigure) -> tuple[float | None, float | None]:
    if figure.interval is None:
        return None, None
    return round(figure.interval.lower, 1), round(figure.interval.upper, 1)
