"""The figures of the insights, from counts: what the page shows and says of some stores and a period."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from desk.answers import filters as answer_filters
from desk.insights.periods import Period, short_label
from desk.web.addresses import page_address
from desk.web.render import say
from lazo.insight.answer_counts import AnswerCounts, total_counts
from lazo.insight.proportion import Proportion, proportion
from lazo.insight.score import ScoreFigure, score_difference, score_figure
from lazo.insight.statements import (
    Statement,
    describe,
    difference_statement,
    meaning_statement,
    not_counted_statements,
    score_statement,
    trend_statement,
)
from lazo.insight.trend import trend
from lazo.survey.nps import Band

THEMES_SHOWN: Final = 5
BANDS: Final[tuple[Band, ...]] = ("promoter", "passive", "detractor")

StoreMonths = Mapping[str, Mapping[str, AnswerCounts]]
"""Counts by store and month (`2026-11`)."""


@dataclass(frozen=True, slots=True)
class AnswersLink:
    """Leads to the answers behind a figure: of one store, or of all that the reader sees (None). `exact` is False
    where the feed has no filter for the chosen stores; then no figure has a link but those of single stores."""

    store_id: str | None
    exact: bool

    def to(self, first: date, last: date, **filters: str) -> str | None:
        """Return the address of the answers of these days (each included) that match `filters` (band, theme)."""
        if not self.exact:
            return None
        days = {"from": first.isoformat(), "to": last.isoformat()}
        return page_address(answer_filters.PATH, shop=self.store_id, **filters, **days)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A part of some answers: its id (a band or a theme), how many of how many, and where they are to read."""

    name: str
    of: Proportion
    address: str | None

    @property
    def percent(self) -> int:
        """The share, to the nearest per cent."""
        return round(100 * self.of.share)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The score of a month or a store, by its name."""

    name: str
    figure: ScoreFigure
    address: str | None


@dataclass(frozen=True, slots=True)
class ScoreOverview:
    """The score of a period and what it is made of. `says`: its meaning, its change and what is not counted, as
    sentences; `trend`: how it changes from month to month."""

    figure: ScoreFigure
    sentence: str
    says: Sequence[str]
    bands: Sequence[ShareRow]
    complaints: Sequence[ShareRow]
    months: Sequence[ScoreRow]
    trend: str
    address: str | None


def counts_of(counts: StoreMonths, months: Sequence[str]) -> AnswerCounts:
    """Return the total of all stores in these months."""
    return total_counts(
        of_store[month] for of_store in counts.values() for month in months if month in of_store
    )


def score_overview(
    counts: StoreMonths,
    period: Period,
    months: Sequence[str],
    link: AnswersLink,
    language: str,
    text: Mapping[str, Any],
) -> ScoreOverview:
    """Return the score of a period, and of all `months` (oldest first) that were read."""

    def spoken(statement: Statement) -> str:
        return describe(statement, language)

    found = counts_of(counts, period.months)
    figure = _figure(found)
    by_month = [(Period((month,)), _figure(counts_of(counts, [month]))) for month in months]
    meaning = meaning_statement(figure)
    says = [
        *([spoken(meaning)] if meaning else []),
        *_change(counts, period, months, spoken, text),
        *map(spoken, not_counted_statements(figure)),
    ]
    return ScoreOverview(
        figure=figure,
        sentence=spoken(score_statement(figure)),
        says=says,
        bands=_bands(found, period, link),
        complaints=_complaints(found, period, link),
        months=[
            ScoreRow(
                short_label(each.id, text),
                of_month,
                link.to(each.first, each.last) if of_month.n else None,
            )
            for each, of_month in by_month
        ],
        trend=spoken(trend_statement(trend([of_month.bands for _, of_month in by_month]))),
        address=link.to(period.first, period.last) if found.bands.n else None,
    )


def store_scores(
    counts: StoreMonths, period: Period, names: Mapping[str, str], address: Callable[[str], str]
) -> list[ScoreRow]:
    """Return the score of each store in a period, in the order of `names` (by id); `address` is its page's."""
    return [
        ScoreRow(
            name, _figure(counts_of({store_id: counts.get(store_id, {})}, period.months)), address(store_id)
        )
        for store_id, name in names.items()
    ]


def _figure(counts: AnswerCounts) -> ScoreFigure:
    return score_figure(counts.bands, {"suspect": counts.suspect})


def _change(
    counts: StoreMonths,
    period: Period,
    months: Sequence[str],
    spoken: Callable[[Statement], str],
    text: Mapping[str, Any],
) -> list[str]:
    """Return how the score differs from that of the period before, if that was read and both have enough answers."""
    if period.before.months[0] < months[0]:
        return []
    now, then = (counts_of(counts, each.months).bands for each in (period, period.before))
    difference = score_difference(now, then)
    if difference is None or not difference.is_enough:
        return []
    said = spoken(difference_statement(difference))
    line = text["change" if len(period.months) == 1 else "change_from_quarter"]
    return [say(line, before=period.before.label(text), said=said)]


def _bands(found: AnswerCounts, period: Period, link: AnswersLink) -> list[ShareRow]:
    sizes = (found.bands.promoters, found.bands.passives, found.bands.detractors)
    shares = ((band, proportion(size, found.bands.n)) for band, size in zip(BANDS, sizes, strict=True))
    return [
        ShareRow(band, share, link.to(period.first, period.last, band=band))
        for band, share in shares
        if share
    ]


def _complaints(found: AnswerCounts, period: Period, link: AnswersLink) -> list[ShareRow]:
    """Return what most unhappy customers complain about, the most frequent first."""
    most = sorted(found.complaints.items(), key=lambda pair: (-pair[1], pair[0]))[:THEMES_SHOWN]
    shares = ((theme, proportion(n, found.bands.detractors)) for theme, n in most if n)
    return [
        ShareRow(theme, share, link.to(period.first, period.last, band="detractor", theme=theme))
        for theme, share in shares
        if share
    ]
