"""Deliveries to staff: to whom, when, retries and fallbacks."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.followup import contact_hours, lifecycle, staff_deliveries
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import State
from tests.builders import ANA, DIEGO, MARTA, START, WEEK, make_store, minutes
from tests.unit.followup.deliveries import first_delivery, open_reachable_followup

NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}


def contacts_and_channels(deliveries: tuple[Delivery, ...] | None) -> list[tuple[str, str]]:
    assert deliveries is not None
    return [(d.contact_id, d.channel) for d in deliveries]


def without(contact: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {name: value for name, value in contact.items() if name not in fields}


BEA = {**ANA, "contact_id": "bea"}


@pytest.mark.parametrize(
    ("score", "contacts", "expected"),
    [
        (3, [ANA, DIEGO], [("ana", "sms"), ("ana", "email")]),
        (3, [ANA, BEA], [("ana", "sms"), ("ana", "email"), ("bea", "sms"), ("bea", "email")]),
        (3, [without(ANA, "email")], [("ana", "sms")]),
        (3, [without(ANA, "phone")], [("ana", "email")]),
        (3, [without(ANA, "phone", "email"), DIEGO], []),
        (3, [{**ANA, "phone": "+441212345678"}], [("ana", "email")]),
        (
            3,
            [{**without(ANA, "email"), "phone": "+441212345678"}],
            [("ana", "sms")],
        ),  # fails, so that it moves on
        (7, [ANA, DIEGO], [("ana", "email")]),
        (7, [without(ANA, "email")], [("ana", "sms")]),
        (7, [ANA, without(BEA, "email")], [("ana", "email"), ("bea", "sms")]),
    ],
)
def test_contacts_and_channels_of_an_alert(
    score: int, contacts: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    assert (
        contacts_and_channels(
            staff_deliveries.plan_deliveries(
                open_reachable_followup(score), make_store(contacts=contacts), "alert", START
            )
        )
        == expected
    )


def test_fields_of_a_delivery() -> None:
    followup_now = replace(open_reachable_followup(), level=1, round=1)
    (sms, email) = staff_deliveries.plan_deliveries(followup_now, make_store(), "reminder", START)
    assert sms == Delivery(
        followup_id=followup_now.followup_id,
        store_id="norte",
        level=1,
        round=1,
        channel="sms",
        contact_id="diego",
        purpose="reminder",
        planned_at=START,
        not_before=START,
        priority="high",
    )
    assert email == replace(sms, channel="email")


def santiago(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2026 by the clock of Santiago, three hours behind UTC."""
    return datetime(2026, 3, day, hour + 3, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "quiet", "expected"),
    [
        (santiago(10, 12), None, santiago(10, 12)),
        (santiago(10, 8), None, santiago(10, 9)),  # closed
        (santiago(10, 20, 59), None, santiago(10, 20, 59)),
        (santiago(10, 0), None, santiago(10, 9)),
        (santiago(10, 9), ("22:00", "10:30"), santiago(10, 10, 30)),  # open, but asleep
        (santiago(10, 10, 30), ("22:00", "10:30"), santiago(10, 10, 30)),
        (santiago(10, 13, 30), ("13:00", "14:00"), santiago(10, 14)),  # lunch
        (santiago(10, 20, 30), ("20:00", "10:00"), santiago(11, 10)),  # the night, and an hour more
        (
            santiago(10, 8),
            ("09:00", "21:00"),
            santiago(10, 9),
        ),  # awake only while it is closed: notified
        (santiago(10, 12), ("08:00", "22:00"), santiago(10, 12)),
    ],
)
def test_contacts_are_reachable_in_opening_hours_outside_quiet_hours(
    at: datetime, quiet: tuple[str, str] | None, expected: datetime
) -> None:
    store = make_store(hours=NINE_TO_NINE, contacts=[{**ANA, "quiet": quiet}])
    assert contact_hours.next_reachable_time(store, store.contacts[0], at) == expected


