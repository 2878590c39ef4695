"""The follow-up page: everything needed to win one customer back, in the order in which it is needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from desk.case.filled_form import Forms
from desk.case.messages import customer_contact_section
from desk.case.promises import promises_section
from desk.case.sentences import describe_problem, describe_problems, history_line
from desk.case.stage_bar import stage_clock, stage_rows
from desk.web.render import PageHeader, Times, render, say
from lazo.case import conversation_guide, customer_updates, incentives
from lazo.case.concerns import unsettled_concerns
from lazo.case.conversation_guide import ConversationGuide, ConversationParticipants, ConversationSubject
from lazo.case.history_text import format_money
from lazo.case.model import Case, HistoryEntry
from lazo.customer.timeline import Timeline
from lazo.errors import Problem
from lazo.followup.deadlines import expected_deadlines
from lazo.followup.model import Stage
from lazo.messaging import customer_templates
from lazo.phrases.wording_guard import Finding
from lazo.phrases.wording_guard_rules import blocked_reasons
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import JUST_NOW, Answer
from lazo.text.cleaning import one_line
from lazo.translations import translations

DRAFTS_KEPT: Final = timedelta(hours=12)
"""For so long a browser keeps what was typed and not sent."""

_OPEN_AT: Final[Mapping[Stage, frozenset[str]]] = {
    "open": frozenset(),
    "taken_on": frozenset({"talking", "concerns"}),
    "contacted": frozenset({"concerns"}),
    "resolved": frozenset({"concerns"}),
    "confirmed": frozenset({"history"}),
    "unconfirmed": frozenset({"history"}),
}
"""The sections that need no tap to be read at each stage."""

SECTION_OF: Final[Mapping[str, str]] = {
    "concern": "concerns",
    "settle": "concerns",
    "promise": "promises",
    "promise-progress": "promises",
    "promise-kept": "promises",
    "promise-date": "promises",
    "note": "notes",
    "message": "messages",
    "incentive": "incentives",
    "interested": "changes",
    "reassign": "changes",
    "deadline": "changes",
}
"""Where the form of an action stands, for those that stand in a section that may be shut."""


_MEANS_LEAVING: Final = frozenset({"leaving", "competitor"})


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the page shows, to whom, and what became of the form that was just sent.

    `answer` is None for a follow-up that signals opened. `visitor`: the reader in the page's head. `token` makes the
    hidden field `form`, fresh for each form. `month_given`: worth of the incentives that the shop gave in this month;
    `base_url`: where surveys live.

    After a form was refused: `problems`, the `action` of its address and what was `typed` into it, all shown again;
    `findings`, what the wording guard blocked in a message; `changed`, for a conflict, what happened since the version
    that the reader saw. After one was taken: `done`, its action. `stopped`: the customer wants no messages.
    """

    case: Case
    answer: Answer | None
    store: Store
    reader: Contact
    visitor: PageHeader
    now: datetime
    token: Callable[[], str]
    timeline: Timeline | None = None
    month_given: Decimal = Decimal(0)
    base_url: str = ""
    problems: Sequence[Problem] = ()
    action: str | None = None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    changed: Sequence[HistoryEntry] = ()
    done: str | None = None
    stopped: bool = False

    @property
    def reach(self) -> Answer | None:
        """The answer whose phone and e-mail may be used: this one, else an earlier one of the same customer."""
        if self.answer is not None and self.answer.wants_contact:
            return self.answer
        return self.timeline.reachable if self.timeline else None

    @property
    def customer_language(self) -> str:
        """The language to talk in."""
        said = self.answer or self.reach
        return said.language if said else self.store.language

    @property
    def customer_name(self) -> str | None:
        """What the customer is called, if they said so."""
        given = (each.name for each in (self.answer, self.reach) if each)
        return next((name for name in given if name), None)


def case_page(view: CaseView) -> str:
    """The whole page in the reader's language."""
    about = view.case.followup
    times = Times(view.store.timezone, view.now, view.reader.language)
    errors = {p.field: describe_problem(p, view.case, view.store, times) for p in view.problems if p.field}
    forms = Forms(about.followup_id, about.version, view.token, view.action, view.typed, errors, _held(view))
    return render(
        "case.html.j2",
        view.reader.language,
        words="case",
        visitor=view.visitor,
        times=times,
        view=view,
        case=view.case,
        about=about,
        store=view.store,
        forms=forms,
        form_for=forms.form,
        typed_texts=forms.texts(),
        failed=forms.failed,
        problems=describe_problems(view.problems, forms, view.case, view.store, times),
        changed=[(each, history_line(each, times)) for each in view.changed],
        history=[(each, history_line(each, times)) for each in reversed(view.case.history)],
        opened=_opened(view),
        saved=" ".join(_saved(view)),
        clock=stage_clock(view.case, view.store, view.reader, view.now),
        stages=stage_rows(view.case, view.store, view.now),
        **_customer(view),
        **_concerns(view, times),
        **_gifts(view),
        **promises_section(view.case, view.store, view.reader, view.reach, times),
        **customer_contact_section(view.case, view.store, view.reader, view.reach, view.base_url, times),
        findings=_findings(view),
    )


def _held(view: CaseView) -> str | None:
    """The token of a form that may have been acted on, although we failed."""
    unknown = any(problem.code == "retry" for problem in view.problems)
    return next(iter(view.typed.get("form", ())), None) if unknown else None


