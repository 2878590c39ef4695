"""A promise ends once: kept, late, broken or withdrawn."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazo.errors import Rejected
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise import model as promise_model
from lazo.promise.availability import broken_time
from lazo.promise.model import Promise, PromiseRequest, ways_to_hear
from tests.builders import START, answer, consent
from tests.parts import some
from tests.unit.promise.promises import (
    ANA_CONTACT,
    DUE,
    FRIDAY,
    HOUR,
    STORE,
    WEDNESDAY,
    promise_moved_to,
    promise_with,
    rejection_of,
)


def test_fields_of_a_promise() -> None:
    promise = promise_with(checkpoints=(WEDNESDAY,))
    assert (promise.what, promise.due, promise.owner, promise.hears_by) == (
        "Una mesa nueva",
        DUE,
        "ana",
        "phone",
    )
    assert promise.checkpoints == (datetime.fromisoformat("2026-03-11T00:00:00-03:00"),)
    assert promise.open


@pytest.mark.parametrize(
    ("reach", "opted_out", "ways"),
    [
        (None, False, ("in_person",)),
        (answer(phone="+56911112222"), False, ("in_person",)),
        (answer(phone="+56911112222", consent=consent()), False, ("phone", "sms", "in_person")),
        (answer(phone="+56911112222", consent=consent()), True, ("phone", "in_person")),
        (answer(email="eva@correo.example", consent=consent()), False, ("email", "in_person")),
        (answer(email="eva@correo.example", consent=consent()), True, ("in_person",)),
    ],
)
def test_a_promise_needs_a_way_to_reach_the_customer_or_in_person(
    reach: Any, opted_out: bool, ways: tuple[str, ...]
) -> None:
    possible = ways_to_hear(reach, opted_out=opted_out)
    for way in ("phone", "sms", "email", "in_person"):
        asked = PromiseRequest("Una mesa", FRIDAY, "ana", way)

        def make(asked: PromiseRequest = asked) -> Promise:
            return promise_lifecycle.make_promise(asked, "P1", "f1", STORE, possible, {}, ANA_CONTACT, START)

        if way in ways:
            assert make().open
        else:
            problem = rejection_of(make)
            assert (problem.code, problem.facts["ways"]) == ("no_way", ways)


def test_checkpoints_lie_between_today_and_the_date() -> None:
    assert rejection_of(lambda: promise_with(checkpoints=(date(2026, 3, 14),))).code == "outside"
    assert rejection_of(lambda: promise_with(checkpoints=(date(2026, 3, 9),))).code == "outside"
    six = tuple(START.date() + timedelta(days=n) for n in range(6))
    assert rejection_of(lambda: promise_with(when=date(2026, 3, 20), checkpoints=six)).code == "too_many"


@pytest.mark.parametrize(
    ("at", "state"),
    [(DUE - timedelta(minutes=1), "kept"), (DUE, "late"), (DUE + timedelta(hours=20), "late")],
)
def test_kept_before_the_date_and_late_after_it(at: datetime, state: str) -> None:
    done = promise_lifecycle.keep_promise(promise_with(), "ana", at)
    assert (done.state, done.settled_by, done.settled_at) == (state, "ana", at)
    assert rejection_of(lambda: promise_lifecycle.keep_promise(done, "ana", at)).code == "promise_settled"


def test_a_date_moved_in_time_stays_in_time() -> None:
    monday = date(2026, 3, 16)
    in_time = promise_moved_to(promise_with(), monday, DUE - HOUR)
    assert promise_lifecycle.keep_promise(in_time, "ana", DUE + HOUR).state == "kept"
    (move,) = in_time.moved
    assert (move.former, move.reason, move.told) == (DUE, "Falta una pieza", None)
    too_late = promise_moved_to(promise_with(), monday, DUE + HOUR)
    assert promise_lifecycle.keep_promise(too_late, "ana", DUE + 2 * HOUR).state == "late"


def test_a_date_moves_five_times_at_most_and_to_another_day() -> None:
    promise = promise_with()
    assert rejection_of(lambda: promise_moved_to(promise, FRIDAY)).code == "same_date"
    assert promise_moved_to(promise, FRIDAY, owner="diego").owner == "diego"
    for day in range(16, 21):
        promise = promise_moved_to(promise, date(2026, 3, day))
    assert rejection_of(lambda: promise_moved_to(promise, date(2026, 3, 25))).code == "moved_often"


def test_a_checkpoint_needs_progress_since_the_previous_one() -> None:
    promise = promise_with(checkpoints=(WEDNESDAY, date(2026, 3, 12)))
    first, second = promise.checkpoints
    assert promise_model.next_checkpoint(promise, START) == first
    assert promise_model.next_checkpoint(promise, second) is None
    assert not promise_model.lacks_progress(promise, first - HOUR)
    assert promise_model.lacks_progress(promise, first)
    begun = promise_lifecycle.add_progress(promise, "Pedida la pieza", ANA_CONTACT, first - HOUR)
    assert not promise_model.lacks_progress(begun, first)
    assert promise_model.lacks_progress(begun, second)
    assert not promise_model.lacks_progress(promise_lifecycle.keep_promise(begun, "ana", first), second)


def test_erasing_withdraws_an_open_promise_and_removes_its_texts() -> None:
    promise = promise_lifecycle.add_progress(
        promise_moved_to(promise_with(), date(2026, 3, 16)), "Pedida la pieza", ANA_CONTACT, START
    )
    erased = promise_lifecycle.erase_promise(promise, START)
    assert erased.state == "withdrawn"
    for words in ("mesa", "pieza"):
        assert words not in repr(erased)
    assert (
        promise_lifecycle.erase_promise(promise_lifecycle.keep_promise(promise, "ana", START), START).state
        == "kept"
    )


def test_erasing_an_overdue_promise_does_not_make_it_kept_or_forgotten() -> None:
    promise = promise_with()
    at = promise.due
    assert promise_lifecycle.erase_promise(promise, at - timedelta(minutes=1)).state == "withdrawn"
    erased = promise_lifecycle.erase_promise(promise, at)
    assert (erased.state, erased.missed, erased.settled_at, erased.what) == ("broken", at, at, "")
    # A date that passed before it was moved was not kept either.
    moved = promise_moved_to(promise, date(2026, 3, 20), at + HOUR)
    assert promise_lifecycle.erase_promise(moved, at + 2 * HOUR).state == "broken"


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["keep", "move", "progress", "sweep", "sweep", "erase", "wait"]), st.integers(1, 60)
    ),
    max_size=25,
)


@settings(max_examples=some(60), deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=4))
def test_each_promise_ends_once_as_kept_late_broken_or_withdrawn(
    lives: list[list[tuple[str, int]]],
) -> None:
    """In any order of actions and with late sweeps: after the last date and its grace, each promise has ended exactly
    once, and as its dates say."""
    ended: Counter[str] = Counter()
    for life in lives:
        promise, now, passed = promise_with(), START, False
        for what, hours in life:
            now += timedelta(hours=hours)
            before, passed = promise, passed or (promise.open and promise.due <= now)
            try:
                promise = promise_after(what, promise, now)
            except Rejected:
                promise = before
            ended[promise.state] += before.open and not promise.open
            assert before.open or promise.state == before.state
            if before.open and promise.state in ("kept", "late"):
                assert (promise.state == "late") == passed
        while promise.open:
            now = max(now, promise.due) + timedelta(days=1)
            promise = promise_after("sweep", promise, now)
            ended[promise.state] += not promise.open
    assert ended.total() == len(lives)
    assert {state for state, n in ended.items() if n} <= {"kept", "late", "broken", "withdrawn"}


def promise_after(what: str, promise: Promise, now: datetime) -> Promise:
    if what == "keep":
        return promise_lifecycle.keep_promise(promise, "ana", now)
    if what == "move":
        return promise_moved_to(promise, now.date() + timedelta(days=2), now)
    if what == "progress":
        return promise_lifecycle.add_progress(promise, "Algo", ANA_CONTACT, now)
    if what == "erase":
        return promise_lifecycle.erase_promise(promise, now)
    if what == "sweep" and promise.is_overdue(now):
        if promise.missed != promise.due:
            return promise_lifecycle.mark_missed(promise)
        return (
            promise_lifecycle.mark_broken(promise, now) if broken_time(promise.due, STORE) <= now else promise
        )
    return promise


def test_handing_over_changes_the_owner_alone() -> None:
    before = promise_with()
    after = promise_lifecycle.hand_over(before, "diego")
    assert (after.owner, after.due, after.what, after.version) == (
        "diego",
        DUE,
        "Una mesa nueva",
        before.version + 1,
    )
