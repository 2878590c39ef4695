"""Record what was sent: an answer as a form or as JSON, a tap, and what a customer adds to their answer."""

from datetime import datetime

from collect import page, recording, request
from collect.deps import Deps, language_of, status_of
from collect.request import Form, Request
from lazo.errors import Problem, Rejected
from lazo.runtime.error_logging import error_fields
from lazo.table.answers import AnswerConflict
from lazo.translations import translations
from lazo.web.responses import HttpError, Response, json_response


def post_form(received: Request, deps: Deps, now: datetime) -> Response:
    fields: Form = {}
    language = language_of(received)
    try:
        fields = request.form_fields(received.body)
        language = language_of(received, requested=fields.get("lang", [""])[0], chosen=True)
        return _record_form(received, fields, deps, now)
    except HttpError as error:
        return page.no_survey_page(error.status, error.code, language, fields)
    except Exception as error:
        deps.logger.error("answer not recorded", extra=error_fields(error))
        return page.not_saved_page(status_of(error), language, fields)


def _record_form(received: Request, fields: Form, deps: Deps, now: datetime) -> Response:
    place = deps.touchpoints.find_touchpoint(received.code, now, carried=page.page_id_in(fields))
    # The page's own language, to which it may have been switched since its address was opened.
    language = language_of(received, place, fields.get("lang", [""])[0], chosen=True)
    too_large = request.is_too_large(received.body)
    token = fields.get("r", [""])[0]
    if switched := fields.get("switch"):
        return page.survey_page(
            place,
            language_of(received, place, switched[0], chosen=True),
            deps.touchpoints.page_id_for(place, now, carried=page.page_id_in(fields)),
            fields=fields,
            resurvey_token=token if deps.touchpoints.read_resurvey_token(token, now) else "",
        )
    try:
        if too_large:
            raise Rejected(Problem("comment_too_long", "comment"))
        sent = recording.read_form(fields, place, language)
        answer = deps.recorder().record(
            sent, place, language, now, received, from_page=True, resurvey_token=token
        )
    except Rejected as rejected:
        return page.survey_page(
            place,
            language,
            deps.touchpoints.page_id_for(place, now, carried=page.page_id_in(fields)),
            status=413 if too_large else 422,
            fields=fields,
            problems=rejected.problems,
            resurvey_token=token if deps.touchpoints.read_resurvey_token(token, now) else "",
        )
    except AnswerConflict:
        return page.already_answered(place, language)
    thanks_token = deps.recorder().thanks_token(answer, now)
    return page.redirect_to_thanks(place, language, thanks_token, left_contact=bool(sent.phone or sent.email))


def post_json(received: Request, deps: Deps, now: datetime) -> Response:
    language = language_of(received)
    try:
        if received.kind != "json":
            raise HttpError(415, "unsupported_media_type")
        body = request.json_object(received.body)
        language = language_of(received, requested=body.get("lang"))
        place = deps.touchpoints.find_touchpoint(received.code, now, carried=recording.page_id_in(body))
        language = language_of(received, place, body.get("lang"))
        if body.get("provisional") is True:
            tap = recording.read_tap(body)
            tapped = deps.recorder().record_tap(tap, place, language, now, received)
            return json_response(202, {"answer_id": tapped}, language)
        sent = recording.read_json(body, place, language)
        signed = bool(sent.signature)
        token = body.get("r")
        answer = deps.recorder().record(
            sent, place, language, now, received, from_page=signed, resurvey_token=token
        )
        thanks_token = deps.recorder().thanks_token(answer, now)
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
        status = status_of(error)
        code = "unavailable" if status == 503 else "internal"
        return _json_error(status, Problem(code), language)


def _json_error(status: int, problem: Problem, language: str) -> Response:
    """Return the problem for a program, with its message in `language`."""
    messages = translations("survey", language)["errors"]
    message = messages.get(problem.code, messages["field_invalid"])
    content = {"error": {"code": problem.code, "message": message, "field": problem.field}}
    return json_response(status, content, language)


def post_wish(received: Request, deps: Deps, now: datetime) -> Response:
    """`POST /s/{code}/thanks`: add to an answer what its customer wishes."""
    from collect import followed, following  # the case and its rules, which no answer needs

    fields: Form = {}
    language = language_of(received)
    try:
        fields = request.form_fields(received.body)
        token = fields.get("t", [""])[0]
        place = deps.touchpoints.find_touchpoint(received.code, now, retired_too=True)
        asked = fields.get("switch") or fields.get("lang", [""])
        language = language_of(received, place, asked[0], chosen="switch" in fields)
        about = followed.find_followed(deps.recorder(), place, token, language, now)
        if about is None:
            return page.thanks_page(place, language, expired=fields.get("text", [""])[0])
        return following.add(deps.recorder(), about, fields, received.body, deps.wishes())
    except HttpError as error:
        return page.no_survey_page(error.status, error.code, language)
    except Exception as error:
        deps.logger.error("wish not recorded", extra=error_fields(error))
        return page.wish_not_saved_page(status_of(error), language, fields)
