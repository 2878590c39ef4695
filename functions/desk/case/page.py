"""The follow-up page: all that is known of a case, and the forms of all actions on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from desk.case.filled_form import Forms
from desk.case.sections import customer_contact_section, incentives_section, promises_section
from desk.case.sentences import describe_problems, field_errors, history_line
from desk.case.stage_bar import stage_clock, stage_rows
from desk.web.render import PageHeader, Times, render, say
from lazo.case import concerns, conversation_guide, customer_updates
from lazo.case.concerns import complaint_themes
from lazo.case.conversation_guide import ConversationGuide, ConversationParticipants, ConversationSubject
from lazo.case.model import Case, HistoryEntry
from lazo.case.permissions import Permissions
from lazo.customer.timeline import Timeline
from lazo.errors import Problem
from lazo.followup.dangers import first_steps
from lazo.followup.deadlines import expected_deadlines
from lazo.followup.lifecycle import LATEST_NEW_DATE
from lazo.followup.model import Stage
from lazo.messaging import customer_templates
from lazo.phrases.wording_guard import Finding
from lazo.phrases.wording_guard_rules import blocked_reasons
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import MAYBE_STILL_IN_STORE, Answer
from lazo.survey.doubts import describe_doubts
from lazo.translations import translations

DRAFTS_KEPT: Final = timedelta(hours=12)
"""How long a browser keeps text that was typed but not sent (desk.js)."""

_OPEN_AT: Final[Mapping[Stage, frozenset[str]]] = {
    "open": frozenset(),
    "taken_on": frozenset({"talking", "concerns"}),
    "contacted": frozenset({"concerns"}),
    "resolved": frozenset({"concerns"}),
    "confirmed": frozenset({"history"}),
    "unconfirmed": frozenset({"history"}),
    "unanswered": frozenset({"history"}),
}
"""The collapsible sections that are open at each stage."""

SECTION_OF: Final[Mapping[str, str]] = {
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
    "interested": "changes",
    "reassign": "changes",
    "deadline": "changes",
}
"""The section that holds the form of an action, where it may be collapsed."""

_MEANS_LEAVING: Final = frozenset({"leaving", "competitor"})


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the page shows, to whom, and the result of the form that was just sent.

    `answer` is None for a follow-up that signals opened. `token` returns a new value of the hidden field `form` for
    each form. `given_this_month` is the value of the store's incentives in this month; `base_url` starts the links to
    surveys. `opted_out`: the customer wants no messages.

    After a rejected form: its `problems`, its `action` and what was `typed`; on a conflict the entries `changed` since
    the version that the user saw. After an applied form: its action, `done`.
    """

    case: Case
    answer: Answer | None
    store: Store
    reader: Contact
    header: PageHeader
    now: datetime
    token: Callable[[], str]
    timeline: Timeline | None = None
    given_this_month: Decimal = Decimal(0)
    base_url: str = ""
    problems: Sequence[Problem] = ()
    action: str | None = None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    changed: Sequence[HistoryEntry] = ()
    done: str | None = None
    opted_out: bool = False
    more_answers: Sequence[Answer] = ()
    """What the customer answered within minutes of `answer`, oldest first."""

    @property
    def reachable_answer(self) -> Answer | None:
        """The answer whose phone and e-mail may be used: this one, or an earlier one of the same customer."""
        if self.answer is not None and self.answer.wants_contact:
            return self.answer
        return self.timeline.reachable if self.timeline else None

    @property
    def customer_language(self) -> str:
        """The language of the customer's answer, or the store's."""
        answer = self.answer or self.reachable_answer
        return answer.language if answer else self.store.language

    @property
    def customer_name(self) -> str | None:
        """The customer's name, if they gave it."""
        given = (each.name for each in (self.answer, self.reachable_answer) if each)
        return next((name for name in given if name), None)


def case_page(view: CaseView) -> str:
    """Return the HTML of the page in the reader's language."""
    followup, reach = view.case.followup, view.reachable_answer
    times = Times(view.store.timezone, view.now, view.reader.language, view.store.country)
    errors = field_errors(view.problems, view.case, view.store, times)
    kept = _kept_token(view)
    forms = Forms(followup.followup_id, followup.version, view.token, view.action, view.typed, errors, kept)
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
        clock=stage_clock(view.case, view.store, view.reader, view.now),
        allowed=Permissions(view.case, view.store, view.reader),
        stages=stage_rows(view.case, view.store, view.now),
        doubt=describe_doubts(followup.doubts, view.reader.language),
        **_customer_section(view),
        **_concerns_section(view, times),
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
    """Return the ids of the open sections: those of the stage, and that of the form that was sent. Before the first
    contact also the timeline, if it shows something recurring or the case rests on signals alone; and the messages, if
    the customer has waited too long for one."""
    stage, seen, reach = view.case.followup.stage, view.timeline, view.reachable_answer
    opened = set(_OPEN_AT[stage])
    if touched := SECTION_OF.get(view.action or view.done or ""):
        opened.add(touched)
    if stage == "taken_on" and seen and (seen.recurring_themes or seen.recurring_kinds or seen.solved_before):
        opened.add("timeline")
    if stage in ("open", "taken_on") and view.case.followup.origin == "signals":
        opened.add("timeline")
    if reach and not view.opted_out and customer_updates.silent_since(view.case, view.store, view.now):
        opened.add("messages")
    return opened


