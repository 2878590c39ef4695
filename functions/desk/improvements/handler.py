"""Serve the pages of improvements, apply their form once, and hand out the text for a newsletter."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from desk.account import refusals
from desk.account.access import Access
from desk.deps import Deps
from desk.improvements import form as improvement_form
from desk.improvements.page import (
    NEW,
    PATH,
    SentForm,
    improvement_address,
    improvement_page,
    list_page,
)
from desk.improvements.permissions import ImprovementReader, improvement_reader
from desk.improvements.told_list import KINDS, show_told
from desk.web.forms import YEARS, Fields, form_fields, free_texts_in
from desk.web.render import not_found
from lazo.errors import Problem, Rejected
from lazo.ids import is_ulid
from lazo.insight.improvements import Improvement
from lazo.runtime.error_logging import error_fields
from lazo.table import improvements
from lazo.table.improvements import ImprovementChanged
from lazo.translations import LANGUAGES
from lazo.web.responses import Response, redirect


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request for one improvement: None is one that is still to be written."""

    improvement: Improvement | None
    reader: ImprovementReader


def show_list(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/improvements` with the cursor `after`; with `format` (`md`, `html`), `from`, `to`, `language`
    and `brand`: the text for a newsletter, as a file."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    reader = improvement_reader(access.scope, deps.table)
    if "format" in query:
        return _newsletter_file(query, deps, reader)
    return list_page(query, deps, access, reader)


def show_one(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/improvements/{improvement_id}`; the id `new` has an empty form. With `cases` the cases that one
    of its figures counts."""
    asked = _load(event, deps, access)
    if asked is None:
        return not_found()
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    if asked.improvement and query.get("cases") in KINDS:
        return show_told(asked.improvement, query, deps, access, asked.reader)
    done = "done" in query
    return improvement_page(asked.improvement, deps, access, asked.reader, done=done)


def save(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `POST /desk/improvements/{improvement_id}`: write what the form holds, once, and redirect to its page; or
    show the form with all problems and what was typed."""
    asked = _load(event, deps, access)
    if asked is None:
        return not_found(free_texts_in(event))
    fields = Fields(form_fields(event), "UTC")
    form_id = deps.sessions.form_id(event, access.session)
    if form_id is None:
        return _refused(asked, deps, access, fields, [Problem("stale")])
    # A form for a new one has its id, so that it makes one however often it arrives.
    before = asked.improvement or improvements.get_improvement(deps.table, form_id)
    try:
        if before and before.form_id == form_id:
            asked = replace(asked, improvement=before)
            return _sent_again(asked, fields, before, deps)
        written = _written(asked, fields, before, form_id, deps)
        improvements.save_improvement(deps.table, before, written, deps.clock())
    except Rejected as rejected:
        return _refused(asked, deps, access, fields, list(rejected.problems))
    except Exception as error:
        return _not_known(asked, deps, access, fields, form_id, error)
    return redirect(improvement_address(written.improvement_id, done="1"))


def _sent_again(asked: _Asked, fields: Fields, before: Improvement, deps: Deps) -> Response:
    """Answer a form that wrote `before`. Raises Rejected if it holds something else by now: whoever goes back to the
    form and changes it would otherwise be told that it is saved."""
    again = improvement_form.read_improvement(
        fields, asked.reader, before, before.improvement_id, before.form_id, deps.clock(), deps.table
    )
    if replace(again, version=before.version) != before:
        raise Rejected(Problem("changed"))
    return redirect(improvement_address(before.improvement_id, done="1"))


def _written(
    asked: _Asked, fields: Fields, before: Improvement | None, form_id: str, deps: Deps
) -> Improvement:
    """Return what the form describes. Raises Rejected."""
    if before and fields.whole_number("version") != before.version:
        raise Rejected(Problem("changed"))
    now, reader = deps.clock(), asked.reader
    improvement_id = before.improvement_id if before else form_id
    written = improvement_form.read_improvement(
        fields, reader, before, improvement_id, form_id, now, deps.table
    )
    improvement_form.check_scope(written, before, reader)
    stores = reader.stores_of(written, deps.table)
    today = min((store.hours.local_date(now) for store in stores), default=now.date())
    improvement_form.check_published(written, stores, today)
    return written


def _not_known(
    asked: _Asked, deps: Deps, access: Access, fields: Fields, form_id: str, error: Exception
) -> Response:
    """Return the page after a failed write: it may have been written although its response was lost, or somebody else
    was quicker."""
    current = improvements.get_improvement(
        deps.table, asked.improvement.improvement_id if asked.improvement else form_id
    )
    if current and current.form_id == form_id:
        return redirect(improvement_address(current.improvement_id, done="1"))
    if isinstance(error, ImprovementChanged):
        return _refused(_Asked(current, asked.reader), deps, access, fields, [Problem("changed")])
    deps.logger.error("improvement not saved", extra=error_fields(error))
    return _refused(asked, deps, access, fields, [Problem("retry")], keep_token=True)


def _refused(
    asked: _Asked,
    deps: Deps,
    access: Access,
    fields: Fields,
    problems: list[Problem],
    *,
    keep_token: bool = False,
) -> Response:
    token = next(iter(fields.sent.get("form", ())), None) if keep_token else None
    sent = SentForm(problems, fields.sent, token)
    return improvement_page(asked.improvement, deps, access, asked.reader, sent=sent)


def _load(event: dict[str, Any], deps: Deps, access: Access) -> _Asked | None:
    """Return what the path names; None if there is no such improvement, or the user may not see it."""
    improvement_id, reader = (
        event["pathParameters"]["improvement_id"],
        improvement_reader(access.scope, deps.table),
    )
    if improvement_id == NEW:
        return _Asked(None, reader)
    found = improvements.get_improvement(deps.table, improvement_id) if is_ulid(improvement_id) else None
    if found and not reader.may_see(found):
        refusals.record_refusal(deps, access, next(iter(found.store_ids), ""), improvement_id)
        return None
    return _Asked(found, reader) if found else None


def _newsletter_file(query: Mapping[str, str], deps: Deps, reader: ImprovementReader) -> Response:
    """Return what is published and holds since a day of the period, as a file; without a valid day, the list."""
    from lazo.insight.newsletter import (
        FORMATS,
        MEDIA_TYPES,
        newsletter,
    )  # the wording guard, which no page needs

    first, last = _day(query.get("from")), _day(query.get("to"))
    shape = next((each for each in FORMATS if each == query["format"]), None)
    if first is None or last is None or shape is None:
        return redirect(PATH)
    language = query.get("language") if query.get("language") in LANGUAGES else reader.scope.language
    brand = query.get("brand") if query.get("brand") in reader.brands else next(iter(reader.brands), "")
    found = improvements.published_between(deps.table, first, last)
    names = {store.store_id: store.name for store in reader.scope.stores}
    shown = [each for each in found if reader.may_see(each) and each.brand == brand]
    headers = {
        "content-type": MEDIA_TYPES[shape],
        "content-disposition": f'attachment; filename="lazo-{first}-{last}.{shape}"',
    }
    return Response(200, newsletter(shape, shown, str(language), str(brand), names), headers)


def _day(given: str | None) -> date | None:
    try:
        day = date.fromisoformat(given or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None
