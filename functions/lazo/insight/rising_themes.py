"""Find themes that customers complain of more than before, beyond chance over all stores, themes and weekly looks.

Each Monday the last four weeks of each store and theme are compared with the thirteen before them. Chance is judged
against both the store's own past and the brand's share now, and the larger of the two counts: a store has to have
risen, and to stand out. Among all that is looked at, those are believed of which `FALSE_SHARE_OF_LOOK` is expected to
be chance. A month has five Mondays at most, so of all that is flagged in a month at most `FALSE_SHARE_OF_MONTH` is: the
share of false ones among all looks together is never above the sum of the looks' shares.
`benchmarks/rising_themes.py` shows it.

Weeks differ by more than chance (a cashier on holiday, a heat wave), and one bad week is no rise. How much a theme
strays from week to week is told by all stores together (`week_to_week`), and counts are judged as if complaints came in
clusters as large as that makes them (quasi-Poisson).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lazo.insight.chance import believable, chance_of_at_least, chance_of_rise

RECENT_WEEKS: Final = 4
PAST_WEEKS: Final = 13
FALSE_SHARE_OF_MONTH: Final = 0.1
LOOKS_OF_MONTH: Final = 5
FALSE_SHARE_OF_LOOK: Final = FALSE_SHARE_OF_MONTH / LOOKS_OF_MONTH


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """Answers that complain of a theme, among all answers: in the recent weeks and in the past ones. `group_id` is a
    store, an area or the brand; `brand_share` is the recent share in the whole brand (0 to 1), None for the brand
    itself."""

    group_id: str
    theme: str
    recent: int
    recent_answers: int
    past: int
    past_answers: int
    brand_share: float | None = None
    strays: float = 0.0
    """How much the theme strays from week to week beyond chance, by `week_to_week`."""

    @property
    def recent_share(self) -> float:
        """Complaints for each recent answer."""
        return self.recent / self.recent_answers if self.recent_answers else 0.0

    @property
    def past_share(self) -> float:
        """Complaints for each past answer."""
        return self.past / self.past_answers if self.past_answers else 0.0


def rising_themes(looked_at: Iterable[ThemeCounts], tested: int | None = None) -> list[ThemeCounts]:
    """Return those that have risen beyond chance, the most certain first. `looked_at` is all that one look sees,
    `tested` how many that are, if those that cannot have risen are left out."""
    counts = list(looked_at)
    chances = [chance_of_theme(each) for each in counts]
    found = believable(chances, FALSE_SHARE_OF_LOOK, tested)
    return [counts[index] for index in sorted(found, key=lambda index: (chances[index], index))]


def chance_of_theme(counts: ThemeCounts) -> float:
    """Return how likely chance alone brings forth a rise like this (0 to 1)."""
    if not counts.past_answers or counts.recent_share <= max(counts.past_share, counts.brand_share or 0.0):
        return 1.0
    cluster = 1 + counts.strays * max(counts.past, 1) / PAST_WEEKS
    recent, both = round(counts.recent / cluster), round((counts.recent + counts.past) / cluster)
    own = chance_of_rise(recent, counts.recent_answers, both - recent, counts.past_answers)
    if counts.brand_share is None:
        return own
    return max(own, chance_of_at_least(recent, round(counts.recent_answers / cluster), counts.brand_share))


def week_to_week(stores: Iterable[Sequence[tuple[int, int]]]) -> float:
    """Return how much a theme's share strays from week to week beyond chance: the squared coefficient of variation,
    0 if it does not. `stores`: complaints and answers of each past week, of each store (method of moments)."""
    excess = expected_squares = 0.0
    for weeks in stores:
        complaints, answers = sum(week[0] for week in weeks), sum(week[1] for week in weeks)
        for complained, answered in weeks if answers else ():
            expected, rest = answered * complaints / answers, 1 - answered / answers
            # A week is part of what it is compared with, and strays from it by no more than the rest.
            excess += (complained - expected) ** 2 - expected * rest
            expected_squares += expected**2 * rest
    return max(0.0, excess / expected_squares) if expected_squares else 0.0
