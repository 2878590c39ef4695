"""The life of a follow-up, by hand and by every order of events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lazo.errors import Rejected
from lazo.followup import deadlines, lifecycle, staff_deliveries
from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from lazo.survey.nps import band_of_score
from tests.builders import ANA, DIEGO, MARTA, START, WEEK, answer, classified, consent, make_store, minutes

NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}


def opened(score: int = 3, **changes: Any) -> FollowUp:
    found = lifecycle.open_for_answer(classified(answer(score=score, **changes)), make_store())
    assert found is not None
    return found


def test_id_of_an_answer() -> None:
    # printf 'norte|01ARZ3NDEKTSV4RRFFQ69G5FAV' | openssl dgst -sha256 -binary | head -c 10 | base32
    assert followup.followup_id_for("norte", "01ARZ3NDEKTSV4RRFFQ69G5FAV") == "3xgiupjz6lxzl4zs"
    assert followup.followup_id_for("sur", "01ARZ3NDEKTSV4RRFFQ69G5FAV") != "3xgiupjz6lxzl4zs"


@pytest.mark.parametrize("score", range(11))
@pytest.mark.parametrize("reachable", ["no", "phone", "email", "phone without consent"])
def test_who_gets_a_follow_up(score: int, reachable: str) -> None:
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
def test_what_may_not_be_a_customers_opens_nothing(urgency: tuple[str, ...]) -> None:
    given = answer(score=0, phone="+56911111111", consent=consent())
    assert (
        lifecycle.open_for_answer(classified(given, suspect=("honeypot",), urgency=urgency), make_store())
        is None
    )


@pytest.mark.parametrize("score", [9, 10])
def test_a_promoter_in_danger_words_opens_nothing(score: int) -> None:
    assert (
        lifecycle.open_for_answer(classified(answer(score=score), urgency=("injury",)), make_store()) is None
    )


def test_an_answer_not_yet_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="not classified"):
        lifecycle.open_for_answer(answer(), make_store())


def test_how_it_begins() -> None:
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


@pytest.mark.parametrize(
    ("score", "found", "policy", "expected"),
    [
        (3, {}, {}, 10),
        (3, {"urgency": ("injury",)}, {}, 5),
        (7, {}, {}, 240),
        (3, {}, {"take_on_minutes": 25}, 25),
        (3, {"urgency": ("injury",)}, {"urgent_take_on_minutes": 1}, 1),
        (7, {}, {"light_take_on_minutes": 600}, 600),
    ],
)
def test_deadline_by_policy(score: int, found: dict[str, Any], policy: dict[str, int], expected: int) -> None:
    given = answer(score=score, phone="+56911111111", consent=consent())
    opened = lifecycle.open_for_answer(classified(given, **found), make_store(policy=policy))
    assert opened is not None
    assert opened.deadline == START + minutes(expected)


@pytest.mark.parametrize(
    ("at", "deadline"),
    [
        # 23:55 UTC is 20:55 in Santiago; five minutes of ten are left today, the rest from 09:00 (12:00 UTC).
        (datetime(2026, 3, 10, 23, 55, tzinfo=UTC), datetime(2026, 3, 11, 12, 5, tzinfo=UTC)),
        # Just closed: all ten minutes from the next opening.
        (datetime(2026, 3, 11, 0, 0, tzinfo=UTC), datetime(2026, 3, 11, 12, 10, tzinfo=UTC)),
        # The clock goes back on 5 April 2026 at 00:00 (UTC-3 to UTC-4): opening is at 13:00 UTC that day.
        (datetime(2026, 4, 4, 23, 58, tzinfo=UTC), datetime(2026, 4, 5, 13, 8, tzinfo=UTC)),
    ],
)
def test_deadline_counts_opening_hours(at: datetime, deadline: datetime) -> None:
    found = lifecycle.open_for_answer(classified(answer(at=at)), make_store(hours=NINE_TO_NINE))
    assert found is not None
    assert found.deadline == deadline


def test_overdue_from_the_deadline_on() -> None:
    found = opened()
    assert not deadlines.is_overdue(found, START + minutes(10) - timedelta(microseconds=1))
    assert deadlines.is_overdue(found, START + minutes(10))
    taken = lifecycle.take_on(found, "ana", make_store(), START)
    assert not deadlines.is_overdue(taken, START + minutes(10))


def test_up_the_chain_with_a_full_deadline_from_now() -> None:
    day_late = START + timedelta(days=1)
    first = lifecycle.escalate(opened(), make_store(), day_late)
    assert (first.level, first.round, first.version, first.deadline) == (1, 0, 2, day_late + minutes(10))
    second = lifecycle.escalate(first, make_store(), day_late + minutes(10))
    assert (second.level, second.round, second.version) == (2, 0, 3)


def test_a_gap_in_the_chain_is_stepped_over() -> None:
    assert lifecycle.escalate(opened(), make_store(contacts=[ANA, MARTA]), START).level == 2


def test_reminders_at_the_chains_end_once_a_day_when_the_store_opens() -> None:
    store = make_store(contacts=[ANA], hours=NINE_TO_NINE)
    late = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)  # 19:00 in Santiago, a Tuesday
    first = lifecycle.escalate(opened(), store, late)
    assert (first.level, first.round, first.version) == (0, 1, 2)
    assert first.deadline == late + timedelta(days=1)
    closed = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)  # 23:00: a day later it is closed as well
    second = lifecycle.escalate(first, store, closed)
    assert (second.round, second.deadline) == (2, datetime(2026, 3, 12, 12, 0, tzinfo=UTC))


def test_what_has_ended_is_not_escalated() -> None:
    with pytest.raises(ValueError, match="ended"):
        lifecycle.escalate(replace(opened(), stage="confirmed", deadline=None), make_store(), START)


class TestOwnerWhoMissesADeadline:
    def test_the_next_in_the_chain_is_to_find_an_owner(self) -> None:
        taken = lifecycle.take_on(opened(), "ana", make_store(), START)
        late = START + timedelta(hours=24)
        after = lifecycle.escalate(taken, make_store(), late)
        assert (after.owner, after.released_from, after.stage, after.level) == (None, "ana", "taken_on", 1)
        assert after.deadline == late + minutes(10)

    def test_it_goes_above_its_owner_not_above_who_was_told(self) -> None:
        taken = lifecycle.take_on(opened(), "diego", make_store(), START)
        assert lifecycle.escalate(taken, make_store(), START + timedelta(hours=24)).level == 2

    def test_whoever_takes_it_on_goes_on_where_it_was(self) -> None:
        taken = lifecycle.take_on(opened(), "ana", make_store(), START)
        spoken = lifecycle.record_contact(taken, make_store(), START, reached=True)
        lost = lifecycle.escalate(spoken, make_store(), START + timedelta(days=3))
        found = lifecycle.take_on(lost, "diego", make_store(), START + timedelta(days=4))
        assert (found.stage, found.owner, found.released_from) == ("contacted", "diego", None)
        assert found.deadline == START + timedelta(days=7)
        assert found.taken_on_at == START

    def test_at_the_chains_end_the_owner_stays_and_is_reminded_daily(self) -> None:
        taken = lifecycle.take_on(opened(), "marta", make_store(), START)
        after = lifecycle.escalate(taken, make_store(), START + timedelta(hours=24))
        assert (after.owner, after.round) == ("marta", 1)
        assert after.deadline == START + timedelta(hours=48)
        told = staff_deliveries.late_deliveries(after, make_store(), START + timedelta(hours=24))
        assert {(d.contact_id, d.channel, d.purpose) for d in told} == {
            ("marta", "email", "late"),
        }


class TestPassingOn:
    ana, diego, marta = make_store().contacts

    def test_whoever_was_told_lets_the_next_do_it_with_the_full_time(self) -> None:
        before = opened()
        after = lifecycle.pass_on(before, self.ana, make_store(), START + minutes(2))
        assert (after.level, after.round, after.stage, after.owner) == (1, 0, "open", None)
        assert after.deadline == START + minutes(12)
        assert (after.version, after.released_from) == (before.version + 1, None)

    def test_an_owner_gives_it_up_and_nobody_missed_anything(self) -> None:
        taken = lifecycle.take_on(opened(), "ana", make_store(), START)
        talked = lifecycle.record_contact(taken, make_store(), START, reached=True)
        after = lifecycle.pass_on(talked, self.ana, make_store(), START)
        assert (after.level, after.stage, after.owner, after.released_from) == (1, "contacted", None, None)

    def test_the_time_in_which_a_customer_can_say_that_it_is_solved_goes_on(self) -> None:
        """Ten minutes for finding a new owner would end it without their word."""
        ends = START + timedelta(days=7)
        solved = replace(
            lifecycle.take_on(opened(), "ana", make_store(), START), stage="resolved", deadline=ends
        )
        after = lifecycle.pass_on(solved, self.ana, make_store(), START + minutes(1))
        assert (after.level, after.stage, after.owner, after.deadline) == (1, "resolved", None, ends)

    @pytest.mark.parametrize(
        ("about", "by", "code"),
        [
            (lifecycle.take_on(opened(), "diego", make_store(), START), "ana", "taken"),
            (lifecycle.escalate(opened(), make_store(), START), "ana", "passed_before"),
            (lifecycle.take_on(opened(), "marta", make_store(), START), "marta", "nobody_above"),
            (replace(opened(), level=2), "marta", "nobody_above"),
            (replace(opened(), stage="confirmed", owner="ana", deadline=None), "ana", "wrong_stage"),
        ],
    )
    def test_what_stands_in_the_way(self, about: FollowUp, by: str, code: str) -> None:
        contact = make_store().contact(by)
        assert contact is not None
        with pytest.raises(Rejected) as refused:
            lifecycle.pass_on(about, contact, make_store(), START)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_silence_ends_it_unconfirmed() -> None:
    taken = lifecycle.take_on(opened(), "ana", make_store(), START)
    solved = replace(taken, stage="resolved", resolved_at=START, deadline=START + timedelta(days=7))
    after = lifecycle.end_unconfirmed(solved, START + timedelta(days=7))
    assert (after.stage, after.deadline, after.next_stage, after.ended) == ("unconfirmed", None, None, True)
    assert after.confirmed_at is None


@pytest.mark.parametrize(("clock", "hours"), [("wall", 24), ("open", 48)])
def test_hours_to_contact_count_by_the_clock_that_the_policy_names(clock: str, hours: int) -> None:
    """Nine to nine: 24 open hours are two days."""
    store = make_store(hours=NINE_TO_NINE, policy={"contact_clock": clock})
    assert lifecycle.take_on(opened(), "ana", store, START).deadline == START + timedelta(hours=hours)


class TestReminder:
    @pytest.mark.parametrize(
        ("policy", "expected"),
        [
            ({}, START + timedelta(hours=22)),
            ({"remind_minutes": {"contacted": 30}}, START + timedelta(hours=23, minutes=30)),
            ({"remind_minutes": {"contacted": 0}}, None),
            ({"remind_minutes": {"contacted": 24 * 60}}, None),
        ],
    )
    def test_so_long_before_the_deadline(self, policy: dict[str, Any], expected: datetime | None) -> None:
        store = make_store(policy=policy)
        taken = lifecycle.take_on(opened(), "ana", store, START)
        assert deadlines.reminder_time(taken, store, START) == expected

    def test_of_taking_on_only_where_it_is_wanted(self) -> None:
        assert deadlines.reminder_time(opened(), make_store(), START) is None
        wanted = make_store(policy={"remind_minutes": {"taken_on": 3}})
        assert deadlines.reminder_time(opened(), wanted, START) == START + minutes(7)


def test_who_is_away_is_left_out_unless_everybody_is() -> None:
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


def test_taking_on() -> None:
    before = opened()
    after = lifecycle.take_on(before, "ana", make_store(), START + minutes(2))
    assert after == replace(
        before,
        stage="taken_on",
        owner="ana",
        taken_on_at=START + minutes(2),
        deadline=START + timedelta(hours=24, minutes=2),
        version=2,
    )
    assert lifecycle.take_on(after, "ana", make_store(), START + minutes(3)) is after
    with pytest.raises(Rejected) as refused:
        lifecycle.take_on(after, "diego", make_store(), START + minutes(3))
    assert [problem.code for problem in refused.value.problems] == ["taken"]


def test_what_was_erased_before_it_was_understood_opens_nothing() -> None:
    given = classified(answer(score=2))
    assert lifecycle.open_for_answer(given, make_store()) is not None
    assert lifecycle.open_for_answer(replace(given, erased=True), make_store()) is None


CONTACTS = [
    {**ANA, "contact_id": f"c{level}{place}", "level": level} for level in (0, 2, 5) for place in range(2)
]


class AnyLife(RuleBasedStateMachine):
    """Whatever is done in whatever order: one owner, never a step down, never two changes as one version."""

    @initialize(
        score=st.integers(0, 8),
        urgent=st.booleans(),
        levels=st.sets(st.sampled_from([0, 2, 5]), min_size=1),
        always=st.booleans(),
    )
    def begin(self, score: int, urgent: bool, levels: set[int], always: bool) -> None:
        self.store = make_store(
            contacts=[c for c in CONTACTS if c["level"] in levels],
            hours={"always": True} if always else NINE_TO_NINE,
        )
        given = answer(score=score, phone="+56911111111", consent=consent())
        found = lifecycle.open_for_answer(
            classified(given, urgency=("injury",) if urgent else ()), self.store
        )
        assert found is not None
        assert band_of_score(score) != "promoter"
        self.levels, self.now, self.it, self.owner = sorted(levels), START, found, None

    @rule(wait=st.timedeltas(timedelta(0), timedelta(days=3)))
    def time_passes(self, wait: timedelta) -> None:
        self.now += wait

    @rule(forced=st.booleans())
    def sweep(self, forced: bool) -> None:
        before = self.it
        due = deadlines.is_overdue(before, self.now)
        if before.ended or (not due and not (forced and before.stage == "open")):
            return
        self.it = lifecycle.escalate(before, self.store, self.now)
        assert self.it.version == before.version + 1
        held = self.store.contact(self.owner).level if self.owner else 0
        above = [level for level in self.levels if level > max(before.level, held)]
        if above:
            assert (self.it.level, self.it.round, self.it.owner) == (above[0], 0, None)
            self.owner = None
        else:
            assert (self.it.level, self.it.round) == (before.level, before.round + 1)
            assert self.it.owner == self.owner
        # The step itself is never late at once: a sweep right after finds nothing.
        assert not deadlines.is_overdue(self.it, self.now)

    @rule(contact=st.sampled_from(CONTACTS))
    def take_on(self, contact: dict[str, Any]) -> None:
        before = self.it
        if self.owner not in (None, contact["contact_id"]):
            with pytest.raises(Rejected) as refused:
                lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
            assert [problem.code for problem in refused.value.problems] == ["taken"]
            return
        if self.store.contact(contact["contact_id"]) is None:
            with pytest.raises(Rejected) as refused:
                lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
            assert [problem.code for problem in refused.value.problems] == ["not_in_chain"]
            return
        if before.ended and self.owner is None:
            with pytest.raises(Rejected):
                lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
            return
        self.it = lifecycle.take_on(before, contact["contact_id"], self.store, self.now)
        assert self.it.version == before.version + (self.owner is None)
        self.owner = contact["contact_id"]

    @precondition(lambda self: self.it.stage != "open")
    @rule(act=st.sampled_from(["record_contact", "resolve", "confirm", "reopen"]))
    def work(self, act: str) -> None:
        """Each act is possible at one stage only, and leads to one other."""
        ways = {
            ("taken_on", "record_contact"): "contacted",
            ("contacted", "resolve"): "resolved",
            ("resolved", "confirm"): "confirmed",
            ("resolved", "reopen"): "contacted",
        }
        said = {
            "record_contact": {"reached": True},
            "resolve": {"root_cause_theme": "service", "root_cause": "Turno corto", "done": "Se disculpó"},
        }
        before = self.it
        act_on = getattr(lifecycle, act)
        if (before.stage, act) not in ways:
            with pytest.raises(Rejected):
                act_on(before, self.store, self.now, **said.get(act, {}))
            return
        self.it = act_on(before, self.store, self.now, **said.get(act, {}))
        assert (self.it.stage, self.it.version) == (ways[before.stage, act], before.version + 1)

    @invariant()
    def the_clock_runs_exactly_until_it_is_confirmed(self) -> None:
        if not hasattr(self, "it"):
            return
        assert (self.it.deadline is None) == (self.it.stage == "confirmed")
        assert self.owner is None or self.it.stage != "open"
        assert self.it.owner == self.owner
        if self.it.deadline:
            assert self.store.hours.is_open(self.it.deadline)


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = hypothesis_settings(max_examples=40, stateful_step_count=15, deadline=None)
