"""Serve the customer's own page: the state of their case, their confirmation, opt-out, data download and erasure."""

import hashlib
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final
from urllib.parse import parse_qs

from customer_page import acknowledging, download, erase, page, rectify, rights
from customer_page.deps import Deps
from customer_page.visit import (
    AddressVisit,
    CustomerVisit,
    LinkRevoked,
    Visit,
    language_for,
    visit_for_request,
)
from lazo import clock
from lazo.auth import links
from lazo.case import customer_confirmation
from lazo.case.customer_words import CustomerWords, is_recorded
from lazo.case.model import Case
from lazo.errors import Problem, Rejected
from lazo.followup import sms_keywords
from lazo.runtime import aws_json, logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.runtime.keyrings import keyring
from lazo.survey.fields import LONGEST_COMMENT
from lazo.table import published_improvements
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs
from lazo.table.stores import StoreCache
from lazo.text.cleaning import clean
from lazo.web.origin import FORBIDDEN, OriginCheck
from lazo.web.requests import body_bytes, get_for_head
from lazo.web.responses import Response
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.customer_words import WordsRecorder
from lazo.workflows.events import Topic

LARGEST_BODY: Final = 48 * 1024
"""Bytes as sent: a text of 2000 characters with every byte escaped, and some more."""


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    table = Table(aws_json.client("dynamodb"), settings.required("TABLE_NAME"))
    secrets = aws_json.client("secretsmanager")
    logger = logs.logger()
    ring = keyring("LINK_KEY_SECRET", logger, secrets)
    topic = Topic(settings.ClientLater("sns"), settings.required("TOPIC_ARN"))
    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")

    committer = CaseCommitter(table, topic, logger, metrics.stage_time_recorder(namespace))
    origin = OriginCheck(settings.optional("ORIGIN_DIGESTS"))
    customers_ring = keyring("CUSTOMER_KEY_SECRET", logger, secrets)
    stores = StoreCache(table, logger)
    return Deps(table, stores, ring, customers_ring, logger, clock.now, committer, topic, origin)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Answer one request of the HTTP API, which has matched the route already."""
    act = {
        "GET /m/{token}": _show,
        "GET /m/{token}/data": _data,
        "POST /m/{token}/{action}": _act,
    }[get_for_head(event["routeKey"])]
    try:
        response = act(event, deps)
    except LinkRevoked as revoked:
        response = page.link_revoked(revoked.language)
    except Exception as error:
        deps.logger.error("request not answered", extra={"route": event["routeKey"], **error_fields(error)})
        response = page.unavailable(language_for(event))
    return response.for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a request of the HTTP API, unless it did not come through the edge."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else FORBIDDEN


def _show(event: dict[str, Any], deps: Deps) -> Response:
    """`GET /m/{token}`. Writes nothing: link previews and scanners open links before people do."""
    visit = _find_visit(event, deps)
    done = (event.get("queryStringParameters") or {}).get("done")
    if visit is None:
        return page.not_found(language_for(event))
    return page.page_of(visit, done=done, changes=_changes_path(visit, deps))


def _changes_path(visit: Visit, deps: Deps) -> str:
    """Return the address of what the case's store has changed, "" while it has published nothing."""
    if isinstance(visit, AddressVisit) or visit.answer is None or visit.erased or visit.restricted:
        return ""
    store = visit.store
    if not published_improvements.published_ids(deps.table, store.store_id, store.brand):
        return ""
    return f"/s/{visit.answer.code}/changes?lang={visit.language}"


def _data(event: dict[str, Any], deps: Deps) -> Response:
    """`GET /m/{token}/data`: a file with all that is stored about the customer, readable with `format=html`."""
    visit = _find_visit(event, deps)
    if visit is None or (isinstance(visit, AddressVisit) and visit.link.purpose != "erase"):
        return page.not_found(language_for(event))
    if visit.erased:
        return page.redirect_to_page(visit)
    file_format = (event.get("queryStringParameters") or {}).get("format")
    return download.download(visit, deps.table, file_format)


def _act(event: dict[str, Any], deps: Deps) -> Response:
    """`POST /m/{token}/{action}`: do what the form asks for and redirect to the page."""
    action = event["pathParameters"]["action"]
    sent = _read_form(event)
    fields = sent or {}
    visit = _find_visit(event, deps, fields.get("lang"))
    act = _action(action, visit)
    if visit is None or act is None:
        return page.not_found(language_for(event, fields.get("lang")))
    if visit.erased:
        return page.redirect_to_page(visit)
    if sent is None:
        return page.page_of(visit, status=413, problem="too_large")
    try:
        return act(visit, fields, deps)
    except Rejected as rejected:
        code = rejected.problems[0].code
        # The case may have changed since the form was shown, so the page shows it as it is now.
        current = _find_visit(event, deps, fields.get("lang")) or visit
        status = 409 if code == "wrong_stage" else 422
        return page.page_of(current, status=status, problem=code, typed=fields, form=action)
    except Exception as error:
        deps.logger.error("form not acted on", extra={"action": action, **error_fields(error)})
        return page.page_of(visit, status=503, problem="retry", typed=fields, form=action)


