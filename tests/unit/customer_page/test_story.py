"""A case as its customer reads it: promises, their dates and the steps so far."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from customer_page import story
from lazo.case.model import Case
from lazo.promise.lifecycle import make_promise, mark_at_risk
from lazo.promise.model import Promise, PromiseRequest, ways_to_hear
from tests.builders import START, WEEK, make_store
from tests.case_views import at_stage, entry, given, message

STORE = make_store(hours={**WEEK, "holidays": "as_usual"})
EVA = given()
CONTACTED = at_stage("contacted", EVA, STORE)
THURSDAY = datetime.fromisoformat("2026-03-12T15:00:00-03:00")


def promise_for(when: date | datetime) -> Promise:
    asked = PromiseRequest("Te devolvemos el dinero", when, "ana", "phone")
    return make_promise(
        asked, "P1", "f1", STORE, ways_to_hear(EVA, opted_out=False), {}, STORE.contacts[0], START
    )


def promise_sentence(case: Case, now: datetime = START) -> str:
    (promise,) = story.build_story(case, STORE, EVA, "es", now).promises
    return promise.sentence


def test_a_promise_shows_its_day_or_its_hour() -> None:
    """A promise for a day is due in the last minute that the store is open; the page shows only the day."""
    of_a_day = replace(CONTACTED, promises=[promise_for(date(2026, 3, 12))])
    assert promise_sentence(of_a_day) == "A más tardar el jueves 12 de marzo"
    of_an_hour = replace(CONTACTED, promises=[promise_for(THURSDAY)])
    assert promise_sentence(of_an_hour) == "A más tardar el jueves 12 de marzo a las 15:00"


def test_a_delay_is_shown_once_its_notice_was_sent() -> None:
    near, endangered = THURSDAY - timedelta(hours=1), mark_at_risk(promise_for(THURSDAY))
    untold = replace(CONTACTED, promises=[endangered])
    assert promise_sentence(untold, near) == "A más tardar el jueves 12 de marzo a las 15:00"
    notice = message(template="delay", automatic=True, promise_id="P1", state="sent")
    sent = replace(untold, messages=[notice])
    assert promise_sentence(sent, near).startswith(
        "Dijimos el jueves 12 de marzo a las 15:00 y vamos a tardar más."
    )
    unsent = replace(untold, messages=[replace(notice, state="cancelled")])
    assert promise_sentence(unsent, near) == promise_sentence(untold, near)


def next_step(case: Case, now: datetime = START) -> str:
    return story.build_story(case, STORE, EVA, "es", now).steps[-1].until


def test_the_next_step_shows_the_date_of_the_promised_call_once_it_was_told() -> None:
    taken = at_stage("taken_on", EVA, STORE)
    call = replace(promise_for(THURSDAY), what="Nuestra llamada", first_contact=True)
    said = message(template="received", promise_id="P1", until=THURSDAY)
    told = replace(taken, promises=[call], messages=[said])
    assert next_step(told) == "A más tardar el jueves 12 de marzo a las 15:00"
    assert next_step(told, THURSDAY) == (
        "Dijimos el jueves 12 de marzo a las 15:00 y todavía no hemos hablado contigo. Lo sentimos."
    )
    assert story.build_story(told, STORE, EVA, "es", START).promises == (), "it is not told twice"
    assert next_step(replace(told, messages=[replace(said, state="cancelled")])) == ""


def test_the_next_step_reads_a_date_that_was_told_before_it_was_a_promise() -> None:
    before = replace(at_stage("taken_on", EVA, STORE), messages=[message(until=THURSDAY)])
    assert next_step(before) == "A más tardar el jueves 12 de marzo a las 15:00"
    failed = replace(before, messages=[message(until=THURSDAY, state="failed")])
    assert next_step(failed) == ""


def test_a_reopened_case_shows_the_step() -> None:
    back = entry("customer_reopened", START + timedelta(days=1))
    steps = story.build_story(replace(CONTACTED, history=(back,)), STORE, EVA, "es", START).steps
    assert [step.text for step in steps][-2:] == ["Nos dijiste que todavía no está resuelto", "Lo resolvemos"]


def test_who_was_told_of_no_solution_is_not_asked_about_one() -> None:
    """Somebody said that the case was no customer's; or it was resolved, and the customer stayed silent."""
    for stage, asked in (("contacted", False), ("resolved", True)):
        case = at_stage(stage, EVA, STORE)
        ended = replace(case.followup, stage="unconfirmed", unconfirmed_at=THURSDAY, deadline=None)
        steps = story.build_story(replace(case, followup=ended), STORE, EVA, "es", THURSDAY).steps
        assert any(each.text == "Nos dices si quedó bien" for each in steps) is asked