def _saved_form_ids(view: CaseView) -> list[str]:
    """Return the ids of recently applied forms, so that the browser deletes its drafts of them."""
    return [e.idempotency_key for e in view.case.history if view.now - e.at <= DRAFTS_KEPT]


def _customer_section(view: CaseView) -> dict[str, Any]:
    followup, answer, labels = view.case.followup, view.answer, translations("labels", view.reader.language)
    found = answer.classification if answer else None
    ticked = dict.fromkeys(reason for each in (answer, *view.more_answers) if each for reason in each.reasons)
    signals = labels.get("signals", {})
    notified = sorted(
        (c for c in view.store.contacts if c.contact_id in view.case.notified_contacts), key=lambda c: c.level
    )
    return {
        "answer": answer,
        "found": found,
        "reach": view.reachable_answer,
        "customer_name": view.customer_name,
        "customer_language": view.customer_language,
        "just_now": answer is not None and view.now - answer.at <= MAYBE_STILL_IN_STORE,
        "dangers": ", ".join(labels["urgency"].get(u, u.replace("_", " ")) for u in followup.urgency),
        "first_steps": first_steps(followup.urgency, view.reader.language, view.store.country)
        if followup.awaits
        else (),
        "ticked": [_theme_name(each, labels) for each in ticked],
        "heard": [_theme_name(each, labels) for each in followup.themes if each not in ticked],
        "signals": [
            (signals.get(each.kind, each.kind.replace("_", " ")), each.at) for each in followup.signals
        ],
        "guide": _conversation_guide(view),
        "advice": conversation_guide.dos_and_donts(
            view.reader.language, urgency=followup.urgency, only_asks=followup.only_asks
        ),
        "chain_names": ", ".join(contact.name for contact in view.store.contacts),
        "notified_names": [contact.name for contact in notified],
        "theme_name": lambda theme: _theme_name(theme, labels),
        "theme_names": lambda themes: ", ".join(_theme_name(theme, labels) for theme in themes),
    }


def _conversation_guide(view: CaseView) -> ConversationGuide:
    followup = view.case.followup
    found = view.answer.classification if view.answer else None
    leaving = bool(found and (found.leaving or found.competitors))
    leaving = leaving or any(signal.kind in _MEANS_LEAVING for signal in followup.signals)
    themes = complaint_themes(followup, view.answer)
    subject = ConversationSubject(followup.score, themes, followup.urgency, leaving, followup.only_asks)
    called = customer_templates.first_name(view.customer_name) or None
    people = ConversationParticipants(view.reader.name, view.store.name, called)
    return conversation_guide.build_guide(subject, people, view.customer_language, view.reader.language)


def _concerns_section(view: CaseView, times: Times) -> dict[str, Any]:
    followup, case, store = view.case.followup, view.case, view.store
    labels = translations("labels", view.reader.language)
    more = (reason for each in view.more_answers for reason in each.reasons)
    named = dict.fromkeys((*complaint_themes(followup, view.answer), *more))
    taken = {concern.theme for concern in case.concerns}
    owner = followup.owner if followup.owner and store.contact(followup.owner) else view.reader.contact_id
    present, tomorrow = followup.deadline, view.now + timedelta(days=1)
    deadline = present if present and present > view.now else tomorrow
    return {
        "suggested": [(theme, _theme_name(theme, labels)) for theme in named if theme not in taken],
        "may_add": followup.stage != "resolved" and not followup.ended,
        "concern_owner": owner,
        "concern_deadline": _default_settle_day(view, times).isoformat(),
        "concern_priority": "high" if followup.priority in ("urgent", "high") else "normal",
        "contact_names": {c.contact_id: c.name for c in store.contacts},
        "other_options": _other_owners(view),
        "late_concerns": [c for c in case.concerns if concerns.is_late(c, times.today)],
        "latest_deadline": (times.today + LATEST_NEW_DATE).isoformat(),
        "unsettled": concerns.unsettled_concerns(case.concerns),
        "earliest_date": times.today.isoformat(),
        "new_date": times.input(deadline),
    }


def _other_owners(view: CaseView) -> list[tuple[str, str]]:
    """Return the other contacts of the store as options, with their roles."""
    text = translations("case", view.reader.language)["changes"]
    return [
        (c.contact_id, say(text["level"], name=c.name, role=text["roles"][c.role]))
        for c in view.store.contacts
        if c.contact_id != view.case.followup.owner
    ]


def _default_settle_day(view: CaseView, times: Times) -> date:
    """Return the default deadline of a new concern: the day on which the follow-up must be resolved, or today."""
    resolved = expected_deadlines(view.case.followup, view.store).get("resolved")
    day = times.local(resolved).date() if resolved else times.today
    return min(max(day, times.today), times.today + LATEST_NEW_DATE)


def _findings(view: CaseView) -> list[tuple[Finding, str]]:
    """Return what the wording guard found in a message, each with why it is blocked."""
    found = [each.facts["finding"] for each in view.problems if "finding" in each.facts]
    said = blocked_reasons(view.reader.language) if found else {}
    return [(each, said.get(each.reason, "")) for each in found]


def _theme_name(theme: str, labels: Mapping[str, Any]) -> str:
    return str(labels["themes"].get(theme, theme.replace("_", " ")))
