"""A customer's own words: the note and the alerts that follow, and the case that they open."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lazo.case.customer_confirmation import CUSTOMER_NOTES_AT_MOST
from lazo.case.customer_words import CustomerWords, last_danger, note_change, open_case
from lazo.case.model import Case, CaseChange, Note
from lazo.errors import Rejected
from lazo.followup.model import CUSTOMER
from tests.builders import START, WEEK, make_store, minutes
from tests.case_views import at_stage, given

STORE = make_store(hours={**WEEK, "holidays": "as_usual"})
EVA = given(score=5)
OPEN, TAKEN_ON = at_stage("open", EVA, STORE), at_stage("taken_on", EVA, STORE)


def words(text: str = "No me han llamado", **changes: Any) -> CustomerWords:
    return replace(CustomerWords("in-1", "sms", text, START + minutes(1)), **changes)


def noted(case: Case, said: CustomerWords) -> CaseChange:
    change = note_change(case, STORE, said, "es")
    assert change is not None
    return change


def test_the_owner_alone_is_told_by_every_channel() -> None:
    change = noted(TAKEN_ON, words())
    assert {(d.contact_id, d.channel) for d in change.deliveries} == {("ana", "sms"), ("ana", "email")}
    assert {d.about for d in change.deliveries} == {"No me han llamado"}
    assert change.after == replace(TAKEN_ON.followup, version=TAKEN_ON.followup.version + 1)


def test_a_danger_shortens_the_time_to_react() -> None:
    danger = words("Mi hijo se intoxicó con la comida")
    found = noted(OPEN, danger).after
    assert (found.priority, found.urgency) == ("urgent", ("food_poisoning",))
    assert found.deadline is not None
    assert OPEN.followup.deadline is not None
    assert found.deadline <= OPEN.followup.deadline
    assert found.deadline <= danger.at + timedelta(minutes=STORE.policy.urgent_take_on_minutes)
    owned = noted(TAKEN_ON, danger).after
    assert (owned.priority, owned.deadline, owned.owner) == (
        "urgent",
        found.deadline,
        TAKEN_ON.followup.owner,
    )


def test_a_known_danger_in_new_words_is_told_again_and_a_repeated_message_is_not() -> None:
    danger = words("Mi hijo se intoxicó con la comida")
    first = noted(TAKEN_ON, danger)
    known = replace(TAKEN_ON, followup=first.after, notes=first.notes, history=[first.entry])
    assert note_change(known, STORE, danger, "es") is None
    later = noted(known, words("Sigue intoxicado y vomita", message_id="in-2", at=START + minutes(9)))
    assert {(d.contact_id, d.channel, d.purpose) for d in later.deliveries} == {
        ("ana", "sms", "danger"),
        ("ana", "email", "danger"),
    }
    # The time for the first one runs already.
    assert later.after.danger_due_at == first.after.danger_due_at == later.after.deadline


def test_the_last_of_the_customers_words_on_a_danger_is_found() -> None:
    said = ["Hola", "Me intoxiqué", "El cajero me amenazó con pegarme", "Gracias"]
    own = [Note("n", "sms", START, text, CUSTOMER, "", START) for text in said]
    staff = Note("n", "sms", START, "Dice que se intoxicó", "ana", "Ana", START)
    assert last_danger([*own, staff], STORE) == said[2]
    assert last_danger([own[0], staff], STORE) == ""


def test_a_danger_brings_a_resolved_case_back_to_work() -> None:
    solved = at_stage("resolved", EVA, STORE)
    after = noted(solved, words("Mi hijo se intoxicó con la comida")).after
    assert (after.stage, after.owner, after.resolved_at) == ("contacted", solved.followup.owner, None)
    assert after.version == solved.followup.version + 1
    assert after.deadline == after.danger_due_at
    assert noted(solved, words()).after.stage == "resolved"


def test_a_customer_leaves_thirty_notes_at_most() -> None:
    note = Note("n", "sms", START, "Hola", CUSTOMER, "", START)
    full = replace(TAKEN_ON, notes=[note] * CUSTOMER_NOTES_AT_MOST)
    with pytest.raises(Rejected) as refused:
        note_change(full, STORE, words(), "es")
    assert refused.value.problems[0].code == "too_many"
    assert note_change(replace(full, notes=full.notes[1:]), STORE, words(), "es")


def test_a_new_case_is_light_or_urgent_and_one_for_each_episode() -> None:
    light = open_case(EVA, STORE, words()).after
    assert (light.priority, light.answered_at) == ("light", START + minutes(1))
    assert open_case(EVA, STORE, words("Tuve una intoxicación")).after.priority == "urgent"
    again = open_case(EVA, STORE, words(message_id="in-2")).after
    assert again.followup_id == light.followup_id
    later = open_case(EVA, STORE, words(), [light]).after
    assert later.followup_id != light.followup_id
