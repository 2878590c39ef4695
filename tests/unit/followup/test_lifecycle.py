"""The steps of a follow-up: taking on, escalating, passing on, ending without an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lazo.errors import Rejected
from lazo.followup import lifecycle, staff_deliveries
from lazo.followup.model import FollowUp
from tests.builders import ANA, MARTA, START, make_store, minutes
from tests.unit.followup.followups import NINE_TO_NINE, open_followup


def test_escalation_gives_the_next_level_a_full_deadline() -> None:
    day_late = START + timedelta(days=1)
    first = lifecycle.escalate(open_followup(), make_store(), day_late)
    assert (first.level, first.round, first.version, first.deadline) == (1, 0, 2, day_late + minutes(10))
    second = lifecycle.escalate(first, make_store(), day_late + minutes(10))
    assert (second.level, second.round, second.version) == (2, 0, 3)


def test_escalation_skips_a_level_without_contacts() -> None:
    assert lifecycle.escalate(open_followup(), make_store(contacts=[ANA, MARTA]), START).level == 2


def test_the_last_level_is_reminded_daily_when_the_store_is_open() -> None:
    store = make_store(contacts=[ANA], hours=NINE_TO_NINE)
    late = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)  # 19:00 in Santiago, a Tuesday
    first = lifecycle.escalate(open_followup(), store, late)
    assert (first.level, first.round, first.version) == (0, 1, 2)
    assert first.next_reminder_at == datetime(2026, 3, 11, 12, 0, tzinfo=UTC)  # at nine, when it opens
    closed = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
    second = lifecycle.escalate(first, store, closed)
    assert (second.round, second.next_reminder_at) == (2, datetime(2026, 3, 12, 12, 0, tzinfo=UTC))
    assert first.deadline == second.deadline == START + minutes(10), "the missed deadline stays"


def test_an_ended_followup_is_not_escalated() -> None:
    with pytest.raises(ValueError, match="ended"):
        lifecycle.escalate(replace(open_followup(), stage="confirmed", deadline=None), make_store(), START)


class TestMissedDeadlineOfAnOwner:
    def test_the_next_level_has_to_find_an_owner(self) -> None:
        taken = lifecycle.take_on(open_followup(), "ana", make_store(), START)
        late = START + timedelta(hours=24)
        after = lifecycle.escalate(taken, make_store(), late)
        assert (after.owner, after.released_from, after.stage, after.level) == (None, "ana", "taken_on", 1)
        assert after.deadline == late + minutes(10)

    def test_escalation_starts_above_the_owners_level(self) -> None:
        taken = lifecycle.take_on(open_followup(), "diego", make_store(), START)
        assert lifecycle.escalate(taken, make_store(), START + timedelta(hours=24)).level == 2

    def test_the_new_owner_continues_at_the_same_stage(self) -> None:
        taken = lifecycle.take_on(open_followup(), "ana", make_store(), START)
        spoken = lifecycle.record_contact(taken, make_store(), START, reached=True)
        lost = lifecycle.escalate(spoken, make_store(), START + timedelta(days=3))
        found = lifecycle.take_on(lost, "diego", make_store(), START + timedelta(days=4))
        assert (found.stage, found.owner, found.released_from) == ("contacted", "diego", None)
        assert found.deadline == START + timedelta(days=7)
        assert found.taken_on_at == START

    def test_an_owner_at_the_last_level_stays_and_is_reminded_daily(self) -> None:
        taken = lifecycle.take_on(open_followup(), "marta", make_store(), START)
        after = lifecycle.escalate(taken, make_store(), START + timedelta(hours=24))
        assert (after.owner, after.round) == ("marta", 1)
        assert after.deadline == START + timedelta(hours=24)
        assert after.next_reminder_at == datetime(2026, 3, 12, 11, 0, tzinfo=UTC)  # 08:00: it is always open
        deliveries = staff_deliveries.late_deliveries(after, make_store(), START + timedelta(hours=24))
        assert {(d.contact_id, d.channel, d.purpose) for d in deliveries} == {
            ("marta", "email", "late"),
        }


class TestPassingOn:
    ana, diego, marta = make_store().contacts

    def test_passing_on_gives_the_next_level_the_full_time(self) -> None:
        before = open_followup()
        after = lifecycle.pass_on(before, self.ana, make_store(), START + minutes(2))
        assert (after.level, after.round, after.stage, after.owner) == (1, 0, "open", None)
        assert after.deadline == START + minutes(12)
        assert (after.version, after.released_from) == (before.version + 1, None)

    def test_an_owner_who_passes_on_has_missed_nothing(self) -> None:
        taken = lifecycle.take_on(open_followup(), "ana", make_store(), START)
        talked = lifecycle.record_contact(taken, make_store(), START, reached=True)
        after = lifecycle.pass_on(talked, self.ana, make_store(), START)
        assert (after.level, after.stage, after.owner, after.released_from) == (1, "contacted", None, None)

    def test_passing_on_keeps_the_deadline_of_the_customers_confirmation(self) -> None:
        """A deadline of ten minutes would end it before the customer can confirm."""
        ends = START + timedelta(days=7)
        solved = replace(
            lifecycle.take_on(open_followup(), "ana", make_store(), START), stage="resolved", deadline=ends
        )
        after = lifecycle.pass_on(solved, self.ana, make_store(), START + minutes(1))
        assert (after.level, after.stage, after.owner, after.deadline) == (1, "resolved", None, ends)

    @pytest.mark.parametrize(
        ("about", "by", "code"),
        [
            (lifecycle.take_on(open_followup(), "diego", make_store(), START), "ana", "taken"),
            (lifecycle.escalate(open_followup(), make_store(), START), "ana", "passed_before"),
            (lifecycle.take_on(open_followup(), "marta", make_store(), START), "marta", "nobody_above"),
            (replace(open_followup(), level=2), "marta", "nobody_above"),
            (replace(open_followup(), stage="confirmed", owner="ana", deadline=None), "ana", "wrong_stage"),
        ],
    )
    def test_passing_on_is_rejected(self, about: FollowUp, by: str, code: str) -> None:
        contact = make_store().contact(by)
        assert contact is not None
        with pytest.raises(Rejected) as refused:
            lifecycle.pass_on(about, contact, make_store(), START)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_a_resolved_followup_without_a_reply_ends_unconfirmed() -> None:
    taken = lifecycle.take_on(open_followup(), "ana", make_store(), START)
    solved = replace(taken, stage="resolved", resolved_at=START, deadline=START + timedelta(days=7))
    after = lifecycle.end_unconfirmed(solved, START + timedelta(days=7))
    assert (after.stage, after.deadline, after.next_stage, after.ended) == ("unconfirmed", None, None, True)
    assert after.confirmed_at is None


def test_taking_on_sets_owner_and_deadline() -> None:
    before = open_followup()
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
