"""Look at all stores, brands and themes at once for what rises (`lazo.insight.rising_themes`), once a week.

A week ends with the Saturday of a store's calendar, so that on Monday morning the last one is whole everywhere.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.rising_themes import PAST_WEEKS, RECENT_WEEKS, ThemeCounts, rising_themes, week_to_week

WEEKS: Final = PAST_WEEKS + RECENT_WEEKS
_WEEK: Final = timedelta(weeks=1)

Weekly = Sequence[int]
"""A number for each of the WEEKS, the oldest first."""


@dataclass(frozen=True, slots=True)
class StoreWeeks:
    """The answers of a store in each of the WEEKS, and those that complain of each theme."""

    store_id: str
    brand: str
    answers: Weekly
    complaints: Mapping[str, Weekly]


@dataclass(frozen=True, slots=True)
class RisingLook:
    """What one look found, the most certain first: themes that rise in stores, and in whole brands. It saw the weeks
    up to `week` (a Saturday) of `stores`, of the `of_stores` that there were."""

    week: date
    looked_at: datetime
    stores: int
    of_stores: int
    in_stores: tuple[ThemeCounts, ...]
    in_brands: tuple[ThemeCounts, ...]

    def of_store(self, store_id: str) -> tuple[ThemeCounts, ...]:
        """Return what rises in a store more than in its brand."""
        return tuple(each for each in self.in_stores if each.group_id == store_id)

    def of_some(self, store_ids: Collection[str]) -> tuple[ThemeCounts, ...]:
        """Return what rises in any of these stores."""
        return tuple(each for each in self.in_stores if each.group_id in store_ids)

    def of_brand(self, brand: str) -> tuple[ThemeCounts, ...]:
        """Return what rises in a brand as a whole."""
        return tuple(each for each in self.in_brands if each.group_id == brand)


def last_week(today: date) -> date:
    """Return the last day (a Saturday) of the last week that ended before `today`."""
    return today - timedelta(days=(today.weekday() + 1) % 7 + 1)


def first_day(week: date) -> date:
    """Return the first day that a look at the WEEKS up to `week` sees."""
    return week - WEEKS * _WEEK + timedelta(days=1)


def store_weeks(store_id: str, brand: str, days: Mapping[date, AnswerCounts], week: date) -> StoreWeeks:
    """Return the counts of a store's `days` by week; days outside the WEEKS up to `week` are left out."""
    answers, complaints = [0] * WEEKS, defaultdict[str, list[int]](lambda: [0] * WEEKS)
    first = first_day(week)
    for day, counts in days.items():
        number = (day - first).days // 7
        if 0 <= number < WEEKS:
            answers[number] += counts.bands.n
            for theme, opinions in counts.themes.items():
                if opinions.complained.n:
                    complaints[theme][number] += opinions.complained.n
    return StoreWeeks(store_id, brand, answers, dict(complaints))


def find_rising(
    stores: Sequence[StoreWeeks],
) -> tuple[tuple[ThemeCounts, ...], tuple[ThemeCounts, ...]]:
    """Return the themes that rise in single stores and in whole brands, the most certain first. Chance is judged over
    all of them together."""
    brands = _brands(stores)
    themes = {theme for brand in brands.values() for theme in brand.complaints}
    looked_at: list[ThemeCounts] = []
    for theme in sorted(themes):
        strays = week_to_week(_past_weeks(stores, theme))
        shares: dict[str, float] = {}
        # A brand strays as much as its stores do if they stray together, and less if they do not.
        of_brands = max(strays, week_to_week(_past_weeks(brands.values(), theme)))
        for brand in brands.values():
            counts = _counts(brand.brand, theme, brand, None, of_brands)
            shares[brand.brand] = counts.recent_share
            looked_at.append(counts)
        looked_at += [
            _counts(store.store_id, theme, store, shares[store.brand], strays)
            for store in stores
            if theme in store.complaints
        ]
    found = rising_themes(looked_at, tested=len(themes) * (len(stores) + len(brands)))
    in_stores = tuple(each for each in found if each.brand_share is not None)
    return in_stores, tuple(each for each in found if each.brand_share is None)


def _brands(stores: Iterable[StoreWeeks]) -> dict[str, StoreWeeks]:
    """Return the sum of each brand's stores, by brand."""
    answers, complaints = defaultdict[str, list[int]](lambda: [0] * WEEKS), _totals()
    for store in stores:
        _add(answers[store.brand], store.answers)
        for theme, weekly in store.complaints.items():
            _add(complaints[store.brand][theme], weekly)
    return {brand: StoreWeeks("", brand, weekly, complaints[brand]) for brand, weekly in answers.items()}


def _totals() -> defaultdict[str, defaultdict[str, list[int]]]:
    return defaultdict(lambda: defaultdict(lambda: [0] * WEEKS))


def _add(total: list[int], weekly: Weekly) -> None:
    for number, n in enumerate(weekly):
        total[number] += n


def _past_weeks(groups: Iterable[StoreWeeks], theme: str) -> Iterable[list[tuple[int, int]]]:
    for group in groups:
        if theme in group.complaints:
            pairs = zip(group.complaints[theme], group.answers, strict=True)
            yield list(pairs)[:PAST_WEEKS]


def _counts(
    group_id: str, theme: str, group: StoreWeeks, brand_share: float | None, strays: float
) -> ThemeCounts:
    weekly = group.complaints.get(theme, ())
    return ThemeCounts(
        group_id=group_id,
        theme=theme,
        recent=sum(weekly[PAST_WEEKS:]),
        recent_answers=sum(group.answers[PAST_WEEKS:]),
        past=sum(weekly[:PAST_WEEKS]),
        past_answers=sum(group.answers[:PAST_WEEKS]),
        brand_share=brand_share,
        strays=strays,
    )
