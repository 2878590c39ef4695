"""A follow-up that nobody takes on: seen as unattended, a danger repeated, a light one ended at last."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lazo.errors import Rejected
from lazo.followup import deadlines, lifecycle, opening, staff_deliveries, unanswered
from lazo.followup.model import FollowUp
from tests.builders import ANA, START, answer, classified, make_store, minutes
from tests.unit.followup.followups import NINE_TO_NINE, open_followup


def danger() -> FollowUp:
    found = opening.open_for_answer(classified(answer(score=3), urgency=("injury",)), make_store())
    assert found is not None
    return found


class TestUnattended:
    """Somebody must see that nobody has it, from the first deadline that passes until somebody takes it on."""

    def test_from_the_first_missed_deadline_at_every_level(self) -> None:
        late = START + minutes(10)
        assert open_followup().unattended_since is None
        second = lifecycle.escalate(open_followup(), make_store(), late)
        third = lifecycle.escalate(second, make_store(), late + minutes(10))
        reminded = lifecycle.escalate(third, make_store(), late + minutes(20))
        assert [f.unattended_since for f in (second, third, reminded)] == [START] * 3
        assert [f.missed_at for f in (second, third, reminded)] == [late] * 3
        taken = lifecycle.take_on(reminded, "ana", make_store(), late + minutes(30))
        assert (taken.unattended_since, taken.next_reminder_at, taken.missed_at) == (None, None, None)

    def test_the_first_missed_deadline_is_shown_at_every_level(self) -> None:
        late = START + minutes(10)
        assert deadlines.shown_deadline(open_followup(), late) == late
        second = lifecycle.escalate(open_followup(), make_store(), late)
        assert (deadlines.shown_deadline(second, late), deadlines.missed_before(second, late)) == (
            late + minutes(10),
            late,
        )
        end = late + minutes(20)
        third = lifecycle.escalate(second, make_store(), late + minutes(10))
        assert third.deadline == end
        assert deadlines.shown_deadline(third, end) == late
        assert deadlines.missed_before(third, end) is None

    def test_the_deadline_that_an_owner_missed_is_not_the_one_to_take_it_on(self) -> None:
        taken = lifecycle.take_on(open_followup(), "ana", make_store(), START)
        late = START + timedelta(hours=24)
        lost = lifecycle.escalate(taken, make_store(), late)
        later = late + timedelta(days=1)
        assert deadlines.shown_deadline(lost, later) == lost.deadline
        assert deadlines.missed_before(lost, later) == taken.deadline

    def test_counted_from_when_the_owner_lost_it(self) -> None:
        late = START + timedelta(hours=24)
        taken = lifecycle.take_on(open_followup(), "ana", make_store(), START)
        lost = lifecycle.escalate(taken, make_store(), late)
        assert (lost.unattended_since, lost.missed_at) == (late, taken.deadline)

    def test_not_while_a_level_that_was_asked_has_time(self) -> None:
        ana = make_store().contacts[0]
        passed = lifecycle.pass_on(open_followup(), ana, make_store(), START + minutes(2))
        assert passed.unattended_since is None
        taken = lifecycle.take_on(passed, "ana", make_store(), START + minutes(3))
        again = lifecycle.pass_on(taken, ana, make_store(), START + timedelta(hours=2))
        assert again.unattended_since is None
        assert lifecycle.escalate(
            again, make_store(), START + timedelta(hours=3)
        ).unattended_since == START + timedelta(hours=2)

    def test_an_owner_at_the_last_level_attends_it(self) -> None:
        taken = lifecycle.take_on(open_followup(), "marta", make_store(), START)
        late = lifecycle.escalate(taken, make_store(), START + timedelta(hours=24))
        assert late.unattended_since is None
        assert deadlines.is_overdue(late, START + timedelta(hours=24))

    def test_a_moved_deadline_ends_the_reminders(self) -> None:
        taken = lifecycle.take_on(open_followup(), "marta", make_store(), START)
        now = START + timedelta(hours=24)
        late = lifecycle.escalate(taken, make_store(), now)
        moved = lifecycle.move_deadline(late, now + timedelta(days=2), now)
        assert (moved.due_at, deadlines.is_overdue(moved, now)) == (now + timedelta(days=2), False)


class TestDangerRepeated:
    def test_after_15_30_and_60_minutes_and_then_every_four_hours(self) -> None:
        store = make_store(contacts=[ANA], hours=NINE_TO_NINE)
        it = danger()
        assert it.deadline == START + minutes(5)
        at, waits = it.deadline, []
        for _ in range(7):
            it = lifecycle.escalate(it, store, at)
            assert it.next_reminder_at is not None
            waits.append(it.next_reminder_at - (START + minutes(5)))
            at = it.next_reminder_at
        hours = timedelta(hours=1)
        assert waits == [minutes(15), minutes(30), minutes(60), 5 * hours, 9 * hours, 13 * hours, 17 * hours]

    @pytest.mark.parametrize(
        ("late", "following"),
        [(1, 15), (4, 15), (8, 30), (24, 60), (29, 60), (58, 58 + 240), (1440, 1440 + 240)],
    )
    def test_late_sweeps_make_up_for_nothing(self, late: int, following: int) -> None:
        it = danger()
        after = lifecycle.escalate(it, make_store(contacts=[ANA]), START + minutes(5 + late))
        assert after.next_reminder_at == START + minutes(5 + following)

    def test_everybody_in_the_chain_is_told(self) -> None:
        late = replace(danger(), level=2, round=1)
        told = staff_deliveries.plan_deliveries(late, make_store(), "reminder", START)
        assert [(d.contact_id, d.channel) for d in told] == [
            ("ana", "sms"),
            ("ana", "email"),
            ("diego", "sms"),
            ("diego", "email"),
            ("marta", "email"),
        ]
        assert {d.level for d in told} == {2}
        escalated = staff_deliveries.plan_deliveries(late, make_store(), "escalation", START)
        assert {d.contact_id for d in escalated} == {"marta"}


class TestEndedUnanswered:
    days = timedelta(days=1)

    @pytest.mark.parametrize(
        ("about", "ends"),
        [
            (open_followup(), True),
            (replace(open_followup(), customer_key="k1"), False),
            (replace(open_followup(), customer_key="k1", priority="light"), True),
            (replace(open_followup(), reachable=True), False),
            (replace(open_followup(), reachable=True, priority="light"), True),
            (danger(), False),
        ],
    )
    def test_what_is_light_or_anonymous_ends_after_the_stores_days(self, about: FollowUp, ends: bool) -> None:
        store = make_store(contacts=[ANA], policy={"close_light_days": 3})
        late = lifecycle.escalate(about, store, START + minutes(240))
        assert not unanswered.is_unanswered(late, store, START + 3 * self.days - minutes(1))
        assert unanswered.is_unanswered(late, store, START + 3 * self.days) is ends

    def test_the_last_reminder_is_that_time(self) -> None:
        store = make_store(contacts=[ANA], policy={"close_light_days": 1})
        late = lifecycle.escalate(open_followup(), store, START + minutes(10))
        assert late.next_reminder_at == START + timedelta(hours=20)  # 08:00
        later = lifecycle.escalate(late, store, START + timedelta(hours=20))
        assert later.next_reminder_at == START + self.days

    def test_not_while_a_level_is_left_to_ask(self) -> None:
        assert not unanswered.is_unanswered(open_followup(), make_store(), START + 30 * self.days)

    def test_not_what_somebody_has_or_resolved(self) -> None:
        store, later = make_store(contacts=[ANA]), START + 30 * self.days
        taken = lifecycle.take_on(open_followup(), "ana", store, START)
        assert not unanswered.is_unanswered(taken, store, later)
        assert not unanswered.is_unanswered(replace(taken, stage="resolved", owner=None), store, later)
        with pytest.raises(Rejected):
            unanswered.end_unanswered(taken, later)

    def test_it_is_over_and_can_only_be_reopened_by_the_customer(self) -> None:
        store, later = make_store(contacts=[ANA]), START + 7 * self.days
        late = lifecycle.escalate(open_followup(), store, START + minutes(10))
        ended = unanswered.end_unanswered(late, later)
        assert (ended.stage, ended.ended, ended.due_at, ended.step) == ("unanswered", True, None, 0)
        assert ended.reached_at("unanswered") == later
        with pytest.raises(Rejected):
            lifecycle.take_on(ended, "ana", store, later)
        again = lifecycle.reopen_by_customer(ended, store, later + self.days)
        assert (again.stage, again.deadline) == ("open", later + self.days + minutes(10))
        assert (again.unanswered_at, again.unattended_since) == (None, None)
        assert not unanswered.is_unanswered(again, store, later + 7 * self.days)
