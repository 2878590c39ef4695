"""The filters of the feed of answers, read from its query or from the form of its export."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, cast, get_args
from zoneinfo import ZoneInfo

from desk.deps import Deps
from desk.insights import filters as insight_filters
from desk.insights.filters import InsightFilters
from desk.web.addresses import page_address
from desk.web.store_groups import StoreGroup, load_group
from lazo.auth.users import Scope
from lazo.errors import Problem
from lazo.ids import is_ulid
from lazo.store.model import Store
from lazo.survey import doubts
from lazo.survey.answer import TEST_TOUCHPOINT, Answer, Classification
from lazo.survey.nps import Band, band_of_score
from lazo.table.views.answer_feed import EARLIEST, AnswerQuery
from lazo.text.cleaning import fold, one_line

PATH = "/desk/answers"
FIELDS: Final = {
    "band": "band",
    "theme": "theme",
    "opinion": "opinion",
    "shop": "store_id",
    "area": "area",
    "brand": "brand",
    "improvement": "improvement",
    "code": "code",
    "from": "first",
    "to": "last",
    "weekday": "weekday",
    "hour": "hour",
    "results": "results",
    "text": "text",
}
"""The fields of form and query, and the attribute of each."""
Opinion = Literal["complained", "praised", "mentioned"]
Results = Literal["in", "out", "doubtful", "suspect", "test", "provisional"]
"""Whether answers count in the figures: those that do, those that do not, and of these those that may not be a
customer's (`doubtful`), without trials (`suspect`) or trials alone, and those that are being written."""
LONGEST_TEXT = 100
NAME_LENGTH: Final = 40
"""An improvement is named by so many characters of what was done."""
WEEKDAYS: Final = range(1, 8)
HOURS: Final = range(24)
OPINIONS: Final[tuple[Opinion, ...]] = get_args(Opinion)
RESULTS: Final[tuple[Results, ...]] = get_args(Results)
_BANDS: tuple[str, ...] = get_args(Band)
_CODE: Final = re.compile(r"[A-Za-z0-9-]{3,40}")
_WESTMOST, _EASTMOST = timedelta(hours=12), timedelta(hours=14)
"""The offsets of the time zones in which a day ends last and begins first."""


@dataclass(frozen=True, slots=True)
class AnswerFilters:
    """The chosen values, None for all; of `store_id`, `area` and `brand` (as in InsightFilters) one at most, and of
    an `improvement` (its id) its stores instead.
    `opinion`: what is said of `theme`, or of any. `code` is that of a touchpoint.
    `first` and `last` are days in each store's time zone, both included; `weekday` (1 is Monday) and `hour` (0 to 23)
    are by that clock too. `results`: of Results, or a sign of `lazo.survey.doubts`. `text` is searched in the comment
    as it is shown, whatever its case and accents."""

    band: Band | None = None
    theme: str | None = None
    opinion: Opinion | None = None
    store_id: str | None = None
    area: str | None = None
    brand: str | None = None
    improvement: str | None = None
    code: str | None = None
    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    hour: int | None = None
    results: str | None = None
    text: str | None = None

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return self != AnswerFilters()

    @property
    def fields(self) -> dict[str, str]:
        """The filters as form or query fields."""
        values = {name: getattr(self, attribute) for name, attribute in FIELDS.items()}
        return {name: str(value) for name, value in values.items() if value is not None}

    def address(self, after: str | None = None) -> str:
        """Return the feed's address with these filters, from the cursor `after` on."""
        return page_address(PATH, **self.fields, after=after)

    def load_group(self, scope: Scope, deps: Deps, now: datetime) -> StoreGroup:
        """Return the stores that are chosen, of those in the user's scope."""
        if self.improvement:
            return _stores_of_improvement(self.improvement, scope, deps)
        chosen = InsightFilters(self.store_id, self.area, self.brand)
        return load_group(chosen, scope, deps, now, (self.first, self.last))

    def to_query(self, group: StoreGroup, now: datetime) -> AnswerQuery:
        """Return the query for these filters; `group`: the stores that are chosen."""
        # A day covers other hours in each store's zone: read a window that holds all of them; `matches` is exact.
        since = datetime.combine(self.first, time(), UTC) - _EASTMOST if self.first else EARLIEST
        until = datetime.combine(self.last, time(), UTC) + timedelta(days=1) + _WESTMOST if self.last else now
        beside = replace(self, store_id=None, area=None, brand=None, improvement=None)
        return AnswerQuery(group.stores, since, min(until, now), self.theme, sparse=beside.any)

    def matches(self, answer: Answer, store: Store, comment: str, group: StoreGroup) -> bool:
        """Return whether an answer passes the filters; `comment` as it is shown, `group` as for the query."""
        local = answer.at.astimezone(ZoneInfo(store.timezone))
        if answer.restricted and (self.band or self.theme or self.opinion or self.text):
            return False
        return (
            group.holds(store, f"{local:%Y-%m}")
            and self.band in (None, band_of_score(answer.score))
            and self._hears(answer.classification)
            and self.code in (None, answer.code)
            and (self.first is None or self.first <= local.date())
            and (self.last is None or local.date() <= self.last)
            and self.weekday in (None, local.isoweekday())
            and self.hour in (None, local.hour)
            and (self.results is None or self.results in _results_of(answer))
            and (self.text is None or fold(self.text, styled=False) in fold(one_line(comment), styled=False))
        )

    def _hears(self, found: Classification | None) -> bool:
        """Return whether the theme is named, and the opinion said of it."""
        if self.theme is None and self.opinion is None:
            return True
        if found is None:
            return False
        said = {"complained": found.themes, "praised": found.praised, "mentioned": found.mentioned}
        themes = said[self.opinion] if self.opinion else (*found.themes, *found.praised, *found.mentioned)
        return self.theme in themes if self.theme else bool(themes)


