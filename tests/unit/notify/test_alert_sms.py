"""The SMS of an alert: one segment with store, touchpoint, score, excerpt and link."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.followup import opening, staff_deliveries
from lazo.followup.staff_deliveries import Purpose
from lazo.text.gsm7 import gsm7_segment_count, septet_count
from lazo.translations import LANGUAGES
from notify import alert_sms
from notify.alert_facts import Alert
from tests.builders import ANA, START, answer, classified, consent, make_store
from tests.unit.notify.alerts import LINK, LONG_LINK, alert_parts


def sms(link: str = LINK, *, answerable: bool = False, **changes: Any) -> str:
    delivery, about, given, store = alert_parts(**changes)
    return alert_sms.build_alert_sms(
        Alert(delivery, about, given, store, store.contacts[0], link), answerable=answerable
    )


class TestSms:
    @pytest.mark.parametrize(
        ("language", "purpose", "head"),
        [
            ("es", "alert", "Aurora Norte, Caja 3: 2/10"),
            ("en", "alert", "Aurora Norte, Caja 3: 2/10"),
            ("pt", "alert", "Aurora Norte, Caja 3: 2/10"),
            ("es", "escalation", "Sin atender desde 12:00. Aurora Norte, Caja 3: 2/10"),
            ("en", "escalation", "Unattended since 12:00. Aurora Norte, Caja 3: 2/10"),
            ("pt", "escalation", "Sem atendimento desde 12:00. Aurora Norte, Caja 3: 2/10"),
            ("es", "reminder", "Sigue sin atender (10 mar). Aurora Norte, Caja 3: 2/10"),
            ("en", "reminder", "Still unattended (10 Mar). Aurora Norte, Caja 3: 2/10"),
            ("pt", "reminder", "Continua sem atendimento (10 mar). Aurora Norte, Caja 3: 2/10"),
        ],
    )
    def test_store_touchpoint_score_excerpt_and_link_in_the_readers_language(
        self, language: str, purpose: Purpose, head: str
    ) -> None:
        text = sms(language=language, purpose=purpose, comment="Esperé 20 minutos, ¡pésimo!")
        assert text == f'{head} "Esperé 20 minutos, ¡pésimo!" {LINK}'

    @pytest.mark.parametrize(
        ("language", "doubt"),
        [
            ("es", "URGENTE, posible lesion. Aurora Norte, Caja 3: 2/10 (quiza no es un cliente)"),
            ("en", "URGENT, possible injury. Aurora Norte, Caja 3: 2/10 (may not be a customer)"),
            ("pt", "URGENTE, possivel lesao. Aurora Norte, Caja 3: 2/10 (talvez nao seja um cliente)"),
        ],
    )
    def test_danger_that_may_not_be_a_customers_says_so(self, language: str, doubt: str) -> None:
        found = {"urgency": ("injury",), "suspect": ("honeypot",)}
        assert sms(language=language, found=found, comment="Me caí") == f'{doubt} "Me cai" {LINK}'

    def test_a_happy_customer_who_wants_to_be_contacted(self) -> None:
        store = {"contacts": [{k: v for k, v in ANA.items() if k != "email"}]}
        made = make_store(**store)
        given = classified(answer(score=9, comment="Un 10"), asks=True)
        about = opening.open_for_answer(given, made)
        assert about is not None
        (delivery,) = staff_deliveries.plan_deliveries(about, made, "alert", START)
        text = alert_sms.build_alert_sms(Alert(delivery, about, given, made, made.contacts[0], LINK))
        assert text == f'Aurora Norte, Caja 3: quiere que lo contacten, 9/10 "Un 10" {LINK}'

    @pytest.mark.parametrize("comment", ["😡😡😡", "很慢", "!!!", "انتظرت 45 دقيقة, سيء!", "5 ⭐ 太慢了 (A)"])
    def test_of_a_comment_that_an_sms_cannot_show_it_has_the_reasons(self, comment: str) -> None:
        found = {"themes": ("waiting_time", "staff_attitude")}
        assert sms(comment=comment, found=found) == sms(comment="", found=found)
        assert "(" in sms(comment=comment, found=found)

    def test_of_a_happy_customer_it_has_what_they_liked(self) -> None:
        given = {"score": 10, "comment": "💚💚", "phone": "+56911111111", "consent": consent()}
        text = sms(language="en", found={"praised": ("service", "price")}, **given)
        assert text.endswith(f"10/10 (Service, Price) {LINK}")

    def test_of_what_a_customer_wrote_later_in_another_script_it_has_the_reasons_too(self) -> None:
        delivery, about, given, store = alert_parts(found={"themes": ("price",)}, comment="")
        later = replace(delivery, purpose="customer_wrote", about="太慢了 5")
        text = alert_sms.build_alert_sms(Alert(later, about, given, store, store.contacts[0], LINK))
        assert text == f"El cliente escribió. Aurora Norte, Caja 3 (Precio) {LINK}".replace("ó", "o")

    @pytest.mark.parametrize(
        ("language", "where"),
        [
            ("es", "(comentario en el caso)"),
            ("en", "(comment in the case)"),
            ("pt", "(comentario no caso)"),
        ],
    )
    def test_without_reasons_it_says_where_the_comment_is(self, language: str, where: str) -> None:
        assert sms(language=language, comment="😡😡😡") == f"Aurora Norte, Caja 3: 2/10 {where} {LINK}"

    @pytest.mark.parametrize(
        ("language", "danger"),
        [
            ("es", "URGENTE, posible lesion: si es grave, llama al 131. "),
            ("en", "URGENT, possible injury: if serious, call 131. "),
            ("pt", "URGENTE, possivel lesao: se for grave, ligue para o 131. "),
        ],
    )
    def test_a_danger_comes_first_and_then_what_to_do(self, language: str, danger: str) -> None:
        text = sms(language=language, found={"urgency": ("injury",)}, comment="Me caí")
        assert text == f'{danger}Aurora Norte, Caja 3: 2/10 "Me cai" {LINK}'

    @pytest.mark.parametrize(
        ("language", "danger"),
        [
            ("es", "URGENTE, posible lesion. Sin atender desde 12:00. "),
            ("en", "URGENT, possible injury. Unattended since 12:00. "),
            ("pt", "URGENTE, possivel lesao. Sem atendimento desde 12:00. "),
        ],
    )
    def test_an_escalation_names_the_danger_where_there_is_room(self, language: str, danger: str) -> None:
        found = {"urgency": ("injury",)}
        short = sms(language=language, purpose="escalation", found=found, comment="Me caí")
        assert short == f'{danger}Aurora Norte, Caja 3: 2/10 "Me cai" {LINK}'
        delivery, about, given, store = alert_parts(
            "escalation", language, found, comment="Me caí", touchpoint="N" * 60
        )
        long = alert_sms.build_alert_sms(Alert(delivery, about, given, store, store.contacts[0], LONG_LINK))
        assert long.startswith(danger.replace(danger[danger.index(",") : danger.index(".")], ""))
        assert long.endswith(LONG_LINK)
        assert septet_count(long) <= 160

    @pytest.mark.parametrize(
        ("language", "offer"),
        [("es", "1=voy 2=paso"), ("en", "1=on it 2=pass"), ("pt", "1=vou 2=passo")],
    )
    @pytest.mark.parametrize("purpose", ["alert", "passed_on"])
    def test_an_answerable_sms_names_its_keywords(self, language: str, offer: str, purpose: Purpose) -> None:
        text = sms(answerable=True, language=language, purpose=purpose, comment="Esperé 20 minutos")
        assert text.endswith(f'Aurora Norte, Caja 3: 2/10 "Esperé 20 minutos" {offer} {LINK}')
        assert offer not in sms(language=language, purpose=purpose, comment="Esperé 20 minutos")

    def test_keywords_are_dropped_before_names_score_and_link(self) -> None:
        store_changes = {"name": "Aurora Plaza Norte de Las Condes"}
        text = sms(
            LONG_LINK, answerable=True, comment="Esperé", store_changes=store_changes, touchpoint="Caja 3 A"
        )
        assert text == f'Aurora Plaza Norte de Las Condes, Caja 3 A: 2/10 "Esperé" {LONG_LINK}'

    def test_an_owner_is_not_asked_to_take_it_on(self) -> None:
        delivery, about, given, store = alert_parts(comment="Esperé")
        mine = replace(about, owner="ana", stage="taken_on")
        (told_by_sms, _) = staff_deliveries.assigned_deliveries(mine, store, START)
        text = alert_sms.build_alert_sms(
            Alert(told_by_sms, mine, given, store, store.contacts[0], LINK), answerable=True
        )
        assert text == f'Te lo asignaron. Aurora Norte, Caja 3: 2/10 "Esperé" {LINK}'
        assert delivery.purpose == "alert"

    def test_reasons_replace_a_missing_comment(self) -> None:
        text = sms(found={"themes": ("waiting_time", "staff_attitude")}, language="en")
        assert text == f"Aurora Norte, Caja 3: 2/10 (Waiting time, Staff attitude) {LINK}"

    @pytest.mark.parametrize(
        ("language", "words"),
        [("es", "(sin comentario)"), ("en", "(no comment)"), ("pt", "(sem comentario)")],
    )
    def test_a_missing_comment_is_mentioned(self, language: str, words: str) -> None:
        assert sms(language=language) == f"Aurora Norte, Caja 3: 2/10 {words} {LINK}"

    @pytest.mark.parametrize(
        ("language", "danger", "then"),
        [
            ("es", "URGENTE, posible lesion. ", ("Sin atender (10 mar)", "Te lo pasan", "Te lo asignaron")),
            ("en", "URGENT, possible injury. ", ("Unattended (10 Mar)", "Passed to you", "Handed to you")),
            (
                "pt",
                "URGENTE, possivel lesao. ",
                ("Sem atendimento (10 mar)", "Passaram para voce", "Deixaram com voce"),
            ),
        ],
    )
    def test_whoever_is_reminded_or_gets_it_reads_the_danger_first(
        self, language: str, danger: str, then: tuple[str, ...]
    ) -> None:
        purposes: tuple[Purpose, ...] = ("reminder", "passed_on", "assigned")
        for purpose, words in zip(purposes, then, strict=True):
            text = sms(language=language, purpose=purpose, found={"urgency": ("injury",)}, comment="Me caí")
            assert text.startswith(danger.removesuffix(". "))
            assert text.endswith(f'. {words}. Aurora Norte, Caja 3: 2/10 "Me cai" {LINK}')

    @pytest.mark.parametrize("purpose", ["danger", "late", "customer_wrote"])
    def test_whoever_has_it_reads_the_danger_first(self, purpose: Purpose) -> None:
        found = {"urgency": ("injury",)}
        assert sms(purpose=purpose, found=found, comment="Me caí").startswith("URGENTE, posible lesion. ")

    @pytest.mark.parametrize("link", [LINK, LONG_LINK])
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("purpose", ["alert", "escalation", "reminder", "passed_on"])
    def test_long_names_keep_score_and_touchpoint(self, link: str, language: str, purpose: Purpose) -> None:
        """60 and 40 characters are what the store file allows."""
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
    def test_a_bundle_has_its_count(self, language: str, link: str) -> None:
        reader = make_store(contacts=[{**ANA, "language": language}]).contacts[0]
        name = "Hipermercado Aurora de la Avenida Presidente Kennedy Oriente"
        text = alert_sms.bundle_sms(137, [name], reader, link)
        assert gsm7_segment_count(text) == 1
        assert "137" in text.removesuffix(link)
        assert text.endswith(f" {link}")

    @pytest.mark.parametrize(
        ("language", "stores", "expected"),
        [
            ("es", ["Aurora Norte"], "Aurora Norte: 2 casos te esperan. Tablero:"),
            ("es", ["Aurora Norte", "Aurora Sur"], "2 casos te esperan en 2 locales. Tablero:"),
            ("en", ["Aurora Norte"], "Aurora Norte: 2 cases are waiting for you. Board:"),
            ("en", ["Aurora Norte", "Aurora Sur"], "2 cases are waiting for you in 2 shops. Board:"),
            ("pt", ["Aurora Norte"], "Aurora Norte: 2 casos esperam por voce. Quadro:"),
            ("pt", ["Aurora Norte", "Aurora Sur"], "2 casos esperam por voce em 2 lojas. Quadro:"),
        ],
    )
    def test_words_of_a_bundle(self, language: str, stores: list[str], expected: str) -> None:
        reader = make_store(contacts=[{**ANA, "language": language}]).contacts[0]
        assert alert_sms.bundle_sms(2, stores, reader, LINK) == f"{expected} {LINK}"


def test_times_follow_the_stores_clock_across_a_change() -> None:
    """Chile leaves summer time on 5 April 2026: 12:00 UTC is 09:00 on Saturday and 08:00 on Sunday."""
    for day, hour in ((4, "09:00"), (5, "08:00")):
        at = datetime(2026, 4, day, 12, tzinfo=UTC)
        assert f"Sin atender desde {hour}." in alert_sms.build_alert_sms(Alert(*escalation_parts(at), LINK))


def escalation_parts(answered: datetime) -> tuple[Any, ...]:
    store = make_store()
    given = classified(answer(at=answered))
    about = opening.open_for_answer(given, store)
    assert about is not None
    delivery = staff_deliveries.plan_deliveries(about, store, "escalation", answered)[0]
    return delivery, about, given, store, store.contacts[0]
