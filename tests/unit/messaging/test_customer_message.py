"""Messages to a customer: who may be written to, limits, and the wording guard."""

import pytest

from lazo.followup import opening
from lazo.messaging import customer_templates
from lazo.messaging.customer_message import CustomerMessage, NoChannel, NoConsent, compose
from lazo.messaging.customer_templates import MessageContent
from lazo.phrases import wording_guard_rules
from lazo.phrases.wording_guard import Blocked
from lazo.text.gsm7 import BASIC, segment_count, spell_for_sms
from tests.builders import ANA, START, classified, make_store
from tests.unit.messaging.customer_messages import (
    LANGUAGES,
    LINK,
    MANAGER,
    STORE,
    answer_of_eva,
    composed_message,
    rejected_problems,
)


class TestConsent:
    def test_no_message_without_consent(self) -> None:
        with pytest.raises(NoConsent):
            composed_message(answer_of_eva(consent=None))

    def test_no_message_for_a_followup_from_signals(self) -> None:
        about = opening.open_for_answer(classified(answer_of_eva()), STORE)
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
    def test_no_message_without_an_address_for_the_channel(self, channel: str, without: str) -> None:
        with pytest.raises(NoChannel):
            composed_message(answer_of_eva(**{without: None}), channel=channel)

    def test_channels_of_a_customer(self) -> None:
        assert customer_templates.customer_channels(answer_of_eva()) == ("sms", "email")
        assert customer_templates.customer_channels(answer_of_eva(phone=None)) == ("email",)
        assert customer_templates.customer_channels(answer_of_eva(consent=None)) == ()
        assert customer_templates.customer_channels(None) == ()

    def test_a_channel_can_deliver(self) -> None:
        landline = answer_of_eva(phone="+441212345678")
        assert customer_templates.customer_channels(landline) == ("email",)
        with pytest.raises(NoChannel):
            composed_message(landline, channel="sms")
        assert customer_templates.customer_channels(answer_of_eva(email="eva@ñandú.cl")) == ("sms", "email")
        assert customer_templates.customer_channels(answer_of_eva(email="éva@nandu.cl")) == ("sms",)
        # In Argentina the number does not tell whether it is a mobile.
        assert customer_templates.customer_channels(answer_of_eva(phone="+5491143215678")) == ("email", "sms")


class TestCompose:
    def test_fields_of_an_sms(self) -> None:
        given = answer_of_eva()
        made = composed_message(given, text="  Hola, Eva:\nya arreglamos la máquina.  ", template="solved")
        assert made == CustomerMessage(
            message_id="01J",
            followup_id=made.followup_id,
            store_id="norte",
            answered_at_store="norte",
            answer_ulid=given.ulid,
            channel="sms",
            language="es",
            subject="",
            text="Hola, Eva: ya arreglamos la máquina.",
            template="solved",
            by="ana",
            by_name="Ana",
            at=START,
            link="solved",
        )
        assert (made.state, made.attempts, made.unclear) == ("pending", 0, 0)

    def test_an_e_mail_keeps_its_lines_and_accents(self) -> None:
        made = composed_message(
            channel="email", subject=" Tu\nvisita ", text="Hola:\r\n\r\nmáquina\u202e\x07 "
        )
        assert (made.subject, made.text) == ("Tu visita", "Hola:\n\nmáquina")

    def test_the_language_is_the_customers(self) -> None:
        assert composed_message(answer_of_eva(language="pt")).language == "pt"

    @pytest.mark.parametrize("template", [None, "", "invented"])
    def test_free_text_has_no_template(self, template: str | None) -> None:
        assert composed_message(template=template).template is None

    def test_a_resurvey_keeps_its_template_only_with_its_link(self) -> None:
        assert composed_message(template="ask_again", text=f"¿Cómo te ha ido? {LINK}").template == "ask_again"
        assert composed_message(template="ask_again", text="¿Cómo te ha ido?").template is None

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
            assert segment_count(spell_for_sms(composed_message(text=text).text)) <= 3
        else:
            most = 459 if text[0] in "a€" else 201
            assert rejected_problems(text=text) == [("too_long", "text", most)]

    def test_an_emoji_is_kept_and_accents_with_it(self) -> None:
        assert composed_message(text="¡Gracias, Eva! Ya está 👍").text == "¡Gracias, Eva! Ya está 👍"
        assert set(spell_for_sms(composed_message(text="¡Gracias! Ya está “listo”…" * 4).text)) <= BASIC

    def test_limits_of_an_e_mail(self) -> None:
        assert composed_message(channel="email", subject="s" * 120, text="x" * 4000)
        assert rejected_problems(channel="email", subject="s" * 121, text="x" * 4001) == [
            ("too_long", "subject", 120),
            ("too_long", "text", 4000),
        ]
        assert rejected_problems(channel="email", subject=" ", text=" \n") == [
            ("required", "subject", None),
            ("required", "text", None),
        ]
        assert rejected_problems(text="\u200b\n") == [("required", "text", None)]


class TestGuard:
    def test_findings_cover_subject_and_text(self) -> None:
        with pytest.raises(Blocked) as blocked:
            composed_message(channel="email", subject="Tu NPS", text="Nos diste un 3 y te haremos feliz.")
        assert [(f.field, f.reason) for f in blocked.value.findings] == [
            ("subject", "internal_term"),
            ("text", "score"),
            ("text", "empty_promise"),
        ]

    def test_names_of_people_and_stores_are_exempt(self) -> None:
        store = make_store(
            name="El Promotor Feliz", brand="NPS", contacts=[{**ANA, "name": "Eva Detractora"}]
        )
        given = answer_of_eva(name="Oferta Imperdible")
        about = opening.open_for_answer(classified(given), store)
        assert about is not None
        writing = MessageContent(
            "sms", "Hola, Oferta Imperdible: soy Eva Detractora, de NPS El Promotor Feliz."
        )
        compose(writing, about.followup_id, given, store, store.contacts[0], message_id="01J", now=START)
        with pytest.raises(Blocked):
            compose(
                MessageContent("sms", "Una oferta imperdible, detractora"),
                about.followup_id,
                answer_of_eva(),
                store,
                store.contacts[0],
                message_id="01J",
                now=START,
            )

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_texts_are_checked_in_every_language(self, language: str) -> None:
        for text in ("Nos diste un 3.", "You gave us a 3.", "Você nos deu nota 3."):
            with pytest.raises(Blocked):
                composed_message(answer_of_eva(language=language), text=text)


def test_reasons_are_in_the_readers_language() -> None:
    with pytest.raises(Blocked) as blocked:
        composed_message(text="NPS")
    (found,) = blocked.value.findings
    assert [
        wording_guard_rules.blocked_reasons(each)[found.reason].partition(" ")[0] for each in LANGUAGES
    ] == [
        "Es",
        "This",
        "É",
    ]