def _results_of(answer: Answer) -> set[str]:
    """Return the values of `results` that an answer has: of one that is not classified yet, what it will count as."""
    found = answer.classification
    signs = found.suspect if found else answer.suspect
    if not signs:
        return {"out", "provisional"} if answer.provisional else {"in"}
    return {"out", "doubtful", *signs} | (set() if TEST_TOUCHPOINT in signs else {"suspect"})


def _stores_of_improvement(improvement_id: str, scope: Scope, deps: Deps) -> StoreGroup:
    """Return the stores whose figures the page of an improvement compares; none if the user may not see it."""
    # What few pages need.
    from desk.improvements.permissions import improvement_reader
    from lazo.table.improvements import get_improvement

    improvement, reader = get_improvement(deps.table, improvement_id), improvement_reader(scope, deps.table)
    if improvement is None or not reader.may_see(improvement):
        return StoreGroup(frozenset())
    stores = reader.stores_of(improvement, deps.table)
    done = improvement.text_in(scope.language).done
    name = done if len(done) <= NAME_LENGTH else f"{done[: NAME_LENGTH - 1].rstrip()}…"
    return StoreGroup(frozenset(each.store_id for each in stores), name)


def read_filters(
    given: Mapping[str, str], scope: Scope, themes: Mapping[str, str]
) -> tuple[AnswerFilters, tuple[Problem, ...]]:
    """Return the filters, and the problems of their days (`day_unknown`, `days_crossed`).

    A store outside the scope, or an unknown band, theme or the like, counts as not chosen, because the lists do
    not offer it. A code is not looked up: there are answers of codes that are not a store's any more.
    """
    chosen, theme, code = (given.get(name, "") for name in ("band", "theme", "code"))
    stores, results = insight_filters.read_filters(given, scope), given.get("results", "")
    improvement = given.get("improvement", "")
    if is_ulid(improvement):
        stores = InsightFilters()
    problems: list[Problem] = []
    first, last = _day(given, "from", problems), _day(given, "to", problems)
    if first and last and first > last:
        problems.append(Problem("days_crossed", "to"))
    filters = AnswerFilters(
        band=cast(Band, chosen) if chosen in _BANDS else None,
        theme=theme if theme in themes else None,
        opinion=next((each for each in OPINIONS if each == given.get("opinion")), None),
        store_id=stores.store_id,
        area=stores.area,
        brand=stores.brand,
        improvement=improvement if is_ulid(improvement) else None,
        code=code if _CODE.fullmatch(code) else None,
        first=first,
        last=last,
        weekday=_number(given.get("weekday", ""), WEEKDAYS),
        hour=_number(given.get("hour", ""), HOURS),
        results=results if results in (*RESULTS, *doubts.sign_names(scope.language)) else None,
        text=one_line(given.get("text", ""))[:LONGEST_TEXT] or None,
    )
    return filters, tuple(problems)


def _number(text: str, offered: range) -> int | None:
    return int(text) if text in map(str, offered) else None


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
