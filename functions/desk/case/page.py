"""The follow-up page: all that is known of a case, and the forms of all actions on it."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from desk.case.conversation_step import conversation_step
from desk.case.filled_form import Forms
from desk.case.remedy_step import remedy_step
from desk.case.sections import customer_contact_section, incentives_section, promises_section
from desk.case.sentences import describe_problems, field_errors, history_line
from desk.case.stage_bar import ending, stage_clock, stage_rows
from desk.case.view import CaseView
from desk.web.render import Times, render
from lazo.case import customer_updates, undo
from lazo.case.model import Case, HistoryEntry
from lazo.case.permissions import Permissions
from lazo.phrases.wording_guard import Finding
from lazo.phrases.wording_guard_rules import blocked_reasons
from lazo.survey.doubts import describe_doubts

DRAFTS_KEPT: Final = timedelta(hours=12)
"""How long a browser keeps text that was typed but not sent (desk.js)."""

SECTION_OF: Final[Mapping[str, str]] = {
    "contacted": "concerns",
    "concern": "concerns",
    "settle": "concerns",
    "concern-date": "concerns",
    "promise": "promises",
    "promise-progress": "promises",
    "promise-kept": "promises",
    "promise-withdrawn": "promises",
    "promise-date": "promises",
    "note": "notes",
    "message": "messages",
    "incentive": "incentives",
    "interested": "messages",
    "deadline": "changes",
}
"""Where the page goes on after an action: a reload leaves its reader there, and opens what may be collapsed."""


def case_page(view: CaseView) -> str:
    """Return the HTML of the page in the reader's language."""
    followup, reach = view.case.followup, view.reachable_answer
    times = Times(view.store.timezone, view.now, view.reader.language, view.store.country)
    errors = field_errors(view.problems, view.case, view.store, times)
    kept = _kept_token(view)
    undoable = undo.undoable_entry(view.case, view.reader.contact_id, view.now)
    forms = Forms(
        followup.followup_id, followup.version, view.token, view.action, view.typed, errors, kept, view.asked
    )
    return render(
        "case.html.j2",
        view.reader.language,
        words="case",
        header=view.header,
        times=times,
        view=view,
        case=view.case,
        followup=followup,
        store=view.store,
        forms=forms,
        form_for=forms.form,
        typed_texts=forms.texts(),
        failed=forms.failed,
        described_problems=partial(describe_problems, view.problems, forms, view.case, view.store, times),
        changed=[(each, history_line(each, times)) for each in view.changed],
        history=[(each, history_line(each, times)) for each in reversed(view.case.history)],
        opened=_open_sections(view),
        saved=" ".join(_saved_form_ids(view)),
        undoable=undoable,
        undo_waits=undoable is not None and _tells_in_a_minute(view.case, undoable),
        undo_until=undo.UNDO_WITHIN,
        told_customer=undoable is None and _told_customer(view),
        clock=stage_clock(view.case, view.store, view.reader, view.now),
        allowed=Permissions(view.case, view.store, view.reader),
        ended=ending(view.case),
        stages=stage_rows(view.case, view.store, view.now),
        doubt=describe_doubts(followup.doubts, view.reader.language),
        **conversation_step(view),
        **remedy_step(view, times),
        **incentives_section(view.case, view.store, view.given_this_month),
        **promises_section(view.case, view.store, view.reader, reach, times, opted_out=view.opted_out),
        **customer_contact_section(view.case, view.store, view.reader, reach, view.base_url, times),
        findings=_findings(view),
    )


def _kept_token(view: CaseView) -> str | None:
    """Return the token of a form whose write failed with an unknown outcome; sent again, it cannot apply twice."""
    unknown = any(problem.code == "retry" for problem in view.problems)
    return next(iter(view.typed.get("form", ())), None) if unknown else None


def _open_sections(view: CaseView) -> set[str]:
    """Return the ids of the sections that are open, though they are not the step that comes next: that of the form that
    was sent; the timeline, where the case rests on signals alone; the concerns and promises that are the reader's on
    somebody else's case; the promises, if it is to be said what becomes of them; the messages, if the customer has
    waited too long for one; and the history of what has ended."""
    case, followup, reach = view.case, view.case.followup, view.reachable_answer
    allowed = Permissions(case, view.store, view.reader)
    touched = view.action or view.done or view.asked.partition("-")[0]
    opened = {SECTION_OF.get(touched, "")} if touched != "contacted" else set()
    if followup.stage in ("open", "taken_on") and followup.origin == "signals":
        opened.add("timeline")
    if not allowed.may_act:
        opened |= {"concerns"} if any(map(allowed.may_settle, case.concerns)) else set()
        opened |= {"promises"} if any(map(allowed.may_keep, case.promises)) else set()
    if followup.stage == "confirmed" and case.open_promises:
        opened.add("promises")
    if reach and not view.opted_out and customer_updates.silent_since(case, view.store, view.now):
        opened.add("messages")
    if followup.ended:
        opened.add("history")
    return opened


def _saved_form_ids(view: CaseView) -> list[str]:
    """Return the ids of recently applied forms, so that the browser deletes its drafts of them."""
    return [e.idempotency_key for e in view.case.history if view.now - e.at <= DRAFTS_KEPT]


def _tells_in_a_minute(case: Case, entry: HistoryEntry) -> bool:
    """Return whether the customer is told of what was just done once it cannot be undone, and not only by day."""
    ends = entry.at + undo.UNDO_WITHIN
    return any(each.starts_at <= ends for each in undo.untold_messages(case, entry))


def _told_customer(view: CaseView) -> bool:
    """Return whether taking the case on, which was just done, tells the customer who has it."""
    last = view.case.last_entry("taken_on")
    written = view.case.messages if view.done == "take-on" and last else ()
    return any(last and each.message_id.startswith(last.idempotency_key) for each in written)


def _findings(view: CaseView) -> list[tuple[Finding, str]]:
    """Return what the wording guard found in a message, each with why it is blocked."""
    found = [each.facts["finding"] for each in view.problems if "finding" in each.facts]
    said = blocked_reasons(view.reader.language) if found else {}
    return [(each, said.get(each.reason, "")) for each in found]
