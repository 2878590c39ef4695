"""What becomes of a promise: kept, late, broken or withdrawn, once, whatever happens on the way."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazo.case import promise_actions
from lazo.case.actions import confirm, settle_concern
from lazo.case.concerns import plan_concern, solve_concern
from lazo.case.model import Case
from lazo.errors import Problem, Rejected
from lazo.followup.staff_deliveries import is_still_relevant
from lazo.phrases.wording_guard import find_blocked_words
from lazo.promise import alerts as promise_alerts
from lazo.promise import delay_notices
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise import model as promise_model
from lazo.promise.availability import broken_time
from lazo.promise.model import Promise, PromiseChange, PromiseRequest
from lazo.translations import LANGUAGES
from tests.builders import ANA, DIEGO, MARTA, START, answer, consent, make_store
from tests.unit.case.test_actions import SOLVED, act, after, with_concern

HOUR = timedelta(hours=1)
FRIDAY, WEDNESDAY = date(2026, 3, 13), date(2026, 3, 11)
DUE = datetime.fromisoformat("2026-03-13T23:59:00-03:00")
"""The last minute of Friday in Santiago; the shop never closes."""
STORE = make_store()
ANA_HERSELF, DIEGO_HIMSELF = STORE.contacts[0], STORE.contacts[1]
REACHED = answer(phone="+56911112222", email="eva@correo.example", consent=consent(), name="Eva")


def made(**changes: Any) -> Promise:
    values = {"what": "Una mesa nueva", "when": FRIDAY, "owner": "ana", "hears_by": "phone", **changes}
    return promise_lifecycle.make_promise(
        PromiseRequest(**values), "P1", "f1", STORE, REACHED, {}, ANA_HERSELF, START
    )


def refused(doing: Callable[[], object]) -> Problem:
    with pytest.raises(Rejected) as found:
        doing()
    (problem,) = found.value.problems
    return problem


def moved(promise: Promise, day: date, now: datetime = START, owner: str = "ana") -> Promise:
    return promise_lifecycle.move_promise(
        promise, day, owner, "Falta una pieza", None, STORE, {}, ANA_HERSELF, now
    )


def test_a_promise_says_what_until_when_by_whom_and_how_they_hear() -> None:
    promise = made(checkpoints=(WEDNESDAY,))
    assert (promise.what, promise.due, promise.owner, promise.hears_by) == (
        "Una mesa nueva",
        DUE,
        "ana",
        "phone",
    )
    assert promise.checkpoints == (datetime.fromisoformat("2026-03-11T00:00:00-03:00"),)
    assert promise.open


@pytest.mark.parametrize(
    ("reach", "ways"),
    [
        (None, ("in_person",)),
        (answer(phone="+56911112222"), ("in_person",)),
        (answer(phone="+56911112222", consent=consent()), ("phone", "sms", "in_person")),
        (answer(email="eva@correo.example", consent=consent()), ("email", "in_person")),
    ],
)
def test_without_a_way_to_hear_there_is_no_promise_but_in_person_there_always_is(
    reach: Any, ways: tuple[str, ...]
) -> None:
    for way in ("phone", "sms", "email", "in_person"):
        asked = PromiseRequest("Una mesa", FRIDAY, "ana", way)

        def make(asked: PromiseRequest = asked) -> Promise:
            return promise_lifecycle.make_promise(asked, "P1", "f1", STORE, reach, {}, ANA_HERSELF, START)

        if way in ways:
            assert make().open
        else:
            problem = refused(make)
            assert (problem.code, problem.facts["ways"]) == ("no_way", ways)


def test_checkpoints_stand_between_today_and_the_date() -> None:
    assert refused(lambda: made(checkpoints=(date(2026, 3, 14),))).code == "outside"
    assert refused(lambda: made(checkpoints=(date(2026, 3, 9),))).code == "outside"
    six = tuple(START.date() + timedelta(days=n) for n in range(6))
    assert refused(lambda: made(when=date(2026, 3, 20), checkpoints=six)).code == "too_many"


@pytest.mark.parametrize(
    ("at", "state"),
    [(DUE - timedelta(minutes=1), "kept"), (DUE, "late"), (DUE + timedelta(hours=20), "late")],
)
def test_kept_is_before_its_date_and_late_after_it(at: datetime, state: str) -> None:
    done = promise_lifecycle.keep_promise(made(), "ana", at)
    assert (done.state, done.settled_by, done.settled_at) == (state, "ana", at)
    assert refused(lambda: promise_lifecycle.keep_promise(done, "ana", at)).code == "promise_settled"


def test_a_new_date_before_the_old_one_keeps_it_in_time_and_after_it_does_not() -> None:
    monday = date(2026, 3, 16)
    in_time = moved(made(), monday, DUE - HOUR)
    assert promise_lifecycle.keep_promise(in_time, "ana", DUE + HOUR).state == "kept"
    (move,) = in_time.moved
    assert (move.former, move.reason, move.told) == (DUE, "Falta una pieza", None)
    too_late = moved(made(), monday, DUE + HOUR)
    assert promise_lifecycle.keep_promise(too_late, "ana", DUE + 2 * HOUR).state == "late"


def test_a_date_moves_five_times_at_most_and_not_to_where_it_is() -> None:
    promise = made()
    assert refused(lambda: moved(promise, FRIDAY)).code == "same_date"
    assert moved(promise, FRIDAY, owner="diego").owner == "diego"
    for day in range(16, 21):
        promise = moved(promise, date(2026, 3, day))
    assert refused(lambda: moved(promise, date(2026, 3, 25))).code == "moved_often"


def test_a_checkpoint_asks_for_progress_since_the_one_before_it() -> None:
    promise = made(checkpoints=(WEDNESDAY, date(2026, 3, 12)))
    first, second = promise.checkpoints
    assert promise_model.next_checkpoint(promise, START) == first
    assert promise_model.next_checkpoint(promise, second) is None
    assert not promise_model.lacks_progress(promise, first - HOUR)
    assert promise_model.lacks_progress(promise, first)
    begun = promise_lifecycle.add_progress(promise, "Pedida la pieza", ANA_HERSELF, first - HOUR)
    assert not promise_model.lacks_progress(begun, first)
    assert promise_model.lacks_progress(begun, second)
    assert not promise_model.lacks_progress(promise_lifecycle.keep_promise(begun, "ana", first), second)


def test_erasing_withdraws_what_is_owed_and_leaves_no_words() -> None:
    told = promise_lifecycle.add_progress(
        moved(made(), date(2026, 3, 16)), "Pedida la pieza", ANA_HERSELF, START
    )
    gone = promise_lifecycle.erase_promise(told, START)
    assert gone.state == "withdrawn"
    for words in ("mesa", "pieza"):
        assert words not in repr(gone)
    assert (
        promise_lifecycle.erase_promise(promise_lifecycle.keep_promise(told, "ana", START), START).state
        == "kept"
    )


class TestTheCase:
    def test_a_planned_concern_is_a_promise_and_solving_it_keeps_it(self) -> None:
        case = with_concern()
        planned = plan_concern(case.concerns[0], "Otra caja", FRIDAY, "phone", "ana", START, START.date())
        promise = made(what="Otra caja", concern_id="C1")
        case = self.after(case, settle_concern(case, planned, act(5), PromiseChange(None, promise)))
        assert case.plan_for("C1") == promise
        solved = solve_concern(case.concerns[0], "Ya está", "ana", START)
        case = self.after(case, settle_concern(case, solved, act(6)))
        assert [each.state for each in case.promises] == ["kept"]

    def test_keeping_the_promise_solves_the_concern(self) -> None:
        case = with_concern()
        planned = plan_concern(case.concerns[0], "Otra caja", FRIDAY, "phone", "ana", START, START.date())
        case = self.after(
            case, settle_concern(case, planned, act(5), PromiseChange(None, made(concern_id="C1")))
        )
        case = self.after(case, promise_actions.keep_promise(case, "P1", "", act(6)))
        assert [(c.state, c.action) for c in case.concerns] == [("solved", "Una mesa nueva")]
        assert case.history[-1].what == "promise_kept"

    def test_what_the_customer_confirms_is_owed_no_more(self) -> None:
        from lazo.followup import lifecycle

        case = with_concern()
        case = replace(case, promises=(made(), replace(made(), promise_id="P2", due=START - HOUR)))
        solved = solve_concern(case.concerns[0], "Listo", "ana", START)
        case = self.after(case, settle_concern(case, solved, act(5)))
        case = replace(case, followup=lifecycle.resolve(case.followup, make_store(), START, **SOLVED))
        not_yet = confirm(case, act(6), "phone", "", solved=False)
        assert not not_yet.promises
        done = self.after(case, confirm(case, act(6), "phone", "", solved=True))
        assert [each.state for each in done.promises] == ["kept", "late"]

    def test_nobody_promises_before_it_is_taken_on_or_after_it_ended(self) -> None:
        case = with_concern()
        for stage in ("open", "confirmed", "unconfirmed"):
            shut = replace(case, followup=replace(case.followup, stage=stage))
            assert (
                refused(lambda shut=shut: promise_actions.add_promise(shut, made(), act(5))).code
                == "wrong_stage"
            )
        full = replace(case, promises=(made(),) * promise_model.PROMISES_AT_MOST)
        assert refused(lambda: promise_actions.add_promise(full, made(), act(5))).code == "too_many"

    @staticmethod
    def after(case: Case, step: Any) -> Case:
        changed = {change.after.promise_id: change.after for change in step.promises}
        known = {each.promise_id: each for each in case.promises} | changed
        return replace(after(case, step), promises=tuple(known.values()))


class TestWhoIsTold:
    def test_a_date_that_has_passed_reaches_its_owner_and_the_next_in_the_chain(self) -> None:
        about = with_concern().followup
        told = promise_alerts.missed_deliveries(made(), about, STORE, DUE)
        assert {(d.contact_id, d.channel) for d in told} == {
            ("ana", "sms"),
            ("ana", "email"),
            ("diego", "sms"),
            ("diego", "email"),
        }
        assert {(d.purpose, d.about, d.until) for d in told} == {("promise_missed", "Una mesa nueva", DUE)}
        at_the_end = promise_alerts.missed_deliveries(made(owner="marta"), about, STORE, DUE)
        assert {d.contact_id for d in at_the_end} == {"marta"}

    def test_where_its_owner_has_left_whoever_has_the_case_is_told(self) -> None:
        about = replace(with_concern().followup, owner="diego")
        without_ana = make_store(contacts=[{**ANA, "contact_id": "rita", "name": "Rita"}, DIEGO, MARTA])
        assert promise_alerts.responsible_contact(made(), about, without_ana, START) == "diego"
        nobodys = replace(about, owner=None)
        assert promise_alerts.responsible_contact(made(), nobodys, without_ana, START) == "rita"

    def test_what_was_kept_or_moved_meanwhile_is_not_told(self) -> None:
        about = with_concern().followup
        promise = made()
        owed = promise_alerts.at_risk_deliveries(promise, about, STORE, START, customer_was_told=False)[0]
        assert owed.promise_id == "P1"
        assert promise_alerts.is_still_relevant(owed, promise)
        for gone in (
            promise_lifecycle.keep_promise(promise, "ana", START),
            moved(promise, date(2026, 3, 16)),
            None,
        ):
            assert not promise_alerts.is_still_relevant(owed, gone)

    def test_a_promise_outlives_a_case_of_which_the_customer_says_nothing(self) -> None:
        about = with_concern().followup
        (owed, *_) = promise_alerts.missed_deliveries(made(), about, STORE, DUE)
        assert is_still_relevant(owed, replace(about, stage="unconfirmed", deadline=None))
        assert not is_still_relevant(owed, replace(about, stage="confirmed", deadline=None))


class TestTheNotice:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_its_words_are_fit_for_customers(self, language: str) -> None:
        reach = replace(REACHED, language=language)
        for channel in ("sms", "email"):
            text = delay_notices.draft_delay_notice(
                made(what="x"), channel, reach, STORE, ANA_HERSELF, "12/03"
            ).text
            assert "12/03" in text
            assert find_blocked_words(text, language, (STORE.name, "Ana", "Eva")) == ()

    def test_it_goes_out_before_the_date_and_names_what_is_late(self) -> None:
        message = delay_notices.automatic_notice(
            made(), with_concern().followup, REACHED, STORE, ANA_HERSELF, DUE - 12 * HOUR
        )
        assert message is not None
        assert "Una mesa nueva" in message.text
        assert (message.channel, message.template, message.automatic) == ("sms", "delay", True)

    def test_not_to_who_cannot_be_written_to_or_would_read_it_too_late(self) -> None:
        about = with_concern().followup
        silent = replace(REACHED, consent=None)
        assert (
            delay_notices.automatic_notice(made(), about, silent, STORE, ANA_HERSELF, DUE - 12 * HOUR) is None
        )
        # 23:00: customers sleep until 8.
        assert delay_notices.automatic_notice(made(), about, REACHED, STORE, ANA_HERSELF, DUE - HOUR) is None

    def test_what_is_not_for_customers_waits_for_somebody_to_put_it_better(self) -> None:
        blocked = made(what="Hablar con el detractor")
        assert (
            delay_notices.automatic_notice(
                blocked, with_concern().followup, REACHED, STORE, ANA_HERSELF, DUE - 12 * HOUR
            )
            is None
        )


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["keep", "move", "progress", "sweep", "sweep", "erase", "wait"]), st.integers(1, 60)
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=4))
def test_each_promise_ends_once_and_kept_late_broken_and_withdrawn_are_all(
    lives: list[list[tuple[str, int]]],
) -> None:
    """Whatever is done to promises, in whatever order and however late the sweep is: when the last date and its grace
    are over, each has ended exactly once, and as the dates say."""
    ended: Counter[str] = Counter()
    for life in lives:
        promise, now, passed = made(), START, False
        for what, hours in life:
            now += timedelta(hours=hours)
            before, passed = promise, passed or (promise.open and promise.due <= now)
            try:
                promise = _happens(what, promise, now)
            except Rejected:
                promise = before
            ended[promise.state] += before.open and not promise.open
            assert before.open or promise.state == before.state
            if before.open and promise.state in ("kept", "late"):
                assert (promise.state == "late") == passed
        while promise.open:
            now = max(now, promise.due) + timedelta(days=1)
            promise = _happens("sweep", promise, now)
            ended[promise.state] += not promise.open
    assert ended.total() == len(lives)
    assert {state for state, n in ended.items() if n} <= {"kept", "late", "broken", "withdrawn"}


def _happens(what: str, promise: Promise, now: datetime) -> Promise:
    if what == "keep":
        return promise_lifecycle.keep_promise(promise, "ana", now)
    if what == "move":
        return moved(promise, now.date() + timedelta(days=2), now)
    if what == "progress":
        return promise_lifecycle.add_progress(promise, "Algo", ANA_HERSELF, now)
    if what == "erase":
        return promise_lifecycle.erase_promise(promise, now)
    if what == "sweep" and promise.is_overdue(now):
        if promise.missed != promise.due:
            return promise_lifecycle.mark_missed(promise)
        return (
            promise_lifecycle.mark_broken(promise, now) if broken_time(promise.due, STORE) <= now else promise
        )
    return promise
