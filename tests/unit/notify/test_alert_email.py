"""The e-mail of an alert: the whole comment, as text only."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any, get_args

import pytest

from lazo.followup.staff_deliveries import Purpose
from lazo.translations import LANGUAGES
from notify import alert_email, rendering
from notify.alert_facts import Alert
from tests.builders import START, consent
from tests.unit.notify.alerts import LINK, alert_parts


def email(**changes: Any) -> rendering.Email:
    delivery, about, given, store = alert_parts(**changes)
    return alert_email.build_alert_email(Alert(delivery, about, given, store, store.contacts[0], LINK))


def without_mark(mail: rendering.Email) -> str:
    """Return the subject without the mark of the case, which stands at its end."""
    subject, mark = mail.subject.rsplit(" ", 1)
    assert re.fullmatch(r"#[A-Z2-7]{4}", mark)
    return subject


class _Page(HTMLParser):
    """The tags, links and visible text of an HTML e-mail."""

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


ULID_ONE, ULID_TWO = "01JD8E7W8Z3V4K5M6N7P8Q9R0S", "01JD8E7W8Z3V4K5M6N7P8Q9R0T"

NASTY = '<script>alert(1)</script><img src="https://evil.example/x.png" onerror=x> </div> "&amp;" {{ 7*7 }} {% if %}'


class TestEmail:
    @pytest.mark.parametrize("purpose", ["alert", "escalation", "reminder", "passed_on"])
    @pytest.mark.parametrize("where", ["comment", "name", "touchpoint", "store", "brand"])
    def test_html_in_any_field_is_escaped(self, where: str, purpose: Purpose) -> None:
        changes: dict[str, Any] = (
            {"store_changes": {"name" if where == "store" else "brand": NASTY}}
            if where in ("store", "brand")
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
            of_customer = where in ("comment", "name")
            shown = NASTY.replace("https://evil.example/x.png", "https[:]//evil[.]example/x[.]png")
            assert (shown if of_customer else NASTY) in page.text
            assert (shown if of_customer else NASTY) in mail.text

    def test_the_whole_comment_in_both_parts(self) -> None:
        comment = "Primera línea.\n\n" + "palabra " * 240 + "ñandú 😡 fin"
        mail = email(comment=comment)
        assert comment in mail.text.replace("\n> ", "\n")
        assert comment in _Page(mail.html).text

    def test_a_comment_is_quoted_in_plain_text(self) -> None:
        lines = ["Mal.", "", "Ver el caso:", "evil", "", "--"]
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
        ("language", "said"),
        [
            ("es", "parece que en su comentario dice cómo."),
            ("en", "seem to say how in their comment."),
            ("pt", "parece dizer como no comentário."),
        ],
    )
    def test_a_number_in_the_comment_is_not_called_missing(self, language: str, said: str) -> None:
        words = "Could the manager ring me? 020 7946 0018"
        mail = email(language=language, comment=words, found={"asks": True})
        none = email(language=language, comment="Could the manager ring me?", found={"asks": True})
        for given, other in ((mail.text, none.text), (_Page(mail.html).text, _Page(none.html).text)):
            assert said in given
            assert said not in other

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
                "Um cliente acabou de responder (Caja 3, às 12:00). Talvez ainda esteja na loja.",
            ),
        ],
    )
    def test_in_the_readers_language(self, language: str, subject: str, lead: str) -> None:
        mail = email(language=language)
        assert without_mark(mail) == subject
        assert lead in mail.text
        assert lead in _Page(mail.html).text
        assert f'<html lang="{language}">' in mail.html

    def test_a_comment_lures_nobody_to_a_page(self) -> None:
        mail = email(comment="Mire https://fotos.evil.example/login", name="www.evil.example")
        for text in (mail.text, _Page(mail.html).text):
            assert "Mire https[:]//fotos[.]evil[.]example/login" in text
            assert "www[.]evil[.]example" in text
            assert "evil.example" not in text
        assert "evil.example" not in mail.html

    def test_the_emails_of_one_case_are_one_thread(self) -> None:
        """Two customers give one score at one till."""
        one = [email(purpose=purpose, ulid=ULID_ONE) for purpose in get_args(Purpose)]
        other = email(ulid=ULID_TWO)
        # Gmail shows as one conversation what has one subject and refers to one message.
        assert len({mail.thread for mail in one}) == len({mail.subject for mail in one}) == 1
        assert one[0].thread != other.thread
        assert one[0].subject != other.subject
        assert without_mark(one[0]) == without_mark(other)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_whoever_may_take_it_on_finds_the_button_of_the_page(self, language: str) -> None:
        button = {"es": "Yo me encargo", "en": "I’m on it", "pt": "Eu cuido disso"}[language]
        for purpose in get_args(Purpose):
            mail = email(language=language, purpose=purpose)
            page = _Page(mail.html)
            asked = purpose in ("alert", "escalation", "reminder", "passed_on")
            assert (f"\n{button}:\n{LINK}\n" in mail.text) == asked, purpose
            assert (button in page.text) == asked, purpose
        # Somebody has it meanwhile: a second person does not read that it is theirs to take.
        delivery, about, given, store = alert_parts(language=language, purpose="reminder")
        taken = Alert(delivery, replace(about, owner="diego"), given, store, store.contacts[0], LINK)
        assert button not in alert_email.build_alert_email(taken).text

    def test_the_preview_says_what_is_new(self) -> None:
        """Mailboxes show the beginning of the text beside the subject, which is the same for all e-mails of a case."""
        first, then = (email(purpose=purpose, comment="Malo") for purpose in ("alert", "escalation"))
        shown = [_Page("<body" + mail.html.partition("<body")[2]).text.strip() for mail in (first, then)]
        assert shown[0].startswith("Malo\n")
        assert shown[1].startswith("Nadie ha tomado el caso todavía.")

    def test_a_late_alert_does_not_say_just_now(self) -> None:
        at_once, late = (email(at=START + timedelta(minutes=m)) for m in (15, 16))
        assert "acaba de responder" in at_once.text
        assert "Un cliente respondió en Caja 3 el mar 10 mar a las 12:00." in late.text
        assert "No dejó datos de contacto. Si todavía está en el local" in at_once.text
        assert "No dejó datos de contacto." in late.text
        assert "todavía" not in late.text

    def test_a_deferred_alert_does_not_say_just_now(self) -> None:
        delivery, about, given, store = alert_parts()
        waited = replace(delivery, not_before=START + timedelta(hours=12))
        mail = alert_email.build_alert_email(Alert(waited, about, given, store, store.contacts[0], LINK))
        assert "acaba de responder" not in mail.text

    def test_urgent(self) -> None:
        mail = email(found={"urgency": ("injury", "theft")})
        assert mail.subject.startswith("URGENTE: Aurora Norte")
        assert "URGENTE: POSIBLE LESIÓN, ROBO" in mail.text
        assert "Urgente: posible lesión, robo" in _Page(mail.html).text

    @pytest.mark.parametrize(
        ("language", "subject", "doubt"),
        [
            (
                "es",
                "quizá no es un cliente",
                "Quizá no es un cliente: la página se envió en menos de 2 segundos.",
            ),
            (
                "en",
                "may not be a customer",
                "May not be a customer: the page was sent in less than 2 seconds.",
            ),
            (
                "pt",
                "talvez não seja um cliente",
                "Talvez não seja um cliente: a página foi enviada em menos de 2 segundos.",
            ),
        ],
    )
    def test_one_that_may_not_be_a_customers_says_so_and_why(
        self, language: str, subject: str, doubt: str
    ) -> None:
        mail = email(language=language, comment="x", found={"suspect": ("too_fast",)})
        assert without_mark(mail) == f"Aurora Norte, Caja 3: {subject} (2/10)"
        for text in (mail.text, _Page(mail.html).text):
            assert doubt in text
            assert doubt not in email(language=language).text

    @pytest.mark.parametrize(
        ("language", "subject", "asks"),
        [
            ("es", "un cliente quiere que lo contacten (9/10)", "Pide que lo contacten, pero no dejó"),
            ("en", "a customer would like to be contacted (9/10)", "They ask to be contacted, but left"),
            ("pt", "um cliente quer que entrem em contato (9/10)", "Pede que entrem em contato, mas não"),
        ],
    )
    def test_a_happy_customer_who_wants_to_be_contacted(self, language: str, subject: str, asks: str) -> None:
        left = email(language=language, score=9, phone="+56987654321", consent=consent())
        asked = email(language=language, score=9, found={"asks": True})
        assert without_mark(left) == without_mark(asked) == f"Aurora Norte, Caja 3: {subject}"
        assert asks in asked.text
        assert asks not in left.text

    def test_the_deadline_on_the_stores_clock(self) -> None:
        assert "antes de las 12:10 (mar 10 mar)" in email().text

    @pytest.mark.parametrize(
        ("language", "asked"),
        [
            ("es", "Habla con el cliente antes de las"),
            ("en", "Please talk to the customer by"),
            ("pt", "Fale com o cliente até as"),
        ],
    )
    def test_an_assigned_owner_is_asked_for_the_next_stage(self, language: str, asked: str) -> None:
        delivery, about, given, store = alert_parts("assigned", language)
        about = replace(about, stage="taken_on", owner="diego")
        assert (
            asked
            in alert_email.build_alert_email(
                Alert(delivery, about, given, store, store.contacts[0], LINK)
            ).text
        )

    def test_a_danger_without_a_label_shows_its_id(self) -> None:
        """An operator may add a danger to the rules before its label."""
        mail = email(found={"urgency": ("quake", "injury"), "themes": ("parking", "price")})
        assert "URGENTE: QUAKE, POSIBLE LESIÓN" in mail.text
        assert mail.subject.startswith("URGENTE")
