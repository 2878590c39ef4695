"""What can be taken back for a minute, and that a case taken back is as if nobody had taken it on."""

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from lazo.case import actions, undo
from lazo.case.model import Case, CaseChange
from lazo.errors import Rejected
from lazo.followup import lifecycle
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from tests.builders import ANA, DIEGO, START, make_store, minutes
from tests.case_views import incentive, message, promise
from tests.unit.case import cases
from tests.unit.case.cases import case_after, context, open_case


def seconds(number: int) -> datetime:
    return START + timedelta(seconds=number)


def same(one: FollowUp, other: FollowUp) -> bool:
    """Whether they differ in nothing but the version."""
    return all(getattr(one, f.name) == getattr(other, f.name) for f in fields(one) if f.name != "version")


def taken(before: Case, at: datetime = START) -> Case:
    return case_after(before, actions.take_on(before, context(1, now=at)))


def undone(case: Case, at: datetime, entry_id: str = "FORM1", who: dict[str, object] = ANA) -> CaseChange:
    return undo.undo(case, entry_id, context(9, who, now=at))


def refused(case: Case, at: datetime, entry_id: str = "FORM1", who: dict[str, object] = ANA) -> list[str]:
    with pytest.raises(Rejected) as found:
        undone(case, at, entry_id, who)
    assert undo.undoable_entry(case, str(who["contact_id"]), at) is None or entry_id != "FORM1"
    return [problem.code for problem in found.value.problems]


def escalated(store: Store) -> Case:
    """One whose first deadline passed, so that Diego is asked as well."""
    case = open_case(store)
    return replace(case, followup=lifecycle.escalate(case.followup, store, START + minutes(10)))


def released(store: Store) -> Case:
    """One that Diego had, and lost by missing a deadline."""
    case = open_case(store)
    owned = lifecycle.take_on(case.followup, "diego", store, START)
    return replace(case, followup=lifecycle.escalate(owned, store, START + timedelta(days=2)))


def in_danger(store: Store) -> Case:
    case = open_case(store)
    due = START + minutes(5)
    return replace(case, followup=replace(case.followup, deadline=due, danger_due_at=due, urgency=("fire",)))


@pytest.mark.parametrize("made", [open_case, escalated, released, in_danger])
def test_a_case_taken_back_is_as_if_nobody_had_taken_it_on(made: object) -> None:
    assert callable(made)
    before: Case = made(make_store())
    for at in (START, START + minutes(12), START + timedelta(days=3)):
        case = taken(before, at)
        assert case.followup.owner == "ana"
        change = undone(case, at + timedelta(seconds=20))
        assert same(change.after, before.followup), at
        assert change.after.version == before.followup.version + 2
        assert (change.entry.what, change.entry.detail) == ("undone", {"of": "taken_on", "seconds": "20"})


def test_it_can_be_undone_for_a_minute() -> None:
    case = taken(open_case())
    assert undone(case, seconds(60)).after.owner is None
    assert refused(case, seconds(61)) == ["undo_late"]
    assert refused(case, seconds(-1)) == ["undo_late"]


def test_only_by_whoever_did_it_and_only_the_last_thing() -> None:
    case = taken(open_case())
    assert refused(case, seconds(5), who=DIEGO) == ["undo_late"]
    assert refused(case, seconds(5), entry_id="FORM2") == ["undo_late"]
    noted = case_after(case, actions.mark_interested(case, context(2, DIEGO), interested=True))
    assert refused(noted, seconds(5)) == ["undo_late"]
    swept = replace(case, followup=case.followup.changed())
    assert refused(swept, seconds(5)) == ["undo_late"]


def test_a_case_is_taken_back_once() -> None:
    """A row of taps would hold off the escalation."""
    case = taken(open_case())
    back = case_after(case, undone(case, seconds(30)))
    again = case_after(back, actions.take_on(back, context(3, now=seconds(40))))
    assert refused(again, seconds(50), entry_id="FORM3") == ["undo_late"]


def test_not_once_the_customer_hears_who_has_it() -> None:
    case = taken(open_case())
    told = replace(case, messages=(message(message_id="FORM1-received", automatic=True),))
    assert refused(told, seconds(5)) == ["undo_late"]


def test_not_where_a_promise_went_with_it() -> None:
    before = released(make_store())
    held = replace(before, promises=(promise(first_contact=True, owner="diego"),))
    change = actions.take_on(held, context(1, now=START + timedelta(days=2)))
    assert change
    assert change.promises
    assert refused(case_after(held, change), START + timedelta(days=2, seconds=5)) == ["undo_late"]


def with_concern(**changes: object) -> Case:
    case = taken(open_case())
    return replace(case, concerns=(cases.concern(**changes),))


def test_a_concern_that_was_solved_by_mistake_is_open_again() -> None:
    before = with_concern()
    solved = replace(
        before.concerns[0], state="solved", action="Otra caja", settled_by="ana", settled_at=START
    )
    case = case_after(before, actions.settle_concern(before, solved, context(2)))
    change = undone(case, seconds(10), "FORM2")
    assert list(change.concerns) == list(before.concerns)
    assert change.entry.detail == {"of": "concern_solved", "seconds": "10", "text": "Esperó 40 minutos"}
    assert not change.deliveries, "its owner knows of it already"


def test_a_concern_that_was_planned_or_late_stays_solved() -> None:
    """The plan is a promise that was kept, of which its customer hears; a missed deadline was told of."""
    planned = with_concern(state="planned", action="Llamar", planned_for=cases.TODAY, hears_by="phone")
    late = with_concern()
    late = replace(late, followup=replace(late.followup, late_concerns=("C1",)))
    for before in (planned, late):
        solved = replace(before.concerns[0], state="solved", settled_by="ana", settled_at=START)
        case = case_after(before, actions.settle_concern(before, solved, context(2)))
        assert refused(case, seconds(10), "FORM2") == ["undo_late"]


def test_an_incentive_that_is_taken_back_counts_no_more() -> None:
    before = taken(open_case())
    given = incentive(incentive_id="FORM2", at=START)
    case = case_after(before, actions.record_incentive(before, given, context(2)))
    change = undone(case, seconds(10), "FORM2")
    assert list(change.incentives) == [replace(given, withdrawn_at=seconds(10))]
    assert change.entry.detail == {
        "of": "incentive",
        "seconds": "10",
        "kind": "discount",
        "value": "5000",
        "currency": "CLP",
    }


def test_what_others_were_told_or_ends_the_case_cannot_be_undone() -> None:
    case = taken(open_case())
    handed = case_after(case, actions.reassign(case, "diego", context(2), ()))
    assert refused(handed, seconds(5), "FORM2") == ["undo_late"]
    erased = replace(case, followup=replace(case.followup, erased_at=START))
    assert refused(erased, seconds(5)) == ["undo_late"]
