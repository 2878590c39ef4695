"""Alerts whose outcome is unknown or that failed for now: notify retries them, within limits."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.builders import minutes
from tests.functions.alerts import ANAS_EMAIL, ANAS_PHONE, EMAIL, LEASE, SMS, event_of_sweep, seconds
from tests.product import AFTER, BEFORE, CRASH, TIMEOUT, Product


class TestUnknownOutcome:
    @pytest.mark.parametrize("channel", ["sms", "email"])
    @pytest.mark.parametrize("how", ["crash", "time-out", "5xx"])
    def test_one_retry_after_the_lease_and_no_more(self, product: Product, channel: str, how: str) -> None:
        product.open_store(policy={"take_on_minutes": 60})
        event = product.unhappy()
        operation = "Publish" if channel == "sms" else "SendEmail"
        kind = {"crash": {"kind": CRASH}, "time-out": {"kind": TIMEOUT}, "5xx": {"status": 500}}[how]
        product.fault(operation=operation, function="Notify", when=AFTER, times=2, **kind)
        key, receiver = (SMS, ANAS_PHONE) if channel == "sms" else (EMAIL, ANAS_EMAIL)

        product.dies(lambda: product.notify(event))
        assert product.states()[key] == "sending"
        product.wait(LEASE - seconds(1))
        assert product.notify(event) == [], "held by somebody who may still be alive"
        assert product.outbox().count(receiver) == 1

        product.wait(seconds(1))
        product.dies(lambda: product.notify(event_of_sweep(product)))
        assert product.outbox().count(receiver) == 2
        assert product.states()[key] == "sending"

        product.wait(LEASE)
        product.notify(event_of_sweep(product))
        assert product.deliveries()[key]["state"] == "failed"
        assert product.deliveries()[key]["failure"] == "gave_up"
        product.advance(minutes(30))
        assert Counter(product.outbox()) == {receiver: 2, ANAS_PHONE: 1, ANAS_EMAIL: 1} | {receiver: 2}
        first, second = (m for m in product.cloud.outbox() if (m["channel"], m["to"]) == receiver)
        assert (first["text"], first["html"]) == (second["text"], second["html"])

    def test_the_second_attempt_is_recorded(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.notify(event)
        product.wait(LEASE)
        product.notify(event_of_sweep(product))
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        assert product.deliveries()[SMS]["attempts"] == 2
        assert product.deliveries()[SMS]["unclear"] == 1

    def test_crash_at_every_call(self, product: Product) -> None:
        """A crash after one call is a crash before the next."""
        product.open_store(
            policy={"sms_per_hour": 1000, "contact_messages_per_hour": 1000, "take_on_minutes": 100_000}
        )
        for nth in range(1, 100):
            event = product.unhappy()
            before = Counter(product.outbox())
            product.cloud.faults.clear()
            fault = product.crash("Notify", nth)
            product.dies(lambda it=event: product.notify(it))
            product.advance(minutes(3))
            accepted = Counter(product.outbox()) - before
            assert accepted.keys() == {ANAS_PHONE, ANAS_EMAIL}
            assert sum(accepted.values()) <= 2 + 1
            (about,) = {
                i["pk"] for i in product.items("DELIVERY#") if i["followup_id"] == event["followup_id"]
            }
            states = [i["state"] for i in product.items("DELIVERY#") if i["pk"] == about]
            assert states == ["sent", "sent"]
            if not fault.struck:
                break
        assert nth > 8

    def test_a_sender_slower_than_its_lease(self, product: Product) -> None:
        """Both send, both records agree in the end, and that is all."""
        product.open_store()
        event = product.unhappy()

        def overtaken() -> None:
            product.wait(LEASE)
            product.notify(event)

        product.just_before("Publish", overtaken, function="Notify")
        product.notify(event)
        assert Counter(product.outbox()) == {ANAS_PHONE: 2, ANAS_EMAIL: 1}
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        product.advance(minutes(8))
        assert len(product.outbox()) == 3


class TestTransientFailure:
    def test_retries_wait_longer_each_time_and_end(self, product: Product) -> None:
        product.open_store(
            policy={"take_on_minutes": 600, "sms_per_hour": 1000, "contact_messages_per_hour": 1000}
        )
        event = product.unhappy()
        product.refuse_sms("Throttling", 400, times=1000)
        waits = [30, 60, 120, 240, 480, 600, 600, 600, 600, 600]
        for wait in waits:
            product.notify(event)
            sms = product.deliveries()[SMS]
            assert (sms["state"], sms["failure"]) == ("pending", "Throttling")
            assert sms["lease_until"] == sms["due_at"]
            assert datetime.fromisoformat(sms["due_at"]) == product.now() + seconds(wait)
            product.wait(seconds(wait) - seconds(0.001))
            product.notify(event)
            assert product.deliveries()[SMS]["attempts"] == sms["attempts"]
            product.wait(seconds(0.001))
        product.notify(event_of_sweep(product))
        assert product.deliveries()[SMS]["failure"] == "gave_up"
        assert product.outbox() == [ANAS_EMAIL]

    def test_every_attempt_sends_the_same_text(self, product: Product) -> None:
        """Also hours and a transient failure later: a contact who gets it twice sees that it is the same."""
        product.open_store(policy={"take_on_minutes": 6000})
        product.wait(minutes(59))
        event = product.unhappy(comment="Muy caro")
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.fault(operation="SendEmail", kind=TIMEOUT, when=AFTER)
        product.notify(event)
        product.refuse_sms("Throttling")
        product.refuse_email("TooManyRequestsException")
        product.advance(timedelta(hours=3))
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        assert product.deliveries()[SMS]["attempts"] == 3
        texts = Counter((m["channel"], m["text"]) for m in product.cloud.outbox())
        assert sorted(texts.values()) == [2, 2]

    def test_a_connection_timeout_is_no_unknown_outcome(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.fault(operation="SendEmail", kind=TIMEOUT, when=BEFORE)
        product.notify(event)
        email = product.deliveries()[EMAIL]
        assert (email["state"], email["unclear"], email["failure"]) == ("pending", 0, "ConnectTimeoutError")
        product.advance(minutes(1))
        assert product.states() == {SMS: "sent", EMAIL: "sent"}
        assert len(product.outbox()) == 2

    def test_the_clients_that_send_make_one_attempt(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.refuse_sms("InternalError", 500, times=1)
        product.refuse_email("InternalFailure", 500, times=1)
        product.notify(event)
        calls = Counter(product.calls("Notify"))
        assert (calls["Publish"], calls["SendEmail"]) == (1, 1)
