"""The survey: serves its page and records the answer, by one write and no read."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from collect import answer_ids, json_replies, language, request
from collect.answer_ids import PageId
from collect.places import Place, Places
from collect.request import Declined, Request
from lazo import clock, keyring, settings, survey
from lazo.answers import Answer, Consent
from lazo.failures import facts
from lazo.keyring import KeyRing
from lazo.store import LANGUAGES
from lazo.survey import Asked, Refused, Submission
from lazo.table import answers
from lazo.table.dynamo import Table
from lazo.wording import words


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    table: Table
    places: Places
    page_keys: KeyRing
    customer_keys: KeyRing
    logger: Logger
    clock: Callable[[], datetime]
    entropy: Callable[[int], bytes]


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function. Keys are fetched when one is needed."""
    logger = Logger()
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    secrets = settings.client("secretsmanager")
    return Deps(
        table=table,
        places=Places(table, logger),
        page_keys=keyring.from_secret(secrets, settings.required("LINK_KEY_SECRET"), clock.now),
        customer_keys=keyring.from_secret(secrets, settings.required("CUSTOMER_KEY_SECRET"), clock.now),
        logger=logger,
        clock=clock.now,
        entropy=os.urandom,
    )


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """The reply to one request of the HTTP API."""
    asked, now = request.read(event), deps.clock()
    return _post_json(asked, deps, now)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Entry point for the HTTP API."""
    return handle(event, wire())


def _post_json(asked: Request, deps: Deps, now: datetime) -> dict[str, Any]:
    reader = language.choose([asked.lang], asked.accept_language, LANGUAGES[0])
    try:
        place = _place(asked, deps, now)
        reader = language.choose([asked.lang], asked.accept_language, place.store.language)
        body = request.json_object(asked.raw_body)
        wish = body.get("lang")
        reader = language.choose(
            [asked.lang, wish if isinstance(wish, str) else None], asked.accept_language, place.store.language
        )
        submission = survey.from_json(body, _offer(place, reader))
        answer = _answer(submission, place, reader, deps, now, from_page=submission.signature is not None)
        answers.accept(deps.table, answer)
    except Declined as declined:
        return json_replies.error(declined.status, declined.code, None, reader)
    except Refused as refused:
        return json_replies.error(422, refused.problems[0].code, refused.problems[0].field, reader)
    except answers.AnswerConflict:
        return json_replies.error(409, "answer_conflict", "answer_id", reader)
    except Exception as error:
        deps.logger.error("answer not recorded", extra=facts(error))
        return json_replies.error(503, "unavailable", None, reader)
    return json_replies.accepted(answer.answer_id, reader)


def _place(asked: Request, deps: Deps, now: datetime) -> Place:
    place = deps.places.find(asked.code, now) if asked.code else None
    if place is None:
        raise Declined(404, "unknown_code")
    if not place.touchpoint.active:
        raise Declined(410, "retired_code")
    return place


def _offer(place: Place, reader: str) -> Asked:
    return Asked(frozenset(words("survey", reader)["reasons"]), place.store.country)


def _answer(
    sent: Submission, place: Place, reader: str, deps: Deps, now: datetime, *, from_page: bool
) -> Answer:
    settled = answer_ids.settle(
        deps.page_keys,
        PageId(sent.answer_id or "", sent.signature or ""),
        place.touchpoint.code,
        now,
        deps.entropy,
        from_page=from_page,
    )
    identity = survey.identity(sent.phone, sent.email)
    return Answer(
        answer_id=settled.id.text,
        ulid=settled.id.ulid,
        store_id=place.store.store_id,
        code=place.touchpoint.code,
        touchpoint=place.touchpoint.label,
        score=sent.score,
        language=reader,
        at=now,
        comment=sent.comment,
        reasons=tuple(sent.reasons),
        name=sent.name,
        phone=sent.phone,
        email=sent.email,
        consent=Consent(words("survey", reader)["consent"]["version"], reader, now) if identity else None,
        customer_key=deps.customer_keys.sign("customer", identity.encode(), 16).hex() if identity else None,
        suspect=(*(["honeypot"] if sent.website else []), *settled.suspect),
    )
