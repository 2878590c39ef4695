"""The follow-up at the desk: shown, and acted on, once for each form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from desk.account import access
from desk.account.access import Access
from desk.case import action_context, actions
from desk.case.page import SECTION_OF, CaseView, case_page
from desk.deps import Deps
from desk.web.forms import Fields, form_fields, free_texts_in
from desk.web.render import PageHeader
from desk.web.responses import html_reply, not_found
from lazo.case.model import ActionContext, Case, CaseChange
from lazo.customer.timeline import Timeline
from lazo.errors import Problem, Rejected
from lazo.promise.availability import DailyCommitments
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
    "stale": 403,
    "retry": 503,
} | dict.fromkeys(("outside_hours", "owner_full", "owner_away", "no_way"), 409)


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """Somebody at the page of a follow-up that they may see."""

    visit: Access
    case: Case
    store: Store
    contact: Contact
    base_url: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form that was not acted on, for the page that shows it again."""

    action: str
    typed: Mapping[str, Sequence[str]]
    problems: Sequence[Problem]
    seen: int


def show_case(event: dict[str, Any], deps: Deps) -> Response:
    """`GET /desk/followups/{followup_id}`."""
    now = deps.clock()
    here = _here(event, deps, now)
    done = (event.get("queryStringParameters") or {}).get("done")
    return _page(here, deps, now, done=done) if here else not_found()


def act_on_case(event: dict[str, Any], deps: Deps) -> Response:
    """`POST /desk/followups/{followup_id}/{action}`: does what the form asks for and goes back to the page; or shows
    the page again, with what is in the way and all that was typed."""
    now, action = deps.clock(), event["pathParameters"]["action"]
    here = _here(event, deps, now)
    if here is None or action not in actions.ACTIONS:
        return not_found(free_texts_in(event))
    fields = Fields(form_fields(event), here.store.timezone)
    form_id = deps.sessions.form_id(event, here.visit.session)
    if form_id is None:
        return _page(here, deps, now, _refused(action, fields, Problem("stale")))
    doing = ActionContext(form_id, here.store, here.contact, now, fields.asked)
    try:
        result = deps.committer.commit(here.case, here.store, _builder(action, fields, here, doing, deps))
    except Exception as error:
        about_it = {"followup_id": here.case.followup.followup_id, "action": action, **error_fields(error)}
        deps.logger.error("form not acted on", extra=about_it)
        again = _here(event, deps, now) or here
        # It may have been all the same: written, and nobody learned of it.
        if not again.case.has_processed(doing):
            return _page(again, deps, now, _refused(action, fields, Problem("retry")))
    else:
        if result.problems:
            again = replace(here, case=result.case)
            return _page(again, deps, now, _refused(action, fields, *result.problems))
    anchor = f"#{SECTION_OF[action]}" if action in SECTION_OF else ""
    return redirect(f"/desk/followups/{here.case.followup.followup_id}?done={action}{anchor}")


def _refused(action: str, fields: Fields, *problems: Problem) -> Outcome:
    return Outcome(action, fields.sent, problems, fields.whole("version"))


def _builder(
    action: str, fields: Fields, here: CaseRequest, act: ActionContext, deps: Deps
) -> Callable[[Case], CaseChange | None]:
    """What makes the step that the form asks for, of the case as it is."""

    def loads(owner: str, first: date) -> DailyCommitments:
        return promises.daily_commitments(deps.table, here.store.store_id, owner, first)

    def build(case: Case) -> CaseChange | None:
        if case.has_processed(act):
            return None
        reach = cache(lambda: customers.reachable_answer(deps.table, case.followup))
        desk = action_context.ActionInput(case, act, reach, lambda: _given(here, deps, act.now), loads)
        step = actions.change_for(action, fields, desk)
        if step and step.messages and _stopped(reach(), deps):
            raise Rejected(Problem("stopped"))
        return step

    return build


def _here(event: dict[str, Any], deps: Deps, now: datetime) -> CaseRequest | None:
    who = access.access_for_request(event, deps.table, deps.sessions, now)
    case = cases.load_case(deps.table, event["pathParameters"]["followup_id"]) if who else None
    at = access.store_for(deps.table, who, case.followup.store_id) if who and case else None
    if who is None or case is None or at is None:
        return None
    store, contact = at
    # One language on all pages, whatever each shop says of somebody who works for several.
    reader = replace(contact, language=who.scope.language)
    return CaseRequest(who, case, store, reader, deps.base_url(event))


def _stopped(answer: Answer | None, deps: Deps) -> bool:
    """Whether the customer wants no messages."""
    return answer is not None and opt_outs.has_opted_out(deps.table, opt_outs.customer_keys_of(answer))


def _given(here: CaseRequest, deps: Deps, now: datetime) -> Decimal:
    return cases.incentives_this_month(deps.table, here.store, here.store.hours.local_date(now))


def _timeline(here: CaseRequest, deps: Deps, now: datetime) -> Timeline:
    about = here.case.followup
    return customers.load_timeline(deps.table, here.store, about.customer_key, now, about.followup_id)


def _page(
    here: CaseRequest, deps: Deps, now: datetime, outcome: Outcome | None = None, done: str | None = None
) -> Response:
    def token() -> str:
        return deps.new_form_token(here.visit.session)

    followup = here.case.followup
    view = CaseView(
        case=here.case,
        answer=answers.answer_of(deps.table, followup),
        store=here.store,
        reader=here.contact,
        visitor=PageHeader(here.contact.name, token()),
        now=now,
        token=token,
        timeline=_timeline(here, deps, now),
        month_given=_given(here, deps, now),
        base_url=here.base_url,
        done=done if done in actions.ACTIONS else None,
        **_again(here, outcome),
    )
    view = replace(view, stopped=_stopped(view.reach, deps))
    status = _status(outcome.problems) if outcome else 200
    return html_reply(case_page(view), here.contact.language, status)


def _again(here: CaseRequest, outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    codes = {problem.code for problem in outcome.problems}
    others = [e for e in here.case.entries_since(outcome.seen) if e.by != here.contact.contact_id]
    found = tuple(p.facts["finding"] for p in outcome.problems if p.code == "wording")
    return {
        "action": outcome.action,
        "typed": outcome.typed,
        "problems": outcome.problems,
        "changed": others if codes & {"changed", "taken", "wrong_stage"} else (),
        "findings": found,
    }


def _status(problems: Sequence[Problem]) -> int:
    return next((_STATUS[problem.code] for problem in problems if problem.code in _STATUS), 422)
