"""The feed of answers: those of all stores that the user may see, latest first, with names of people masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desk.account.access import Access
from desk.answers import filters as answer_filters
from desk.answers.filters import AnswerFilters
from desk.deps import Deps
from desk.insights.filters import InsightFilters
from desk.web.render import PageHeader, Times, html_reply, render, say
from desk.web.store_groups import StoreGroup, group_choices
from lazo.auth.users import Scope
from lazo.errors import Problem
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.survey import doubts
from lazo.survey.answer import ANSWERED_AGAIN, TEST_TOUCHPOINT, Answer
from lazo.survey.nps import Band, band_of_score
from lazo.table import counters, stores
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerPage, AnswerRow
from lazo.text import name_masking
from lazo.translations import translations
from lazo.web.responses import Response

LONG_COMMENT = 280
LONG_COMMENT_LINES = 2
"""A comment with more characters or line breaks is shown shortened."""
MOST_LIKED = 5
"""How many praised themes are named above the answers."""


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """An answer, and what is shown of it in the reader's words. `comment` is masked; `reasons` are the themes that the
    customer ticked, `complaints`, `praise` and `mentions` the others that were found; `doubt` says why it may not be a
    customer's, "" if it may; `followup` is the one that the answer opened, if any."""

    answer: Answer
    band: Band
    times: Times
    store_name: str
    comment: str
    long: bool
    reasons: tuple[str, ...]
    complaints: tuple[str, ...]
    praise: tuple[str, ...]
    mentions: tuple[str, ...]
    doubt: str
    answered_again: bool
    followup: FollowUp | None


