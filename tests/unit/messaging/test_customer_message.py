"""What may be written to a customer, and the texts to begin with."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from lazo.errors import Rejected
from lazo.followup import lifecycle
from lazo.messaging import customer_templates, date_format
from lazo.messaging.customer_message import CustomerMessage, NoChannel, NoConsent, compose
from lazo.messaging.customer_templates import (
    MANAGER_TEMPLATES,
    MessageContent,
    Template,
    build_drafts,
    fill_template,
)
from lazo.phrases import wording_guard_rules
from lazo.phrases.wording_guard import Blocked
from lazo.survey.answer import Answer
from lazo.text.gsm7 import BASIC, segment_count
from tests.builders import ANA, DIEGO, START, answer, classified, consent, make_store

LANGUAGES = ("es", "en", "pt")
LINK = "https://lazo.example/s/caja3"
STORE = make_store()
(MANAGER, *_) = STORE.contacts


def eva(**changes: Any) -> Answer:
    contact = {"name": "Eva Soto", "phone": "+56987650001", "email": "eva@example.org", "consent": consent()}
    return answer(**{**contact, **changes})


def written(given: Answer | None = None, channel: Any = "sms", **changes: Any) -> CustomerMessage:
    given = given or eva()
    about = lifecycle.open_for_answer(classified(given), STORE)
    assert about is not None
    writing = {"text": "Hola, Eva: ya lo arreglamos.", "subject": "Tu visita", **changes}
    return compose(
        MessageContent(channel=channel, **writing),
        about.followup_id,
        given,
        STORE,
        MANAGER,
        message_id="01J",
        now=START,
    )


def problems(**changes: Any) -> list[tuple[str, str | None, Any]]:
    with pytest.raises(Rejected) as refused:
        written(**changes)
    return [(p.code, p.field, p.facts.get("most")) for p in refused.value.problems]


class TestWhoMayBeWrittenTo:
    def test_nobody_without_consent(self) -> None:
        with pytest.raises(NoConsent):
            written(eva(consent=None))

    def test_nobody_behind_a_follow_up_that_signals_opened(self) -> None:
        about = lifecycle.open_for_answer(classified(eva()), STORE)
        assert about is not None
        with pytest.raises(NoConsent):
            compose(
                MessageContent("sms", "Hola"),
                about.followup_id,
                None,
                STORE,
                MANAGER,
                message_id="01J",
                now=START,
            )

    @pytest.mark.parametrize(("channel", "without"), [("sms", "phone"), ("email", "email")])
    def test_nobody_without_an_address_for_the_channel(self, channel: str, without: str) -> None:
        with pytest.raises(NoChannel):
            written(eva(**{without: None}), channel=channel)

    def test_the_channels_of_a_customer(self) -> None:
        assert customer_templates.customer_channels(eva()) == ("sms", "email")
        assert customer_templates.customer_channels(eva(phone=None)) == ("email",)
        assert customer_templates.customer_channels(eva(consent=None)) == ()
        assert customer_templates.customer_channels(None) == ()


class TestCompose:
    def test_an_sms(self) -> None:
        given = eva()
        made = written(given, text="  Hola, Eva:\nya arreglamos la máquina.  ", template="solved")
        assert made == CustomerMessage(
            message_id="01J",
            followup_id=made.followup_id,
            store_id="norte",
            answered_at_store="norte",
            answer_ulid=given.ulid,
            channel="sms",
            language="es",
            subject="",
            text="Hola, Eva: ya arreglamos la maquina.",
            template="solved",
            by="ana",
            by_name="Ana",
            at=START,
            link="solved",
        )
        assert (made.state, made.attempts, made.unclear) == ("pending", 0, 0)

    def test_an_e_mail_keeps_its_lines_and_accents(self) -> None:
        made = written(channel="email", subject=" Tu\nvisita ", text="Hola:\r\n\r\nmáquina\u202e\x07 ")
        assert (made.subject, made.text) == ("Tu visita", "Hola:\n\nmáquina")

    def test_the_language_is_the_customers(self) -> None:
        assert written(eva(language="pt")).language == "pt"

    @pytest.mark.parametrize("template", [None, "", "invented"])
    def test_free_text(self, template: str | None) -> None:
        assert written(template=template).template is None

    def test_asking_again_is_an_invitation_only_with_its_link(self) -> None:
        assert written(template="ask_again", text=f"¿Cómo te ha ido? {LINK}").template == "ask_again"
        assert written(template="ask_again", text="¿Cómo te ha ido?").template is None

    @pytest.mark.parametrize(
        ("text", "fits"),
        [
            ("a" * 459, True),  # 3 × 153 (TS 23.040)
            ("a" * 460, False),
            ("á" * 459, True),  # written as "a"
            ("€" * 228, True),  # two septets each, and an escape is never parted from its character: 3 × 76
            ("€" * 229, False),
            ("Ω" * 459, True),  # a Greek capital that the alphabet has
            ("ω" * 201, True),  # UCS-2: 3 × 67
            ("ω" * 202, False),
            ("👍" * 99, True),  # a pair each, never parted: 3 × 33
            ("👍" * 100, False),
        ],
    )
    def test_an_sms_has_three_segments_at_most(self, text: str, fits: bool) -> None:
        # Letter by letter: the same letter many times over would be read as one.
        if fits:
            assert segment_count(written(text=text).text) <= 3
        else:
            most = 459 if text[0] in "a€" else 201
            assert problems(text=text) == [("too_long", "text", most)]

    def test_an_emoji_is_kept_and_accents_with_it(self) -> None:
        assert written(text="¡Gracias, Eva! Ya está 👍").text == "¡Gracias, Eva! Ya está 👍"
        assert set(written(text="¡Gracias! Ya está “listo”…").text) <= BASIC

    def test_limits_of_an_e_mail(self) -> None:
        assert written(channel="email", subject="s" * 120, text="x" * 4000)
        assert problems(channel="email", subject="s" * 121, text="x" * 4001) == [
            ("too_long", "subject", 120),
            ("too_long", "text", 4000),
        ]
        assert problems(channel="email", subject=" ", text=" \n") == [
            ("required", "subject", None),
            ("required", "text", None),
        ]
        assert problems(text="\u200b\n") == [("required", "text", None)]


class TestGuard:
    def test_findings_of_subject_and_text_together(self) -> None:
        with pytest.raises(Blocked) as blocked:
            written(channel="email", subject="Tu NPS", text="Nos diste un 3 y te haremos feliz.")
        assert [(f.field, f.reason) for f in blocked.value.findings] == [
            ("subject", "internal_term"),
            ("text", "score"),
            ("text", "empty_promise"),
        ]

    def test_people_and_stores_may_be_called_anything(self) -> None:
        store = make_store(
            name="El Promotor Feliz", brand="NPS", contacts=[{**ANA, "name": "Eva Detractora"}]
        )
        given = eva(name="Oferta Imperdible")
        about = lifecycle.open_for_answer(classified(given), store)
        assert about is not None
        writing = MessageContent(
            "sms", "Hola, Oferta Imperdible: soy Eva Detractora, de NPS El Promotor Feliz."
        )
        compose(writing, about.followup_id, given, store, store.contacts[0], message_id="01J", now=START)
        with pytest.raises(Blocked):
            compose(
                MessageContent("sms", "Una oferta imperdible, detractora"),
                about.followup_id,
                eva(),
                store,
                store.contacts[0],
                message_id="01J",
                now=START,
            )

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_answers_language_is_no_way_around(self, language: str) -> None:
        for text in ("Nos diste un 3.", "You gave us a 3.", "Você nos deu nota 3."):
            with pytest.raises(Blocked):
                written(eva(language=language), text=text)


class TestDrafts:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["Eva Soto", "Maximiliano-Alejandro", None])
    def test_each_may_be_sent_as_it_is(self, language: str, name: str | None) -> None:
        """Also with a long name of a shop, on the address that API Gateway gives."""
        store = make_store(
            name="Supermercado Aurora Plaza Norte, Local 1204", contacts=[{**ANA, "name": "María Fernanda"}]
        )
        given = eva(language=language, name=name)
        about = lifecycle.open_for_answer(classified(given), store)
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
            assert draft.channel == "email" or segment_count(message.text) <= 3

    def test_in_the_customers_language_and_named_in_the_managers(self) -> None:
        diego = make_store(contacts=[ANA, DIEGO]).contacts[1]
        made = build_drafts(eva(language="pt", email=None), STORE, diego, LINK)
        assert [d.name for d in made] == [
            "Say sorry",
            "Say how it is going",
            "Say that it is solved",
            "Ask again",
        ]
        assert made[2].text == (
            "Olá, Eva! Aqui é Diego, de Aurora Norte. Já resolvemos o que você nos contou sobre a visita. "
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
        (email, *_) = build_drafts(eva(name=name, phone=None), STORE, MANAGER, LINK)
        assert email.text.startswith(f"{greeting}\n\n")

    def test_none_for_whom_nobody_may_write_to(self) -> None:
        assert build_drafts(eva(consent=None), STORE, MANAGER, LINK) == ()


def test_a_reason_is_told_in_the_readers_language() -> None:
    with pytest.raises(Blocked) as blocked:
        written(text="NPS")
    (found,) = blocked.value.findings
    assert [
        wording_guard_rules.blocked_reasons(each)[found.reason].partition(" ")[0] for each in LANGUAGES
    ] == [
        "Es",
        "This",
        "É",
    ]


class TestOccasions:
    """What belongs to an occasion of its own, and goes out without anybody looking at it first."""

    WEDNESDAY = date_format.format_moment(datetime(2026, 3, 11, 15, 0, tzinfo=UTC), STORE.timezone, "es")

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
        assert date_format.format_moment(at, "America/Santiago", language) == moment
        assert date_format.format_day(date(2026, 3, 11), language) == day

    def test_received_says_who_calls_and_until_when(self) -> None:
        dated = fill_template("received", "sms", eva(), STORE, "Ana", until=self.WEDNESDAY)
        assert dated.text == (
            "Hola, Eva: gracias por contarnos cómo fue tu visita a Aurora Norte. "
            "Ana te va a llamar, a más tardar el miércoles 11 de marzo a las 12:00."
        )
        assert (
            fill_template("received", "sms", eva(), STORE, "Ana").text.rpartition(". ")[2]
            == "Ana ya lo está viendo y te va a llamar."
        )
        by_email = fill_template("received", "email", eva(phone=None), STORE, "Ana")
        assert by_email.text.endswith("Ana ya lo está viendo y te va a escribir.\n\nAurora Norte")

    def test_a_delay_with_and_without_its_new_date(self) -> None:
        late = fill_template(
            "delay", "sms", eva(), STORE, "Ana", what="cambiar la máquina.", until="el jueves 12 de marzo"
        )
        assert late.text.endswith(
            "más de lo que te dijimos: cambiar la máquina. La nueva fecha es el jueves 12 de marzo."
        )
        assert (
            "nueva fecha apenas" in fill_template("delay", "email", eva(), STORE, "Ana", what="cambiar").text
        )

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["Eva Soto", "Maximiliano-Alejandro", None])
    def test_each_passes_guard_and_length_on_any_day(self, language: str, name: str | None) -> None:
        store = make_store(
            name="Supermercado Aurora Plaza Norte, Local 1204", contacts=[{**ANA, "name": "María Fernanda"}]
        )
        given = eva(language=language, name=name)
        about = lifecycle.open_for_answer(classified(given), store)
        assert about is not None
        days = [START + timedelta(days=n, hours=n) for n in range(0, 366, 31)]
        dates = ["", *(date_format.format_moment(at, store.timezone, language) for at in days)]
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

    def test_room_is_left_for_the_link(self) -> None:
        """459 septets in three segments, 140 of them for the link."""
        assert written(text="a" * 319, template="progress").link == "page"
        assert problems(text="a" * 320, template="progress") == [("too_long", "text", 319)]
        assert written(text="a" * 459).link is None
