"""Answers that may not be a customer's: counted apart, but heard, and not judged by their number if they are signed."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from lazo.followup.model import followup_id_for
from lazo.store.model import Touchpoint
from lazo.survey.answer import Answer
from lazo.table import stores
from tests.builders import consent
from tests.functions.classification import counts_match
from tests.product import Item, Product
from tests.recount import counted

INJURY = "Mi hija se cayó y se quebró el brazo, está en urgencias"


def marks(product: Product) -> list[list[str]]:
    return [item["suspect"] for item in product.items("ANSWER#")]


def followup_of(product: Product, answer: Answer) -> Item:
    followup_id = followup_id_for(answer.store_id, answer.ulid)
    (found,) = (item for item in product.followups() if item["followup_id"] == followup_id)
    return found


class TestSuspectAnswers:
    @pytest.mark.parametrize("score", [0, 8, 10])
    def test_a_suspect_score_alone_is_counted_apart_and_opens_nothing(
        self, product: Product, score: int
    ) -> None:
        product.open_store()
        product.classify(product.accept(score=score, suspect=("honeypot",)))
        expected = {f"x{score}": 1, "y12": 1, "q#caja3#suspect": 1, "z#honeypot": 1}
        assert counted(product.cloud.items()) == {"DAY#2026-03-10": Counter(expected)}
        assert product.followups() == product.events() == product.items("DELIVERY#") == []
        assert marks(product) == [["honeypot"]]

    @pytest.mark.parametrize("sign", ["honeypot", "too_fast", "unsigned"])
    def test_one_that_says_something_is_heard_with_its_doubt_by_email(
        self, product: Product, sign: str
    ) -> None:
        product.open_store()
        given = product.accept(
            score=2, comment="Me atendieron pésimo", suspect=(sign,), phone="+56911111111", consent=consent()
        )
        product.classify(given)
        expected = {"x2": 1, "y12": 1, "q#caja3#suspect": 1, f"z#{sign}": 1}
        assert counted(product.cloud.items()) == {"DAY#2026-03-10": Counter(expected)}
        assert followup_of(product, given)["doubts"] == [sign]
        assert "customer_pk" not in followup_of(product, given)
        assert [d["channel"] for d in product.items("DELIVERY#")] == ["email"]

    def test_danger_goes_out_by_sms_too(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=10, comment=INJURY, suspect=("honeypot",))
        product.classify(given)
        assert followup_of(product, given)["priority"] == "urgent"
        assert sorted(d["channel"] for d in product.items("DELIVERY#")) == ["email", "sms"]


def test_answers_of_a_test_touchpoint_are_counted_apart_by_tap_and_form(product: Product) -> None:
    product.open_store()
    stores.put_touchpoint(product.table, Touchpoint("prueba", "norte", "Prueba", test=True))
    for body in ({"score": 2, "comment": "Sucio"}, {"score": 10}):
        reply = product.cloud.request(
            "POST", "/s/prueba", {"content-type": "application/json"}, json.dumps(body).encode()
        )
        assert reply.status == 202
    product.drain()
    (day,) = counted(product.cloud.items()).values()
    assert day == Counter({"x2": 1, "x10": 1, "y12": 2, "q#prueba#suspect": 2, "z#test": 2})
    product.advance(timedelta(minutes=9))
    assert product.outbox() == [("email", "ana@aurora.example")]
    assert "llegó por un código de prueba" in product.cloud.outbox()[0]["text"]


class TestRate:
    """By default 60 answers an hour raise no doubt that did not come from a page of ours."""

    def test_bots_do_not_silence_an_injury_from_a_page(self, product: Product) -> None:
        product.open_store()
        bots = [product.accept(score=1, comment="spam", suspect=("honeypot",)) for _ in range(60)]
        programs = [product.accept(score=10) for _ in range(60)]
        hurt = product.accept(score=2, comment=INJURY, signed=True)
        product.classify(*bots, *programs, hurt)
        assert marks(product)[-1] == []
        found = followup_of(product, hurt)
        assert (found["priority"], "doubts" in found) == ("urgent", False)
        own = [d for d in product.items("DELIVERY#") if d["pk"] == found["pk"]]
        assert sorted(d["channel"] for d in own) == ["email", "sms"]

    def test_a_match_day_marks_nobody(self, product: Product) -> None:
        product.open_store()
        given = [product.accept(score=n % 11, comment="fila larga", signed=True) for n in range(300)]
        product.classify(*given)
        assert marks(product) == [[]] * 300
        assert len(product.followups()) == sum(n % 11 <= 6 for n in range(300))
        assert counts_match(product)

    def test_those_beyond_the_limit_are_marked_and_still_heard(self, product: Product) -> None:
        product.open_store()
        given = [product.accept(score=1, comment="mal") for _ in range(62)]
        hurt = product.accept(score=1, comment=INJURY)
        product.classify(*given, hurt)
        assert marks(product) == [[]] * 60 + [["unusual_rate"]] * 3
        assert len(product.followups()) == 63
        assert followup_of(product, hurt)["priority"] == "urgent"
        product.wait(timedelta(hours=1))
        product.classify(product.accept(score=1))
        assert marks(product)[-1] == []

    def test_days_of_flood_raise_no_limit(self, product: Product) -> None:
        product.open_store()
        for _ in range(3):
            product.classify(*(product.accept(score=10) for _ in range(70)))
            product.wait(timedelta(days=1))
        days = [marks(product)[start : start + 70] for start in (0, 70, 140)]
        assert days == [[[]] * 60 + [["unusual_rate"]] * 10] * 3

    def test_marked_ones_use_up_nothing(self, product: Product) -> None:
        product.open_store(policy={"answers_per_hour": 2})
        odd = [product.accept(score=1, suspect=("too_fast",)) for _ in range(5)]
        pages = [product.accept(score=1, signed=True) for _ in range(5)]
        product.classify(*odd, *pages, *(product.accept(score=1) for _ in range(3)))
        assert marks(product) == [["too_fast"]] * 5 + [[]] * 7 + [["unusual_rate"]]

    def test_the_rate_is_that_of_the_hour_of_the_answer(self, product: Product) -> None:
        """What the sweep classifies later counts in its own hour."""
        product.open_store(policy={"answers_per_hour": 1})
        early = product.accept(score=1)
        product.wait(timedelta(hours=2))
        product.classify(product.accept(score=1))
        product.classify(early)
        assert marks(product) == [[], []]
