"""Show a follow-up, and apply the forms of its page, each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

from desk.account import access, refusals, sign_in, team_network
from desk.account.access import Access
from desk.case import actions
from desk.case.action_context import ActionInput
from desk.case.page import SECTION_OF, case_page
from desk.case.view import CaseView
from desk.deps import Deps
from desk.web.forms import Fields, form_fields, free_texts, free_texts_in
from desk.web.render import PageHeader, html_reply, not_found, render
from lazo.auth.audit import AuditEntry, Sighting
from lazo.case.customer_updates import uses_of
from lazo.case.model import ActionContext, Case, CaseChange
from lazo.customer.rights import Objection
from lazo.errors import Problem, Rejected
from lazo.ids import is_followup_id
from lazo.runtime.error_logging import error_fields
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, cases, customers, promises
from lazo.table.messaging import opt_outs
from lazo.web.responses import Response, redirect

_STATUS = {
    "changed": 409,
    "taken": 409,
    "wrong_stage": 409,
    "not_in_chain": 409,
    "undo_late": 409,
    "stale": 403,
    "retry": 503,
} | dict.fromkeys(("outside_hours", "owner_full", "owner_away", "no_way"), 409)


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """A request for a follow-up that the user may see: the case, its store, and the user's contact there."""

    access: Access
    case: Case
    store: Store
    contact: Contact
    base_url: str


