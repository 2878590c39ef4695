"""The feed: all answers of one's shops, the latest first, with the names of the staff masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.account.access import Access
from desk.answers import filters as answer_filters
from desk.answers.filters import AnswerFilters
from desk.deps import Deps
from desk.web.render import PageHeader, Times, render, say
from desk.web.responses import html_reply
from lazo.auth.users import Scope
from lazo.errors import Problem
from lazo.followup.model import FollowUp
from lazo.survey.nps import Band, band_of_score
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerPage, AnswerRow
from lazo.text import name_masking
from lazo.translations import translations
from lazo.web.responses import Response

LONG = 480
"""Characters of a comment of which only the beginning is shown at first."""
LONG_LINES = 6


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """An answer as it is shown. `said`: the comment, masked; `heard`: themes that the customer did not tick; `unread`:
    it is not classified yet; `followup`: the one that it opened, if any."""

    score: int
    band: Band
    at: datetime
    times: Times
    shop: str
    place: str
    said: str
    said_in: str
    long: bool
    ticked: tuple[str, ...]
    heard: tuple[str, ...]
    suspect: bool
    unread: bool
    followup: FollowUp | None


class Reader:
    """Somebody who reads answers: which of those that are found are theirs, and how the comments read to them."""

    def __init__(self, scope: Scope, filters: AnswerFilters) -> None:
        self._scope = scope
        self._filters = filters
        self._seen: dict[str, bool] = {}

    def fits(self, found: AnswerRow) -> bool:
        """Whether it is one of those asked for, of a shop that is theirs now: the shop decides, whatever the scope
        says. A text is sought in what is shown, or a name could be guessed by looking for it."""
        said = self.said(found) if self._filters.text else ""
        return self._theirs(found) and self._filters.fit(found.answer, found.store, said)

    def said(self, found: AnswerRow) -> str:
        """The comment as it is shown."""
        answer = found.answer
        return name_masking.mask_names(answer.comment, found.store, answer.language, self._scope.language)

    def _theirs(self, found: AnswerRow) -> bool:
        store = found.store
        if store.store_id not in self._seen:
            self._seen[store.store_id] = self._scope.includes(store)
        return self._seen[store.store_id]


def show(event: dict[str, Any], deps: Deps, visit: Access) -> Response:
    """`GET /desk/answers`, with `band`, `theme`, `shop`, `from`, `to`, `text` to filter by and `after` of another
    page. Days that cannot be are shown again as they were typed, and nothing is looked for."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    now, scope = deps.clock(), visit.scope
    labels = translations("labels", scope.language)
    filters, problems = answer_filters.read_filters(query, scope, labels["themes"])
    reader = Reader(scope, filters)
    after = answer_feed.parse_cursor(query.get("after"))
    page = AnswerPage((), None, full=False)
    if not problems:
        page = answer_feed.list_answers(deps.table, filters.wanted(scope, now), reader.fits, after)
    html = render(
        "answers.html.j2",
        scope.language,
        words="answers_feed",
        visitor=PageHeader(scope.name, deps.new_form_token(visit.session)),
        here="answers",
        times=Times(page.found[0].store.timezone if page.found else "UTC", now, scope.language),
        cards=_cards(page, reader, deps, now, scope),
        many_zones=len({found.store.timezone for found in page.found}) > 1,
        filters=filters,
        typed=_typed(filters, query, problems),
        problems={problem.field: problem.code for problem in problems},
        choices=_choices(scope),
        chosen=_chosen(filters, scope, now),
        continued=after is not None,
        next=filters.address(page.cursor) if page.cursor else None,
        full=page.full,
        export_form=deps.new_form_token(visit.session),
    )
    return html_reply(html, scope.language, 422 if problems else 200)


def _cards(page: AnswerPage, reader: Reader, deps: Deps, now: datetime, scope: Scope) -> list[AnswerCard]:
    opened = answer_feed.followups_of(deps.table, [found.answer for found in page.found])
    return [_card(found, reader, now, scope, opened.get(found.answer.ulid)) for found in page.found]


def _card(
    found: AnswerRow, reader: Reader, now: datetime, scope: Scope, opened: FollowUp | None
) -> AnswerCard:
    answer, said = found.answer, reader.said(found)
    names = translations("labels", scope.language)["themes"]
    understood = answer.classification
    heard = [theme for theme in understood.themes if theme not in answer.reasons] if understood else []
    return AnswerCard(
        score=answer.score,
        band=band_of_score(answer.score),
        at=answer.at,
        times=Times(found.store.timezone, now, scope.language),
        shop=found.store.name,
        place=answer.touchpoint,
        said=said,
        said_in=answer.language,
        long=len(said) > LONG or said.count("\n") > LONG_LINES,
        ticked=tuple(names.get(reason, reason) for reason in answer.reasons),
        heard=tuple(names.get(theme, theme) for theme in heard),
        suspect=bool(understood.suspect if understood else answer.suspect),
        unread=understood is None,
        followup=opened,
    )


def _choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """What can be filtered by, as values and labels; no shops for somebody who has one."""
    text = translations("answers_feed", scope.language)["filter"]
    shops = [(shop.store_id, shop.name) for shop in scope.stores]
    return {
        "band": [(each, text[each]) for each in ("detractor", "passive", "promoter")],
        "theme": sorted(translations("labels", scope.language)["themes"].items(), key=lambda theme: theme[1]),
        "shop": shops if len(shops) > 1 else [],
    }


def _chosen(filters: AnswerFilters, scope: Scope, now: datetime) -> list[str]:
    """The filters in words."""
    text = translations("answers_feed", scope.language)["filter"]
    labels = {name: dict(choices) for name, choices in _choices(scope).items()}
    times = Times("UTC", now, scope.language)
    picked = (
        (labels["band"], filters.band),
        (labels["theme"], filters.theme),
        (labels["shop"], filters.shop),
    )
    chosen = [shown[value] for shown, value in picked if value]
    days = ((text["since"], filters.first), (text["until"], filters.last))
    chosen += [say(line, day=times.day(day)) for line, day in days if day]
    return [*chosen, *([say(text["says"], said=filters.text)] if filters.text else [])]


def _typed(
    filters: AnswerFilters, query: Mapping[str, str], problems: tuple[Problem, ...]
) -> Mapping[str, str]:
    """What stands in the fields: the filters, and days as they were typed where something is wrong with one."""
    days = {field: query.get(field, "") for field in ("from", "to")} if problems else {}
    return dict.fromkeys(answer_filters.NAMES, "") | filters.fields | days
