"""What may be done to a follow-up, in which order, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lazo.case import actions as case_actions
from lazo.case import concerns, incentives
from lazo.case import model as case_model
from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import ActionContext, Case, CaseChange, Note
from lazo.errors import Rejected
from lazo.followup import deadlines, lifecycle
from lazo.followup import model as followup
from lazo.store.model import Store
from tests.builders import ANA, DIEGO, START, answer, classified, consent, make_store

TODAY = date(2026, 3, 10)
"""The day of START in Santiago."""

SOLVED = {"root_cause_theme": "service", "root_cause": "Un solo cajero", "done": "Abrimos otra caja"}


def opened(store: Store | None = None) -> Case:
    given = answer(score=2, phone="+56911111111", consent=consent())
    found = lifecycle.open_for_answer(classified(given, at=START), store or make_store())
    assert found
    return Case(found)


def act(number: int = 1, who: dict[str, Any] = ANA, **changes: Any) -> ActionContext:
    store = changes.pop("store", None) or make_store()
    contact = store.contact(who["contact_id"])
    assert contact
    return ActionContext(f"FORM{number}", store, contact, changes.pop("now", START))


def after(case: Case, step: CaseChange | None) -> Case:
    """The case once the step is written."""
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


def codes(doing: Callable[[], object]) -> list[tuple[str, str | None]]:
    with pytest.raises(Rejected) as refused:
        doing()
    return [(problem.code, problem.field) for problem in refused.value.problems]


def taken() -> Case:
    case = opened()
    return after(case, case_actions.take_on(case, act()))


def contacted() -> Case:
    case = taken()
    return after(case, case_actions.record_contact(case, act(2), "phone", "Muy molesta", reached=True))


def with_concern(**changes: Any) -> Case:
    case = contacted()
    return after(case, case_actions.add_concern(case, concern(**changes), act(3)))


def resolved() -> Case:
    case = with_concern()
    solved = concerns.solve_concern(case.concerns[0], "Se disculpó el encargado", "ana", START)
    case = after(case, case_actions.settle_concern(case, solved, act(4)))
    return after(case, case_actions.resolve(case, act(5), **SOLVED))


def test_from_open_to_confirmed_with_who_and_when_at_each_stage() -> None:
    case = resolved()
    done = after(case, case_actions.confirm(case, act(6, DIEGO), "phone", "Quedó conforme", solved=True))
    assert [(e.what, e.by_name, e.version) for e in done.history] == [
        ("taken_on", "Ana", 2),
        ("contacted", "Ana", 3),
        ("concern_added", "Ana", 4),
        ("concern_solved", "Ana", 5),
        ("resolved", "Ana", 6),
        ("confirmed", "Diego", 7),
    ]
    assert done.followup.stage == "confirmed"
    assert done.followup.deadline is None
    assert [note.text for note in done.notes] == ["Muy molesta", "Quedó conforme"]
    stages = followup.STAGES
    assert all(done.followup.reached_at(stage) == START for stage in stages)


def test_each_stage_has_its_deadline_counted_from_the_one_before() -> None:
    """Defaults of the policy: 24 hours to contact, 3 days to resolve, 7 to confirm; the shop never closes."""
    case = opened()
    ten_minutes = START + timedelta(minutes=10)
    assert deadlines.expected_deadlines(case.followup, make_store()) == {
        "taken_on": ten_minutes,
        "contacted": ten_minutes + timedelta(hours=24),
        "resolved": ten_minutes + timedelta(hours=24, days=3),
        "confirmed": ten_minutes + timedelta(hours=24, days=10),
    }
    assert contacted().followup.deadline == START + timedelta(days=3)
    assert resolved().followup.deadline == START + timedelta(days=7)
    assert deadlines.expected_deadlines(resolved().followup, make_store()) == {
        "confirmed": START + timedelta(days=7)
    }


def test_no_deadline_falls_into_a_closed_hour() -> None:
    """Taken on at 20:59 on Friday in Santiago (UTC-3); open on weekdays from nine to nine: Monday at nine."""
    week = {day: [["09:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    store = make_store(hours={**week, "sat": [], "sun": []})
    late = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
    case = opened(store)
    done = case_actions.take_on(case, act(store=store, now=late))
    assert done is not None
    assert done.after.deadline == datetime(2026, 3, 16, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("case", "doing"),
    [
        (opened, lambda c: case_actions.record_contact(c, act(), "phone", "", reached=True)),
        (opened, lambda c: case_actions.reassign(c, "diego", act(), ())),
        (opened, lambda c: case_actions.move_deadline(c, START + timedelta(days=1), "Viaje", act())),
        (taken, lambda c: case_actions.resolve(c, act(), **SOLVED)),
        (taken, lambda c: case_actions.confirm(c, act(), "phone", "", solved=True)),
        (contacted, lambda c: case_actions.record_contact(c, act(), "phone", "", reached=True)),
        (contacted, lambda c: case_actions.confirm(c, act(), "phone", "", solved=False)),
        (resolved, lambda c: case_actions.add_concern(c, concern(), act())),
        (resolved, lambda c: case_actions.resolve(c, act(), **SOLVED)),
    ],
)
def test_nothing_is_done_out_of_its_stage(case: Callable[[], Case], doing: Callable[[Case], object]) -> None:
    assert codes(lambda: doing(case())) == [("wrong_stage", None)]


def test_who_has_it_has_it() -> None:
    case = taken()
    assert case_actions.take_on(case, act(9)) is None
    assert codes(lambda: case_actions.take_on(case, act(9, DIEGO))) == [("taken", None)]


def test_resolving_asks_for_every_concern() -> None:
    assert codes(lambda: case_actions.resolve(contacted(), act(), **SOLVED)) == [("no_concern", None)]
    case = with_concern()
    case = after(case, case_actions.add_concern(case, concern(concern_id="C2", text="Caja fría"), act(4)))
    with pytest.raises(Rejected) as refused:
        case_actions.resolve(case, act(5), **SOLVED)
    (problem,) = refused.value.problems
    assert problem.code == "open_concerns"
    assert problem.facts["concerns"] == ["Esperó 40 minutos", "Caja fría"]


def test_a_plan_is_enough_to_resolve_and_not_to_confirm() -> None:
    case = with_concern()
    planned = concerns.plan_concern(
        case.concerns[0], "Instalar segunda caja", TODAY + timedelta(days=2), "sms", "ana", START, TODAY
    )
    case = after(case, case_actions.settle_concern(case, planned, act(4)))
    case = after(case, case_actions.resolve(case, act(5), **SOLVED))
    assert codes(lambda: case_actions.confirm(case, act(6), "phone", "", solved=True)) == [
        ("still_planned", None)
    ]
    done = after(
        case,
        case_actions.settle_concern(
            case, concerns.solve_concern(case.concerns[0], "Ya está", "ana", START), act(7)
        ),
    )
    assert case_actions.confirm(done, act(8), "phone", "", solved=True).after.stage == "confirmed"


def test_not_yet_goes_back_to_the_owner_with_a_new_clock() -> None:
    later = START + timedelta(days=2)
    step = case_actions.confirm(resolved(), act(6, now=later), "phone", "Volvió a pasar", solved=False)
    back = step.after
    assert (back.stage, back.owner, step.entry.what) == ("contacted", "ana", "reopened")
    assert (back.contacted_at, back.reached, back.resolved_at) == (later, True, None)
    assert back.deadline == later + timedelta(days=3)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"deadline": TODAY - timedelta(days=1)}, ("in_the_past", "deadline")),
        ({"checkpoints": (TODAY - timedelta(days=1),)}, ("outside", "checkpoint")),
        ({"checkpoints": (TODAY + timedelta(days=4),)}, ("outside", "checkpoint")),
        (
            {
                "checkpoints": tuple(TODAY + timedelta(days=n) for n in range(6)),
                "deadline": date(2026, 4, 1),
            },
            ("too_many", "checkpoint"),
        ),
        ({"owner": "nobody"}, ("unknown_owner", "owner")),
    ],
)
def test_a_concern_whose_dates_do_not_hold(changes: dict[str, Any], found: tuple[str, str]) -> None:
    assert codes(lambda: case_actions.add_concern(contacted(), concern(**changes), act())) == [found]


def test_what_is_solved_stays_solved() -> None:
    done = concerns.solve_concern(concern(), "Listo", "ana", START)
    assert codes(lambda: concerns.solve_concern(done, "Otra vez", "ana", START)) == [
        ("settled_already", "concern_id")
    ]
    assert codes(lambda: concerns.plan_concern(done, "x", TODAY, "sms", "ana", START, TODAY)) == [
        ("settled_already", "concern_id")
    ]
    assert codes(
        lambda: concerns.plan_concern(concern(), "x", TODAY - timedelta(days=1), "sms", "ana", START, TODAY)
    ) == [("in_the_past", "date")]


def test_the_days_of_a_concern_are_those_of_the_store() -> None:
    """At 02:00 UTC on the 11th it is still the 10th in Santiago: a deadline on the 10th is not past."""
    night = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    step = case_actions.add_concern(contacted(), concern(deadline=TODAY), act(now=night))
    assert step.concerns[0].deadline == TODAY


def test_a_note_is_about_something_that_was_said() -> None:
    note = Note("FORM1", "phone", START, "Llamé", "ana", "Ana", START)
    case = after(taken(), case_actions.add_note(taken(), note, act()))
    assert case.notes == (note,)
    future = replace(note, held_at=START + timedelta(seconds=1))
    assert codes(lambda: case_actions.add_note(case, future, act())) == [("in_the_future", "when")]
    astray = replace(note, corrects="another case's")
    assert codes(lambda: case_actions.add_note(case, astray, act())) == [("unknown_note", "corrects")]
    assert case_actions.add_note(case, replace(note, note_id="FORM2", corrects="FORM1"), act(2)).notes


def test_a_follow_up_holds_what_one_page_can_show() -> None:
    note = Note("FORM1", "phone", START, "Llamé", "ana", "Ana", START)
    full = replace(taken(), notes=[note] * 300, concerns=[concern()] * 50)
    assert codes(lambda: case_actions.add_note(full, note, act())) == [("too_many", None)]
    assert codes(lambda: case_actions.add_concern(full, concern(), act())) == [("too_many", None)]
    assert case_actions.add_note(replace(full, notes=[note] * 299), note, act()).notes


def test_a_new_date_is_ahead_and_not_further_than_thirty_days() -> None:
    case = taken()
    for until, code in ((START, "in_the_past"), (START + timedelta(days=30, seconds=1), "too_far")):
        assert codes(lambda u=until: case_actions.move_deadline(case, u, "Viaje", act())) == [(code, "until")]  # type: ignore[misc]
    until = START + timedelta(days=30)
    step = case_actions.move_deadline(case, until, "El cliente está de viaje", act())
    assert step.after.deadline == until
    assert step.entry.detail["reason"] == "El cliente está de viaje"


def test_reassigned_to_a_contact_of_the_store() -> None:
    case = taken()
    assert case_actions.reassign(case, "diego", act(), ()).after.owner == "diego"
    assert codes(lambda: case_actions.reassign(case, "ana", act(), ())) == [("same_owner", "owner")]
    assert codes(lambda: case_actions.reassign(case, "x", act(), ())) == [("unknown_owner", "owner")]


POLICY = {"currency": "CLP", "incentive_most": {"high": 10_000}, "incentive_month": 25_000}


def gift(value: str, concern_id: str = "C1") -> Incentive:
    return Incentive(
        "I", "gift_card", Decimal(value), "CLP", "Por la espera", concern_id, "ana", "Ana", START
    )


@pytest.mark.parametrize(
    ("value", "given", "month", "found"),
    [
        ("10000", (), "0", None),
        ("10000.01", (), "0", ("over_cap", Decimal(10_000))),
        ("4000", ("7000",), "0", ("over_cap", Decimal(3_000))),
        ("3000", ("7000",), "22000", None),
        ("3000", ("7000",), "22000.5", ("over_month", Decimal("2999.5"))),
        ("1", (), "30000", ("over_month", Decimal(0))),
    ],
)
def test_incentives_have_a_measure(
    value: str, given: tuple[str, ...], month: str, found: tuple[str, Decimal] | None
) -> None:
    """The follow-up is of high priority (score 2): 10,000 for it, 25,000 for the shop's month."""
    policy = make_store(policy=POLICY).policy
    about = opened().followup
    assert about.priority == "high"
    solved = concerns.solve_concern(concern(), "Se disculpó", "ana", START)

    def grant() -> Incentive:
        before = [gift(each) for each in given]
        return incentives.check_incentive(gift(value), about, [solved], before, policy, Decimal(month))

    if found is None:
        assert grant().value == Decimal(value)
        return
    with pytest.raises(Rejected) as refused:
        grant()
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts["left"]) == found