def _read_form(event: dict[str, Any]) -> dict[str, str] | None:
    """Return the first value of each field; None when the form is too large or cannot be parsed."""
    try:
        sent = body_bytes(event)
        if len(sent) > LARGEST_BODY:
            return None
        fields = parse_qs(sent.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def _find_visit(event: dict[str, Any], deps: Deps, form_language: str | None = None) -> Visit | None:
    return visit_for_request(event, deps.table, deps.stores, deps.ring, deps.clock(), form_language)


def _shown_version(fields: dict[str, str]) -> int:
    """Return the version of the case that the page showed; 0 when the field is no number."""
    version = fields.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0


def _record_confirmation(
    visit: CustomerVisit, fields: dict[str, str], deps: Deps, *, solved: bool
) -> Response:
    """Record whether the case is solved for the customer, once for each form, and notify its owner."""
    text = "" if solved else clean(fields.get("text", ""))
    if len(text) > LONGEST_COMMENT:
        raise Rejected(Problem("too_long", "text"))
    build = partial(
        customer_confirmation.change_for_answer,
        store=visit.store,
        now=visit.now,
        language=visit.language,
        seen_version=_shown_version(fields),
        solved=solved,
        text=text,
    )
    result = deps.committer.commit(visit.case, visit.store, build)
    if result.problems:
        raise Rejected(*result.problems)
    return page.redirect_to_page(visit, "solved" if solved else "not_yet")


def _write(visit: CustomerVisit, fields: dict[str, str], deps: Deps) -> Response:
    """Record what the customer writes to us, once for each form, and notify the owner of their case. Once that has
    ended, it opens a new one, whose page they get."""
    text = clean(fields.get("text", ""))
    if not text:
        raise Rejected(Problem("required", "text"))
    if len(text) > LONGEST_COMMENT:
        raise Rejected(Problem("too_long", "text"))
    form = f"{_shown_version(fields)}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"
    words = CustomerWords(form, "page", text, visit.now, sms_keywords.is_only_courtesy(text))
    recorder = WordsRecorder(
        deps.table, deps.topic, deps.committer, lambda store_id: deps.stores.find(store_id, visit.now)
    )
    if words.only_courtesy or not visit.case.followup.ended or is_recorded(visit.case, words):
        recorded = recorder.note(visit.case, words, visit.answer)
    else:
        recorded = recorder.record(words, [visit.customer_key] if visit.customer_key else [], visit.answer)
    if recorded.problems:
        raise Rejected(*recorded.problems)
    return page.redirect_to_page(visit, "write", _token_of(recorded.case, visit, deps))


def _token_of(case: Case | None, visit: CustomerVisit, deps: Deps) -> str | None:
    """Return the token of another case's page, for the address that this visit has proven; None for the same case, and
    for one without an answer, which has no page yet."""
    link = links.read_customer_link(deps.ring, visit.token, visit.now)
    if case is None or link is None or case.followup.answer_ulid is None:
        return None
    if case.followup.followup_id == link.followup_id:
        return None
    return links.sign_customer_link(
        deps.ring, case.followup.followup_id, link.channel, visit.now, link.version
    )


def _change_opt_out(visit: CustomerVisit, _fields: dict[str, str], deps: Deps, *, stop: bool) -> Response:
    """Opt out each of the customer's keys, since they mean every address that we have, or withdraw the opt-out of each
    key, except one whose proven owner opted out and that this link does not prove. A stop by an e-mail's link is
    confirmed there, once."""
    change = opt_outs.record_opt_out if stop else opt_outs.withdraw_opt_out
    keys = opt_outs.customer_keys_of(visit.answer) if visit.answer else ()
    if stop:
        acknowledging.tell_of_stop(visit, deps)
    for key in keys:
        write = change(key, "page", visit.now, proven=key == visit.customer_key)
        opt_outs.write_unless_refused(deps.table, write)
    if stop:
        return page.redirect_to_page(visit, "stop")
    stopped_elsewhere = opt_outs.has_opted_out(deps.table, keys)
    return page.redirect_to_page(visit, "start_elsewhere" if stopped_elsewhere else "start")


RIGHTS: Final[dict[str, Callable[[Any, dict[str, str], Deps], Response]]] = {
    "erase": erase.erase,
    "restrict": partial(rights.change_restriction, restrict=True),
    "unrestrict": partial(rights.change_restriction, restrict=False),
    "objections": rights.object_to,
}
"""What any visitor may ask for, by the last part of the form's path."""
ACTIONS: Final[dict[str, Callable[[Any, dict[str, str], Deps], Response]]] = {
    **RIGHTS,
    "solved": partial(_record_confirmation, solved=True),
    "not-yet": partial(_record_confirmation, solved=False),
    "write": _write,
    "stop": partial(_change_opt_out, stop=True),
    "start": partial(_change_opt_out, stop=False),
    "name": rectify.change_name,
    "address": rectify.request_address,
}
"""What the visitor of a case may ask for."""


def _action(name: str, visit: Visit | None) -> Callable[[Any, dict[str, str], Deps], Response] | None:
    if isinstance(visit, AddressVisit):
        return (RIGHTS if visit.link.purpose == "erase" else {"confirm": rectify.confirm_address}).get(name)
    return ACTIONS.get(name)
