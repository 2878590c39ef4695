"""The texts that messages to customers begin with, and those that are sent automatically."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from lazo.followup import opening
from lazo.messaging import date_format
from lazo.messaging.customer_message import compose
from lazo.messaging.customer_templates import (
    MANAGER_TEMPLATES,
    MessageContent,
    Template,
    build_drafts,
    fill_template,
)
from lazo.text.gsm7 import segment_count, spell_for_sms
from tests.builders import ANA, DIEGO, START, classified, make_store
from tests.unit.messaging.customer_messages import (
    LANGUAGES,
    LINK,
    MANAGER,
    STORE,
    answer_of_eva,
    composed_message,
    rejected_problems,
)


class TestDrafts:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["Eva Soto", "Maximiliano-Alejandro", None])
    def test_each_draft_can_be_sent_unchanged(self, language: str, name: str | None) -> None:
        """Also with a long name of a store, on the address that API Gateway gives."""
        store = make_store(
            name="Supermercado Aurora Plaza Norte, Local 1204", contacts=[{**ANA, "name": "María Fernanda"}]
        )
        given = answer_of_eva(language=language, name=name)
        about = opening.open_for_answer(classified(given), store)
        assert about is not None
        link = "https://a1b2c3d4e5.execute-api.ap-southeast-1.amazonaws.com/s/plaza-norte-caja3"
        made = build_drafts(given, store, store.contacts[0], link)
        assert [(d.template, d.channel) for d in made] == [
            (t, c) for t in MANAGER_TEMPLATES for c in ("sms", "email")
        ]
        for draft in made:
            writing = MessageContent(draft.channel, draft.text, draft.subject, draft.template)
            message = compose(
                writing, about.followup_id, given, store, store.contacts[0], message_id="01J", now=START
            )
            assert message.template == draft.template
            assert store.name in message.text
            assert (link in message.text) == (draft.template == "ask_again")
            assert not {"{", "}"} & set(message.subject + message.text)
            assert draft.channel == "email" or segment_count(spell_for_sms(message.text)) <= 3

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_where_nothing_went_wrong_no_draft_says_sorry_or_solved(self, language: str) -> None:
        given = answer_of_eva(language=language)
        made = build_drafts(given, STORE, STORE.contacts[0], LINK, only_asks=True)
        assert [d.template for d in made] == [
            each for each in ("apology", "progress", "solved") for _ in ("sms", "email")
        ]
        wrong = {
            "es": ("lament", "siento", "resolvimos", "resuelto", "pasó"),
            "en": ("sorry", "solved", "right", "happened"),
            "pt": ("lament", "sinto", "resolv", "aconteceu"),
        }[language]
        for draft in made:
            assert not any(word in (draft.subject + draft.text).lower() for word in wrong), draft.text
            writing = MessageContent(draft.channel, draft.text, draft.subject, draft.template)
            compose(writing, "f1", given, STORE, STORE.contacts[0], message_id="01J", now=START)
        assert made[0].name != build_drafts(given, STORE, STORE.contacts[0], LINK)[0].name

    def test_texts_are_in_the_customers_language_and_names_in_the_managers(self) -> None:
        diego = make_store(contacts=[ANA, DIEGO]).contacts[1]
        made = build_drafts(answer_of_eva(language="pt", email=None), STORE, diego, LINK)
        assert [d.name for d in made] == [
            "Say sorry",
            "Say how it is going",
            "Say that it is solved",
            "Ask again",
        ]
        assert made[2].text == (
            "Olá, Eva! Aqui é Diego, da equipe Aurora Norte. Já resolvemos o que você nos contou sobre sua visita. "
            "Agradecemos por avisar."
        )

    @pytest.mark.parametrize(
        ("name", "greeting"),
        [
            ("Eva Soto", "Hola, Eva:"),
            ("José", "Hola, José:"),
            ("Jean-Luc Picard", "Hola, Jean-Luc:"),
            ("D’Angelo", "Hola, D’Angelo:"),
            ("+56 9 8765", "Hola:"),
            ("http://x.cl", "Hola:"),
            ("{shop}", "Hola:"),
            ("E", "Hola:"),
            ("E" * 21, "Hola:"),
            ("", "Hola:"),
            (None, "Hola:"),
        ],
    )
    def test_a_first_name_only_where_it_looks_like_one(self, name: str | None, greeting: str) -> None:
        (email, *_) = build_drafts(answer_of_eva(name=name, phone=None), STORE, MANAGER, LINK)
        assert email.text.startswith(f"{greeting}\n\n")

    def test_no_drafts_without_consent(self) -> None:
        assert build_drafts(answer_of_eva(consent=None), STORE, MANAGER, LINK) == ()


class TestAutomaticTemplates:
    """Templates of an occasion, sent without review."""

    WEDNESDAY = date_format.format_moment(
        datetime(2026, 3, 11, 15, 0, tzinfo=UTC), STORE.timezone, "es", "CL"
    )

    @pytest.mark.parametrize(
        ("language", "moment", "day"),
        [
            ("es", "el miércoles 11 de marzo a las 12:00", "el miércoles 11 de marzo"),
            ("en", "Wednesday, 11 March at 12:00", "Wednesday, 11 March"),
            ("pt", "quarta-feira, 11 de março, às 12:00", "quarta-feira, 11 de março"),
        ],
    )
    def test_dates_in_full_by_the_stores_clock(self, language: str, moment: str, day: str) -> None:
        at = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
        assert date_format.format_moment(at, "America/Santiago", language, "CL") == moment
        assert date_format.format_day(date(2026, 3, 11), language, "CL") == day

    def test_received_names_caller_and_date(self) -> None:
        dated = fill_template("received", "sms", answer_of_eva(), STORE, "Ana", until=self.WEDNESDAY)
        assert dated.text == (
            "Hola, Eva: gracias por contarnos cómo fue tu visita a Aurora Norte. "
            "Ana te va a llamar, a más tardar el miércoles 11 de marzo a las 12:00."
        )
        assert (
            fill_template("received", "sms", answer_of_eva(), STORE, "Ana").text.rpartition(". ")[2]
            == "Ana ya lo tiene a su cargo y te va a llamar."
        )
        by_email = fill_template("received", "email", answer_of_eva(phone=None), STORE, "Ana")
        assert by_email.text.endswith("Ana ya lo está viendo y te va a escribir.\n\nAurora Norte")

    def test_a_delay_with_and_without_its_new_date(self) -> None:
        late = fill_template(
            "delay",
            "sms",
            answer_of_eva(),
            STORE,
            "Ana",
            what="cambiar la máquina.",
            until="el jueves 12 de marzo",
        )
        assert late.text.endswith(
            "Vamos a atrasarnos con lo que te dijimos: cambiar la máquina. La nueva fecha es el jueves 12 de marzo."
        )
        assert (
            "nueva fecha apenas"
            in fill_template("delay", "email", answer_of_eva(), STORE, "Ana", what="cambiar").text
        )

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["Eva Soto", "Maximiliano-Alejandro", None])
    def test_each_template_passes_guard_and_length_on_any_day(self, language: str, name: str | None) -> None:
        store = make_store(
            name="Supermercado Aurora Plaza Norte, Local 1204", contacts=[{**ANA, "name": "María Fernanda"}]
        )
        given = answer_of_eva(language=language, name=name)
        about = opening.open_for_answer(classified(given), store)
        assert about is not None
        days = [START + timedelta(days=n, hours=n) for n in range(0, 366, 31)]
        dates = ["", *(date_format.format_moment(at, store.timezone, language, store.country) for at in days)]
        occasions: list[Template] = ["received", "delay", "solved", "ask_again"]
        for template, channel, until in product(occasions, ("sms", "email"), dates):
            if until and template not in ("received", "delay"):
                continue
            writing = fill_template(
                template, channel, given, store, "María Fernanda", what="Café", until=until
            )
            by = store.contacts[0]
            made = compose(
                writing, about.followup_id, given, store, by, message_id="1", now=START, automatic=True
            )
            assert made.link == {"received": "page", "delay": "page", "ask_again": "survey"}.get(
                template, "solved"
            )
            assert not {"{", "}"} & set(made.subject + made.text)
            assert store.name in made.text
            assert until in made.text or channel == "sms"  # which writes without accents

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("what", ["Café.", ""])
    def test_asking_about_an_improvement_passes_guard_and_length(self, language: str, what: str) -> None:
        store = make_store(name="Supermercado Aurora Plaza Norte, Local 1204")
        given = answer_of_eva(language=language, name="Maximiliano")
        for channel in ("sms", "email"):
            writing = fill_template("ask_again", channel, given, store, "Ana", what=what, of_improvement=True)
            made = compose(
                writing, "abc", given, store, store.contacts[0], message_id="1", now=START, automatic=True
            )
            assert (made.link, made.template) == ("survey", "ask_again")
            assert store.name in made.text
            assert ("Café.\n" in made.text) == (bool(what) and channel == "email")
            assert not {"{", "}"} & set(made.subject + made.text)

    def test_the_limit_leaves_room_for_the_link(self) -> None:
        """459 septets in three segments, 140 of them for the link."""
        assert composed_message(text="a" * 319, template="progress").link == "page"
        assert rejected_problems(text="a" * 320, template="progress") == [("too_long", "text", 319)]
        assert composed_message(text="a" * 459).link is None
