"""Rows of figures as the pages of the insights list them, and the links to the answers behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desk.answers import filters as answer_filters
from desk.insights.filters import InsightFilters
from desk.insights.periods import Period
from desk.insights.selection import Selection
from desk.web.addresses import page_address
from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.bands import BandCounts
from lazo.insight.proportion import Proportion, proportion
from lazo.insight.score import ENOUGH, ScoreFigure
from lazo.rounding import percents
from lazo.survey.answer import TEST_TOUCHPOINT
from lazo.survey.nps import Band

BANDS: Final[tuple[Band, ...]] = ("promoter", "passive", "detractor")


@dataclass(frozen=True, slots=True)
class AnswersLink:
    """Leads to the answers behind a figure: those of the stores that are chosen by `shop`, `area` or `brand`."""

    chosen: InsightFilters

    def to(self, period: Period, *, results: str | None = "in", **filters: str) -> str:
        """Return the address of the answers of a period that match `filters` (fields of the feed): of those that count
        in the figures, of others as the feed calls them, or of all (None)."""
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        return page_address(answer_filters.PATH, **self.chosen.stores, **filters, **days, results=results)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A part of some answers: its id (a band, a theme, a sign), how many of how many, and where they are to read."""

    name: str
    of: Proportion
    address: str | None
    of_whole: int | None = None
    """Its per cent, if the rows are all parts of a whole and so add up to 100."""

    @property
    def percent(self) -> int:
        """The share in whole per cent."""
        return self.of.percent if self.of_whole is None else self.of_whole

    @property
    def is_enough(self) -> bool:
        """Whether it is of so many answers that it may be compared."""
        return self.of.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The score of a period, a store, an hour or a touchpoint, by its name in words; `id` is that in files."""

    id: str
    name: str
    figure: ScoreFigure
    address: str | None


def answers_link(chosen: Selection) -> AnswersLink:
    """Return the link to the answers of a selection."""
    return AnswersLink(chosen.filters)


def band_rows(bands: BandCounts, period: Period, link: AnswersLink) -> list[ShareRow]:
    """Return the share of each band; [] without answers."""
    sizes = (bands.promoters, bands.passives, bands.detractors)
    shares = zip(BANDS, (proportion(size, bands.n) for size in sizes), percents(sizes), strict=True)
    return [
        ShareRow(band, share, link.to(period, band=band), percent) for band, share, percent in shares if share
    ]


def complaint_rows(counts: AnswerCounts, period: Period, link: AnswersLink, most: int) -> list[ShareRow]:
    """Return what most unhappy customers complain about, the most frequent first."""
    frequent = sorted(counts.complaints.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    shares = ((theme, proportion(n, counts.bands.detractors)) for theme, n in frequent)
    return [
        ShareRow(theme, share, link.to(period, band="detractor", theme=theme, opinion="complained"))
        for theme, share in shares
        if share
    ]


def sign_counts(
    counts: AnswerCounts, period: Period, link: AnswersLink, names: Mapping[str, str]
) -> Sequence[tuple[str, int, str | None]]:
    """Return why suspect answers may not be a customer's, in words, how many each, and where they are to read: the most
    frequent first. That some are trials is said of them anyway."""
    found = sorted(counts.signs.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        (names.get(sign, sign), n, link.to(period, results=sign) if sign in names else None)
        for sign, n in found
        if n > 0 and sign != TEST_TOUCHPOINT
    ]
