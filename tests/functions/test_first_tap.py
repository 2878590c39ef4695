"""The first tap counts: a score that was only tapped becomes an answer, and the form completes the same answer."""

from datetime import timedelta
from typing import Any

import pytest

from infra.local.event_sources.gateway_payloads import Response
from infra.local.event_sources.stream_source import StreamSource
from tests.builders import ANA, minutes
from tests.functions.classification import SANTIAGO
from tests.product import CRASH, Item, Product, counted, recount
from tests.surveys import Page, Survey, error

ALERT = [("sms", ANA["phone"]), ("email", ANA["email"])]


class Phone:
    """A customer's phone on the survey, with JavaScript; `pump` lets each request take its course at once."""

    def __init__(self, survey: Survey, *, pump: bool = True) -> None:
        self.survey, self.pump = survey, pump
        self.page = survey.open(after=5)
        self.id = {name: self.page.fields[name][0] for name in ("answer_id", "signature")}

    def tap(self, score: Any, *, left: bool = False, **changes: Any) -> Response:
        now = int(self.survey.product.now().timestamp() * 1000)
        body = {"provisional": True, "score": score, "left": left, "tapped_at": now, **self.id, **changes}
        return self._settled(self.survey.post({k: v for k, v in body.items() if v is not None}))

    def send(self, score: int, **typed: Any) -> Response:
        return self._settled(self.survey.post({"score": score, **self.id, **typed}))

    def _settled(self, reply: Response) -> Response:
        if self.pump:
            self.survey.product.drain()
        self.survey.product.wait(timedelta(seconds=2))
        return reply


@pytest.fixture
def phone(survey: Survey) -> Phone:
    return Phone(survey)


def scores(product: Product) -> dict[str, int]:
    """The day's counters of scores, and nothing else; they equal a recount."""
    items = product.cloud.items()
    assert {k: +v for k, v in counted(items).items() if +v} == recount(items, SANTIAGO)
    found: dict[str, int] = {}
    for day in counted(items).values():
        found |= {name: n for name, n in day.items() if name[0] in "sx" and n}
    return found


class TestATap:
    def test_is_stored_and_not_counted(self, phone: Phone, product: Product) -> None:
        reply = phone.tap(2)
        assert (reply.status, reply.json()) == (202, {"answer_id": phone.id["answer_id"]})
        item = phone.survey.answer()
        assert (item["score"], item["provisional"], item["comment"]) == (2, True, "")
        assert scores(product) == {}
        assert product.followups() == product.outbox() == []

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

    def test_hours_later_moves_the_count_to_its_hour(self, phone: Phone, product: Product) -> None:
        phone.tap(2, left=True)
        product.wait(timedelta(hours=30))
        phone.send(2, comment="Desde casa")
        assert scores(product) == {"s2": 1}
        assert len(product.followups()) == 1


def test_what_is_lost_on_the_stream_is_found(phone: Phone, product: Product, monkeypatch: Any) -> None:
    monkeypatch.setattr(StreamSource, "poll", lambda _self: False)
    phone.tap(2, left=True)
    product.advance(minutes(4))
    assert scores(product) == {"s2": 1}
    phone.send(3, comment="Muy lento")
    product.advance(minutes(4))
    assert (scores(product), product.followup()["score"]) == ({"s3": 1}, 3)


def test_records_in_any_order_and_again_count_once(survey: Survey, product: Product) -> None:
    """Every image that the answer ever had reaches classify, the oldest last."""
    phone = Phone(survey, pump=False)
    images: list[Item] = []
    for step in (
        lambda: phone.tap(9, left=True),
        lambda: phone.tap(2, left=True),
        lambda: phone.send(3, comment="Muy lento"),
    ):
        step()
        images.append(survey.answer())
    for image in (images[2], images[0], images[1], images[2]):
        assert product.classify(image) == []
    assert (scores(product), product.followup()["score"]) == ({"s3": 1}, 3)


@pytest.mark.parametrize("function", ["Collect", "Classify", "FollowupScheduler", "Notify"])
def test_crash_at_every_call(product: Product, function: str) -> None:
    """A tap that was counted, then the form; the function dies before each of its calls in turn."""
    survey = Survey(product, policy={"take_on_minutes": 1400})
    for nth in range(1, 100):
        product.cloud.faults.clear()
        phone = Phone(survey)
        product.restart(function)
        fault = product.fault(function=function, kind=CRASH, nth=nth)
        retried(lambda p=phone: p.tap(2))
        product.advance(minutes(3))
        retried(lambda p=phone: p.send(3, comment="Muy lento"))
        product.advance(minutes(6))
        struck = fault.struck
        product.cloud.faults.clear()
        assert scores(product) == {"s3": nth}
        assert [f["score"] for f in product.followups()] == [3] * nth
        levels = [d["level"] for d in product.items("DELIVERY#") if d["state"] == "sent"]
        assert levels == [0, 0] * nth
        if not struck:
            break
    assert nth > 2


def retried(send: Any) -> None:
    """The phone tries again what was not answered, as its queue does."""
    for _ in range(3):
        if send().status == 202:
            return
    raise AssertionError("never accepted")


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
