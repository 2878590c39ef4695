"""notify sends each alert once, to the contacts that the store has now."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANA, DIEGO, WEEK
from tests.functions.alerts import (
    ANAS_EMAIL,
    ANAS_PHONE,
    EMAIL,
    SMS,
    seconds,
)
from tests.product import Product, output


class TestSending:
    def test_sms_and_e_mail_claimed_before_and_recorded_after(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        seen: dict[str, dict[str, Any]] = {}
        product.just_before("Publish", lambda: seen.update(product.deliveries()), function="Notify")
        assert product.notify(event) == []
        assert seen[SMS]["state"] == "sending"
        assert seen[SMS]["attempts"] == 1
        assert seen[SMS]["lease_until"] == seen[SMS]["due_at"] == "2026-03-10T15:01:00.000Z"
        assert product.outbox() == [ANAS_PHONE, ANAS_EMAIL] or product.outbox() == [ANAS_EMAIL, ANAS_PHONE]
        for delivery in product.deliveries().values():
            assert delivery["state"] == "sent"
            assert delivery["sent_at"] == "2026-03-10T15:00:00.000Z"
            assert delivery["provider_id"]
            assert not delivery.keys() & {"due_pk", "due_at", "lease_until"}

    def test_the_same_event_again_sends_nothing(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        assert product.notify(event, event) == []
        assert product.notify(event) == []
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_two_workers_at_once_send_each_alert_once(self, product: Product) -> None:
        """Another worker runs the same event before each single step of this one."""
        product.open_store(policy={"sms_per_hour": 1000, "contact_messages_per_hour": 1000})
        for nth in range(1, 100):
            event = product.unhappy()
            before = Counter(product.outbox())
            met = product.just_before(None, lambda e=event: product.notify(e), function="Notify", nth=nth)
            assert product.notify(event) == []
            assert Counter(product.outbox()) - before == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
            if not met["done"]:
                break
        assert nth > 12

    def test_both_contacts_of_a_level_are_alerted(self, product: Product) -> None:
        bea = {**ANA, "contact_id": "bea", "phone": "+56922345679", "email": "bea@aurora.example"}
        product.open_store(contacts=[ANA, bea, DIEGO])
        product.notify(product.unhappy())
        addresses = {ANAS_PHONE, ANAS_EMAIL, ("sms", "+56922345679"), ("email", "bea@aurora.example")}
        assert Counter(product.outbox()) == Counter(addresses)

    def test_the_address_is_the_contacts_current_one(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.open_store(contacts=[{**ANA, "phone": "+56922345600"}])
        product.notify(event)
        assert ("sms", "+56922345600") in product.outbox()
        assert ANAS_PHONE not in product.outbox()

    @pytest.mark.parametrize("contacts", [[DIEGO], [{**ANA, "phone": None, "email": None}, DIEGO]])
    def test_a_removed_contact_is_not_alerted_and_the_follow_up_is_escalated(
        self, product: Product, contacts: list[dict[str, Any]]
    ) -> None:
        product.open_store()
        event = product.unhappy()
        product.open_store(contacts=contacts)
        product.notify(event)
        assert product.outbox() == []
        states = product.deliveries()
        assert {states[key]["failure"] for key in (SMS, EMAIL)} == {"contact_gone"}
        assert product.events()[-1]["type"] == "followup.unreachable"
        assert product.followup()["level"] == 1

    def test_a_message_that_cannot_be_read_stops_no_other(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        broken = [{"version": 2, **event}, {"nothing": 1}, {**event, "type": "followup.invented"}]
        broken[0]["version"] = 2
        assert product.notify(*broken, event) == ["1", "2", "3"]
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_an_event_without_its_follow_up_is_ignored(self, product: Product) -> None:
        event = {**_EVENT, "followup_id": "aaaqeayeaudaocaj"}
        assert product.notify(event) == []

    def test_an_internal_error_with_one_contact_stops_no_other(self, product: Product) -> None:
        odd = {**ANA, "contact_id": "alf", "language": "xx", "phone": "+56922345678", "email": None}
        product.open_store(contacts=[odd, ANA, DIEGO])
        event = product.unhappy()
        assert product.notify(event) == ["1"]
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.states()["0#0#sms#alf"] == "pending"

    def test_an_erased_answer_alerts_nobody(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        (answer,) = product.items("ANSWER#")
        product.cloud.client("dynamodb").delete_item(
            TableName=product.cloud.physical_id("Table"), Key={k: {"S": answer[k]} for k in ("pk", "sk")}
        )
        assert product.notify(event) == []
        assert product.outbox() == []
        assert set(product.states().values()) == {"cancelled"}

    def test_time_from_answer_to_alert_is_measured(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.wait(seconds(3))
        with output() as written:
            product.notify(event)
        every = [json.loads(line) for line in written.getvalue().splitlines()]
        metrics = [m for m in every if "AnswerToAlert" in m]
        assert [m["AnswerToAlert"] for m in metrics] == [[3.0], [3.0]]
        assert {m["channel"] for m in metrics} == {"sms", "email"}
        assert {m["priority"] for m in metrics} == {"high"}
        assert {m["_aws"]["CloudWatchMetrics"][0]["Namespace"] for m in metrics} == {"Lazo/local"}
        assert [m["AlertDelay"] for m in every if "AlertDelay" in m] == [[3.0], [3.0]]

    def test_waiting_for_the_store_to_open_is_no_delay(self, product: Product) -> None:
        """The alarm is for our own delays: no engineer is paged because stores are closed."""
        product.open_store(hours={**WEEK, "holidays": "as_usual"})
        product.wait(timedelta(hours=10))
        event = product.unhappy(at=product.now())
        product.wait(timedelta(hours=11, seconds=4))
        with output() as written:
            product.notify(event)
        metrics = [json.loads(line) for line in written.getvalue().splitlines()]
        assert [m["AlertDelay"] for m in metrics if "AlertDelay" in m] == [[4.0], [4.0]]


_EVENT = {
    "version": 1,
    "type": "followup.opened",
    "followup_id": "",
    "store_id": "norte",
    "level": 0,
    "priority": "high",
    "at": "2026-03-10T15:00:00.000Z",
}
