"""The filters of the feed of answers, read from its query or from the form of its export."""

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
from lazo.survey.nps import Band, band_of_score
from lazo.table.views.answer_feed import EARLIEST, AnswerQuery
from lazo.text.cleaning import fold, one_line

PATH = "/desk/answers"
FIELDS = ("band", "theme", "shop", "from", "to", "text")
LONGEST_TEXT = 100
_BANDS: tuple[str, ...] = get_args(Band)
_WESTMOST, _EASTMOST = timedelta(hours=12), timedelta(hours=14)
"""The offsets of the time zones in which a day ends last and begins first."""


@dataclass(frozen=True, slots=True)
class AnswerFilters:
    """The chosen values, None for all. `first` and `last` are days in each store's time zone, both included. `text` is
    searched in the comment as it is shown, whatever its case and accents."""

    band: Band | None = None
    theme: str | None = None
    store_id: str | None = None
    first: date | None = None
    last: date | None = None
    text: str | None = None

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return self != AnswerFilters()

    @property
    def fields(self) -> dict[str, str]:
        """The filters as form or query fields."""
        values = (self.band, self.theme, self.store_id, self.first, self.last, self.text)
        return {name: str(value) for name, value in zip(FIELDS, values, strict=True) if value}

    def address(self, after: str | None = None) -> str:
        """Return the feed's address with these filters, from the cursor `after` on."""
        return page_address(PATH, **self.fields, after=after)

    def to_query(self, scope: Scope, now: datetime) -> AnswerQuery:
        """Return the query for these filters, limited to the stores of the user's scope."""
        visible = frozenset(store.store_id for store in scope.stores)
        # A day covers other hours in each store's zone: read a window that holds all of them; `matches` is exact.
        since = datetime.combine(self.first, time(), UTC) - _EASTMOST if self.first else EARLIEST
        until = datetime.combine(self.last, time(), UTC) + timedelta(days=1) + _WESTMOST if self.last else now
        stores = visible & {self.store_id} if self.store_id else visible
        return AnswerQuery(
            stores, since, min(until, now), self.theme, sparse=replace(self, store_id=None).any
        )

    def matches(self, answer: Answer, store: Store, comment: str) -> bool:
        """Return whether an answer passes the filters; `comment` as it is shown."""
        day = answer.at.astimezone(ZoneInfo(store.timezone)).date()
        found = answer.classification
        if answer.restricted and (self.band or self.theme or self.text):
            return False
        return (
            self.store_id in (None, answer.store_id)
            and self.band in (None, band_of_score(answer.score))
            and (self.theme is None or (found is not None and found.names_theme(self.theme)))
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
            and (self.text is None or fold(self.text, styled=False) in fold(one_line(comment), styled=False))
        )


def read_filters(
    given: Mapping[str, str], scope: Scope, themes: Mapping[str, str]
) -> tuple[AnswerFilters, tuple[Problem, ...]]:
    """Return the filters, and the problems of their days (`day_unknown`, `days_crossed`).

    A store outside the scope or an unknown band or theme counts as not chosen, because the lists do not offer it.
    """
    chosen, theme, store_id = (given.get(name, "") for name in ("band", "theme", "shop"))
    problems: list[Problem] = []
    first, last = _day(given, "from", problems), _day(given, "to", problems)
    if first and last and first > last:
        problems.append(Problem("days_crossed", "to"))
    filters = AnswerFilters(
        band=cast(Band, chosen) if chosen in _BANDS else None,
        theme=theme if theme in themes else None,
        store_id=store_id if scope.store(store_id) and len(scope.stores) > 1 else None,
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