def show_case(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `GET /desk/followups/{followup_id}`; `done` names the action that was just applied, `form` a form that is
    shown on demand."""
    now = deps.clock()
    user = _user(event, deps, now)
    if user is None:
        return sign_in.ask(event, deps)
    team_network.note_network(event, deps, user)
    request = _load_request(event, deps, user)
    asked_for = event.get("queryStringParameters") or {}
    done = asked_for.get("done")
    if request is None:
        return not_found()
    if request.case.followup.restricted_at:
        return _restricted_page(request, deps)
    # "Back" leads to the address of what was undone since, which is saved no more.
    latest = request.case.history[-1:]
    undone = any(entry.what == "undone" for entry in latest) and done != "undo"
    return _page(request, deps, now, done=None if undone else done, asked=asked_for.get("form", ""))


def act_on_case(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `POST /desk/followups/{followup_id}/{action}`: apply the form and redirect to the page, or show the page
    with the problems and what was typed."""
    now, action = deps.clock(), event["pathParameters"]["action"]
    user = _user(event, deps, now)
    request = _load_request(event, deps, user) if user else None
    if user is None or request is None or action not in actions.ACTIONS:
        return not_found(free_texts_in(event))
    fields = Fields(form_fields(event), request.store.timezone)
    form_id = deps.sessions.form_id(event, request.access.session)
    if form_id is None:
        return _rejected_page(request, deps, now, action, fields, Problem("stale"))
    context = ActionContext(form_id, request.store, request.contact, now, fields.request_hash)
    try:
        build = _change_builder(action, fields, request, context, deps)
        result = deps.committer.commit(request.case, request.store, build)
    except Exception as error:
        extra = {"followup_id": request.case.followup.followup_id, "action": action, **error_fields(error)}
        deps.logger.error("form not acted on", extra=extra)
        again = _load_request(event, deps, user) or request
        # The write may have succeeded although its response was lost: look before offering a retry.
        if not again.case.has_processed(context):
            return _rejected_page(again, deps, now, action, fields, Problem("retry"))
    else:
        if result.problems:
            again = replace(request, case=result.case)
            return _rejected_page(again, deps, now, action, fields, *result.problems)
    anchor = f"#{SECTION_OF[action]}" if action in SECTION_OF else ""
    return redirect(f"/desk/followups/{request.case.followup.followup_id}?done={action}{anchor}")


def _change_builder(
    action: str, fields: Fields, request: CaseRequest, act: ActionContext, deps: Deps
) -> Callable[[Case], CaseChange | None]:
    """Return the function that builds the form's change; the committer calls it again after each write conflict."""
    commitments = partial(promises.daily_commitments, deps.table, request.store.store_id)

    def build(case: Case) -> CaseChange | None:
        if case.has_processed(act):
            return None
        reach = cache(lambda: customers.reachable_answer(deps.table, case.followup))
        given = partial(_given_this_month, request, deps, act.now)
        opted_out = cache(lambda: _has_opted_out(reach(), deps))
        inputs = ActionInput(case, act, reach, opted_out, given, commitments)
        change = actions.change_for(action, fields, inputs)
        uses = [use for message in change.messages for use in uses_of(message)] if change else []
        if change and change.messages and _has_opted_out(reach(), deps, *uses):
            raise Rejected(Problem("stopped"))
        return change

    return build


def _user(event: dict[str, Any], deps: Deps, now: datetime) -> Access | None:
    followup_id = event["pathParameters"]["followup_id"]
    return access.access_to_case(event, deps.table, deps.sessions, now, followup_id)


def _load_request(event: dict[str, Any], deps: Deps, user: Access) -> CaseRequest | None:
    followup_id: str = event["pathParameters"]["followup_id"]
    case = cases.load_case(deps.table, followup_id) if is_followup_id(followup_id) else None
    at = access.store_and_contact(deps.table, user, case.followup.store_id) if case else None
    if case is None:
        return None
    if at is None:
        refusals.record_refusal(deps, user, case.followup.store_id, followup_id)
        return None
    store, contact = at
    # The language of the user, not of the contact, so that a user of several stores reads all pages in one language.
    reader = replace(contact, language=user.scope.language)
    return CaseRequest(user, case, store, reader, deps.base_url(event))


def _has_opted_out(answer: Answer | None, deps: Deps, *uses: Objection) -> bool:
    """Return whether the customer has opted out of messages, or objects to one of these uses."""
    keys = opt_outs.customer_keys_of(answer) if answer else ()
    return opt_outs.has_opted_out(deps.table, keys, *uses)


def _restricted_page(
    request: CaseRequest, deps: Deps, status: int = 200, typed: Sequence[str] = ()
) -> Response:
    """Return the page of a case whose customer wants their data stored and not used: it says so and no more than the
    free texts that its reader `typed` just now."""
    header = PageHeader(request.contact.name, deps.new_form_token(request.access.session))
    language = request.contact.language
    html = render("restricted.html.j2", language, words="case", header=header, typed=typed)
    return html_reply(html, language, status)


def _given_this_month(request: CaseRequest, deps: Deps, now: datetime) -> Decimal:
    return cases.incentives_this_month(deps.table, request.store, request.store.hours.local_date(now))


def _page(
    request: CaseRequest,
    deps: Deps,
    now: datetime,
    *,
    status: int = 200,
    done: str | None = None,
    **rejected: Any,
) -> Response:
    """Return the page, with what CaseView tells of a `rejected` form. The audit trail holds who opened it."""
    session, of = request.access.session, request.case.followup
    opened: Sighting = "case_opened_by_link" if session.link else "case_opened"
    deps.audit.record_hourly(AuditEntry(opened, now, session.user_id, of.store_id, of.followup_id))

    def token() -> str:
        return deps.new_form_token(request.access.session)

    followup, table = request.case.followup, deps.table
    view = CaseView(
        case=request.case,
        answer=answers.answer_of(table, followup),
        more_answers=answers.more_answers_of(table, followup),
        store=request.store,
        reader=request.contact,
        header=PageHeader(request.contact.name, token()),
        now=now,
        token=token,
        timeline=customers.load_timeline(
            table, request.store, followup.customer_key, now, followup.followup_id
        ),
        given_this_month=_given_this_month(request, deps, now),
        base_url=request.base_url,
        done=done if done in {*actions.ACTIONS, "trust"} else None,
        **rejected,
    )
    view = replace(view, opted_out=_has_opted_out(view.reachable_answer, deps))
    return html_reply(case_page(view), request.contact.language, status)


def _rejected_page(
    request: CaseRequest, deps: Deps, now: datetime, action: str, fields: Fields, *problems: Problem
) -> Response:
    """Return the page with a form that was not applied; on a conflict with what others changed since the version that
    the user saw."""
    if request.case.followup.restricted_at:
        return _restricted_page(request, deps, 409, free_texts(fields.sent))
    codes = [problem.code for problem in problems]
    since = request.case.entries_since(fields.whole_number("version"))
    others = [entry for entry in since if entry.by != request.contact.contact_id]
    return _page(
        request,
        deps,
        now,
        status=next((_STATUS[code] for code in codes if code in _STATUS), 422),
        action=action,
        typed=fields.sent,
        problems=problems,
        changed=others if {"changed", "taken", "wrong_stage"} & set(codes) else (),
    )