def test_quiet_hours_apply_after_weeks_without_an_opening() -> None:
    closed = {**NINE_TO_NINE, "special": {f"2026-03-{day}": [] for day in range(11, 32)}}
    store = make_store(hours=closed, contacts=[{**ANA, "quiet": ("20:00", "10:00")}])
    first_of_april = datetime(2026, 4, 1, 10, tzinfo=ZoneInfo("America/Santiago"))
    assert contact_hours.next_reachable_time(store, store.contacts[0], santiago(11, 9)) == first_of_april


def test_an_alert_waits_for_the_morning_and_an_urgent_one_does_not() -> None:
    store = make_store(hours=NINE_TO_NINE, contacts=[{**ANA, "quiet": ("20:00", "10:00")}])
    night = santiago(10, 20, 30)
    for urgency, expected in ((), santiago(11, 10)), (("injury",), night):
        for each in staff_deliveries.plan_deliveries(
            open_reachable_followup(urgency=urgency), store, "alert", night
        ):
            assert (each.planned_at, each.not_before) == (night, expected)


def delivery_to(contact: dict[str, Any], channel: str, state: State, **changes: Any) -> Delivery:
    return first_delivery(contact_id=contact["contact_id"], channel=channel, state=state, **changes)


@pytest.mark.parametrize("alive", ["pending", "sending", "sent", "cancelled", "digested"])
def test_no_fallback_while_another_message_may_arrive(alive: State) -> None:
    tried = [delivery_to(ANA, "sms", "failed"), delivery_to(ANA, "email", alive)]
    assert staff_deliveries.fallback_deliveries(open_reachable_followup(), make_store(), tried, START) == ()


def test_the_level_is_exhausted_when_every_channel_of_every_contact_failed() -> None:
    tried = [delivery_to(ANA, "sms", "failed"), delivery_to(ANA, "email", "failed")]
    assert staff_deliveries.fallback_deliveries(open_reachable_followup(), make_store(), tried, START) is None
    assert contacts_and_channels(
        staff_deliveries.fallback_deliveries(
            open_reachable_followup(), make_store(contacts=[ANA, BEA]), tried, START
        )
    ) == [
        ("bea", "sms"),
        ("bea", "email"),
    ]


def test_a_light_followup_falls_back_to_the_other_channel() -> None:
    light = open_reachable_followup(7)
    tried = [
        replace(each, state="failed")
        for each in staff_deliveries.plan_deliveries(light, make_store(), "escalation", START)
    ]
    (more,) = staff_deliveries.fallback_deliveries(light, make_store(), tried, START + minutes(1)) or ()
    assert (more.channel, more.purpose, more.planned_at) == ("sms", "escalation", START + minutes(1))
    assert (
        staff_deliveries.fallback_deliveries(
            light, make_store(), [*tried, replace(more, state="failed")], START
        )
        is None
    )


def test_the_level_below_is_reminded_when_the_last_level_has_left() -> None:
    at_the_end = replace(open_reachable_followup(), level=2, round=3)
    assert contacts_and_channels(
        staff_deliveries.plan_deliveries(at_the_end, make_store(contacts=[ANA, DIEGO]), "reminder", START)
    ) == [
        ("diego", "sms"),
        ("diego", "email"),
    ]


def test_deliveries_of_other_levels_and_rounds_do_not_count() -> None:
    now = replace(open_reachable_followup(), level=2, round=1)
    old = [delivery_to(ANA, "email", "sent"), delivery_to(MARTA, "email", "sent", level=2, round=0)]
    failed = delivery_to(MARTA, "email", "failed", level=2, round=1)
    assert staff_deliveries.fallback_deliveries(now, make_store(), [*old, failed], START) is None


