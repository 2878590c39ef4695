"""What the page of a follow-up shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from desk.web.render import PageHeader
from lazo.case.model import Case, HistoryEntry
from lazo.customer.timeline import Timeline
from lazo.errors import Problem
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import MAYBE_STILL_IN_STORE, Answer


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the page shows, to whom, and the result of the form that was just sent.

    `answer` is None for a follow-up that signals opened. `token` returns a new value of the hidden field `form` for
    each form. `given_this_month` is the value of the store's incentives in this month; `base_url` starts the links to
    surveys. `opted_out`: the customer wants no messages.

    After a rejected form: its `problems`, its `action` and what was `typed`; on a conflict the entries `changed` since
    the version that the user saw. After an applied form: its action, `done`. `asked`: the key of a form that is shown
    on demand.
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
    asked: str = ""
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
    def in_store(self) -> bool:
        """Whether somebody may walk up to the customer: they answered a moment ago, the store is open, and they did not
        ask for a call or a message instead."""
        just_now = self.answer is not None and self.now - self.answer.at <= MAYBE_STILL_IN_STORE
        later = self.case.followup.wish in ("call", "write")
        return just_now and not later and self.store.hours.is_open(self.now)

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
