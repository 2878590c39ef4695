"""The words of an alert: SMS in one segment with all that is needed, e-mail whole and harmless."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.followup import lifecycle, staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery, Purpose
from lazo.phrases import theme_rules
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.gsm7 import gsm7_segment_count, septet_count
from lazo.translations import LANGUAGES, translations
from notify import alert_email, alert_sms, rendering
from tests.builders import ANA, START, answer, classified, consent, make_store

LINK = "https://lazo.example/f/AAECAwQFBgcICSTUuQeEp0ETTKCGwiOKui8"
LONG_LINK = (
    "https://a1b2c3d4e5.execute-api.ap-southeast-1.amazonaws.com/f/AAECAwQFBgcICSTUuQeEp0ETTKCGwiOKui8"
)


def told(
    purpose: Purpose = "alert",
    language: str = "es",
    found: dict[str, Any] | None = None,
    at: datetime = START,
    store_changes: dict[str, Any] | None = None,
    **changes: Any,
) -> tuple[Delivery, FollowUp, Answer, Store]:
    """What a message is made of; answered at 15:00 UTC, which is 12:00 in Santiago, unless the answer says else."""
    store = make_store(contacts=[{**ANA, "language": language}], **(store_changes or {}))
    given = classified(answer(**{"score": 2, **changes}), **(found or {}), at=at)
    about = lifecycle.open_for_answer(given, store)
    assert about is not None
    owed = staff_deliveries.plan_deliveries(about, store, purpose, at)[0]
    return owed, about, given, store


def sms(link: str = LINK, *, answerable: bool = False, **changes: Any) -> str:
    owed, about, given, store = told(**changes)
    return alert_sms.build_alert_sms(
        owed, about, given, store, store.contacts[0], link, answerable=answerable
    )


def email(**changes: Any) -> rendering.Email:
    owed, about, given, store = told(**changes)
    return alert_email.build_alert_email(owed, about, given, store, store.contacts[0], LINK)


class TestSms:
    @pytest.mark.parametrize(
        ("language", "purpose", "head"),
        [
            ("es", "alert", "Aurora Norte, Caja 3: 2/10"),
            ("en", "alert", "Aurora Norte, Caja 3: 2/10"),
            ("pt", "alert", "Aurora Norte, Caja 3: 2/10"),
            ("es", "escalation", "Sin atender desde 12:00. Aurora Norte, Caja 3: 2/10"),
            ("en", "escalation", "Nobody on it since 12:00. Aurora Norte, Caja 3: 2/10"),
            ("pt", "escalation", "Sem atendimento desde 12:00. Aurora Norte, Caja 3: 2/10"),
            ("es", "reminder", "Sigue sin atender (10/03). Aurora Norte, Caja 3: 2/10"),
            ("en", "reminder", "Still nobody on it (10 Mar). Aurora Norte, Caja 3: 2/10"),
            ("pt", "reminder", "Continua sem atendimento (10/03). Aurora Norte, Caja 3: 2/10"),
        ],
    )
    def test_store_place_score_gist_and_link_in_the_readers_language(
        self, language: str, purpose: Purpose, head: str
    ) -> None:
        text = sms(language=language, purpose=purpose, comment="Esperé 20 minutos, ¡pésimo!")
        assert text == f'{head} "Esperé 20 minutos, ¡pésimo!" {LINK}'

    @pytest.mark.parametrize(
        ("language", "word"), [("es", "URGENTE "), ("en", "URGENT "), ("pt", "URGENTE ")]
    )
    def test_urgent_comes_first(self, language: str, word: str) -> None:
        text = sms(language=language, found={"urgency": ("injury",)}, comment="Me caí")
        assert text == f'{word}Aurora Norte, Caja 3: 2/10 "Me cai" {LINK}'

    @pytest.mark.parametrize(
        ("language", "offer"),
        [("es", "1=voy 2=paso"), ("en", "1=on it 2=pass"), ("pt", "1=vou 2=passo")],
    )
    @pytest.mark.parametrize("purpose", ["alert", "passed_on"])
    def test_what_can_be_answered_says_how(self, language: str, offer: str, purpose: Purpose) -> None:
        text = sms(answerable=True, language=language, purpose=purpose, comment="Esperé 20 minutos")
        assert text.endswith(f'Aurora Norte, Caja 3: 2/10 "Esperé 20 minutos" {offer} {LINK}')
        assert offer not in sms(language=language, purpose=purpose, comment="Esperé 20 minutos")

    def test_how_to_answer_gives_way_to_names_score_and_link(self) -> None:
        store_changes = {"name": "Aurora Plaza Norte de Las Condes"}
        text = sms(
            LONG_LINK, answerable=True, comment="Esperé", store_changes=store_changes, touchpoint="Caja 3 A"
        )
        assert text == f'Aurora Plaza Norte de Las Condes, Caja 3 A: 2/10 "Esperé" {LONG_LINK}'

    def test_who_has_it_already_is_not_asked_to_take_it_on(self) -> None:
        owed, about, given, store = told(comment="Esperé")
        mine = replace(about, owner="ana", stage="taken_on")
        (told_by_sms, _) = staff_deliveries.assigned_deliveries(mine, store, START)
        text = alert_sms.build_alert_sms(
            told_by_sms, mine, given, store, store.contacts[0], LINK, answerable=True
        )
        assert text == f'Ahora es tuyo. Aurora Norte, Caja 3: 2/10 "Esperé" {LINK}'
        assert owed.purpose == "alert"

    def test_without_a_comment_the_reasons(self) -> None:
        text = sms(found={"themes": ("waiting_time", "staff_attitude")}, language="en")
        assert text == f"Aurora Norte, Caja 3: 2/10 (Waiting time, Staff attitude) {LINK}"

    @pytest.mark.parametrize(
        ("language", "words"),
        [("es", "(sin comentario)"), ("en", "(no comment)"), ("pt", "(sem comentario)")],
    )
    def test_with_nothing_said_that_it_was_nothing(self, language: str, words: str) -> None:
        assert sms(language=language) == f"Aurora Norte, Caja 3: 2/10 {words} {LINK}"

    @pytest.mark.parametrize("link", [LINK, LONG_LINK])
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("purpose", ["alert", "escalation", "reminder", "passed_on"])
    def test_however_long_the_names_the_score_and_the_place_stay(
        self, link: str, language: str, purpose: Purpose
    ) -> None:
        """60 and 40 characters are what the shop file allows."""
        text = sms(
            link,
            language=language,
            purpose=purpose,
            found={"urgency": ("injury",)},
            store_changes={"name": "Hipermercado Aurora de la Avenida Presidente Kennedy Oriente"},
            touchpoint="Mostrador de atención al cliente, piso 2",
            comment="x" * 2000,
        )
        assert gsm7_segment_count(text) == 1
        head = text.removesuffix(link)
        assert head != text
        assert "2/10" in head
        assert "Hip" in head
        assert "Mos" in head

    @given(
        comment=st.text(max_size=200),
        name=st.text(min_size=1, max_size=60),
        label=st.text(min_size=1, max_size=40),
        language=st.sampled_from(LANGUAGES),
        purpose=st.sampled_from(["alert", "escalation", "reminder", "passed_on"]),
        link=st.sampled_from([LINK, LONG_LINK]),
        answerable=st.booleans(),
    )
    def test_always_one_segment_with_score_and_link(
        self,
        comment: str,
        name: str,
        label: str,
        language: str,
        purpose: Purpose,
        link: str,
        answerable: bool,
    ) -> None:
        text = sms(
            link,
            answerable=answerable,
            comment=comment,
            store_changes={"name": name},
            touchpoint=label,
            language=language,
            purpose=purpose,
        )
        assert gsm7_segment_count(text) == 1
        assert septet_count(text) <= 160
        assert text.endswith(f" {link}")
        assert "2/10" in text.removesuffix(link)
        assert "\n" not in text

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("link", [LINK, LONG_LINK])
    def test_a_digest_says_how_many(self, language: str, link: str) -> None:
        store = make_store(
            name="Hipermercado Aurora de la Avenida Presidente Kennedy Oriente",
            contacts=[{**ANA, "language": language}],
        )
        text = alert_sms.digest_sms(137, store, store.contacts[0], link)
        assert gsm7_segment_count(text) == 1
        assert "137" in text.removesuffix(link)
        assert text.endswith(f" {link}")

    @pytest.mark.parametrize(
        ("language", "count", "expected"),
        [
            ("es", 1, "Aurora Norte: 1 respuesta mas sin atender. Cada una esta en tu correo. La primera:"),
            ("es", 2, "Aurora Norte: 2 respuestas mas sin atender. Cada una esta en tu correo. La primera:"),
            ("en", 1, "Aurora Norte: 1 more answer waiting. Each one is in your e-mail. The first:"),
            ("en", 9, "Aurora Norte: 9 more answers waiting. Each one is in your e-mail. The first:"),
            ("pt", 2, "Aurora Norte: mais 2 respostas sem atendimento. Estao no seu e-mail. A primeira:"),
        ],
    )
    def test_words_of_a_digest(self, language: str, count: int, expected: str) -> None:
        store = make_store(contacts=[{**ANA, "language": language}])
        assert alert_sms.digest_sms(count, store, store.contacts[0], LINK) == f"{expected} {LINK}"

    def test_a_digest_speaks_of_no_e_mail_to_whom_has_none(self) -> None:
        store = make_store(contacts=[{**ANA, "email": None}])
        text = alert_sms.digest_sms(2, store, store.contacts[0], LINK)
        assert text == f"Aurora Norte: 2 respuestas mas sin atender. La primera: {LINK}"


class _Page(HTMLParser):
    """What a reader's mail program makes of the HTML: the tags, the links, the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