def test_no_incentive_without_something_done_about_the_concern() -> None:
    policy, about = make_store(policy=POLICY).policy, opened().followup
    assert codes(
        lambda: incentives.check_incentive(gift("1"), about, [concern()], [], policy, Decimal(0))
    ) == [("no_action", "concern_id")]
    assert codes(lambda: incentives.check_incentive(gift("1"), about, [], [], policy, Decimal(0))) == [
        ("unknown_concern", "concern_id")
    ]
    no_policy = make_store().policy
    done = concerns.solve_concern(concern(), "Listo", "ana", START)
    assert codes(lambda: incentives.check_incentive(gift("1"), about, [done], [], no_policy, Decimal(0))) == [
        ("over_cap", "value")
    ]


def test_no_gift_once_the_customer_says_that_it_is_solved() -> None:
    case = resolved()
    done = after(case, case_actions.confirm(case, act(6), "phone", "", solved=True))
    assert codes(lambda: case_actions.record_incentive(done, gift("1"), act(7))) == [("wrong_stage", None)]


def test_what_was_said_at_a_step_counts_among_the_notes() -> None:
    note = Note("N", "phone", START, "x", "ana", "Ana", START)
    full = replace(taken(), notes=(note,) * case_model.NOTES_AT_MOST)
    assert codes(lambda: case_actions.record_contact(full, act(), "phone", "más", reached=True)) == [
        ("too_many", None)
    ]
    assert case_actions.record_contact(full, act(), "phone", "", reached=True).after.stage == "contacted"
