"""Which answers open a follow-up, and its first fields."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lazo.followup import lifecycle
from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from tests.builders import ANA, DIEGO, MARTA, START, answer, classified, consent, make_store, minutes


def test_followup_id_of_an_answer() -> None:
    # printf 'norte|01ARZ3NDEKTSV4RRFFQ69G5FAV' | openssl dgst -sha256 -binary | head -c 10 | base32
    assert followup.followup_id_for("norte", "01ARZ3NDEKTSV4RRFFQ69G5FAV") == "3xgiupjz6lxzl4zs"
    assert followup.followup_id_for("sur", "01ARZ3NDEKTSV4RRFFQ69G5FAV") != "3xgiupjz6lxzl4zs"


@pytest.mark.parametrize("score", range(11))
@pytest.mark.parametrize("reachable", ["no", "phone", "email", "phone without consent"])
def test_which_answers_open_a_followup(score: int, reachable: str) -> None:
    asks = reachable in ("phone", "email")
    given = answer(
        score=score,
        phone="+56911111111" if "phone" in reachable else None,
        email="cliente@example.com" if reachable == "email" else None,
        consent=consent() if asks else None,
    )
    found = lifecycle.open_for_answer(classified(given), make_store())
    expected = score <= 6 or (score in (7, 8) and asks)
    assert (found is not None) is expected


@pytest.mark.parametrize(
    ("score", "found", "expected"),
    [
        (0, {}, "high"),
        (3, {}, "high"),
        (4, {}, "normal"),
        (6, {}, "normal"),
        (6, {"leaving": True}, "high"),
        (6, {"urgency": ("injury",)}, "urgent"),
        (0, {"urgency": ("theft",), "leaving": True}, "urgent"),
        (8, {"urgency": ("food_poisoning",)}, "urgent"),
        (7, {}, "light"),
        (8, {"leaving": True}, "light"),
    ],
)
def test_priority(score: int, found: dict[str, Any], expected: str) -> None:
    given = answer(score=score, phone="+56911111111", consent=consent())
    opened = lifecycle.open_for_answer(classified(given, **found), make_store())
    assert opened is not None
    assert opened.priority == expected
    assert opened.urgent is (expected == "urgent")


@pytest.mark.parametrize("urgency", [(), ("injury",)])
def test_a_suspicious_answer_opens_nothing(urgency: tuple[str, ...]) -> None:
    given = answer(score=0, phone="+56911111111", consent=consent())
    assert (
        lifecycle.open_for_answer(classified(given, suspect=("honeypot",), urgency=urgency), make_store())
        is None
    )


@pytest.mark.parametrize("score", [9, 10])
def test_a_promoter_opens_nothing_even_with_danger_words(score: int) -> None:
    assert (
        lifecycle.open_for_answer(classified(answer(score=score), urgency=("injury",)), make_store()) is None
    )


def test_an_unclassified_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="not classified"):
        lifecycle.open_for_answer(answer(), make_store())


def test_fields_of_a_new_followup() -> None:
    given = answer(score=2, at=START - minutes(3))
    found = lifecycle.open_for_answer(
        classified(given, themes=("service",), urgency=(), at=START), make_store(contacts=[DIEGO, MARTA])
    )
    assert found == FollowUp(
        followup_id=followup.followup_id_for("norte", given.ulid),
        store_id="norte",
        origin="answer",
        answer_ulid=given.ulid,
        touchpoint="Caja 3",
        score=2,
        themes=("service",),
        urgency=(),
        priority="high",
        answered_at=START - minutes(3),
        opened_at=START,
        stage="open",
        level=1,  # nobody is at level 0
        round=0,
        version=1,
        deadline=START + minutes(10),
    )


def test_contacts_who_are_away_are_skipped_unless_all_are() -> None:
    off = {**ANA, "away": [["2026-03-09", "2026-03-10"]]}
    store = make_store(contacts=[off, DIEGO])
    assert [c.contact_id for c in store.with_contacts_on_duty(START).contacts] == ["diego"]
    assert [c.contact_id for c in store.with_contacts_on_duty(START + timedelta(days=1)).contacts] == [
        "ana",
        "diego",
    ]
    assert [c.contact_id for c in make_store(contacts=[off]).with_contacts_on_duty(START).contacts] == ["ana"]
    given = classified(answer(score=2))
    found = lifecycle.open_for_answer(given, store)
    assert found is not None
    assert found.level == 1


def test_an_erased_answer_opens_nothing() -> None:
    given = classified(answer(score=2))
    assert lifecycle.open_for_answer(given, make_store()) is not None
    assert lifecycle.open_for_answer(replace(given, erased=True), make_store()) is None
