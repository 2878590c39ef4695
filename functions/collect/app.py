"""The survey: serves its page and records the answer, by one write and, once warm, no read."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from collect import json_replies, page, recording, request
from collect.recording import AnswerRecorder
from collect.request import Form, Request
from collect.touchpoints import SurveyTouchpoint, TouchpointCache
from lazo import clock
from lazo.auth import keyring
from lazo.errors import Problem, Rejected
from lazo.runtime import logs, settings
from lazo.runtime.error_logging import error_fields, is_transient, stale_key_logger
from lazo.table.answers import AnswerConflict
from lazo.table.dynamodb.table import Table
from lazo.translations import LANGUAGES
from lazo.web.language import choose_language
from lazo.web.origin import FORBIDDEN, OriginCheck
from lazo.web.responses import HttpError, Response


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    recorder: AnswerRecorder
    logger: Logger
    clock: Callable[[], datetime]
    origin: OriginCheck


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function. Keys are fetched when one is needed."""
    logger = logs.logger()
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    secrets, stale = settings.client("secretsmanager"), stale_key_logger(logger)
    recorder = AnswerRecorder(
        table=table,
        places=TouchpointCache(table, logger),
        page_keys=keyring.keyring_from_secret(
            secrets, settings.required("LINK_KEY_SECRET"), clock.now, stale
        ),
        customer_keys=keyring.keyring_from_secret(
            secrets, settings.required("CUSTOMER_KEY_SECRET"), clock.now, stale
        ),
        entropy=os.urandom,
    )
    page.prepare()
    return Deps(recorder, logger, clock.now, OriginCheck(settings.optional("ORIGIN_DIGESTS")))


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """The reply to one request of the HTTP API."""
    got, now = request.read(event), deps.clock()
    post = _post_form if got.kind == "form" else _post_json
    response = post(got, deps, now) if got.method == "POST" else _get(got, deps, now)
    return response.for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Entry point for the HTTP API."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else FORBIDDEN


def _get(got: Request, deps: Deps, now: datetime) -> Response:
    language = _language(got)
    try:
        thanked = got.route.endswith("/thanks")
        place = deps.recorder.place(got.code, now, retired_too=thanked)
        language = _language(got, place)
        if thanked:
            return page.thanks_page(place, language)
        asked = got.asked if deps.recorder.asked_about(got.asked, now) else ""
        return page.survey_page(place, language, deps.recorder.page_id(place, now), asked=asked)
    except HttpError as declined:
        return page.no_survey_page(declined.status, declined.code, language)
    except Exception as error:
        deps.logger.error("page not shown", extra=error_fields(error))
        return page.unavailable_page(_status(error), language)


def _post_form(got: Request, deps: Deps, now: datetime) -> Response:
    fields: Form = {}
    language = _language(got)
    try:
        fields = request.form_fields(got.body)
        language = _language(got, wish=fields.get("lang", [""])[0])
        return _take_form(got, fields, deps, now)
    except HttpError as declined:
        return page.no_survey_page(declined.status, declined.code, language, fields)
    except Exception as error:
        deps.logger.error("answer not recorded", extra=error_fields(error))
        return page.not_saved_page(_status(error), language, fields)


def _take_form(got: Request, fields: Form, deps: Deps, now: datetime) -> Response:
    place = deps.recorder.place(got.code, now, carried=page.page_id_in(fields))
    language = _language(got, place, fields.get("lang", [""])[0])
    too_large = request.is_too_large(got.body)
    asked = fields.get("r", [""])[0]
    try:
        if too_large:
            raise Rejected(Problem("comment_too_long", "comment"))
        sent = recording.read_form(fields, place, language)
        deps.recorder.record(sent, place, language, now, from_page=True, asked=asked)
    except Rejected as refused:
        return page.survey_page(
            place,
            language,
            deps.recorder.page_id(place, now, carried=page.page_id_in(fields)),
            status=413 if too_large else 422,
            values=page.typed_values(fields),
            problems=refused.problems,
            asked=asked if deps.recorder.asked_about(asked, now) else "",
        )
    except AnswerConflict:
        return page.already_answered(place, language)
    return page.redirect_to_thanks(place, language)


def _post_json(got: Request, deps: Deps, now: datetime) -> Response:
    language = _language(got)
    try:
        if got.kind != "json":
            raise HttpError(415, "unsupported_media_type")
        body = request.json_object(got.body)
        language = _language(got, wish=body.get("lang"))
        place = deps.recorder.place(got.code, now, carried=recording.carried(body))
        language = _language(got, place, body.get("lang"))
        sent = recording.read_json(body, place, language)
        signed = bool(sent.signature)
        asked = body.get("r")
        answer_id = deps.recorder.record(sent, place, language, now, from_page=signed, asked=asked)
        return json_replies.accepted(answer_id, language)
    except HttpError as declined:
        return json_replies.error(declined.status, Problem(declined.code), language)
    except Rejected as refused:
        return json_replies.error(422, refused.problems[0], language)
    except AnswerConflict:
        return json_replies.error(409, Problem("answer_conflict", "answer_id"), language)
    except Exception as error:
        deps.logger.error("answer not recorded", extra=error_fields(error))
        status = _status(error)
        code = "unavailable" if status == 503 else "internal"
        return json_replies.error(status, Problem(code), language)


def _language(got: Request, place: SurveyTouchpoint | None = None, wish: object = None) -> str:
    wishes = [got.lang, wish if isinstance(wish, str) else None]
    return choose_language(wishes, got.accept_language, place.store.language if place else LANGUAGES[0])


def _status(error: Exception) -> int:
    return 503 if is_transient(error) else 500
