"""Alerts of a follow-up from early signals: the signals in the reader's language."""

from collections import Counter
from datetime import timedelta

import pytest

from lazo.customer import signals
from lazo.customer.signal_rules import load_signal_rules
from lazo.customer.signals import Risk, Signal
from lazo.customer.timeline import CustomerHistory
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery, Purpose
from lazo.store.model import Store
from lazo.text.gsm7 import gsm7_segment_count
from lazo.translations import LANGUAGES
from notify import alert_email, alert_sms, rendering
from notify.alert_facts import Alert
from tests.builders import ANA, START, make_store

LINK = "https://lazo.example/f/AAECAwQFBgcICSTUuQeEp0ETTKCGwiOKui8"


def alert_parts(
    *kinds: str, language: str = "es", purpose: Purpose = "alert", **changes: str
) -> tuple[Delivery, FollowUp, Store]:
    """Return delivery, follow-up and store; one signal of each kind by weight, a day apart, the heaviest of 9 March."""
    store = make_store(contacts=[{**ANA, "language": language}], policy={"risk_threshold": 1}, **changes)
    found = [
        Signal(kind, START - timedelta(days=ago), 9.0, "light") for ago, kind in enumerate(kinds, start=1)
    ]
    about = signals.open_for_signals(Risk(9.0, tuple(found)), CustomerHistory(("k",), {}, ()), store, START)
    assert about is not None
    return staff_deliveries.plan_deliveries(about, store, purpose, START)[0], about, store


def sms(*kinds: str, language: str = "es", purpose: Purpose = "alert", **changes: str) -> str:
    delivery, about, store = alert_parts(*kinds, language=language, purpose=purpose, **changes)
    return alert_sms.build_alert_sms(Alert(delivery, about, None, store, store.contacts[0], LINK))


def email(*kinds: str, language: str = "es", purpose: Purpose = "alert") -> rendering.Email:
    delivery, about, store = alert_parts(*kinds, language=language, purpose=purpose)
    return alert_email.build_alert_email(Alert(delivery, about, None, store, store.contacts[0], LINK))


@pytest.mark.parametrize(
    ("language", "purpose", "said"),
    [
        ("es", "alert", "Aurora Norte: un cliente en riesgo (2 reclamos, 1 devolucion)"),
        ("en", "alert", "Aurora Norte: a customer at risk (2 complaints, 1 refund)"),
        ("pt", "alert", "Aurora Norte: um cliente em risco (2 reclamacoes, 1 reembolso)"),
        ("es", "assigned", "Te lo asignaron. Aurora Norte: un cliente en riesgo (2 reclamos, 1 devolucion)"),
        ("en", "assigned", "Handed to you. Aurora Norte: a customer at risk (2 complaints, 1 refund)"),
        (
            "pt",
            "assigned",
            "Deixaram com voce. Aurora Norte: um cliente em risco (2 reclamacoes, 1 reembolso)",
        ),
        (
            "es",
            "escalation",
            "Sin atender desde 12:00. Aurora Norte: un cliente en riesgo (2 reclamos, 1 devolucion)",
        ),
        (
            "en",
            "reminder",
            "Still unattended (9 Mar). Aurora Norte: a customer at risk (2 complaints, 1 refund)",
        ),
    ],
)
def test_an_sms_counts_the_signals_in_the_readers_language(
    language: str, purpose: Purpose, said: str
) -> None:
    text = sms("complaint", "complaint", "refund", language=language, purpose=purpose)
    assert text == f"{said} {LINK}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", ["alert", "escalation", "reminder", "assigned", "passed_on"])
@pytest.mark.parametrize("name", ["Aurora Norte", "Supermercados y Almacenes Aurora del Norte Grande"])
def test_an_sms_about_signals_is_one_segment(language: str, purpose: Purpose, name: str) -> None:
    text = sms(*(rule.kind for rule in load_signal_rules()), language=language, purpose=purpose, name=name)
    assert gsm7_segment_count(text) == 1
    assert text.endswith(f" {LINK}")
    assert text.count("(") == text.count(")"), "a sign is named whole or left out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_email_lists_each_signal_with_its_day_the_latest_first(language: str) -> None:
    mail = email("refund", "complaint", language=language)
    names = {
        "es": ("Devolución", "Reclamo"),
        "en": ("Refund", "Complaint"),
        "pt": ("Reembolso", "Reclamação"),
    }
    days = {
        "es": ("lun 9 mar", "dom 8 mar"),
        "en": ("Mon 9 Mar", "Sun 8 Mar"),
        "pt": ("seg., 9 de mar.", "dom., 8 de mar."),
    }
    lines = [f"{name} ({day})" for name, day in zip(names[language], days[language], strict=True)]
    assert "- " + "\n- ".join(lines) in mail.text
    assert mail.html.index(lines[0]) < mail.html.index(lines[1])
    assert "/10" not in mail.text + mail.html
    assert LINK in mail.text
    assert f'href="{LINK}"' in mail.html


def test_a_signal_without_a_label_shows_its_id() -> None:
    assert "(slow payment)" in sms("slow_payment")
    assert "- slow payment (lun 9 mar)" in email("slow_payment").text


def test_each_purpose_has_its_own_lead_and_all_have_one_subject() -> None:
    purposes: tuple[Purpose, ...] = ("alert", "escalation", "reminder", "assigned", "passed_on")
    for language in LANGUAGES:
        mails = [email("complaint", language=language, purpose=purpose) for purpose in purposes]
        assert len({mail.subject for mail in mails}) == 1
        assert max(Counter(mail.text.splitlines()[0] for mail in mails).values()) == 1
