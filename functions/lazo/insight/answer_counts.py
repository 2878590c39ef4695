"""Answers of some stores in some time, counted as scores, themes, hours and touchpoints need them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from lazo.insight.bands import BandCounts
from lazo.insight.score import NotCounted, ScoreFigure, score_figure
from lazo.survey.answer import TEST_TOUCHPOINT

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class ThemeOpinions:
    """Answers that complain about a theme, praise it, or name it without an opinion, by band."""

    complained: BandCounts = field(default_factory=BandCounts)
    praised: BandCounts = field(default_factory=BandCounts)
    mentioned: BandCounts = field(default_factory=BandCounts)

    @property
    def named(self) -> BandCounts:
        """All answers that name it."""
        return self.complained + self.praised + self.mentioned

    def __add__(self, other: "ThemeOpinions") -> "ThemeOpinions":
        return ThemeOpinions(
            self.complained + other.complained,
            self.praised + other.praised,
            self.mentioned + other.mentioned,
        )


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Answers by band, and of these by theme, by hour (0-23) and weekday (0 is Monday) of their store's clock, and by
    touchpoint (its code). Days from before an answer was counted by hour and touchpoint have fewer there than in
    `bands`.

    Not in any band: `suspect` answers, which may not be a customer's; `signs`, how many of them have a sign; and
    `suspect_touchpoints`, by code.
    """

    bands: BandCounts = field(default_factory=BandCounts)
    themes: Mapping[str, ThemeOpinions] = field(default_factory=dict)
    hours: Mapping[int, BandCounts] = field(default_factory=dict)
    weekdays: Mapping[int, BandCounts] = field(default_factory=dict)
    touchpoints: Mapping[str, BandCounts] = field(default_factory=dict)
    suspect: int = 0
    signs: Mapping[str, int] = field(default_factory=dict)
    suspect_touchpoints: Mapping[str, int] = field(default_factory=dict)

    @property
    def complaints(self) -> Mapping[str, int]:
        """How many unhappy customers (detractors) complain about each theme."""
        found = {theme: counts.complained.detractors for theme, counts in self.themes.items()}
        return {theme: n for theme, n in found.items() if n}

    @property
    def praise(self) -> Mapping[str, int]:
        """How many answers praise each theme."""
        return {theme: counts.praised.n for theme, counts in self.themes.items() if counts.praised.n}

    def __add__(self, other: "AnswerCounts") -> "AnswerCounts":
        return AnswerCounts(**{each.name: _added(self, other, each.name) for each in fields(self)})


def total_counts(counts: Iterable[AnswerCounts]) -> AnswerCounts:
    """Return the sum of all counts."""
    return sum(counts, AnswerCounts())


def counted_score(counts: AnswerCounts, provisional: int = 0) -> ScoreFigure:
    """Return the score of counted answers, with what is not in it: suspect ones, trials apart, and `provisional` ones,
    which are being written."""
    trials = counts.signs.get(TEST_TOUCHPOINT, 0)
    left_out: dict[NotCounted, int] = {
        "suspect": counts.suspect - trials,
        "test": trials,
        "provisional": provisional,
    }
    return score_figure(counts.bands, left_out)


def _added(one: AnswerCounts, other: AnswerCounts, name: str) -> Any:
    first, second = getattr(one, name), getattr(other, name)
    return _merged(first, second) if isinstance(first, Mapping) else first + second


def _merged(first: Mapping[K, Any], second: Mapping[K, Any]) -> dict[K, Any]:
    found = dict(first)
    for key, value in second.items():
        found[key] = found[key] + value if key in found else value
    return found
