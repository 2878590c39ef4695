"""What a customer is told of a promise that was kept: once, in words that may be sent, with what follows at once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lazo.case import customer_updates, kept_promises
from lazo.case.model import Case, CaseChange
from lazo.case.promise_actions import keep_promise
from lazo.messaging.customer_message import CustomerMessage
from lazo.phrases.wording_guard import find_blocked_words
from lazo.promise.model import Promise
from tests.builders import START, answer, consent
from tests.unit.case.cases import context, open_case
from tests.unit.promise.promises import DUE, STORE, promise_with

REACH: dict[str, Any] = {"phone": "+56987650001", "email": "eva@example.org", "name": "Eva Soto"}
MINUTE = timedelta(minutes=1)


def case_with(*promises: Promise, **changes: Any) -> Case:
    known = {"stage": "contacted", "owner": "ana", "customer_key": "ab" * 16}
    about = replace(open_case().followup, **{**known, **changes})
    return Case(about, promises=promises)


def kept(case: Case, promise_id: str = "P1", text: str = "", now: datetime = START) -> CaseChange:
    return keep_promise(case, promise_id, text, context(now=now))


def news(case: Case, change: CaseChange, language: str = "es", **reach: Any) -> CustomerMessage | None:
    """Return the message of a change, as the table composes it."""
    after, now = case.apply(change), change.entry.at
    occasion = customer_updates.occasion_of(case, after)
    if occasion is None:
        return None
    given = answer(**{"language": language, "consent": consent(), **REACH, **reach})
    found = kept_promises.news_between(case, after, change.entry)
    return customer_updates.build_customer_update(
        occasion, change.after, given, STORE, {}, ref="F", now=now, kept=found
    )


def told(case: Case, change: CaseChange, **more: Any) -> CustomerMessage:
    message = news(case, change, **more)
    assert message
    return message


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            "Hola, Eva: soy Ana, de Aurora Norte. Ya hicimos lo que te prometimos: Te cambiamos la silla.",
        ),
        (
            "en",
            "Hello Eva, this is Ana from Aurora Norte. We have done what we promised you: Te cambiamos la silla.",
        ),
        (
            "pt",
            "Olá, Eva! Aqui é Ana, da equipe Aurora Norte. Já fizemos o que prometemos a você: Te cambiamos la silla.",
        ),
    ],
)
def test_the_customer_is_told_what_was_done_in_their_language(language: str, said: str) -> None:
    case = case_with(promise_with())
    message = told(case, kept(case, text="Te cambiamos la silla."), language=language, email=None)
    assert message.text == said
    assert (message.template, message.channel, message.automatic, message.link) == (
        "kept",
        "sms",
        True,
        "page",
    )
    assert message.owed, "whatever the limit of their week"


@pytest.mark.parametrize(
    ("promised", "done", "ends"),
    [
        ("Una mesa nueva.", "", "prometimos: Una mesa nueva."),
        ("Una mesa nueva", "Le explicamos al detractor", "prometimos: Una mesa nueva."),
        ("Un vale para el detractor", "", "lo que te prometimos."),
        ("Una mesa nueva", "a" * 4000, "prometimos: Una mesa nueva."),
    ],
    ids=["as promised", "words that no customer reads", "neither may be sent", "too long"],
)
def test_the_best_words_that_may_be_sent(promised: str, done: str, ends: str) -> None:
    assert find_blocked_words("Un vale para el detractor", "es", ())
    case = case_with(promise_with(what=promised))
    assert told(case, kept(case, text=done), email=None).text.endswith(ends)


@pytest.mark.parametrize(("language", "sorry"), [("es", "demora"), ("en", "delay"), ("pt", "demora")])
def test_what_was_kept_late_comes_with_an_apology(language: str, sorry: str) -> None:
    case = case_with(promise_with())
    assert sorry not in told(case, kept(case), language=language).text
    assert sorry in told(case, kept(case, now=DUE + timedelta(hours=15)), language=language).text


def test_it_goes_by_the_agreed_channel_and_in_the_name_of_whoever_kept_it() -> None:
    case = case_with(promise_with(hears_by="email", owner="diego"))
    message = told(case, kept(case))
    assert (message.channel, message.by) == ("email", "diego")
    assert message.text.endswith("Diego\nAurora Norte")
    assert news(case, kept(case), consent=None) is None
    in_person = case_with(promise_with(hears_by="in_person"))
    assert told(in_person, kept(in_person)).channel == "sms"


def test_no_news_of_a_call_a_doubtful_customer_or_a_promise_kept_before() -> None:
    call = replace(promise_with(), first_contact=True)
    called = replace(call, state="kept", settled_at=START)
    assert customer_updates.occasion_of(case_with(call), case_with(called)) is None
    doubted = case_with(promise_with(), doubts=("unusual_rate",))
    assert news(doubted, kept(doubted)) is None
    case = case_with(promise_with())
    after = case.apply(kept(case))
    assert customer_updates.occasion_of(after, after) is None


def test_it_waits_ten_minutes_and_never_goes_at_night() -> None:
    case = case_with(promise_with())
    assert told(case, kept(case)).not_before == START + 10 * MINUTE
    at_night = datetime.fromisoformat("2026-03-10T22:00:00-03:00")
    assert told(case, kept(case, now=at_night)).not_before == datetime.fromisoformat(
        "2026-03-11T09:00:00-03:00"
    )


def test_two_kept_within_minutes_are_told_at_once() -> None:
    case = case_with(promise_with(), replace(promise_with(what="Un plato"), promise_id="P2"))
    change = kept(case, text="Llegó la mesa")
    first = told(case, change)
    case = replace(case.apply(change), messages=(first,), history=(change.entry,))
    second = told(case, kept(case, "P2", now=START + 5 * MINUTE))
    assert "prometimos: Llegó la mesa; Un plato." in second.text.replace("Llego", "Llegó")
    assert kept_promises.later_news(first, (first, second)) == [second], "the first is not sent"
    assert kept_promises.later_news(second, (first, second)) == []
    went_out = replace(first, state="sent")
    alone = told(replace(case, messages=(went_out,)), kept(case, "P2", now=START + 5 * MINUTE))
    assert "prometimos: Un plato." in alone.text
    failed = replace(second, state="failed")
    assert kept_promises.later_news(first, (first, failed)) == []


def test_solved_says_what_was_kept_in_the_same_breath() -> None:
    case = case_with(promise_with(), stage="resolved")
    message = told(case, kept(case, text="Llegó la mesa"))
    assert message.template == "solved"
    assert "nos contaste de tu visita. Ya hicimos lo que te prometimos: Lleg" in message.text
    waiting = replace(message, template="kept", at=START - MINUTE)
    assert kept_promises.later_news(waiting, (waiting, message)) == [message]