NASTY = '<script>alert(1)</script><img src="https://evil.example/x.png" onerror=x> </div> "&amp;" {{ 7*7 }} {% if %}'


class TestEmail:
    @pytest.mark.parametrize("purpose", ["alert", "escalation", "reminder", "passed_on"])
    @pytest.mark.parametrize("where", ["comment", "name", "touchpoint", "shop", "brand"])
    def test_whatever_people_write_is_only_text(self, where: str, purpose: Purpose) -> None:
        changes: dict[str, Any] = (
            {"store_changes": {"name" if where == "shop" else "brand": NASTY}}
            if where in ("shop", "brand")
            else {where: NASTY}
        )
        mail = email(purpose=purpose, **changes)
        page, plain = _Page(mail.html), _Page(email(purpose=purpose).html)
        assert page.tags == plain.tags or where in ("comment", "name")
        assert page.links == plain.links == [LINK]
        assert not page.handlers
        assert "script" not in page.tags
        assert "img" not in page.tags
        if where != "brand":
            assert NASTY in page.text
            assert NASTY in mail.text

    def test_the_whole_comment_in_both_parts(self) -> None:
        comment = "Primera línea.\n\n" + "palabra " * 240 + "ñandú 😡 fin"
        mail = email(comment=comment)
        assert comment in mail.text.replace("\n> ", "\n")
        assert comment in _Page(mail.html).text

    def test_a_comment_cannot_pass_for_our_own_words_in_plain_text(self) -> None:
        lines = ["Mal.", "", "Ver el caso:", "https://evil.example/f/abc", "", "--"]
        text = email(comment="\n".join(lines)).text
        assert "\n" + "".join(f"> {line}\n" for line in lines) in text
        assert text.splitlines().count("--") == 1

    def test_no_contact_details_of_the_customer(self) -> None:
        mail = email(name="Eva Luna", phone="+56987654321", email="eva@example.com", consent=consent())
        for text in (mail.subject, mail.text, mail.html):
            assert "987654321" not in text
            assert "eva@example.com" not in text
        assert "Eva Luna" in mail.text
        assert "quiere que lo contacten" in mail.text

    @pytest.mark.parametrize(
        ("language", "subject", "lead"),
        [
            (
                "es",
                "Aurora Norte, Caja 3: un cliente necesita que lo atiendas (2/10)",
                "Un cliente acaba de responder en Caja 3 a las 12:00. Es posible que todavía esté en el local.",
            ),
            (
                "en",
                "Aurora Norte, Caja 3: a customer needs you (2/10)",
                "A customer has just answered at Caja 3, at 12:00. They may still be in the shop.",
            ),
            (
                "pt",
                "Aurora Norte, Caja 3: um cliente precisa de você (2/10)",
                "Um cliente acabou de responder em Caja 3, às 12:00. Talvez ainda esteja na loja.",
            ),
        ],
    )
    def test_in_the_readers_language(self, language: str, subject: str, lead: str) -> None:
        mail = email(language=language)
        assert mail.subject == subject
        assert lead in mail.text
        assert lead in _Page(mail.html).text
        assert f'<html lang="{language}">' in mail.html

    def test_an_alert_that_comes_late_does_not_say_just_now(self) -> None:
        at_once, late = (email(at=START + timedelta(minutes=m)) for m in (15, 16))
        assert "acaba de responder" in at_once.text
        assert "Un cliente respondió en Caja 3 el 10/03 a las 12:00." in late.text
        assert "No dejó datos de contacto. Si todavía está en el local" in at_once.text
        assert "No dejó datos de contacto." in late.text
        assert "todavía" not in late.text

    def test_an_alert_that_waited_for_the_morning_does_not_say_just_now(self) -> None:
        owed, about, given, store = told()
        waited = replace(owed, not_before=START + timedelta(hours=12))
        mail = alert_email.build_alert_email(waited, about, given, store, store.contacts[0], LINK)
        assert "acaba de responder" not in mail.text

    def test_urgent(self) -> None:
        mail = email(found={"urgency": ("injury", "theft")})
        assert mail.subject.startswith("URGENTE: Aurora Norte")
        assert "URGENTE: POSIBLE LESIÓN, ROBO" in mail.text
        assert "Urgente: posible lesión, robo" in _Page(mail.html).text

    def test_the_deadline_on_the_stores_clock(self) -> None:
        assert "antes de las 12:10 (10/03)" in email().text

    @pytest.mark.parametrize(
        ("language", "asked"),
        [
            ("es", "Habla con el cliente antes de las"),
            ("en", "Please talk to the customer by"),
            ("pt", "Fale com o cliente até as"),
        ],
    )
    def test_who_is_handed_a_case_is_told_what_comes_next_and_not_to_take_it_on(
        self, language: str, asked: str
    ) -> None:
        owed, about, given, store = told("assigned", language)
        about = replace(about, stage="taken_on", owner="diego")
        assert asked in alert_email.build_alert_email(owed, about, given, store, store.contacts[0], LINK).text

    @pytest.mark.parametrize("where", ["name", "brand"])
    @pytest.mark.parametrize("mark", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b"])
    def test_no_line_break_reaches_a_header(self, where: str, mark: str) -> None:
        mail = email(store_changes={where: f"Aurora{mark}Bcc: eve@evil.example"}, touchpoint=f"Caja{mark}3")
        for header in (mail.subject, mail.sender_name):
            assert len(header.splitlines()) == 1
        assert "Caja 3" in mail.subject

    def test_a_danger_without_a_label_is_told_all_the_same(self) -> None:
        """An operator may add one to the rules before its label."""
        mail = email(found={"urgency": ("fire", "injury"), "themes": ("parking", "price")})
        assert "URGENTE: FIRE, POSIBLE LESIÓN" in mail.text
        assert mail.subject.startswith("URGENTE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_and_danger_has_a_label(language: str) -> None:
    labels = translations("labels", language)
    assert set(labels["themes"]) == set(theme_rules.THEMES)
    assert set(labels["urgency"]) == set(theme_rules.URGENCY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    def shape(value: Any) -> Any:
        return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else None

    for purpose in ("alerts", "labels"):
        assert shape(translations(purpose, language)) == shape(translations(purpose, "en"))


def test_times_are_of_the_stores_clock_on_both_sides_of_a_change() -> None:
    """Chile leaves summer time on 5 April 2026: 12:00 UTC is 09:00 on Saturday and 08:00 on Sunday."""
    for day, hour in ((4, "09:00"), (5, "08:00")):
        at = datetime(2026, 4, day, 12, tzinfo=UTC)
        assert f"Sin atender desde {hour}." in alert_sms.build_alert_sms(*_escalated(at), LINK)


def _escalated(answered: datetime) -> tuple[Any, ...]:
    store = make_store()
    given = classified(answer(at=answered))
    about = lifecycle.open_for_answer(given, store)
    assert about is not None
    owed = staff_deliveries.plan_deliveries(about, store, "escalation", answered)[0]
    return owed, about, given, store, store.contacts[0]
