"""Serve the survey, and hand what is sent to `collect.posting`: once warm, an answer is one write and no read."""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from collect import assets, kept_pages, page, request
from collect.deps import Deps, language_of, status_of
from collect.published import PublishedChanges
from collect.request import Request
from collect.touchpoints import SurveyTouchpoint, TouchpointCache, Touchpoints
from lazo import clock
from lazo.runtime import aws_json, logs, settings
from lazo.runtime.error_logging import error_fields
from lazo.runtime.keyrings import keyring
from lazo.table.dynamodb.table import Table
from lazo.translations import LANGUAGES
from lazo.web.origin import FORBIDDEN, OriginCheck
from lazo.web.responses import HttpError, Response, redirect_with_query

if TYPE_CHECKING:
    from collect import wishes
    from collect.recording import AnswerRecorder
    from lazo.auth.keyring import KeyRing


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function. Keys are fetched on first use."""
    logger = logs.logger()
    table = Table(aws_json.client("dynamodb"), settings.required("TABLE_NAME"))
    secrets = aws_json.client("secretsmanager")
    page_keys, customer_keys = (
        keyring(name, logger, secrets) for name in ("LINK_KEY_SECRET", "CUSTOMER_KEY_SECRET")
    )
    touchpoints = Touchpoints(table, TouchpointCache(table, logger), page_keys, os.urandom)
    page.prepare()
    topic, namespace = map(settings.required, ("TOPIC_ARN", "POWERTOOLS_METRICS_NAMESPACE"))
    return Deps(
        touchpoints,
        cache(partial(_wire_recorder, touchpoints, customer_keys)),
        PublishedChanges(table, logger),
        logger,
        clock.now,
        OriginCheck(settings.optional("ORIGIN_DIGESTS")),
        cache(partial(_wire_wishes, table, logger, topic, namespace)),
    )


def _wire_recorder(touchpoints: Touchpoints, customer_keys: KeyRing) -> AnswerRecorder:
    """Return what records answers: a page that is opened does not wait for it."""
    from collect.recording import AnswerRecorder

    known = touchpoints
    return AnswerRecorder(known.table, known.touchpoints, known.page_keys, known.entropy, customer_keys)


def _wire_wishes(table: Table, logger: Logger, topic_arn: str, namespace: str) -> wishes.Deps:
    """Return what records a wish: few copies of the function ever see one."""
    from collect import wishes
    from lazo.runtime import metrics
    from lazo.workflows.case_commit import CaseCommitter
    from lazo.workflows.events import Topic

    topic = Topic(settings.client("sns"), topic_arn)
    count = metrics.stage_time_recorder(namespace)
    return wishes.Deps(CaseCommitter(table, topic, logger, count))


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    if event["routeKey"] == "$default":
        return _elsewhere(event, deps).for_api(event)
    received, now = request.read_request(event), deps.clock()
    if received.method != "POST":
        return _get(received, deps, now).for_api(event)
    from collect import posting  # answers and their rules, which no page needs

    post = posting.post_form if received.kind == "form" else posting.post_json
    if received.route.endswith("/thanks"):
        post = posting.post_wish
    return post(received, deps, now).for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a request of the HTTP API, unless it did not come through the edge."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else FORBIDDEN


def _elsewhere(event: dict[str, Any], deps: Deps) -> Response:
    from collect import elsewhere  # few requests need it: its import would cost every cold start

    try:
        return elsewhere.respond(event)
    except Exception as error:
        deps.logger.error("page not shown", extra=error_fields(error))
        return page.unavailable_page(500, LANGUAGES[0])


def _get(received: Request, deps: Deps, now: datetime) -> Response:
    language = language_of(received)
    try:
        if received.route.endswith("/logo"):
            return assets.logo(
                deps.touchpoints.find_touchpoint(received.code, now, retired_too=True), received.if_none_match
            )
        thanked, changes = received.route.endswith("/thanks"), received.route.endswith("/changes")
        code = deps.touchpoints.spelled_code(received.typed_code, now)
        if code != received.typed_code:
            below = received.route.removeprefix("/s/{code}")
            return redirect_with_query(f"/s/{code}{below}", received.query)
        place = deps.touchpoints.find_touchpoint(received.code, now, retired_too=thanked)
        language = language_of(received, place)
        if changes:
            return _changes_page(received, place, language, deps, now)
        has_changes = deps.published.are_there(place, now)
        if thanked and received.thanks_token:
            from collect import followed, following  # the case and its rules, which no survey needs

            about = followed.find_followed(deps.recorder(), place, received.thanks_token, language, now)
            if about:
                return following.thanks(deps.recorder(), received, about, has_changes=has_changes)
        if thanked:
            return page.thanks_page(
                place, language, left_contact=received.left_contact, has_changes=has_changes
            )
        page_id, token = deps.touchpoints.page_id_for(place, now), received.resurvey_token
        if token and deps.touchpoints.read_resurvey_token(token, now):
            return page.survey_page(place, language, page_id, resurvey_token=token, has_changes=has_changes)
        return kept_pages.empty_survey(place, language, page_id, has_changes=has_changes)
    except HttpError as error:
        return page.no_survey_page(error.status, error.code, language)
    except Exception as error:
        deps.logger.error("page not shown", extra=error_fields(error))
        return page.unavailable_page(status_of(error), language)


def _changes_page(
    received: Request, place: SurveyTouchpoint, language: str, deps: Deps, now: datetime
) -> Response:
    from collect import changes  # the wording guard and its rules, which no survey needs

    ids = tuple(deps.published.ids(place, now))
<<<<<<< HEAD
    return changes.changes_page(place, ids, language, deps.touchpoints.table, received.if_none_match)
=======
    return changes.changes_page(place, ids, language, deps.recorder.table, received.if_none_match)


def _post_wish(received: Request, deps: Deps, now: datetime) -> Response:
    """`POST /s/{code}/thanks`: add to an answer what its customer wishes."""
    from collect import followed, following

    fields: Form = {}
    language = _language(received)
    try:
        fields = request.form_fields(received.body)
        token = fields.get("t", [""])[0]
        place = deps.recorder.find_touchpoint(received.code, now, retired_too=True)
        asked = fields.get("switch") or fields.get("lang", [""])
        language = _language(received, place, asked[0], chosen="switch" in fields)
        about = followed.find_followed(deps.recorder, place, token, language, now)
        if about is None:
            return page.thanks_page(place, language, expired=fields.get("text", [""])[0])
        return following.add(deps.recorder, about, fields, received.body, deps.wishes())
    except HttpError as error:
        return page.no_survey_page(error.status, error.code, language)
    except Exception as error:
        deps.logger.error("wish not recorded", extra=error_fields(error))
        return page.wish_not_saved_page(_status(error), language, fields)


def _post_form(received: Request, deps: Deps, now: datetime) -> Response:
    fields: Form = {}
    language = _language(received)
    try:
        fields = request.form_fields(received.body)
        language = _language(received, requested=fields.get("lang", [""])[0], chosen=True)
        return _record_form(received, fields, deps, now)
    except HttpError as error:
        return page.no_survey_page(error.status, error.code, language, fields)
    except Exception as error:
        deps.logger.error("answer not recorded", extra=error_fields(error))
        return page.not_saved_page(_status(error), language, fields)


def _record_form(received: Request, fields: Form, deps: Deps, now: datetime) -> Response:
    place = deps.recorder.find_touchpoint(received.code, now, carried=page.page_id_in(fields))
    # The page's own language, to which it may have been switched since its address was opened.
    language = _language(received, place, fields.get("lang", [""])[0], chosen=True)
    too_large = request.is_too_large(received.body)
    token = fields.get("r", [""])[0]
    if switched := fields.get("switch"):
        return page.survey_page(
            place,
            _language(received, place, switched[0], chosen=True),
            deps.recorder.page_id_for(place, now, carried=page.page_id_in(fields)),
            fields=fields,
            resurvey_token=token if deps.recorder.read_resurvey_token(token, now) else "",
        )
    try:
        if too_large:
            raise Rejected(Problem("comment_too_long", "comment"))
        sent = recording.read_form(fields, place, language)
        answer = deps.recorder.record(sent, place, language, now, from_page=True, resurvey_token=token)
    except Rejected as rejected:
        return page.survey_page(
            place,
            language,
            deps.recorder.page_id_for(place, now, carried=page.page_id_in(fields)),
            status=413 if too_large else 422,
            fields=fields,
            problems=rejected.problems,
            resurvey_token=token if deps.recorder.read_resurvey_token(token, now) else "",
        )
    except AnswerConflict:
        return page.already_answered(place, language)
    thanks_token = deps.recorder.thanks_token(answer, now)
    return page.redirect_to_thanks(place, language, thanks_token, left_contact=bool(sent.phone or sent.email))


def _post_json(received: Request, deps: Deps, now: datetime) -> Response:
    language = _language(received)
    try:
        if received.kind != "json":
            raise HttpError(415, "unsupported_media_type")
        body = request.json_object(received.body)
        language = _language(received, requested=body.get("lang"))
        place = deps.recorder.find_touchpoint(received.code, now, carried=recording.page_id_in(body))
        language = _language(received, place, body.get("lang"))
        if body.get("provisional") is True:
            tapped = deps.recorder.record_tap(recording.read_tap(body), place, language, now)
            return json_response(202, {"answer_id": tapped}, language)
        sent = recording.read_json(body, place, language)
        signed = bool(sent.signature)
        token = body.get("r")
        answer = deps.recorder.record(sent, place, language, now, from_page=signed, resurvey_token=token)
        thanks_token = deps.recorder.thanks_token(answer, now)
        thanks = {"thanks": thanks_token} if thanks_token else {}
        return json_response(202, {"answer_id": answer.answer_id, **thanks}, language)
    except HttpError as error:
        return _json_error(error.status, Problem(error.code), language)
    except Rejected as rejected:
        return _json_error(422, rejected.problems[0], language)
    except AnswerConflict:
        return _json_error(409, Problem("answer_conflict", "answer_id"), language)
    except Exception as error:
        deps.logger.error("answer not recorded", extra=error_fields(error))
        status = _status(error)
        code = "unavailable" if status == 503 else "internal"
        return _json_error(status, Problem(code), language)


def _json_error(status: int, problem: Problem, language: str) -> Response:
    """Return the problem for a program, with its message in `language`."""
    messages = translations("survey", language)["errors"]
    message = messages.get(problem.code, messages["field_invalid"])
    content = {"error": {"code": problem.code, "message": message, "field": problem.field}}
    return json_response(status, content, language)


def _language(
    received: Request,
    place: SurveyTouchpoint | None = None,
    requested: object = None,
    *,
    chosen: bool = False,
) -> str:
    """Return the language for the reader. `chosen`: they chose the `requested` one just now, whatever the address
    says."""
    languages = [received.lang, requested if isinstance(requested, str) else None]
    languages = languages[::-1] if chosen else languages
    return choose_language(
        languages, received.accept_language, place.store.language if place else LANGUAGES[0]
    )


def _status(error: Exception) -> int:
    return 503 if is_transient(error) else 500
>>>>>>> 88353cfd (collect: keep what is typed on the thanks page when its language is switched without JavaScript)
