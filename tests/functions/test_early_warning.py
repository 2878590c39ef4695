"""Early signals of a customer open a follow-up."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lazo.table import customers, followups
from ops import api_keys
from tests.builders import ANA, DIEGO, minutes
from tests.functions.signals import DAY, EVA, MAIL, accept_answer, put_event, stored_events
from tests.product import Product, output


def test_two_complaints_open_a_light_follow_up_with_its_reasons(product: Product) -> None:
    product.open_store()
    put_event(product, "1", at=product.now() - 2 * DAY, text="Esperé mucho y nadie me atendió")
    product.drain()
    assert product.followups() == product.events() == []
    put_event(product, "2", at=product.now() - 1 * DAY)
    assert product.classify(stored_events(product)[-1]) == []

    found = followups.followup_from_item(product.followup())
    assert (found.origin, found.priority, found.stage, found.store_id) == (
        "signals",
        "light",
        "open",
        "norte",
    )
    assert (found.answer_ulid, found.score, found.touchpoint, found.customer_key) == (None, None, "", EVA)
    assert [(s.kind, product.now() - s.at) for s in found.signals] == [
        ("complaint", DAY),
        ("complaint", 2 * DAY),
    ]
    (event,) = product.events()
    assert event == {
        "version": 1,
        "type": "followup.opened",
        "followup_id": found.followup_id,
        "store_id": "norte",
        "level": 0,
        "priority": "light",
        "at": event["at"],
    }
    product.drain()
    assert product.states() == {"0#0#email#ana": "sent"}
    (mail,) = product.cloud.outbox()
    assert mail["subject"].startswith("Aurora Norte: un cliente en riesgo #")
    for part in (mail["text"], mail["html"]):
        assert "Reclamo (lun 9 mar)" in part
        assert "Reclamo (dom 8 mar)" in part
        assert "Esperé" not in part
    # What was understood stands with the event, and nothing is left for the sweep.
    (first, second) = stored_events(product)
    assert "waiting_time" in first["themes"]
    assert not {"due_pk", "due_at"} & {*first, *second}
    assert {"weighed_at"} <= first.keys() & second.keys()


def test_escalations_and_sms_count_the_signals(product: Product) -> None:
    product.open_store(contacts=[{**ANA, "email": None}, DIEGO])
    for number, kind in enumerate(("complaint", "complaint", "refund")):
        put_event(product, str(number), kind)
    product.drain()
    product.advance(minutes(241))
    texts = [
        message["text"].rpartition(" ")[0]
        for message in product.cloud.outbox()
        if message["channel"] == "sms"
    ]
    assert texts[0] == "Aurora Norte: un cliente en riesgo (2 reclamos, 1 devolucion)"
    (mail,) = (m for m in product.cloud.outbox() if m["channel"] == "email")
    assert mail["subject"].startswith("Aurora Norte: a customer at risk #")
    assert "- Complaint (Tue 10 Mar)" in mail["text"]


class TestCountedSignals:
    def test_an_answer_that_opens_no_follow_up_of_its_own_counts(self, product: Product) -> None:
        product.open_store(competitors=["Mercado Sur"])
        put_event(product, "1")
        accept_answer(product, score=9, consent=None, comment="Bien, aunque en Mercado Sur es más barato")
        product.drain()
        found = followups.followup_from_item(product.followup())
        assert [s.kind for s in found.signals] == ["complaint", "competitor"]
        (given,) = product.items("ANSWER#")
        assert "classified_at" in given

    def test_a_suspect_answer_does_not_count(self, product: Product) -> None:
        product.open_store(competitors=["Mercado Sur"])
        put_event(product, "1")
        accept_answer(
            product, score=9, comment="Mercado Sur", suspect=("honeypot",), customer_also=MAIL, consent=None
        )
        product.drain()
        put_event(product, "2", "visit")
        product.drain()
        assert product.followups() == product.items("KNOWN#") == []

    def test_an_announced_departure_is_of_normal_priority(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1", "support_ticket", text="No vuelvo nunca más a esta tienda")
        product.drain()
        assert (product.followup()["priority"], product.followup()["stage"]) == ("normal", "open")
        assert set(product.states()) == {"0#0#sms#ana", "0#0#email#ana"}

    def test_the_store_sets_its_threshold(self, product: Product) -> None:
        product.open_store(policy={"risk_threshold": 3})
        put_event(product, "1")
        product.drain()
        assert product.followup()["origin"] == "signals"

    def test_signals_of_two_customers_are_not_added_up(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1"), put_event(product, "2", customer_key=MAIL)
        product.drain()
        assert product.followups() == []

    def test_unanswered_invitations_count_after_a_week(self, product: Product) -> None:
        """Three invitations, each a week without a reply, and a complaint: 2 + 3."""
        product.open_store()
        product.table.put(customers.invitation_put(EVA, "norte", "m1", product.now()))
        product.table.put(customers.invitation_put(EVA, "norte", "m2", product.now() + DAY))
        product.table.put(customers.invitation_put(EVA, "norte", "m3", product.now() + 2 * DAY))
        product.drain()
        assert not any("weighed_at" in item for item in stored_events(product)), "it may still be answered"
        product.wait(9 * DAY - minutes(1))
        put_event(product, "1")
        product.drain()
        product.scheduler()
        assert product.followups() == []
        product.wait(minutes(1))
        product.scheduler()
        assert [s["kind"] for s in product.followup()["signals"]] == ["complaint", "no_reply"]


class TestStoreOfTheFollowUp:
    def test_a_customer_without_a_store_is_that_of_their_newest_answer(self, product: Product) -> None:
        product.open_store()
        product.open_store(store_id="sur")
        accept_answer(product, score=10, consent=None, store_id="norte", at=product.now() - DAY)
        accept_answer(product, score=10, consent=None, store_id="sur")
        product.drain()
        put_event(product, "1", store_id=None), put_event(product, "2", store_id=None)
        product.drain()
        assert product.followup()["store_id"] == "sur"

    @pytest.mark.parametrize("store_id", [None, "gone"])
    def test_an_event_without_a_known_store_is_kept_and_logged_without_the_customer(
        self, product: Product, store_id: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with output() as written:
            (
                put_event(product, "1", store_id=store_id, text="Trinocanario"),
                put_event(product, "2", store_id=store_id),
            )
            product.drain()
        assert len(stored_events(product)) == 2
        assert product.followups() == []
        assert product.dead_letters() == {}
        assert "Trinocanario" not in written.getvalue()
        assert EVA not in written.getvalue()
        product.open_store()
        accept_answer(product, score=10, consent=None)
        product.drain()
        assert product.followup()["store_id"] == "norte"


POISON: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "no instant": lambda item: {**item, "at": None},
    "another instant": lambda item: {**item, "at": "gestern"},
    "no text": lambda item: {**item, "text": None},
    "no source": lambda item: {**item, "source": None},
}


@pytest.mark.parametrize("spoil", POISON.values(), ids=POISON)
def test_a_broken_event_is_returned_and_those_before_it_are_weighed(
    product: Product, spoil: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    product.open_store()
    (
        put_event(product, "1"),
        put_event(product, "2", customer_key=MAIL),
        put_event(product, "3", customer_key=MAIL),
    )
    first, bad, last = stored_events(product)
    spoilt = {name: value for name, value in spoil(bad).items() if value is not None}
    assert product.classify(first, spoilt, last) == ["2"]
    assert [item["event_id"] for item in stored_events(product) if "weighed_at" in item] == ["1"]


def test_no_personal_data_leaves_the_table(product: Product, caplog: pytest.LogCaptureFixture) -> None:
    """From the API to the alert, while the table is busy and the topic is down."""
    product.open_store()
    key = api_keys.make(product.table, "crm", product.now(), lambda size: b"c" * size)
    customer = {"phone": "+56987650001", "email": "canary.customer@example.org"}
    event = {
        "event_id": "canary-1",
        "kind": "complaint",
        "at": "2026-03-10T14:00:00Z",
        "customer": customer,
        "store_id": "norte",
        "text": "Trinocanario en la sopa",
        "reference": "C-canaria",
    }
    batch = {"events": [event, {**event, "event_id": "canary-2"}]}
    headers = {"content-type": "application/json", "x-api-key": key}
    product.fault(service="dynamodb", operation="PutItem", nth=3, times=3)
    product.fault(service="dynamodb", operation="TransactWriteItems", times=3)
    product.fault(service="sns", operation="Publish", function="Classify", times=1)
    with output() as written:
        for body in (batch, batch, {"events": [{**event, "kind": "Trinocanario", "at": customer["phone"]}]}):
            product.cloud.request("POST", "/v1/customers/events", headers, json.dumps(body).encode())
        product.drain()
        product.advance(minutes(10))
    assert product.followup()["origin"] == "signals"
    assert "customer events not taken in" in written.getvalue()
    assert "record not taken in" in written.getvalue()
    logs = "\n".join([caplog.text, *(str(vars(record)) for record in caplog.records)])
    queues = [
        json.dumps(product.cloud.queue_messages(r.logical_id))
        for r in product.cloud.stack.of_type("AWS::SQS::Queue")
    ]
    mails = [message["text"] + message["html"] for message in product.cloud.outbox()]
    customer_pk = product.followup()["customer_pk"].removeprefix("CUSTOMER#")
    for secret in (*customer.values(), "987650001", "Trinocanario", "C-canaria", key, customer_pk):
        assert all(secret not in text for text in (written.getvalue(), logs, *queues, *mails))
