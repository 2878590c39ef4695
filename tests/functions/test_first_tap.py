"""The first tap counts: a score that was only tapped becomes an answer, and the form completes the same answer."""

from datetime import timedelta
from typing import Any

import pytest

from lazo.timestamps import format_timestamp
from tests.builders import ANA, minutes
from tests.feed import feed_page
from tests.functions.board import board_page
from tests.functions.tapping import ALERT, Phone, scores
from tests.product import Product
from tests.surveys import Page, Survey, error


class TestATap:
    def test_is_stored_and_not_counted(self, phone: Phone, product: Product) -> None:
        reply = phone.tap(2)
        assert (reply.status, reply.json()) == (202, {"answer_id": phone.id["answer_id"]})
        item = phone.survey.answer()
        assert (item["score"], item["provisional"], item["comment"]) == (2, True, "")
        assert scores(product) == {}
        assert product.followups() == product.outbox() == []

    def test_is_said_beside_the_figures_of_today_until_it_counts(
        self, phone: Phone, product: Product
    ) -> None:
        said = "1 respuesta aún no se cuenta"
        assert said not in board_page(product, ANA, "/desk/insights").text
        phone.tap(2)
        for path in ("/desk/insights", "/desk/wall"):
            assert said in board_page(product, ANA, path).text, path
        assert said not in board_page(product, ANA, "/desk/insights?period=2026-02").text
        product.advance(minutes(3))
        for path in ("/desk/insights", "/desk/wall"):
            assert said not in board_page(product, ANA, path).text, path

    def test_becomes_an_answer_after_two_minutes_of_silence(self, phone: Phone, product: Product) -> None:
        phone.tap(2)
        product.advance(minutes(1))
        phone.tap(3)
        product.advance(minutes(1.9))
        assert product.followups() == []
        product.advance(minutes(1.1))
        assert scores(product) == {"s3": 1}
        assert product.followup()["score"] == 3
        assert product.outbox() == ALERT
        assert "provisional" not in phone.survey.answer()

    def test_becomes_an_answer_at_once_when_the_page_is_left(self, phone: Phone, product: Product) -> None:
        phone.tap(2)
        phone.tap(2, left=True)
        assert scores(product) == {"s2": 1}
        assert product.outbox() == ALERT

    def test_is_an_answer_too_when_only_leaving_was_heard(self, phone: Phone, product: Product) -> None:
        phone.tap(1, left=True)
        assert product.outbox() == ALERT

    def test_that_is_corrected_alerts_nobody(self, phone: Phone, product: Product) -> None:
        phone.tap(0)
        phone.tap(10)
        product.advance(minutes(5))
        assert scores(product) == {"s10": 1}
        assert product.followups() == product.outbox() == []

    def test_that_comes_late_does_not_take_the_place_of_a_later_one(
        self, phone: Phone, product: Product
    ) -> None:
        sent = int(product.now().timestamp() * 1000)
        phone.tap(9, tapped_at=sent + 1500)
        assert phone.tap(2, tapped_at=sent).status == 202
        assert phone.survey.answer()["score"] == 9

    def test_that_comes_after_the_form_changes_nothing(self, phone: Phone, product: Product) -> None:
        phone.send(9, comment="Todo bien")
        before = product.items("")
        assert phone.tap(2).status == phone.tap(2, left=True).status == 202
        product.advance(minutes(5))
        assert [i for i in product.items("") if i["sk"] != "HOME"] == [i for i in before if i["sk"] != "HOME"]

    def test_without_the_pages_clock_the_last_to_arrive_counts(self, phone: Phone) -> None:
        phone.tap(2, tapped_at=None)
        phone.tap(7, tapped_at=None)
        assert phone.survey.answer()["score"] == 7

    def test_needs_the_signature_of_a_page(self, phone: Phone) -> None:
        assert error(phone.tap(2, signature="0" * 32)) == (422, "answer_id_invalid", "answer_id")
        assert error(phone.tap(2, signature=None)) == (422, "answer_id_invalid", "answer_id")
        assert phone.survey.answers() == []

    @pytest.mark.parametrize("score", [None, 11, -1, "2", 2.5])
    def test_needs_a_score(self, phone: Phone, score: Any) -> None:
        code = "score_required" if score is None else "score_invalid"
        assert error(phone.tap(score)) == (422, code, "score")

    def test_holds_the_score_alone(self, phone: Phone) -> None:
        phone.tap(2, comment="Hola", phone="+56987654321", consent=True)
        item = phone.survey.answer()
        assert item["comment"] == ""
        assert not {"phone", "consent", "customer_pk"} & item.keys()