@given(
    contacts=st.lists(st.tuples(st.booleans(), st.booleans()).filter(any), min_size=1, max_size=3),
    score=st.sampled_from([0, 7]),
    data=st.data(),
)
def test_fallbacks_end_with_a_sent_message_or_all_channels_tried(
    contacts: list[tuple[bool, bool]], score: int, data: st.DataObject
) -> None:
    """Whichever messages fail: planning and fallbacks end, use each channel of a contact once, and give up only when
    each contact failed on each channel."""
    team = [
        without({**ANA, "contact_id": f"c{n}"}, *([] if phone else ["phone"]), *([] if email else ["email"]))
        for n, (phone, email) in enumerate(contacts)
    ]
    store, about = make_store(contacts=team), open_reachable_followup(score)
    done: list[Delivery] = []
    more: tuple[Delivery, ...] | None = staff_deliveries.plan_deliveries(about, store, "alert", START)
    while more:
        done += (replace(d, state=data.draw(st.sampled_from(["sent", "failed"]))) for d in more)
        more = staff_deliveries.fallback_deliveries(about, store, done, START)
    deliveries = contacts_and_channels(tuple(done))
    assert len(set(deliveries)) == len(deliveries)
    if more is None:
        assert all(d.state == "failed" for d in done)
        assert len(deliveries) == sum(phone + email for phone, email in contacts)
    else:
        assert any(d.state == "sent" for d in done)


class TestAssigned:
    def test_only_the_new_owner_is_notified_on_each_channel(self) -> None:
        taken = lifecycle.take_on(open_reachable_followup(), "ana", make_store(), START)
        handed = lifecycle.reassign(taken, "diego", make_store(), START)
        deliveries = staff_deliveries.assigned_deliveries(handed, make_store(), START)
        assert contacts_and_channels(deliveries) == [("diego", "sms"), ("diego", "email")]
        assert {(d.purpose, d.level, d.ref, d.not_before) for d in deliveries} == {
            ("assigned", 1, "3", START)
        }

    def test_the_message_waits_for_opening_hours(self) -> None:
        store = make_store(hours=NINE_TO_NINE)
        night = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)  # 23:00 in Santiago
        handed = lifecycle.reassign(
            lifecycle.take_on(open_reachable_followup(), "ana", store, night), "diego", store, night
        )
        (sms, _) = staff_deliveries.assigned_deliveries(handed, store, night)
        assert sms.not_before == datetime(2026, 3, 11, 12, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("stage", "owner", "wanted"),
        [
            ("taken_on", "diego", True),
            ("contacted", "diego", True),
            ("taken_on", "ana", False),
            ("resolved", "diego", False),
            ("confirmed", "diego", False),
        ],
    )
    def test_relevant_only_while_the_owner_has_work_to_do(self, stage: Any, owner: str, wanted: bool) -> None:
        taken = lifecycle.take_on(open_reachable_followup(), "ana", make_store(), START)
        (sms, _) = staff_deliveries.assigned_deliveries(
            lifecycle.reassign(taken, "diego", make_store(), START), make_store(), START
        )
        assert staff_deliveries.is_still_relevant(sms, replace(taken, stage=stage, owner=owner)) is wanted

    def test_a_failed_assignment_does_not_escalate(self) -> None:
        """Only alerts escalate a follow-up without an owner."""
        before = open_reachable_followup()
        lost = replace(
            first_delivery(state="failed"), purpose="assigned", level=before.level, round=before.round
        )
        alert = first_delivery(state="sent")
        assert staff_deliveries.fallback_deliveries(before, make_store(), [lost, alert], START) == ()


@pytest.mark.parametrize(
    ("owner", "told"), [("ana", ["ana"]), ("diego", ["diego", "ana"]), ("left", ["ana"])]
)
def test_a_danger_is_told_to_the_owner_of_any_level_and_to_the_level_that_has_the_case(
    owner: str, told: list[str]
) -> None:
    owned = replace(open_reachable_followup(), owner=owner, stage="taken_on", priority="urgent")
    found = staff_deliveries.danger_deliveries(owned, make_store(), START, "Hay vidrio")
    assert contacts_and_channels(found) == [(each, way) for each in told for way in ("sms", "email")]
    assert {(d.purpose, d.about, d.not_before) for d in found} == {("danger", "Hay vidrio", START)}
