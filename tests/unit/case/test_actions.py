"""Actions on a case: their order, and what is rejected."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lazo.case import actions as case_actions
from lazo.case import concerns
from lazo.case import model as case_model
from lazo.case.model import Case, Note
from lazo.followup import deadlines
from lazo.followup import model as followup
from tests.builders import DIEGO, START, make_store
from tests.unit.case.cases import (
    SOLVED,
    TODAY,
    case_after,
    case_contacted,
    case_resolved,
    case_taken_on,
    concern,
    context,
    open_case,
    rejection_codes,
)


def test_the_history_has_person_and_time_from_open_to_confirmed() -> None:
    case = case_resolved()
    done = case_after(
        case, case_actions.confirm(case, context(6, DIEGO), "phone", "Quedó conforme", solved=True)
    )
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
    """Defaults of the policy: 24 hours to contact, 3 days to resolve, 7 to confirm; the store never closes."""
    case = open_case()
    ten_minutes = START + timedelta(minutes=10)
    assert deadlines.expected_deadlines(case.followup, make_store()) == {
        "taken_on": ten_minutes,
        "contacted": ten_minutes + timedelta(hours=24),
        "resolved": ten_minutes + timedelta(hours=24, days=3),
        "confirmed": ten_minutes + timedelta(hours=24, days=10),
    }
    assert case_contacted().followup.deadline == START + timedelta(days=3)
    assert case_resolved().followup.deadline == START + timedelta(days=7)
    assert deadlines.expected_deadlines(case_resolved().followup, make_store()) == {
        "confirmed": START + timedelta(days=7)
    }


def test_no_deadline_falls_into_a_closed_hour() -> None:
    """Taken on at 20:59 on Friday in Santiago (UTC-3); open on weekdays from nine to nine: Monday at nine."""
    week = {day: [["09:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    store = make_store(hours={**week, "sat": [], "sun": []})
    late = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
    case = open_case(store)
    done = case_actions.take_on(case, context(store=store, now=late))
    assert done is not None
    assert done.after.deadline == datetime(2026, 3, 16, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("case", "doing"),
    [
        (open_case, lambda c: case_actions.record_contact(c, context(), "phone", "", reached=True)),
        (open_case, lambda c: case_actions.reassign(c, "diego", context(), ())),
        (
            open_case,
            lambda c: case_actions.move_deadline(c, START + timedelta(days=1), "Viaje", context()),
        ),
        (case_taken_on, lambda c: case_actions.resolve(c, context(), **SOLVED)),
        (case_taken_on, lambda c: case_actions.confirm(c, context(), "phone", "", solved=True)),
        (
            case_contacted,
            lambda c: case_actions.record_contact(c, context(), "phone", "", reached=True),
        ),
        (case_contacted, lambda c: case_actions.confirm(c, context(), "phone", "", solved=False)),
        (case_resolved, lambda c: case_actions.add_concern(c, concern(), context())),
        (case_resolved, lambda c: case_actions.resolve(c, context(), **SOLVED)),
    ],
)
def test_actions_are_rejected_at_the_wrong_stage(
    case: Callable[[], Case], doing: Callable[[Case], object]
) -> None:
    assert rejection_codes(lambda: doing(case())) == [("wrong_stage", None)]


def test_a_taken_case_cannot_be_taken_on_by_another() -> None:
    case = case_taken_on()
    assert case_actions.take_on(case, context(9)) is None
    assert rejection_codes(lambda: case_actions.take_on(case, context(9, DIEGO))) == [("taken", None)]


def test_an_unsolved_case_returns_to_its_owner_with_a_new_deadline() -> None:
    later = START + timedelta(days=2)
    step = case_actions.confirm(
        case_resolved(), context(6, now=later), "phone", "Volvió a pasar", solved=False
    )
    back = step.after
    assert (back.stage, back.owner, step.entry.what) == ("contacted", "ana", "reopened")
    assert (back.contacted_at, back.reached, back.resolved_at) == (START, True, None)
    assert back.deadline == later + timedelta(days=3)
    assert back.reopened_at == later


@pytest.mark.parametrize(
    ("said", "text"),
    [("Volvió a pasar", "Volvió a pasar"), ("", "El cliente dice que todavía no está resuelto.")],
)
def test_a_reopened_case_is_not_resolved_without_what_the_customer_says_is_still_wrong(
    said: str, text: str
) -> None:
    case = case_resolved()
    case = case_after(case, case_actions.confirm(case, context(6), "phone", said, solved=False))
    (wrong,) = (each for each in case.concerns if each.state == "open")
    assert (wrong.text, wrong.owner, wrong.deadline) == (text, "ana", TODAY + timedelta(days=3))
    assert rejection_codes(lambda: case_actions.resolve(case, context(7), **SOLVED)) == [
        ("open_concerns", None)
    ]
    solved = concerns.solve_concern(wrong, "Otra caja", "ana", START)
    case = case_after(case, case_actions.settle_concern(case, solved, context(8)))
    assert case_actions.resolve(case, context(9), **SOLVED).after.stage == "resolved"


def test_a_note_is_in_the_past_and_corrects_a_note_of_its_case() -> None:
    note = Note("FORM1", "phone", START, "Llamé", "ana", "Ana", START)
    case = case_after(case_taken_on(), case_actions.add_note(case_taken_on(), note, context()))
    assert case.notes == (note,)
    future = replace(note, held_at=START + timedelta(seconds=1))
    assert rejection_codes(lambda: case_actions.add_note(case, future, context())) == [
        ("in_the_future", "when")
    ]
    astray = replace(note, corrects="another case's")
    assert rejection_codes(lambda: case_actions.add_note(case, astray, context())) == [
        ("unknown_note", "corrects")
    ]
    assert case_actions.add_note(case, replace(note, note_id="FORM2", corrects="FORM1"), context(2)).notes


def test_a_case_has_limited_notes_and_concerns() -> None:
    note = Note("FORM1", "phone", START, "Llamé", "ana", "Ana", START)
    full = replace(case_taken_on(), notes=[note] * 300, concerns=[concern()] * 50)
    assert rejection_codes(lambda: case_actions.add_note(full, note, context())) == [("too_many", None)]
    assert rejection_codes(lambda: case_actions.add_concern(full, concern(), context())) == [
        ("too_many", None)
    ]
    assert case_actions.add_note(replace(full, notes=[note] * 299), note, context()).notes


def test_a_deadline_moves_thirty_days_ahead_at_most() -> None:
    case = case_taken_on()
    for until, code in ((START, "in_the_past"), (START + timedelta(days=30, seconds=1), "too_far")):
        assert rejection_codes(lambda u=until: case_actions.move_deadline(case, u, "Viaje", context())) == [
            (code, "until")
        ]  # type: ignore[misc]
    until = START + timedelta(days=30)
    step = case_actions.move_deadline(case, until, "El cliente está de viaje", context())
    assert step.after.deadline == until
    assert step.entry.detail["reason"] == "El cliente está de viaje"


def test_a_case_is_reassigned_to_a_contact_of_the_store() -> None:
    case = case_taken_on()
    assert case_actions.reassign(case, "diego", context(), ()).after.owner == "diego"
    assert rejection_codes(lambda: case_actions.reassign(case, "ana", context(), ())) == [
        ("same_owner", "owner")
    ]
    assert rejection_codes(lambda: case_actions.reassign(case, "x", context(), ())) == [
        ("unknown_owner", "owner")
    ]


def test_text_of_an_action_counts_as_a_note() -> None:
    note = Note("N", "phone", START, "x", "ana", "Ana", START)
    full = replace(case_taken_on(), notes=(note,) * case_model.NOTES_AT_MOST)
    assert rejection_codes(
        lambda: case_actions.record_contact(full, context(), "phone", "más", reached=True)
    ) == [("too_many", None)]
    assert case_actions.record_contact(full, context(), "phone", "", reached=True).after.stage == "contacted"