class TestTheForm:
    def test_completes_the_tap(self, phone: Phone, product: Product) -> None:
        phone.tap(2)
        assert phone.send(2, comment="Muy lento").status == 202
        assert product.outbox() == ALERT
        product.advance(minutes(5))
        assert (phone.survey.answer()["comment"], scores(product)) == ("Muy lento", {"s2": 1})
        assert not {"provisional", "tapped_at"} & phone.survey.answer().keys()
        assert len(product.followups()) == 1
        assert product.outbox() == ALERT

    def test_twice_is_one_answer_and_another_is_a_conflict(self, phone: Phone) -> None:
        phone.tap(2)
        assert phone.send(2, comment="Muy lento").status == phone.send(2, comment="Muy lento").status == 202
        assert error(phone.send(9, comment="Otra cosa")) == (409, "answer_conflict", "answer_id")

    def test_without_javascript_completes_it_too(self, phone: Phone, product: Product) -> None:
        phone.tap(2, left=True)
        phone.survey.send(phone.page, score="4")
        product.drain()
        assert (scores(product), product.followup()["score"]) == ({"s4": 1}, 4)

    def test_after_the_tap_was_counted_completes_the_same_case(self, phone: Phone, product: Product) -> None:
        phone.tap(2)
        product.advance(minutes(3))
        before = product.followup()
        phone.send(3, comment="Muy caro", reasons=["price"], phone="+56987654321", consent=True)
        after = product.followup()
        assert (before["followup_id"], before["version"], after["version"]) == (after["followup_id"], 1, 2)
        assert (after["score"], after["themes"], after["stage"]) == (3, ["price"], "open")
        assert after["customer_pk"] == phone.survey.answer()["customer_pk"]
        assert after["deadline"] == before["deadline"]
        assert scores(product) == {"s3": 1}
        product.advance(minutes(4))
        assert product.outbox() == ALERT
        assert [e["what"] for e in product.items("ENTRY#")] == ["answer_completed"]

    def test_with_a_happy_score_closes_a_case_that_nobody_touched(
        self, phone: Phone, product: Product
    ) -> None:
        phone.tap(2)
        product.advance(minutes(3))
        phone.send(9)
        case = product.followup()
        assert (case["stage"], "deadline" in case, "corrected_at" in case) == ("unconfirmed", False, True)
        assert scores(product) == {"s9": 1}
        product.advance(minutes(90))
        assert product.outbox() == ALERT

    def test_with_a_happy_score_leaves_a_case_that_is_worked_on(self, phone: Phone, product: Product) -> None:
        phone.tap(2)
        product.advance(minutes(3))
        product.change(product.followup(), stage="taken_on", owner="ana")
        phone.send(9)
        assert (product.followup()["stage"], product.followup()["score"]) == ("taken_on", 9)

    def test_opens_the_case_of_a_score_that_was_happy_before(self, phone: Phone, product: Product) -> None:
        phone.tap(9, left=True)
        assert (scores(product), product.followups()) == ({"s9": 1}, [])
        phone.send(2, comment="Me equivoqué")
        assert (scores(product), product.outbox()) == ({"s2": 1}, ALERT)

    def test_with_a_danger_alerts_once_more(self, phone: Phone, product: Product) -> None:
        phone.tap(2, left=True)
        phone.send(2, comment="Encontré un vidrio en la ensalada")
        assert product.outbox() == ALERT + ALERT
        assert (product.followup()["priority"], product.followup()["round"]) == ("urgent", 1)
        assert "vidrio" in product.cloud.outbox()[2]["text"]

    def test_with_a_danger_tells_who_has_the_case(self, phone: Phone, product: Product) -> None:
        phone.tap(2, left=True)
        product.change(product.followup(), stage="taken_on", owner="ana")
        phone.send(2, comment="Encontré un vidrio en la ensalada")
        assert product.outbox() == ALERT + ALERT
        assert "vidrio" in product.cloud.outbox()[2]["text"]

    def test_corrected_twice_is_a_case_again(self, phone: Phone, product: Product) -> None:
        phone.tap(2, left=True)
        phone.tap(9, left=True)
        assert product.followup()["stage"] == "unconfirmed"
        phone.send(1, comment="Sí, muy mal")
        assert (product.followup()["stage"], scores(product)) == ("open", {"s1": 1})
        assert product.outbox() == ALERT + ALERT

    def test_days_later_opens_a_case_again_that_was_closed_without_its_words(
        self, phone: Phone, product: Product
    ) -> None:
        phone.tap(2, left=True)
        ended = format_timestamp(product.now())
        product.change(product.followup(), stage="unconfirmed", unconfirmed_at=ended)
        phone.send(2, comment="Encontré un vidrio en la ensalada")
        assert (product.followup()["stage"], product.followup()["priority"]) == ("open", "urgent")
        assert product.outbox() == ALERT + ALERT

    @pytest.mark.parametrize(
        ("comment", "purpose"), [("Muy caro", "not_solved"), ("Había un vidrio", "danger")]
    )
    def test_days_later_gives_a_resolved_case_back_to_its_owner(
        self, phone: Phone, product: Product, comment: str, purpose: str
    ) -> None:
        phone.tap(2, left=True)
        at = format_timestamp(product.now())
        resolved = {"resolved_at": at, "taken_on_at": at, "contacted_at": at, "unconfirmed_at": at}
        product.change(product.followup(), stage="unconfirmed", owner="ana", **resolved)
        phone.send(2, comment=comment)
        after = product.followup()
        assert (after["stage"], after["owner"], "resolved_at" in after) == ("contacted", "ana", False)
        assert {m["purpose"] for m in product.cloud.outbox()[2:]} == {purpose}
        assert product.outbox() == ALERT + ALERT

    def test_hours_later_moves_the_count_to_its_hour(self, phone: Phone, product: Product) -> None:
        phone.tap(2, left=True)
        product.wait(timedelta(hours=30))
        phone.send(2, comment="Desde casa")
        assert scores(product) == {"s2": 1}
        assert len(product.followups()) == 1


def test_a_tap_costs_one_write_and_no_read(phone: Phone, product: Product) -> None:
    phone.tap(2)
    product.cloud.faults.calls.clear()
    phone.tap(3)
    phone.send(3)
    assert product.calls("Collect") == ["PutItem", "PutItem"]


def test_the_page_never_records_on_a_get(survey: Survey) -> None:
    page = survey.open("?score=2&provisional=true")
    assert isinstance(page, Page)
    assert survey.answers() == []


def test_the_feed_tells_a_tap_apart_and_a_file_leaves_it_out(phone: Phone, product: Product) -> None:
    phone.tap(2)
    page = feed_page(product, ANA).text
    assert "todavía puede cambiarla" in page
    assert "Acaba de llegar" not in page
    product.advance(minutes(3))
    assert "todavía puede cambiarla" not in feed_page(product, ANA).text
