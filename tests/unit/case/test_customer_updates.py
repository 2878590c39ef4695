"""Automatic updates to a customer, and how long they have had none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lazo.case import customer_updates
from lazo.case.model import Case, HistoryEntry, HistoryKind
from lazo.followup import lifecycle, opening
from lazo.followup.model import FollowUp
from tests.builders import START, WEEK, answer, classified, consent, make_store
from tests.case_views import concern

EVA = answer(score=2, phone="+56987650001", consent=consent(), customer_key="ab" * 16)
STORE = make_store(hours={**WEEK, "holidays": "as_usual"})
IMPROVEMENT = "01KKC2X0000000000000000001"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def open_followup(**changes: Any) -> FollowUp:
    found = opening.open_for_answer(classified(EVA), STORE)
    assert found is not None
    return replace(found, **changes)


def followup_taken_on(**changes: Any) -> FollowUp:
    return replace(lifecycle.take_on(open_followup(), "ana", STORE, START), **changes)


def history_entry(what: HistoryKind, at: datetime, **detail: str) -> HistoryEntry:
    return HistoryEntry(f"{what}{at}", what, "ana", "Ana", at, 3, detail)


def update_for(after: FollowUp, now: datetime = START) -> Any:
    made = customer_updates.build_customer_update("received", after, EVA, STORE, {}, ref="F1", now=now)
    assert made
    return made


def test_occasions_of_a_customer_update() -> None:
    resolved, contacted = (
        Case(followup_taken_on(stage="resolved")),
        Case(followup_taken_on(stage="contacted")),
    )
    assert customer_updates.occasion_of(Case(open_followup()), Case(followup_taken_on())) == "received"
    assert customer_updates.occasion_of(contacted, resolved) == "solved"
    handed_over = Case(followup_taken_on(owner=None))
    assert customer_updates.occasion_of(handed_over, Case(followup_taken_on())) is None, (
        "the customer had this update before"
    )
    assert customer_updates.occasion_of(resolved, resolved) is None
    assert customer_updates.occasion_of(resolved, Case(followup_taken_on(stage="confirmed"))) is None
    for nobody in ({"customer_key": None}, {"origin": "signals"}):
        assert (
            customer_updates.occasion_of(Case(open_followup(**nobody)), Case(followup_taken_on(**nobody)))
            is None
        )


def test_the_solved_update_waits_for_planned_concerns() -> None:
    resolved, contacted = (
        Case(followup_taken_on(stage="resolved")),
        Case(followup_taken_on(stage="contacted")),
    )
    planned = replace(resolved, concerns=[concern(state="planned")])
    assert customer_updates.occasion_of(contacted, planned) is None
    done = replace(planned, concerns=[concern(state="solved")])
    assert customer_updates.occasion_of(planned, done) == "solved"
    assert customer_updates.occasion_of(replace(contacted, concerns=planned.concerns), contacted) is None


def test_an_update_waits_for_the_opening_and_may_become_irrelevant() -> None:
    """Closed from 21:00, which is 00:00 UTC, to 9:00."""
    late = update_for(followup_taken_on(), datetime.fromisoformat("2026-03-11T00:30:00+00:00"))
    assert late.not_before == datetime.fromisoformat("2026-03-11T12:00:00+00:00")
    assert update_for(followup_taken_on()).not_before is None
    assert customer_updates.is_still_relevant(late, followup_taken_on())
    assert not customer_updates.is_still_relevant(late, followup_taken_on(owner="diego"))
    assert not customer_updates.is_still_relevant(late, followup_taken_on(stage="contacted"))
    assert customer_updates.is_still_relevant(
        replace(late, automatic=False), followup_taken_on(stage="contacted")
    )
    asked = customer_updates.build_improvement_resurvey(
        followup_taken_on(), EVA, STORE, IMPROVEMENT, "Otra caja", late.at
    )
    assert asked
    assert (asked.not_before, asked.link, asked.improvement_id) == (late.not_before, "survey", IMPROVEMENT)
    assert customer_updates.uses_of(asked) == ("resurvey", "automatic_messages")
    assert not asked.owed
    solved = replace(late, template="solved")
    assert customer_updates.is_still_relevant(solved, followup_taken_on(stage="resolved"))
    assert not customer_updates.is_still_relevant(solved, followup_taken_on(stage="contacted"))
    again = replace(late, template="ask_again")
    assert customer_updates.is_still_relevant(again, followup_taken_on(stage="confirmed"))
    assert not customer_updates.is_still_relevant(again, followup_taken_on(stage="contacted"))
    assert customer_updates.is_still_relevant(asked, followup_taken_on(stage="contacted"))
    assert customer_updates.is_still_relevant(
        replace(again, automatic=False), followup_taken_on(stage="contacted")
    )


@pytest.mark.parametrize(
    ("what", "detail", "heard"),
    [
        ("note", {}, True),
        ("message", {}, True),
        ("contacted", {"reached": "yes"}, True),
        ("contacted", {"reached": "no"}, False),
        ("customer_reopened", {}, True),
        ("promise_moved", {}, True),
        ("deadline_moved", {}, False),
        ("concern_added", {}, False),
        ("taken_on", {}, False),
    ],
)
def test_entries_that_end_a_silence(what: HistoryKind, detail: dict[str, str], heard: bool) -> None:
    """Two days by the policy; the store is open again at 15:00 on Friday, as it was on Tuesday."""
    about = followup_taken_on(stage="contacted")
    entry = history_entry(what, START + DAY, **detail)
    case = Case(about, history=[history_entry("taken_on", START), entry])
    assert customer_updates.silent_since(case, STORE, START + 2 * DAY) == (None if heard else START)
    assert customer_updates.silent_since(case, STORE, START + 3 * DAY) == (START + DAY if heard else START)
    assert customer_updates.next_update_time(entry, about, STORE) == (START + 3 * DAY if heard else None)


def test_no_silence_for_a_resolved_or_unreachable_customer() -> None:
    for about in (followup_taken_on(stage="resolved"), followup_taken_on(customer_key=None), open_followup()):
        assert customer_updates.silent_since(Case(about), STORE, START + 9 * DAY) is None
        assert customer_updates.next_update_time(history_entry("note", START), about, STORE) is None


def test_the_resurvey_is_sent_by_day() -> None:
    """Confirmed at 22:00 on Tuesday: fourteen days later at nine in the morning of the day after."""
    late = START + 10 * HOUR
    done = followup_taken_on(stage="confirmed")
    at = customer_updates.resurvey_time(followup_taken_on(stage="resolved"), done, STORE, late)
    assert at == datetime.fromisoformat("2026-03-25T09:00:00-03:00")
    assert customer_updates.resurvey_time(done, done, STORE, late) is None
    assert (
        customer_updates.resurvey_time(open_followup(), replace(done, stage="unconfirmed"), STORE, late)
        is None
    )
    assert (
        customer_updates.resurvey_time(open_followup(), replace(done, origin="signals"), STORE, late) is None
    )


def test_an_update_names_no_hour_of_the_night() -> None:
    """A store that never closes: 02:00 in Santiago is within its hours, but at night."""
    always = make_store(hours={"always": True})
    for hour, named in ((2, False), (12, True)):
        until = datetime(2026, 3, 11, hour + 3, 0, tzinfo=UTC)
        made = customer_updates.build_customer_update(
            "received", followup_taken_on(deadline=until), EVA, always, {}, ref="F1", now=START
        )
        assert made
        assert ("11 de marzo" in made.text) is named
