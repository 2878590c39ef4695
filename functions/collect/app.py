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
    received, now = request.read_request(event, behind_edge=deps.origin.is_set), deps.clock()
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
    return changes.changes_page(place, ids, language, deps.touchpoints.table, received.if_none_match)
