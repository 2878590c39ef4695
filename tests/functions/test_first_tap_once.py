"""A tap and its form count once and alert once, whatever is lost, repeated, reordered or crashes."""

from typing import Any

import pytest

from infra.local.event_sources.stream_source import StreamSource
from lazo.table.views.counter_repair import find_differences
from tests.builders import minutes
from tests.functions.tapping import ALERT, Phone, scores
from tests.product import Item, Product
from tests.surveys import Survey


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


@pytest.mark.in_part(2)
@pytest.mark.parametrize("function", ["Collect", "Classify", "FollowupScheduler", "Notify"])
def test_crash_at_every_call(product: Product, function: str) -> None:
    """A tap that was counted, then the form; the function dies before each of its calls in turn."""
    survey = Survey(product, policy={"take_on_minutes": 1400, "contact_messages_per_hour": 1000})
    for nth in range(1, 100):
        product.cloud.faults.clear()
        phone = Phone(survey)
        product.restart(function)
        fault = product.crash(function, nth)
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
    assert nth > 1


def retried(send: Any) -> None:
    """The phone tries again what was not answered, as its queue does."""
    for _ in range(3):
        if send().status == 202:
            return
    raise AssertionError("never accepted")


class TestMeanwhile:
    def test_the_form_arrives_while_the_sweep_counts_the_tap(self, phone: Phone, product: Product) -> None:
        phone.tap(9)
        product.wait(minutes(3))
        phone.pump = False
        met = product.just_before(
            "TransactWriteItems", lambda: phone.send(2, comment="No"), function="FollowupScheduler"
        )
        product.scheduler()
        assert met["done"] == 1
        product.drain()
        assert (scores(product), product.outbox()) == ({"s2": 1}, ALERT)

    def test_the_sweep_counts_the_tap_while_the_form_arrives(self, phone: Phone, product: Product) -> None:
        phone.tap(2)
        product.wait(minutes(3))
        met = product.just_before("PutItem", product.scheduler, function="Collect")
        assert phone.send(3, comment="Muy lento").status == 202
        assert met["done"] == 1
        assert (scores(product), product.followup()["version"]) == ({"s3": 1}, 2)

    def test_a_recount_agrees_while_the_rest_is_not_counted_yet(self, phone: Phone, product: Product) -> None:
        phone.tap(2, left=True)
        phone.pump = False
        phone.send(9)
        assert "counted_as" in phone.survey.answer()
        assert find_differences(product.table, phone.survey.store) == (1, [])
