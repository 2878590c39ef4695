"""The follow-up page: everything needed to win one customer back, in the order in which it is needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from desk.render import Visitor
from lazo.answers import Answer
from lazo.casework import Case, Entry
from lazo.refusal import Problem
from lazo.store import Contact, Store

if TYPE_CHECKING:
    from lazo.guard import Finding
    from lazo.timeline import Timeline


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the page shows, to whom, and what became of the form that was just sent.

    `answer` is None for a follow-up that signals opened. `visitor`: the reader in the page's head. `token` makes the
    hidden field `form`, fresh for each form. `month_given`: worth of the incentives that the shop gave in this month.

    After a form was refused: `problems`, the `action` of its address and what was `typed` into it, all shown again;
    `findings`, what the wording guard blocked in a message; `changed`, for a conflict, what happened since the version
    that the reader saw.
    """

    case: Case
    answer: Answer | None
    store: Store
    reader: Contact
    visitor: Visitor
    now: datetime
    token: Callable[[], str]
    timeline: "Timeline | None" = None
    month_given: Decimal = Decimal(0)
    problems: Sequence[Problem] = ()
    action: str | None = None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    findings: "Sequence[Finding]" = ()
    changed: Sequence[Entry] = ()


def case_page(view: CaseView) -> str:
    """The whole page in the reader's language."""
    raise NotImplementedError
