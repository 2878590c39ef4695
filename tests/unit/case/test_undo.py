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


@pytest.mark.parametrize(
    ("changes", "can_be_untold"),
    [
        ({"state": "pending"}, True),
        ({"state": "cancelled"}, True),
        ({"attempts": 1}, False),
        ({"state": "sending", "attempts": 1}, False),
        ({"state": "sent", "attempts": 1}, False),
        ({"state": "failed", "attempts": 2, "unclear": 2}, False),
    ],
    ids=lambda value: str(value),
)
def test_not_once_the_customer_may_have_heard_who_has_it(
    changes: dict[str, object], can_be_untold: bool
) -> None:
    case = taken(open_case())
    written = message(message_id="FORM1-received", automatic=True, **changes)
    case = replace(case, messages=(message(message_id="FORM0-other"), written))
    if not can_be_untold:
        assert refused(case, seconds(5)) == ["undo_late"]
        return
    assert list(undone(case, seconds(5)).unsent) == ([written] if written.state == "pending" else [])


def test_a_promise_that_was_made_with_it_is_withdrawn() -> None:
    made = promise(first_contact=True, made_at=START)
    case = replace(taken(open_case()), promises=(made,))
    (change,) = undone(case, seconds(5)).promises
    assert (change.before, change.after.state, change.after.settled_at) == (made, "withdrawn", seconds(5))
    assert change.after.settled_by == ""


@pytest.mark.parametrize("by", ["diego", "@customer"])
def test_a_promise_that_there_was_goes_back_to_who_had_it(by: str) -> None:
    before, at = released(make_store()), START + timedelta(days=2)
    held = replace(before, promises=(promise(first_contact=True, owner="diego", made_by=by),))
    change = actions.take_on(held, context(1, now=at))
    assert change
    case = replace(case_after(held, change), promises=[each.after for each in change.promises])
    assert [each.owner for each in case.promises] == ["ana"]
    back = undone(case, at + timedelta(seconds=5))
    assert same(back.after, before.followup)
    assert [each.after.owner for each in back.promises] == ["diego"]
    assert [each.after.due for each in back.promises] == [each.due for each in held.promises]


def ready_to_resolve(store: Store) -> Case:
    case = cases.case_contacted()
    return replace(case, concerns=(cases.concern(state="solved", settled_by="ana", settled_at=START),))


def reopened(store: Store) -> Case:
    """One that was resolved before, in another month, with another cause."""
    case = ready_to_resolve(store)
    was = {"recovery_month": "2026-02", "root_cause_theme": "price", "root_cause": "Otra", "done": "Nada"}
    return replace(case, followup=replace(case.followup, **was))


def in_danger_since(store: Store) -> Case:
    """One whose customer named a danger after they were called."""
    case, due = ready_to_resolve(store), START + minutes(5)
    return replace(case, followup=replace(case.followup, deadline=due, danger_due_at=due, urgency=("fire",)))


def resolved(before: Case, number: int, at: datetime) -> Case:
    return case_after(before, actions.resolve(before, context(number, now=at), **cases.SOLVED))


@pytest.mark.parametrize("made", [ready_to_resolve, reopened, in_danger_since])
def test_a_case_resolved_by_mistake_is_in_work_as_before(made: object) -> None:
    assert callable(made)
    before: Case = made(make_store())
    for at in (START, START + timedelta(days=3)):
        case = resolved(before, 5, at)
        assert (case.followup.stage, case.followup.done) == ("resolved", "Abrimos otra caja")
        change = undone(case, at + timedelta(seconds=60), "FORM5")
        assert same(change.after, before.followup), at
        assert (change.entry.what, change.entry.detail) == ("undone", {"of": "resolved", "seconds": "60"})
        assert refused(case, at + timedelta(seconds=61), "FORM5") == ["undo_late"]


def test_a_case_goes_back_from_resolved_once() -> None:
    case = resolved(ready_to_resolve(make_store()), 5, START)
    back = case_after(case, undone(case, seconds(30), "FORM5"))
    again = resolved(replace(back, promises=()), 6, seconds(40))
    assert refused(again, seconds(50), "FORM6") == ["undo_late"]


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