class AnswerViewer:
    """A user who reads answers: tells which rows they may see, and masks comments for them."""

    def __init__(self, scope: Scope, filters: AnswerFilters, group: StoreGroup) -> None:
        self._scope = scope
        self._filters = filters
        self._group = group
        self._visible: dict[str, bool] = {}

    def matches(self, row: AnswerRow) -> bool:
        """Return whether a row passes the filters and the user may see its store now, by the store's own contacts.

        Text is searched in the masked comment: otherwise a search could reveal a masked name.
        """
        comment = self.masked_comment(row) if self._filters.text else ""
        matches = self._filters.matches(row.answer, row.store, comment, self._group)
        return matches and self._may_see(row.store)

    def masked_comment(self, row: AnswerRow) -> str:
        """Return the comment with names of people masked."""
        answer = row.answer
        return name_masking.mask_names(answer.comment, row.store, answer.language, self._scope.language)

    def _may_see(self, store: Store) -> bool:
        if store.store_id not in self._visible:
            self._visible[store.store_id] = self._scope.includes(store)
        return self._visible[store.store_id]


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/answers` with the fields of the filters and the cursor `after`.

    Invalid days are shown again as they were typed, and no answers are read.
    """
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    now, scope = deps.clock(), access.scope
    labels = translations("labels", scope.language)
    filters, problems = answer_filters.read_filters(query, scope, labels["themes"])
    group = filters.load_group(scope, deps, now)
    viewer = AnswerViewer(scope, filters, group)
    after = answer_feed.parse_cursor(query.get("after"))
    page = AnswerPage((), None, full=False)
    if not problems:
        page = answer_feed.list_answers(deps.table, filters.to_query(group, now), viewer.matches, after)
    stores = InsightFilters(filters.store_id, filters.area, filters.brand)
    offered = group_choices(stores, group.name, scope, deps, now)
    choices = _choices(scope, filters, group.name, offered, _touchpoints(filters, scope, deps))
    first = page.found[0].store if page.found else None
    times = (
        Times(first.timezone, now, scope.language, first.country)
        if first
        else Times("UTC", now, scope.language)
    )
    html = render(
        "answers.html.j2",
        scope.language,
        words="answers_feed",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="answers",
        shared=translations("lists", scope.language),
        insight=translations("insights_frame", scope.language),
        many_stores=len(scope.stores) > 1,
        bands=_bands(filters, scope),
        times=times,
        cards=answer_cards(page.found, viewer, deps, now, scope),
        many_zones=len({row.store.timezone for row in page.found}) > 1,
        filters=filters,
        typed=_typed(filters, query, problems),
        problems={problem.field: problem.code for problem in problems},
        choices=choices,
        chosen=_chosen(filters, choices, now, scope.language),
        continued=after is not None,
        next=filters.address(page.cursor) if page.cursor else None,
        full=page.full,
        export_form=deps.new_form_token(access.session),
        trust_form=deps.new_form_token(access.session),
        after=after or "",
        counted="counted" in query,
        liked=_liked(page, filters, deps, now, scope) if after is None else "",
    )
    return html_reply(html, scope.language, 422 if problems else 200)


def _liked(page: AnswerPage, filters: AnswerFilters, deps: Deps, now: datetime, scope: Scope) -> str:
    """Return what the customers of the chosen store, or of the only one, praised most in the last four weeks, with how
    many of how many answers; "" for several stores, or without praise."""
    if not page.found or not (filters.store_id or len(scope.stores) == 1):
        return ""
    praised, answers = counters.praise_counts(deps.table, page.found[0].store, now)
    if not praised:
        return ""
    names, text = (
        translations("labels", scope.language)["themes"],
        translations("answers_feed", scope.language),
    )
    most = ", ".join(f"{names.get(theme, theme)} {n}" for theme, n in praised.most_common(MOST_LIKED))
    return say(text["liked"], themes=most, answers=answers)


def answer_cards(
    found: Sequence[AnswerRow], viewer: AnswerViewer, deps: Deps, now: datetime, scope: Scope
) -> list[AnswerCard]:
    """Return the cards of up to 100 answers, in their order; one batch reads their follow-ups."""
    followups = answer_feed.followups_of(deps.table, [row.answer for row in found])
    return [_card(row, viewer, now, scope, followups.get(row.answer.ulid)) for row in found]


def _card(
    row: AnswerRow, viewer: AnswerViewer, now: datetime, scope: Scope, followup: FollowUp | None
) -> AnswerCard:
    answer, comment = row.answer, viewer.masked_comment(row)
    names = translations("labels", scope.language)["themes"]
    found = answer.classification

    def heard(themes: Iterable[str]) -> tuple[str, ...]:
        return tuple(names.get(theme, theme) for theme in themes if theme not in answer.reasons)

    return AnswerCard(
        answer=answer,
        band=band_of_score(answer.score),
        times=Times(row.store.timezone, now, scope.language, row.store.country),
        store_name=row.store.name,
        comment=comment,
        long=len(comment) > LONG_COMMENT or comment.count("\n") > LONG_COMMENT_LINES,
        reasons=tuple(names.get(reason, reason) for reason in answer.reasons),
        complaints=heard(found.themes if found else ()),
        praise=heard(found.praised if found else ()),
        mentions=heard(found.mentioned if found else ()),
        doubt=doubts.describe_doubts(found.suspect if found else answer.suspect, scope.language),
        answered_again=bool(found and ANSWERED_AGAIN in found.suspect),
        followup=followup,
    )


def _touchpoints(filters: AnswerFilters, scope: Scope, deps: Deps) -> list[tuple[str, str]]:
    """Return code and label of the chosen store's touchpoints, or of the only store's; of several stores those of the
    chosen code alone. One that is not of the user's stores is called by its code."""
    one = filters.store_id or (scope.stores[0].store_id if len(scope.stores) == 1 else None)
    if one:
        found = stores.list_touchpoints(deps.table, one)
    else:
        named = stores.get_touchpoints(deps.table, [filters.code] if filters.code else [])
        found = [each for each in named.values() if scope.store(each.store_id)]
    labels = {each.code: each.label for each in found}
    if filters.code:
        labels.setdefault(filters.code, filters.code)
    return sorted(labels.items(), key=lambda choice: choice[1].casefold())


def _choices(
    scope: Scope,
    filters: AnswerFilters,
    group_name: str,
    offered: tuple[list[tuple[str, str]], list[str]],
    touchpoints: list[tuple[str, str]],
) -> dict[str, list[tuple[str, str]]]:
    """Return the options of each filter as values and labels; no stores if the user has only one. `offered`: areas and
    brands. Of improvements the chosen one alone, by its name: its page leads there."""
    text = translations("answers_feed", scope.language)["filter"]
    shops = [(store.store_id, store.name) for store in scope.stores]
    return {
        "band": [(each, text[each]) for each in ("detractor", "passive", "promoter")],
        "theme": sorted(translations("labels", scope.language)["themes"].items(), key=lambda theme: theme[1]),
        "opinion": [(each, text[each]) for each in answer_filters.OPINIONS],
        "shop": shops if len(shops) > 1 else [],
        "area": offered[0],
        "brand": [(each, each) for each in offered[1]],
        "improvement": [(filters.improvement, group_name or "–")] if filters.improvement else [],
        "code": touchpoints,
        "weekday": [(str(day), text["weekdays"][day - 1]) for day in answer_filters.WEEKDAYS],
        "hour": [(str(hour), f"{hour:02}:00–{hour:02}:59") for hour in answer_filters.HOURS],
        "results": [(each, text["results_" + each]) for each in answer_filters.RESULTS]
        + [
            (each, f"{text['results_out']}: {name}")
            for each, name in doubts.sign_names(scope.language).items()
            if each != TEST_TOUCHPOINT
        ],
    }


def _bands(filters: AnswerFilters, scope: Scope) -> list[tuple[str, str, bool]]:
    """Return the address of all answers that match the other filters and of each band of them, with label and whether
    it is shown now."""
    text = translations("answers_feed", scope.language)
    every = (replace(filters, band=None).address(), text["filter"]["every_band"], filters.band is None)
    bands: tuple[Band, ...] = ("detractor", "passive", "promoter")
    chosen = (
        (replace(filters, band=band).address(), text["filter"][band], filters.band == band) for band in bands
    )
    return [every, *chosen]


def _chosen(
    filters: AnswerFilters, choices: Mapping[str, list[tuple[str, str]]], now: datetime, language: str
) -> list[str]:
    """Return the filters in words."""
    text = translations("answers_feed", language)["filter"]
    times, fields = Times("UTC", now, language), filters.fields
    chosen = {name: dict(offered)[fields[name]] for name, offered in choices.items() if name in fields}
    days = (("from", text["since"], filters.first), ("to", text["until"], filters.last))
    chosen |= {name: say(line, day=times.day(day)) for name, line, day in days if day}
    if filters.text:
        chosen["text"] = say(text["says"], said=filters.text)
    return [chosen[name] for name in answer_filters.FIELDS if name in chosen]


def _typed(
    filters: AnswerFilters, query: Mapping[str, str], problems: tuple[Problem, ...]
) -> Mapping[str, str]:
    """Return the values of the filter fields; the days as they were typed, if one is invalid."""
    days = {field: query.get(field, "") for field in ("from", "to")} if problems else {}
    return dict.fromkeys(answer_filters.FIELDS, "") | filters.fields | days
