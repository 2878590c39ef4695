"""Cases at each stage, and an action of Ana on them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lazo.case import actions as case_actions
from lazo.case import concerns
from lazo.case.concerns import Concern
from lazo.case.model import ActionContext, Case, CaseChange
from lazo.errors import Rejected
from lazo.followup import opening
from lazo.store.model import Store
from tests.builders import ANA, START, answer, classified, consent, make_store

TODAY = date(2026, 3, 10)
"""The day of START in Santiago."""

SOLVED = {"root_cause_theme": "service", "root_cause": "Un solo cajero", "done": "Abrimos otra caja"}


def open_case(store: Store | None = None) -> Case:
    given = answer(score=2, phone="+56911111111", consent=consent())
    found = opening.open_for_answer(classified(given, at=START), store or make_store())
    assert found
    return Case(found)


def context(number: int = 1, who: dict[str, Any] = ANA, **changes: Any) -> ActionContext:
    store = changes.pop("store", None) or make_store()
    contact = store.contact(who["contact_id"])
    assert contact
    return ActionContext(f"FORM{number}", store, contact, changes.pop("now", START))


def case_after(case: Case, step: CaseChange | None) -> Case:
    """Return the case once the change is written."""
    assert step is not None
    kept = [c for c in case.concerns if c.concern_id not in {n.concern_id for n in step.concerns}]
    return Case(
        step.after,
        (*case.notes, *step.notes),
        (*kept, *step.concerns),
        (*case.incentives, *step.incentives),
        (*case.messages, *step.messages),
        (*case.history, step.entry),
    )


def concern(**changes: Any) -> Concern:
    values: dict[str, Any] = {
        "concern_id": "C1",
        "text": "Esperó 40 minutos",
        "theme": "waiting_time",
        "priority": "high",
        "owner": "ana",
        "deadline": TODAY + timedelta(days=3),
        "checkpoints": (),
        "added_by": "ana",
        "added_at": START,
    }
    return Concern(**{**values, **changes})


def rejection_codes(doing: Callable[[], object]) -> list[tuple[str, str | None]]:
    with pytest.raises(Rejected) as refused:
        doing()
    return [(problem.code, problem.field) for problem in refused.value.problems]


def case_taken_on() -> Case:
    case = open_case()
    return case_after(case, case_actions.take_on(case, context()))


def case_contacted() -> Case:
    case = case_taken_on()
    return case_after(
        case, case_actions.record_contact(case, context(2), "phone", "Muy molesta", reached=True)
    )


def case_with_concern(**changes: Any) -> Case:
    case = case_contacted()
    return case_after(case, case_actions.add_concern(case, concern(**changes), context(3)))


def case_resolved() -> Case:
    case = case_with_concern()
    solved = concerns.solve_concern(case.concerns[0], "Se disculpó el encargado", "ana", START)
    case = case_after(case, case_actions.settle_concern(case, solved, context(4)))
    return case_after(case, case_actions.resolve(case, context(5), **SOLVED))
