"""Alerts of what a customer asks for on the thanks page: said as a wish; only their own words are quoted."""

from dataclasses import replace
from datetime import datetime

import pytest

from lazo.followup.staff_deliveries import Asked
from lazo.text.gsm7 import to_gsm7
from notify import alert_email, alert_sms
from notify.alert_facts import Alert
from notify.rendering import Email
from tests.unit.notify.alerts import LINK, alert_parts

NOON = datetime.fromisoformat("2026-03-10T12:00:00-03:00")
"""Also when the call that is asked for begins."""

SAID = {
    "es": (
        "El cliente pide que lo llamen hoy de 12:00 a 14:00, y se le prometió.",
        "El cliente dejó cómo contactarlo. Queda en las notas de su caso.",
    ),
    "en": (
        "The customer asks for a call today from 12:00 to 14:00, and was promised one.",
        "The customer left a way to be contacted. It is in the notes of their case.",
    ),
    "pt": (
        "O cliente pede uma ligação hoje, das 12:00 às 14:00, e ela foi prometida.",
        "O cliente deixou um contato. Está nas notas do caso dele.",
    ),
}


def _alert(*asks: Asked, language: str = "es", words: str = "") -> Alert:
    delivery, about, given, store = alert_parts(language=language, at=NOON, comment="Esperé 40 minutos.")
    asked = replace(delivery, purpose="customer_wrote", asks=asks, about=words)
    called = replace(asked, until=NOON) if "call" in asks else asked
    return Alert(called, about, given, store, store.contacts[0], LINK)


def _email(alert: Alert) -> Email:
    return alert_email.build_alert_email(alert)


@pytest.mark.parametrize("language", SAID)
def test_a_wish_without_words_quotes_nothing(language: str) -> None:
    alert = _alert("call", "added", language=language)
    call, rest = SAID[language]
    assert _email(alert).text.startswith(f"{call} {rest}\n\n2/10\n")
    sms = alert_sms.build_alert_sms(alert)
    assert '"' not in sms
    assert to_gsm7(sms).startswith(f"{to_gsm7(call)} Aurora Norte, ")
    assert sms.endswith(f" {LINK}")


def test_beside_a_wish_the_customers_own_words_are_quoted() -> None:
    alert = _alert("come", words="Estoy con un niño")
    said = "El cliente pide que alguien se acerque ahora."
    assert _email(alert).text.startswith(f'{said} Queda en las notas de su caso.\n\n"Estoy con un niño"\n')
    assert alert_sms.build_alert_sms(alert) == (f'{said} Aurora Norte, Caja 3 "Estoy con un niño" {LINK}')


def test_words_without_a_wish_stay_words() -> None:
    alert = _alert(words="Sigo esperando")
    assert _email(alert).text.startswith("El cliente escribió esto, y queda en las notas de su caso.")
    assert alert_sms.build_alert_sms(alert).startswith("El cliente escribio. Aurora Norte")


def test_the_wish_keeps_to_the_subject_of_the_case() -> None:
    wish = _alert("write")
    first = _email(replace(wish, delivery=replace(wish.delivery, purpose="alert", asks=())))
    later = _email(wish)
    assert (later.subject, later.thread) == (first.subject, first.thread)