def _opened(view: CaseView) -> set[str]:
    """Sections that stand open: those of the stage, that of a form that was refused, and before the talk what is
    known of the customer, if it tells of more than once or is all that the case is about."""
    stage, seen = view.case.followup.stage, view.timeline
    opened = set(_OPEN_AT[stage])
    if touched := SECTION_OF.get(view.action or view.done or ""):
        opened.add(touched)
    if stage == "taken_on" and seen and (seen.recurring_themes or seen.recurring_kinds or seen.solved_before):
        opened.add("timeline")
    if stage in ("open", "taken_on") and view.case.followup.origin == "signals":
        opened.add("timeline")
    if view.reach and not view.stopped and customer_updates.silent_since(view.case, view.store, view.now):
        opened.add("messages")
    return opened


def _saved(view: CaseView) -> list[str]:
    """Ids of the forms that were taken lately, so that the browser forgets its copy of what was typed."""
    return [e.idempotency_key for e in view.case.history if view.now - e.at <= DRAFTS_KEPT]


def _customer(view: CaseView) -> dict[str, Any]:
    about, answer, labels = view.case.followup, view.answer, translations("labels", view.reader.language)
    found = answer.classification if answer else None
    ticked = answer.reasons if answer else ()
    signals = labels.get("signals", {})
    told_to = sorted(
        (c for c in view.store.contacts if c.contact_id in view.case.notified_contacts), key=lambda c: c.level
    )
    return {
        "answer": answer,
        "found": found,
        "reach": view.reach,
        "customer_name": view.customer_name,
        "customer_language": view.customer_language,
        "just_now": answer is not None and view.now - answer.at <= JUST_NOW,
        "dangers": ", ".join(labels["urgency"].get(u, u.replace("_", " ")) for u in about.urgency),
        "ticked": [_theme(each, labels) for each in ticked],
        "heard": [_theme(each, labels) for each in about.themes if each not in ticked],
        "signals": [(signals.get(each.kind, each.kind.replace("_", " ")), each.at) for each in about.signals],
        "talk": _talk(view),
        "manners": conversation_guide.dos_and_donts(view.reader.language),
        "chain_names": ", ".join(contact.name for contact in view.store.contacts),
        "told_to": [contact.name for contact in told_to],
        "theme_name": lambda theme: _theme(theme, labels),
        "theme_names": lambda themes: ", ".join(_theme(theme, labels) for theme in themes),
    }


def _talk(view: CaseView) -> ConversationGuide:
    about = view.case.followup
    found = view.answer.classification if view.answer else None
    leaving = bool(found and (found.leaving or found.competitors))
    leaving = leaving or any(signal.kind in _MEANS_LEAVING for signal in about.signals)
    subject = ConversationSubject(about.score, about.themes, about.urgency, leaving)
    called = customer_templates.first_name(view.customer_name) or None
    people = ConversationParticipants(view.reader.name, view.store.name, called)
    return conversation_guide.build_guide(subject, people, view.customer_language, view.reader.language)


def _concerns(view: CaseView, times: Times) -> dict[str, Any]:
    about, case, store = view.case.followup, view.case, view.store
    labels = translations("labels", view.reader.language)
    named = [*(view.answer.reasons if view.answer else ()), *about.themes]
    taken = {concern.theme for concern in case.concerns}
    owner = about.owner if about.owner and store.contact(about.owner) else view.reader.contact_id
    contacts = {c.contact_id: c.name for c in store.contacts}
    return {
        "suggested": [(each, _theme(each, labels)) for each in dict.fromkeys(named) if each not in taken],
        "may_add": about.stage != "resolved" and not about.ended,
        "concern_owner": owner,
        "concern_deadline": _settled_by(view, times).isoformat(),
        "concern_priority": "high" if about.priority in ("urgent", "high") else "normal",
        "contact_names": contacts,
        "other_options": _other_options(view),
        "unsettled": unsettled_concerns(case.concerns),
        "still_planned": [c for c in case.concerns if c.state == "planned"],
        "earliest_date": times.today.isoformat(),
        "new_date": times.input(_new_date(view)),
    }


def _other_options(view: CaseView) -> list[tuple[str, str]]:
    """Who may take the case over, each with what they are."""
    text = translations("case", view.reader.language)["changes"]
    return [
        (c.contact_id, say(text["level"], name=c.name, role=text["roles"][c.role]))
        for c in view.store.contacts
        if c.contact_id != view.case.followup.owner
    ]


def _settled_by(view: CaseView, times: Times) -> date:
    """By which day a new concern is to be settled: when the follow-up is to be resolved, and not before today."""
    resolved = expected_deadlines(view.case.followup, view.store).get("resolved")
    return max(times.local(resolved).date(), times.today) if resolved else times.today


def _new_date(view: CaseView) -> datetime:
    """What a new deadline starts from: the present one, or tomorrow when that is over."""
    deadline = view.case.followup.deadline
    return deadline if deadline and deadline > view.now else view.now + timedelta(days=1)


def _gifts(view: CaseView) -> dict[str, Any]:
    case, policy, language = view.case, view.store.policy, view.reader.language
    most = incentives.incentive_cap(case.followup, policy)
    given = sum((each.value for each in case.incentives), Decimal(0))
    month = max(policy.incentive_month - view.month_given, Decimal(0))
    acted_on = [c for c in case.concerns if c.state != "open"]

    def worth(value: Decimal, currency: str = policy.currency) -> str:
        return format_money(value, currency, language)

    return {
        "may_give": most > 0 and policy.incentive_month > 0,
        "left_case": worth(min(max(most - given, Decimal(0)), month)),
        "left_month": worth(month),
        "worth": worth,
        "acted_on": acted_on,
        "concern_options": [(c.concern_id, one_line(c.text)) for c in acted_on],
    }


def _findings(view: CaseView) -> list[tuple[Finding, str]]:
    said = blocked_reasons(view.reader.language) if view.findings else {}
    return [(each, said.get(each.reason, "")) for each in view.findings]


def _theme(theme: str, labels: Mapping[str, Any]) -> str:
    name: str = labels["themes"].get(theme, theme.replace("_", " "))
    return name
