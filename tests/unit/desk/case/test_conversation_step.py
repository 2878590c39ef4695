"""How the page helps to talk with a customer: in person while they may be there, by phone or on WhatsApp later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from desk.case import conversation_step
from desk.case.view import CaseView
from lazo.followup.model import Stage
from lazo.translations import LANGUAGES, translations
from tests import case_views as cases
from tests.builders import START, WEEK, consent, make_store, minutes
from tests.case_views import page, view
from tests.dom import Element


def talking(shown: CaseView) -> Element:
    return page(shown).one("section", id="talking")


def chats(shown: CaseView) -> list[Element]:
    return [each for each in page(shown).all("a") if each["href"].startswith("https://wa.me/")]


def after_talking(shown: CaseView) -> str:
    """The way of talking that the form has chosen beforehand."""
    at = page(shown).one("select", id="contacted-channel")
    return next(each["value"] for each in at.all("option") if "selected" in each.attributes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_who_may_still_be_there_is_walked_up_to(language: str) -> None:
    shown = view("taken_on", language, now=START + minutes(4))
    step, text = talking(shown), translations("case", language)["talking"]
    assert step.one("h2").text == text["title_in_person"]
    assert text["gone"] in step.text
    assert after_talking(shown) == "in_person"
    (bar,) = [each for each in page(shown).all("p") if "act" in each.classes]
    assert "tel:" not in " ".join(each["href"] for each in bar.all("a"))


def test_whoever_left_long_ago_is_called() -> None:
    shown = view("taken_on", now=START + minutes(16))
    step = talking(shown)
    assert step.one("h2").text == "Habla con el cliente"
    assert "Hace poco respondiste nuestra encuesta" in step.text
    assert after_talking(shown) == "phone"


def test_nobody_is_looked_for_in_a_store_that_is_closed() -> None:
    """It closes at 12:05 in Santiago, five minutes after the answer."""
    store = make_store(hours={**WEEK, "tue": [["09:00", "12:05"]]}, policy=cases.POLICY)
    for after, in_store in ((4, True), (6, False)):
        assert view("taken_on", store=store, now=START + minutes(after)).in_store == in_store


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_contact_the_script_is_for_a_talk_in_person_at_any_time(language: str) -> None:
    alone = cases.given(phone=None, email=None, consent=None)
    shown = view("taken_on", language, answer=alone, now=START + timedelta(hours=5))
    step, text = talking(shown), translations("case", language)["talking"]
    assert step.one("h2").text == text["title_anonymous"]
    assert not list(step.all("div", class_="reach"))
    assert after_talking(shown) == "in_person"
    assert text["writing"] not in step.text


def test_the_chat_begins_in_the_customers_language() -> None:
    """Eva answered in English; Ana reads Spanish."""
    shown = view("taken_on", answer=cases.given(language="en", name="Eva Jones"))
    (chat,) = chats(shown)
    assert (chat["rel"], chat["target"]) == ("noopener noreferrer", "_blank")
    assert urlsplit(chat["href"]).path == "/56911112222"
    begun = parse_qs(urlsplit(chat["href"]).query)["text"][0]
    assert begun.startswith("Hello Eva. This is Ana from Aurora Norte. I read what you told us in the survey")


def without_mobile() -> CaseView:
    return view("taken_on", answer=cases.given(phone="+442079460018"))


def without_consent() -> CaseView:
    return view("taken_on", answer=cases.given(consent=None))


def opted_out() -> CaseView:
    return replace(view("taken_on"), opted_out=True)


@pytest.mark.parametrize("made", [without_mobile, without_consent, opted_out])
def test_there_is_no_chat_where_nobody_may_or_can_be_written_to(made: Callable[[], CaseView]) -> None:
    assert chats(made()) == []


def test_a_text_that_the_guard_stops_is_not_offered() -> None:
    words = "Nos diste un 2 en la encuesta"
    found = conversation_step._whatsapp(view("taken_on"), words)
    assert found is None
    assert conversation_step._whatsapp(view("taken_on"), "¿Puedo llamarte hoy?")


def test_consent_to_be_contacted_is_what_a_chat_needs() -> None:
    assert len(chats(view("taken_on", answer=cases.given(consent=consent())))) == 1


def test_the_guard_is_asked_only_where_the_page_offers_the_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rules take longer to read than all else on the page: nobody waits for them who opens the alert's link."""

    def asked(*_: object) -> None:
        raise AssertionError("the guard was asked")

    monkeypatch.setattr(conversation_step, "clear_text", asked)
    stages: tuple[Stage, ...] = ("open", "contacted", "resolved", "confirmed")
    for stage in stages:
        assert chats(view(stage)) == []
    with pytest.raises(AssertionError, match="the guard was asked"):
        page(view("taken_on"))
