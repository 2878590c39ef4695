"""Which answers somebody wants to see, as the address of the feed or the form of its export says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import cast, get_args
from zoneinfo import ZoneInfo

from desk.web.addresses import page_address
from lazo.auth.users import Scope
from lazo.errors import Problem
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.survey.nps import Band, band
from lazo.table.views.answer_feed import EARLIEST, AnswerQuery
from lazo.text.cleaning import fold, one_line

PATH = "/desk/answers"
NAMES = ("band", "theme", "shop", "from", "to", "text")
LONGEST_TEXT = 100
_BANDS: tuple[str, ...] = get_args(Band)
_WESTMOST, _EASTMOST = timedelta(hours=12), timedelta(hours=14)
"""How far the calendars of the world are behind and ahead of UTC's."""


@dataclass(frozen=True, slots=True)
class AnswerFilters:
    """What was chosen, each None for all; both days included, by the calendar of each shop. `text`: what the comment
    contains, as it is shown, in whatever case and accents."""

    band: Band | None = None
    theme: str | None = None
    shop: str | None = None
    first: date | None = None
    last: date | None = None
    text: str | None = None

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return self != AnswerFilters()

    @property
    def fields(self) -> dict[str, str]:
        """The filters as the names and values of a form."""
        values = (self.band, self.theme, self.shop, self.first, self.last, self.text)
        return {name: str(value) for name, value in zip(NAMES, values, strict=True) if value}

    def address(self, after: str | None = None) -> str:
        """The feed's address with these filters, from `after` on."""
        return page_address(PATH, **self.fields, after=after)

    def wanted(self, scope: Scope, now: datetime) -> AnswerQuery:
        """What is to be looked at: the shops of the visitor's scope, whatever the filters name."""
        mine = frozenset(shop.store_id for shop in scope.stores)
        since = datetime.combine(self.first, time(), UTC) - _EASTMOST if self.first else EARLIEST
        until = datetime.combine(self.last, time(), UTC) + timedelta(days=1) + _WESTMOST if self.last else now
        stores = mine & {self.shop} if self.shop else mine
        return AnswerQuery(stores, since, min(until, now), self.theme, sparse=replace(self, shop=None).any)

    def fit(self, answer: Answer, store: Store, comment: str) -> bool:
        """Whether an answer is one of them; `comment` as it is shown."""
        day = answer.at.astimezone(ZoneInfo(store.timezone)).date()
        found = answer.classification
        return (
            self.shop in (None, answer.store_id)
            and self.band in (None, band(answer.score))
            and (self.theme is None or (found is not None and self.theme in found.themes))
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
            and (self.text is None or fold(self.text, styled=False) in fold(one_line(comment), styled=False))
        )


def read_filters(
    given: Mapping[str, str], scope: Scope, themes: Mapping[str, str]
) -> tuple[AnswerFilters, tuple[Problem, ...]]:
    """The filters that were sent, and what is wrong with their days. What is no shop of theirs, no band and no theme
    counts as not chosen: lists offer no such thing."""
    chosen, theme, shop = (given.get(name, "") for name in ("band", "theme", "shop"))
    problems: list[Problem] = []
    first, last = _day(given, "from", problems), _day(given, "to", problems)
    if first and last and first > last:
        problems.append(Problem("days_crossed", "to"))
    filters = AnswerFilters(
        band=cast(Band, chosen) if chosen in _BANDS else None,
        theme=theme if theme in themes else None,
        shop=shop if scope.store(shop) and len(scope.stores) > 1 else None,
        first=first,
        last=last,
        text=one_line(given.get("text", ""))[:LONGEST_TEXT] or None,
    )
    return filters, tuple(problems)


def _day(given: Mapping[str, str], field: str, problems: list[Problem]) -> date | None:
    text = given.get(field, "").strip()
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        problems.append(Problem("day_unknown", field))
        return None
    return day
