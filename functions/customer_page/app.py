"""The customer's own page: what became of what they told us, and what they want to say, stop, take along or have
erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, Final

from aws_lambda_powertools import Logger

from customer_page import download, page, visit
from customer_page.request import form_of
from customer_page.visit import CustomerVisit
from lazo import clock
from lazo.auth import keyring
from lazo.auth.keyring import KeyRing
from lazo.case import customer_confirmation
from lazo.errors import Problem, Rejected
from lazo.runtime import logs, metrics, settings
from lazo.runtime.error_logging import error_fields, log_key_not_read
from lazo.survey.fields import LONGEST_COMMENT
from lazo.table import cases, erasure
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs
from lazo.table.stores import StoreCache
from lazo.text.cleaning import clean
from lazo.web.origin import TURNED_AWAY, Origin
from lazo.web.responses import BY_LANGUAGE, Response
from lazo.workflows.case_commit import CONFLICTS, TRIES, CaseCommitter
from lazo.workflows.events import Topic


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    table: Table
    stores: StoreCache
    ring: KeyRing
    logger: Logger
    clock: Callable[[], datetime]
    committer: CaseCommitter
    origin: Origin


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    logger = logs.logger()
    ring = keyring.from_secret(
        settings.client("secretsmanager"),
        settings.required("LINK_KEY_SECRET"),
        clock.now,
        log_key_not_read(logger),
    )
    topic = Topic(settings.client("sns"), settings.required("TOPIC_ARN"))
    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")

    committer = CaseCommitter(table, topic, logger, metrics.stage_time_recorder(namespace))
    origin = Origin(settings.optional("ORIGIN_DIGESTS"))
    return Deps(table, StoreCache(table, logger), ring, logger, clock.now, committer, origin)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """The reply to one request of the HTTP API; the API has matched the route already."""
    act = {
        "GET /m/{token}": _show,
        "HEAD /m/{token}": _show,
        "GET /m/{token}/data": _data,
        "POST /m/{token}/{action}": _act,
    }[event["routeKey"]]
    try:
        response = act(event, deps)
    except Exception as error:
        deps.logger.error("request not answered", extra={"route": event["routeKey"], **error_fields(error)})
        response = page.unavailable(visit.language_for(event))
    return response.for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Entry point for the HTTP API."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else TURNED_AWAY


def _show(event: dict[str, Any], deps: Deps) -> Response:
    """`GET /m/{token}`. Nothing happens here: phones open links before people do."""
    here = _here(event, deps)
    done = (event.get("queryStringParameters") or {}).get("done")
    return page.customer_page(here, done=done) if here else page.not_found(visit.language_for(event))


def _data(event: dict[str, Any], deps: Deps) -> Response:
    """`GET /m/{token}/data`: all that is kept of them, as a file."""
    here = _here(event, deps)
    if here is None:
        return page.not_found(visit.language_for(event))
    if here.erased:
        return page.redirect_to_page(here)
    headers = {
        **BY_LANGUAGE,
        "content-type": "application/json; charset=utf-8",
        "content-disposition": f'attachment; filename="{download.download_name(here)}"',
    }
    return Response(200, download.download_content(here, deps.table), headers)


def _act(event: dict[str, Any], deps: Deps) -> Response:
    """`POST /m/{token}/{action}`: does what is asked, and goes back to the page."""
    action = event["pathParameters"]["action"]
    sent = form_of(event)
    fields = sent or {}
    here = _here(event, deps, fields.get("lang"))
    if here is None or action not in ACTIONS:
        return page.not_found(visit.language_for(event, fields.get("lang")))
    if here.erased:
        return page.redirect_to_page(here)
    if sent is None:
        return page.customer_page(here, status=413, problem="too_large")
    try:
        return ACTIONS[action](here, fields, deps)
    except Rejected as refused:
        code = refused.problems[0].code
        again = _here(event, deps, fields.get("lang")) or here
        status = 409 if code == "wrong_stage" else 422
        return page.customer_page(again, status=status, problem=code, typed=fields.get("text", ""))
    except Exception as error:
        deps.logger.error("form not acted on", extra={"action": action, **error_fields(error)})
        return page.customer_page(here, status=503, problem="retry", typed=fields.get("text", ""))


def _here(event: dict[str, Any], deps: Deps, wish: str | None = None) -> CustomerVisit | None:
    return visit.visit_for_request(event, deps.table, deps.stores, deps.ring, deps.clock(), wish)


def _seen(fields: dict[str, str]) -> int:
    """Which version of the case the page showed."""
    given = fields.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _solved(here: CustomerVisit, fields: dict[str, str], deps: Deps) -> Response:
    _answer(here, _seen(fields), deps, solved=True, text="")
    return page.redirect_to_page(here, "solved")


def _not_yet(here: CustomerVisit, fields: dict[str, str], deps: Deps) -> Response:
    text = clean(fields.get("text", ""))
    if len(text) > LONGEST_COMMENT:
        raise Rejected(Problem("too_long", "text"))
    _answer(here, _seen(fields), deps, solved=False, text=text)
    return page.redirect_to_page(here, "not_yet")


def _answer(here: CustomerVisit, seen: int, deps: Deps, *, solved: bool, text: str) -> None:
    """Write down what the customer says, once for each form, and tell whoever has the case."""
    build = partial(
        customer_confirmation.change_for_answer,
        store=here.store,
        now=here.now,
        seen_version=seen,
        solved=solved,
        text=text,
    )
    result = deps.committer.commit(here.case, here.store, build)
    if result.problems:
        raise Rejected(*result.problems)


def _stop(here: CustomerVisit, _fields: dict[str, str], deps: Deps) -> Response:
    """By each of their keys: whoever says stop means all that we have."""
    for key in opt_outs.customer_keys_of(here.answer) if here.answer else ():
        proven = key == here.customer_key
        opt_outs.write_unless_refused(
            deps.table, opt_outs.record_opt_out(key, "page", here.now, proven=proven)
        )
    return page.redirect_to_page(here, "stop")


def _start(here: CustomerVisit, _fields: dict[str, str], deps: Deps) -> Response:
    """By each of their keys, but for one by which somebody said stop whose it was proven to be."""
    given = opt_outs.customer_keys_of(here.answer) if here.answer else ()
    for key in given:
        proven = key == here.customer_key
        opt_outs.write_unless_refused(
            deps.table, opt_outs.withdraw_opt_out(key, "page", here.now, proven=proven)
        )
    return page.redirect_to_page(
        here, "start_elsewhere" if opt_outs.has_opted_out(deps.table, given) else "start"
    )


def _erase(here: CustomerVisit, fields: dict[str, str], deps: Deps) -> Response:
    """Asked once more, then written down, and done at once as far as that goes: the sweep brings it to its end."""
    if fields.get("sure") != "yes":
        return page.confirm_erasure_page(here)
    about = here.case.followup
    for _ in range(TRIES):
        try:
            wish = erasure.request_erasure(deps.table, about, here.customer_key, here.now)
            break
        except CONFLICTS:
            about = (cases.load_case(deps.table, about.followup_id) or here.case).followup
    else:
        raise Rejected(Problem("retry"))
    try:
        if wish:
            erasure.erase_more(deps.table, wish, here.now)
    except Exception as error:
        deps.logger.warning("erasing goes on in the sweep", extra=error_fields(error))
    return page.redirect_to_page(here)


ACTIONS: Final[dict[str, Callable[[CustomerVisit, dict[str, str], Deps], Response]]] = {
    "solved": _solved,
    "not-yet": _not_yet,
    "stop": _stop,
    "start": _start,
    "erase": _erase,
}
"""By the last part of the address that the form is sent to."""
