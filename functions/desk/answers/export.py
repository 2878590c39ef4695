"""Answers as a file for a spreadsheet: made on one request, fetched by a link on the page that follows.

The file is not the reply, because a reply of Lambda ends at 6 MB; and the reply does not redirect to the file, because
browsers hold `form-action` of the page's policy against redirects as well, and no form here may lead elsewhere.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs

from botocore.exceptions import BotoCoreError, ClientError

from desk.account.access import Access
from desk.answers import filters as answer_filters
from desk.answers.filters import AnswerFilters
from desk.answers.page import Reader
from desk.deps import Deps
from desk.web.render import PageHeader, Times, render
from desk.web.request import body_of
from desk.web.responses import html_reply, not_found
from lazo import ids
from lazo.auth.users import Scope
from lazo.runtime.error_logging import error_fields
from lazo.survey.nps import band_of_score
from lazo.table.dynamodb.table import UnprocessedKeys
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerRow
from lazo.text import csv_cells
from lazo.translations import translations
from lazo.web.responses import Response, redirect

TIME: Final = timedelta(seconds=20)
"""For reading and writing; the function ends at 29 seconds, and there is a page to be made after it."""

COLUMNS: Final = (
    "day",
    "time",
    "zone",
    "shop",
    "place",
    "score",
    "band",
    "comment",
    "themes",
    "reasons",
    "language",
    "suspect",
)


class TooMany(Exception):
    """There was not enough time for all the answers."""


def make_export(event: dict[str, Any], deps: Deps, visit: Access) -> Response:
    """`POST /desk/answers/export`, a form with the fields of the feed's filters. The file has the id of the form: the
    same form sent twice is one file."""
    given = {name: values[0] for name, values in parse_qs(body_of(event)).items()}
    scope = visit.scope
    filters, problems = answer_filters.read_filters(
        given, scope, translations("labels", scope.language)["themes"]
    )
    form_id = deps.sessions.form_id(event, visit.session)
    if form_id is None:
        return _page(deps, visit, filters, "stale", 403)
    if problems:
        return _page(deps, visit, filters, "dates", 422)
    name = f"{translations('answers_feed', scope.language)['export']['file']}-{deps.clock():%Y-%m-%d}.csv"
    try:
        deps.exports.write(_key(visit, form_id), name, _pieces(deps, scope, filters))
    except TooMany:
        return _page(deps, visit, filters, "too_long", 422)
    except (BotoCoreError, ClientError, UnprocessedKeys) as error:
        deps.logger.error("answers not exported", extra=error_fields(error))
        return _page(deps, visit, filters, "retry", 503)
    return redirect(f"{answer_filters.PATH}/exports/{form_id}")


def show_export(event: dict[str, Any], deps: Deps, visit: Access) -> Response:
    """`GET /desk/answers/exports/{export_id}`: the link to a file that this person made, a new one each time."""
    try:
        export_id = ids.parse_id(event["pathParameters"]["export_id"]).ulid
    except ValueError:
        return not_found()
    key = _key(visit, export_id)
    size = deps.exports.size(key)
    if size is None:
        return not_found()
    return _page(deps, visit, AnswerFilters(), "ready", link=deps.exports.link(key), size=_readable(size))


def _key(visit: Access, export_id: str) -> str:
    """Each person's files are apart: nobody reads another's, whatever id they name."""
    return f"{visit.scope.user_id}/{export_id}.csv"


def _pieces(deps: Deps, scope: Scope, filters: AnswerFilters) -> Iterator[str]:
    """The file line by line; TooMany when the time is over."""
    now = deps.clock()
    text = translations("answers_feed", scope.language)
    reader = Reader(scope, filters)
    yield csv_cells.BOM + csv_cells.csv_row(text["column"][column] for column in COLUMNS)

    def fits(found: AnswerRow) -> bool:
        if deps.clock() - now > TIME:
            raise TooMany
        return reader.fits(found)

    for found in answer_feed.iterate_answers(deps.table, filters.wanted(scope, now), fits):
        yield csv_cells.csv_row(_cells(found, reader.said(found), scope.language))


def _cells(found: AnswerRow, said: str, language: str) -> list[str | int]:
    answer, text, names = (
        found.answer,
        translations("answers_feed", language),
        translations("labels", language)["themes"],
    )
    local = Times(found.store.timezone, answer.at, language).local(answer.at)
    understood = answer.classification
    suspect = understood.suspect if understood else answer.suspect
    return [
        f"{local:%Y-%m-%d}",
        f"{local:%H:%M}",
        found.store.timezone,
        found.store.name,
        answer.touchpoint,
        answer.score,
        text["band"][band_of_score(answer.score)],
        said,
        ", ".join(names.get(theme, theme) for theme in (understood.themes if understood else ())),
        ", ".join(names.get(reason, reason) for reason in answer.reasons),
        answer.language,
        text["column"]["yes"] if suspect else "",
    ]


def _page(
    deps: Deps, visit: Access, filters: AnswerFilters, state: str, status: int = 200, **file: str
) -> Response:
    scope, now = visit.scope, deps.clock()
    html = render(
        "export.html.j2",
        scope.language,
        words="answers_feed",
        visitor=PageHeader(scope.name, deps.new_form_token(visit.session)),
        here="answers",
        times=Times("UTC", now, scope.language),
        state=state,
        back=filters.address(),
        **file,
    )
    return html_reply(html, scope.language, status)


def _readable(size: int) -> str:
    """`12 KB` or `3 MB`, rounded up."""
    kilobytes = -(-size // 1000)
    return f"{kilobytes} KB" if kilobytes < 1000 else f"{-(-kilobytes // 1000)} MB"
