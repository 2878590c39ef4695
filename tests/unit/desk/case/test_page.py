"""The follow-up page: the actions of each stage and the texts for each reader."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest

from desk.case.page import case_page
from lazo.case.concerns import CONCERN_PRIORITIES
from lazo.case.incentives import INCENTIVE_KINDS
from lazo.case.model import NOTE_CHANNELS, HistoryKind
from lazo.customer.event import REPORTED_KINDS
from lazo.customer.timeline import Timeline, TimelineEntry
from lazo.errors import Problem
from lazo.followup.model import ENDED, STAGES, Stage
from lazo.phrases.wording_guard import clear_text
from lazo.promise.model import HEARS_BY
from lazo.store.contacts import Channel, Role
from lazo.translations import LANGUAGES, translations
from tests import case_views as cases
from tests.builders import START, answer, classified, consent
from tests.case_views import busy, by_signals, form, forms, page, ready_to_resolve, view
from tests.dom import Element, parse

FIELDS = {
    "take-on": set(),
    "contacted": {"channel", "reached", "text"},
    "note": {"channel", "when", "text", "recording", "recording_consent", "corrects"},
    "concern": {"text", "theme", "priority", "owner", "deadline", "checkpoint"},
    "settle": {"concern_id", "how", "action", "date", "time", "hears_by"},
    "concern-date": {"concern_id", "deadline", "owner", "reason"},
    "promise": {"what", "date", "time", "owner", "hears_by", "checkpoint"},
    "promise-progress": {"promise_id", "text"},
    "promise-kept": {"promise_id", "text"},
    "promise-withdrawn": {"promise_id", "reason"},
    "promise-date": {"promise_id", "date", "time", "owner", "reason", "tell", "text"},
    "incentive": {"kind", "value", "reason", "concern_id"},
    "message": {"channel", "template", "subject", "text"},
    "interested": {"value"},
    "reassign": {"owner", "sure"},
    "deadline": {"until", "reason"},
    "resolve": {"root_cause_theme", "root_cause", "done"},
    "undo": {"entry"},
    "confirm": {"outcome", "channel", "text", "promise", "reason"},
}
"""What each action reads (desk.case.actions); a field for each promise ends in `-` and its id."""

NEXT = {"open": "take-on", "taken_on": "contacted", "contacted": "resolve", "resolved": "confirm"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_offers_exactly_its_next_action(stage: Stage, language: str) -> None:
    shown = ready_to_resolve(language) if stage == "contacted" else busy(stage, language)
    at = page(shown)
    actions = {each["action"].rpartition("/")[2] for each in forms(at)}
    assert actions & set(NEXT.values()) == ({NEXT[stage]} if stage in NEXT else set())
    offered = [each for each in at.all() if "act" in each.classes]
    if stage == "confirmed":
        assert not offered
        return
    text = translations("case", language)
    call = f"{text['customer']['call']} " if stage == "taken_on" else ""
    assert (
        " ".join(offered[0].text.split()) == call + text["next"]["settled" if stage == "contacted" else stage]
    )
    if stage != "open":
        *before, last = offered[0].all("a")
        assert [each["href"] for each in before] == (["tel:+56911112222"] if call else [])
        target = last["href"].removeprefix("#")
        assert at.one(id=target).one("form", id=NEXT[stage])


@pytest.mark.parametrize("stage", STAGES)
def test_every_form_has_the_fields_of_its_action_and_its_own_token(stage: Stage) -> None:
    shown = busy(stage)
    found = forms(page(shown))
    for each in found:
        action = each["action"].removeprefix(f"/desk/followups/{shown.case.followup.followup_id}/")
        names = [field["name"] for field in each.all() if field.tag in ("input", "select", "textarea")]
        assert each["method"] == "post"
        assert {name.partition("-")[0] for name in names} - {"form", "version"} <= FIELDS[action], action
        assert names.count("form") == names.count("version") == 1
        assert each.one("input", name="version")["value"] == str(shown.case.followup.version)
    assert len({each.one("input", name="form")["value"] for each in found}) == len(found)


@pytest.mark.parametrize("stage", STAGES)
def test_ids_are_unique_and_references_to_them_exist(stage: Stage) -> None:
    wrong = {"contacted": "text", "resolve": "done", "confirm": "text"}.get(NEXT.get(stage, ""), "")
    shown = replace(
        ready_to_resolve() if stage == "contacted" else busy(stage),
        problems=(Problem("required", wrong),) if wrong else (),
        action=NEXT.get(stage),
    )
    at = page(shown)
    ids = [each["id"] for each in at.all() if each["id"]]
    assert len(set(ids)) == len(ids)
    aims = [each["for"] for each in at.all("label") if each["for"]]
    aims += [each["href"][1:] for each in at.all("a") if each["href"].startswith("#")]
    aims += [aim for each in at.all() for aim in each["aria-describedby"].split()]
    assert set(aims) <= set(ids)


def test_texts_of_customers_are_escaped() -> None:
    ugly = "<script>alert(1)</script> & \"x\" 'y' {{ 7 * 7 }} مرحبا 😡👩‍👩‍👧 </blockquote>"
    comment = (ugly + "á" * 2000)[:2000]
    given = cases.given(comment=comment, name='"><img src=x onerror=alert(1)>')
    at = page(view("taken_on", answer=given, parts={"notes": (cases.note(text=ugly),)}))
    quote = at.one("blockquote")
    assert quote.raw == comment
    assert (quote["dir"], quote["lang"]) == ("auto", "es")
    assert ugly in {each.raw for each in at.all("p", class_="words")}
    assert at.one("p", class_="name").text == '"><img src=x onerror=alert(1)>'
    assert len(list(at.all("script"))) == 2
    assert not list(at.all("img"))
    assert not [name for each in at.all() for name in each.attributes if name.startswith("on")]


def test_the_call_comes_first_and_no_link_leads_past_the_wording_guard() -> None:
    at = page(view("taken_on"))
    links = [each["href"] for each in at.all("a")]
    assert "tel:+56911112222" in links
    assert not [each for each in links if each.startswith(("sms:", "smsto:", "mailto:"))]
    (chat,) = {each for each in links if each.startswith("https://wa.me")}
    assert links.index("tel:+56911112222") < links.index(chat) < links.index("#messages")
    begun = parse_qs(urlsplit(chat).query)["text"][0]
    assert clear_text(begun, "es", ("Aurora Norte", "Ana", "Rosa")).text == begun
    assert begun.startswith("Hola, Rosa. Soy Ana, de Aurora Norte. ")


def test_without_consent_there_is_no_way_to_reach_or_write() -> None:
    given = cases.given(consent=None)
    html = case_page(view("taken_on", answer=given))
    at = parse(html)
    assert "+56911112222" not in html
    assert "rosa@correo.example" not in html
    assert not [each for each in forms(at) if each["action"].endswith("/message")]
    assert "no aceptó que lo contactemos por escrito" in at.one("details", id="messages").text


def test_a_case_from_signals_lists_them_and_has_no_quote() -> None:
    at = page(by_signals())
    assert not list(at.all("blockquote"))
    assert "Aviso temprano" in at.one("h1").text
    names = translations("labels", "es")["signals"]
    text = at.one("main").text
    assert names["complaint"] in text
    assert names["leaving"] in text
    assert "No tenemos un contacto que podamos usar." in text


def test_contact_may_come_from_an_earlier_answer_of_the_customer() -> None:
    earlier = classified(answer(score=8, phone="+56933334444", name="Eva", consent=consent()))
    seen = Timeline((), (), (), (), (), earlier)
    shown = replace(by_signals("taken_on"), timeline=seen)
    at = page(shown)
    assert "tel:+56933334444" in [each["href"] for each in at.all("a")]
    assert "Contacto de una respuesta anterior" in at.one("main").text
    assert at.one("p", class_="name").text == "Eva"
    offered = [each["id"] for each in forms(at) if each["action"].endswith("/message")]
    assert offered == ["message-sms"], "those with a text are loaded when they are chosen"
    keys = [f"message-{each}-sms" for each in ("apology", "progress", "solved", "ask_again")]
    links = [each["href"] for each in at.all("a") if each["href"].startswith("?form=")]
    assert links == [f"?form={key}#{key}" for key in keys]
    html = case_page(replace(shown, asked="message-ask_again-sms"))
    assert '<details class="card" id="messages" open>' in html
    chosen = parse(html)
    assert [each["id"] for each in forms(chosen) if each["action"].endswith("/message")] == [
        keys[3],
        "message-sms",
    ]
    assert "/s/caja3" in form(chosen, "message-ask_again-sms").one("textarea").text


def test_the_timeline_shows_recurring_themes_and_earlier_solutions() -> None:
    shown = view("taken_on", "en")
    at = page(replace(shown, timeline=cases.known(shown.case.followup)))
    (hint,) = [each for each in at.one("section", id="customer").all("p") if "before" in each.text]
    assert hint.text == "It has happened to them before: Waiting time (3 times)"
    assert hint.one("a")["href"] == "#timeline"
    seen = at.one("details", id="timeline")
    text = seen.text
    for part in (
        "Waiting time · 3 times",
        "Complaint · 2 times",
        "Price · 7 times",
        "Le cambiamos el turno de la caja",
    ):
        assert part in text
    entries = [each.text for each in seen.one("ol", class_="entries").all("li")]
    assert not [each for each in entries if "2 out of 10" in each], "what the page says above already"
    assert "sur" in entries[0]
    assert "Source: crm" in entries[0]
    assert seen.one("a")["href"] == "/desk/followups/anearlierone1234"


def test_a_customer_of_other_systems_is_shown_by_reference() -> None:
    refund = TimelineEntry(
        START, "refund", "norte", "", None, (), "e2", amount=Decimal(12990), reference="C-1042"
    )
    shown = replace(by_signals("taken_on"), timeline=Timeline((refund,), (), (), (), (), None))
    at = page(shown)
    seen = at.one("details", id="timeline")
    assert "open" in seen.attributes, "it is all that there is to read"
    assert "Referencia: C-1042" in seen.text
    assert "Monto: $12.990" in seen.text
    assert "la referencia está en su historia" in at.one("main").text
    assert "la referencia" not in page(by_signals("taken_on")).one("main").text


def test_notes_stay_and_corrections_point_to_them() -> None:
    notes = page(busy("taken_on")).one("details", id="notes")
    first, second = (
        each.text for each in notes.one("ol", class_="entries").within if isinstance(each, Element)
    )
    assert "Corregida más abajo" in first
    assert "Corrige una nota anterior" in second
    assert "https://grabaciones.example/1" in [each["href"] for each in notes.all("a")]
    assert [each["id"] for each in notes.all("form")] == ["note-n2", "note"]


def test_the_page_names_only_recently_saved_forms() -> None:
    lately = cases.entry("note", START)
    before = replace(cases.entry("note", START - timedelta(hours=13)), idempotency_key="01JOLD")
    shown = view("open", parts={"history": (before, lately)})
    assert page(shown).one("main")["data-saved"] == lately.idempotency_key


@pytest.mark.parametrize("language", LANGUAGES)
def test_promises_show_their_state_open_ones_first(language: str) -> None:
    text = translations("case", language)["promises"]
    section = page(busy("contacted", language)).one("details", id="promises")
    stands = [each.one("b", class_="state").text for each in section.one("ul", class_="promises").all("li")]
    order = ["overdue", "at_risk", "open", "kept", "late", "broken", "withdrawn"]
    assert stands == [text["state"][each] for each in order]
    assert text["at_risk"] in section.text
    assert text["overdue"] in section.text
    assert "Ya la encargamos" in section.text
    assert "Falta una pieza" in section.text
    offered = [each["id"] for each in section.all("form")]
    acts = ("promise-kept", "promise-progress", "promise-date")
    assert offered == [f"{act}-{p}" for p in ("p3", "p2", "p1") for act in acts] + ["promise"]
    draft = section.one("form", id="promise-date-p2").one("textarea", name="text")
    assert "Una mesa nueva" in draft.raw
    assert text["mark"] in draft.raw


def test_urgent_items_are_linked_at_the_top() -> None:
    """Late and nearly late promises, and an unsolved case that the customer reported."""
    back = cases.entry("customer_reopened", START)
    shown = busy("contacted")
    at = page(replace(shown, case=replace(shown.case, history=(back,))))
    top = [
        each for each in at.one("main").all("p") if "warning" in each.classes and not each.above("section")
    ]
    links = [each.one("a") for each in top if not each.above("details")]
    assert [each["href"] for each in links] == ["#notes", "#promises", "#promises"]
    late, soon = links[1:]
    assert late.text.startswith("Atrasada · ")
    assert soon.text.startswith("En riesgo · ")


def test_danger_is_shown_first() -> None:
    given = cases.given(found={"urgency": ("food_poisoning", "injury")})
    at = page(view("open", "en", answer=given))
    first = next(each for each in at.one("main").all("p") if "urgent" in each.classes)
    assert first.text == "!Urgent: possible food poisoning, possible injury"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_case_has_a_text(language: str) -> None:
    text, labels = translations("case", language), translations("labels", language)
    assert set(text["history"]) - {"title", "empty", "told"} == set(get_args(HistoryKind))
    assert set(text["channel"]) == set(NOTE_CHANNELS)
    assert set(text["concerns"]["hears"]) == set(HEARS_BY)
    assert set(text["concerns"]["priorities"]) == set(CONCERN_PRIORITIES)
    assert set(text["incentives"]["kinds"]) == set(INCENTIVE_KINDS)
    assert set(text["changes"]["roles"]) == set(get_args(Role))
    assert set(labels["stages"]) == {*STAGES, *ENDED}
    assert {"pending", "sending", "sent", "failed", "cancelled"} <= set(text["messages"]["state"])
    assert set(text["timeline"]["kind"]) == {"answer", "followup", "invitation", *REPORTED_KINDS}
    assert set(get_args(Channel)) <= set(text["customer"])


def test_the_three_languages_have_the_same_texts() -> None:
    def shape(value: Any) -> Any:
        return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else None

    for purpose in ("case", "desk_frame"):
        first, *others = (shape(translations(purpose, each)) for each in LANGUAGES)
        assert all(each == first for each in others)
