"""Export answers as a CSV file: one request writes it to S3, the page that follows links to it.

The response is not the file, because Lambda limits a response to 6 MB. It does not redirect to the file either, because
browsers check redirects of a form against the policy's `form-action`, which allows only the desk itself.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from desk.account import sign_in
from desk.account.access import Access
from desk.answers import filters as answer_filters
from desk.answers.filters import AnswerFilters
from desk.answers.page import AnswerViewer
from desk.deps import Deps
from desk.web.render import PageHeader, Times, html_reply, not_found, render
from desk.web.request import body_text
from lazo import ids
from lazo.auth.audit import AuditEntry
from lazo.auth.users import Scope
from lazo.runtime.aws_errors import is_aws_error
from lazo.runtime.error_logging import error_fields
from lazo.survey.nps import band_of_score
from lazo.table.dynamodb.table import UnprocessedKeys
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerRow
from lazo.text import csv_cells
from lazo.translations import translations
from lazo.web.responses import Response, redirect

TIME_LIMIT: Final = timedelta(seconds=20)
"""For reading and writing. The function times out after 29 seconds, and has to make a page afterwards."""


class ExportTimeout(Exception):
    """There are more answers than can be written within TIME_LIMIT."""


def make_export(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `POST /desk/answers/export`, a form with the fields of the feed's filters.

    The file is named by the form id, so that a form sent twice writes one file.
    """
    given = {name: values[0] for name, values in parse_qs(body_text(event)).items()}
    scope = access.scope
    filters, problems = answer_filters.read_filters(
        given, scope, translations("labels", scope.language)["themes"]
    )
    form_id = deps.sessions.form_id(event, access.session)
    if form_id is None:
        return _page(deps, access, filters, "stale", 403)
    if not access.session.is_fresh(deps.clock()):
        return sign_in.ask_for(filters.address(), "export")
    if problems:
        return _page(deps, access, filters, "dates", 422)
    name = f"{translations('answers_feed', scope.language)['export']['file']}-{deps.clock():%Y-%m-%d}.csv"
    try:
        deps.exports.write(_key(access, form_id), name, _rows(deps, scope, filters))
    except ExportTimeout:
        return _page(deps, access, filters, "too_long", 422)
    except Exception as error:
        if not (is_aws_error(error) or isinstance(error, UnprocessedKeys)):
            raise
        deps.logger.error("answers not exported", extra=error_fields(error))
        return _page(deps, access, filters, "retry", 503)
    taken = AuditEntry("exported", deps.clock(), scope.user_id, filters.store_id or "", form_id)
    deps.audit.record(taken, form_id)
    return redirect(f"{answer_filters.PATH}/exports/{form_id}")


def show_export(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/answers/exports/{export_id}` with a new link to a file that this user exported."""
    try:
        export_id = ids.parse_id(event["pathParameters"]["export_id"]).ulid
    except ValueError:
        return not_found()
    key = _key(access, export_id)
    size = deps.exports.size(key)
    if size is None:
        return not_found()
    return _page(
        deps, access, AnswerFilters(), "ready", link=deps.exports.download_link(key), size=_format_size(size)
    )


def _key(access: Access, export_id: str) -> str:
    """Return the key of a file. It starts with the user id, so that nobody can name another user's file."""
    return f"{access.scope.user_id}/{export_id}.csv"


def _rows(deps: Deps, scope: Scope, filters: AnswerFilters) -> Iterator[str]:
    """Yield the file row by row. Raises ExportTimeout after TIME_LIMIT."""
    now = deps.clock()
    text = translations("answers_feed", scope.language)
    group = filters.load_group(scope, deps, now)
    viewer = AnswerViewer(scope, filters, group)
    yield csv_cells.BOM + csv_cells.csv_row(text["column"].values())

    def matches(row: AnswerRow) -> bool:
        if deps.clock() - now > TIME_LIMIT:
            raise ExportTimeout
        # What was only tapped is not counted yet, and may still be another score.
        return not row.answer.provisional and viewer.matches(row)

    for row in answer_feed.iterate_answers(deps.table, filters.to_query(group, now), matches):
        cells = _cells(row, viewer.masked_comment(row), scope.language)
        yield csv_cells.csv_row(cells[column] for column in text["column"])


def _cells(row: AnswerRow, comment: str, language: str) -> dict[str, str | int]:
    """Return the cells by the names of their columns in `lazo/data/answers_feed`, which also has their order."""
    answer, text = row.answer, translations("answers_feed", language)
    names = translations("labels", language)["themes"]
    local = answer.at.astimezone(ZoneInfo(row.store.timezone))
    found = answer.classification

    def listed(themes: Iterable[str]) -> str:
        return ", ".join(names.get(theme, theme) for theme in themes)

    suspect = found.suspect if found else answer.suspect
    return {
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "zone": row.store.timezone,
        "shop": row.store.name,
        "place": answer.touchpoint,
        "score": "" if answer.restricted else answer.score,
        "band": "" if answer.restricted else text["band"][band_of_score(answer.score)],
        "comment": text["restricted"] if answer.restricted else comment,
        "themes": listed(found.themes if found else ()),
        "praised": listed(found.praised if found else ()),
        "mentioned": listed(found.mentioned if found else ()),
        "reasons": listed(answer.reasons),
        "language": answer.language,
        "suspect": text["export"]["yes"] if suspect else "",
    }


def _page(
    deps: Deps, access: Access, filters: AnswerFilters, state: str, status: int = 200, **file: str
) -> Response:
    scope, now = access.scope, deps.clock()
    html = render(
        "export.html.j2",
        scope.language,
        words="answers_feed",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="answers",
        times=Times("UTC", now, scope.language),
        state=state,
        back=filters.address(),
        **file,
    )
    return html_reply(html, scope.language, status)


def _format_size(size: int) -> str:
    """Return `12 KB` or `3 MB`, rounded up."""
    kilobytes = -(-size // 1000)
    return f"{kilobytes} KB" if kilobytes < 1000 else f"{-(-kilobytes // 1000)} MB"
