"""Which answers open a follow-up, and its first fields."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lazo.followup import model as followup
from lazo.followup import opening
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
    found = opening.open_for_answer(classified(given), make_store())
    expected = score <= 6 or asks
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
        (10, {"urgency": ("food_poisoning",)}, "urgent"),
        (10, {"urgency": ("allergy",)}, "high"),  # nobody fell ill: nobody is woken
        (7, {}, "light"),
        (10, {}, "light"),
        (8, {"leaving": True}, "high"),
        (9, {"themes": ("payment",)}, "normal"),  # charged twice: something is wrong
        (9, {"themes": ("service",)}, "light"),  # only ticked: what they liked
    ],
)
def test_priority(score: int, found: dict[str, Any], expected: str) -> None:
    given = answer(score=score, phone="+56911111111", consent=consent(), reasons=("service",))
    opened = opening.open_for_answer(classified(given, **found), make_store())
    assert opened is not None
    assert opened.priority == expected
    assert opened.urgent is (expected == "urgent")


@pytest.mark.parametrize(
    "said",
    [{"comment": "pésimo"}, {"reasons": ("service",)}, {"phone": "+56911111111", "consent": consent()}],
    ids=["words", "reasons", "contact"],
)
def test_a_doubtful_answer_that_says_something_opens_what_any_other_does(said: dict[str, Any]) -> None:
    given = answer(score=0, customer_key="k1", **said)
    opened = opening.open_for_answer(classified(given, suspect=("honeypot",)), make_store())
    trusted = opening.open_for_answer(classified(given), make_store())
    assert opened is not None
    assert trusted is not None
    assert opened.doubts == ("honeypot",)
    # A stranger may have left the address: nothing is sent to it, and no history is joined.
    assert opened.customer_key is None
    assert replace(opened, doubts=(), customer_key="k1") == trusted


def test_a_doubtful_score_alone_opens_nothing() -> None:
    given = answer(score=0)
    assert opening.open_for_answer(classified(given, suspect=("too_fast",)), make_store()) is None


@pytest.mark.parametrize("score", range(11))
def test_danger_opens_an_urgent_followup_at_any_score(score: int) -> None:
    opened = opening.open_for_answer(
        classified(answer(score=score, comment="x"), urgency=("injury",), suspect=("honeypot",)), make_store()
    )
    assert opened is not None
    assert opened.urgent


@pytest.mark.parametrize("score", [7, 10])
def test_words_that_ask_for_contact_open_a_light_followup(score: int) -> None:
    opened = opening.open_for_answer(classified(answer(score=score), asks=True), make_store())
    assert opened is not None
    assert opened.only_asks
    assert opened.priority == "light"


def test_an_unclassified_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="not classified"):
        opening.open_for_answer(answer(), make_store())


def test_fields_of_a_new_followup() -> None:
    given = answer(score=2, at=START - minutes(3))
    found = opening.open_for_answer(
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
        opened_month="2026-03",
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
    found = opening.open_for_answer(given, store)
    assert found is not None
    assert found.level == 1


def test_an_erased_answer_opens_nothing() -> None:
    given = classified(answer(score=2))
    assert opening.open_for_answer(given, make_store()) is not None
    assert opening.open_for_answer(replace(given, erased=True), make_store()) is None


@pytest.mark.parametrize(
    ("said", "found", "reachable"),
    [
        ({"phone": "+56911111111", "consent": consent()}, {"suspect": ("honeypot",)}, True),
        ({"phone": "+56911111111"}, {}, False),
        ({"comment": "Could the manager ring me? 020 7946 0018"}, {"asks": True}, True),
        ({"comment": "Tudo frio, podem me ligar no 11 98765-4321"}, {"asks": True}, True),
        ({"comment": "Llámenme"}, {"asks": True}, False),
        ({"comment": "El 020 7946 0018 no contesta"}, {}, False),
        ({"comment": "pésimo"}, {}, False),
    ],
)
def test_whoever_leaves_a_way_to_be_reached_is_reachable(
    said: dict[str, Any], found: dict[str, Any], reachable: bool
) -> None:
    opened = opening.open_for_answer(classified(answer(score=2, **said), **found), make_store())
    assert opened is not None
    assert opened.reachable is reachable
