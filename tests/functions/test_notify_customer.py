"""notify sends a manager's message to the customer once, at most once more when an outcome is unknown,
never past the guard, and never when the customer is gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lazo.messaging.customer_message import CustomerMessage
from lazo.store.contacts import Channel
from lazo.table.messaging import customer_messages
from tests.builders import WEEK, consent, minutes
from tests.product import AFTER, CRASH, TIMEOUT, Item, Product

PHONE, EMAIL = ("sms", "+56987650001"), ("email", "eva@example.org")
NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}
TEXT = "Hola, Eva: ya arreglamos la máquina de café. Gracias por avisarnos."


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


class Writer:
    """A follow-up whose customer may be written to; `write` stores a message of Ana's."""

    def __init__(self, product: Product, **changes: Any) -> None:
        self.product = product
        product.open_store(policy={"take_on_minutes": 100_000}, **changes)
        self.opened = product.unhappy(
            name="Eva Soto", phone=PHONE[1], email=EMAIL[1], consent=consent(), language="es"
        )
        self.number = 0

    def write(self, channel: Channel = "sms", text: str = TEXT, **changes: Any) -> dict[str, Any]:
        """Store a pending message; return its event."""
        self.number += 1
        event = self.product.write_to_customer(text, channel, f"M{self.number}")
        if changes:
            self.product.change(self.item(), **changes)
        return event

    def item(self) -> Item:
        """Return the latest message."""
        return next(i for i in self.product.items("MESSAGE#") if i["message_id"] == f"M{self.number}")

    def messages_received(self) -> list[tuple[str, str]]:
        """Return the messages that reached the customer."""
        return [each for each in self.product.outbox() if each in (PHONE, EMAIL)]


@pytest.fixture
def writer(product: Product) -> Writer:
    return Writer(product)


class TestSending:
    def test_a_message_is_claimed_before_and_recorded_after_sending(self, writer: Writer) -> None:
        product = writer.product
        event = writer.write()
        assert writer.item()["due_at"] == "2026-03-10T15:01:00.000Z"
        seen: Item = {}
        product.just_before("Publish", lambda: seen.update(writer.item()), function="Notify")
        assert product.notify(event) == []
        assert (seen["state"], seen["attempts"], seen["lease_until"]) == (
            "sending",
            1,
            "2026-03-10T15:01:00.000Z",
        )
        assert writer.messages_received() == [PHONE]
        item = writer.item()
        assert (item["state"], item["sent_at"]) == ("sent", "2026-03-10T15:00:00.000Z")
        assert item["provider_id"]
        assert not item.keys() & {"due_pk", "due_at", "lease_until"}
        assert (
            product.cloud.outbox()[-1]["text"]
            == "Hola, Eva: ya arreglamos la máquina de café. Gracias por avisarnos."
        )
        (read,) = customer_messages.messages_of_followup(product.table, event["followup_id"])
        assert isinstance(read, CustomerMessage)
        assert read.sent_at == datetime.fromisoformat("2026-03-10T15:00:00+00:00")

    def test_an_e_mail_says_who_writes_and_why(self, writer: Writer) -> None:
        writer.product.notify(
            writer.write(
                "email", text="Hola, Eva:\n\n<b>Gracias</b> por avisarnos.\n\nhttps://lazo.example/s/x1"
            )
        )
        assert writer.messages_received() == [EMAIL]
        mail = writer.product.cloud.outbox()[-1]
        assert mail["subject"] == "Tu visita"
        assert mail["text"].replace("\r\n", "\n").startswith("Hola, Eva:\n\n<b>Gracias</b> por avisarnos.\n")
        assert "Recibes este correo porque" in mail["text"]
        assert "&lt;b&gt;Gracias&lt;/b&gt;" in mail["html"]
        assert '<a href="https://lazo.example/s/x1"' in mail["html"]
        assert "Aurora Norte" in mail["html"]

    def test_the_same_event_again_and_two_workers_send_once(self, writer: Writer) -> None:
        product = writer.product
        for nth in range(1, 40):
            event = writer.write()
            before = len(writer.messages_received())
            met = product.just_before(None, lambda e=event: product.notify(e), function="Notify", nth=nth)
            assert product.notify(event, event) == []
            assert len(writer.messages_received()) == before + 1
            assert writer.item()["state"] == "sent"
            if not met["done"]:
                break
        assert nth > 5

    def test_several_messages_go_out_in_their_order(self, writer: Writer) -> None:
        writer.write()
        writer.product.wait(seconds(1))
        event = writer.write("email")
        writer.product.notify(event)
        assert writer.messages_received() == [PHONE, EMAIL]

    def test_a_message_whose_event_was_lost_is_found_by_the_sweep(self, writer: Writer) -> None:
        """Its event reaches notify through the subscription's filter in template.yaml."""
        product = writer.product
        writer.write()
        product.drain()
        assert writer.messages_received() == []
        product.advance(minutes(2))
        assert writer.messages_received() == [PHONE]
        assert writer.item()["state"] == "sent"
        assert product.dead_letters() == {}


class TestUnknownOutcome:
    @pytest.mark.parametrize("channel", ["sms", "email"])
    @pytest.mark.parametrize("how", ["crash", "time-out", "5xx"])
    def test_one_retry_and_no_more(self, writer: Writer, channel: Channel, how: str) -> None:
        product = writer.product
        kind = {"crash": {"kind": CRASH}, "time-out": {"kind": TIMEOUT}, "5xx": {"status": 500}}[how]
        event = writer.write(channel)
        operation = "Publish" if channel == "sms" else "SendEmail"
        product.fault(operation=operation, function="Notify", when=AFTER, times=5, **kind)
        product.dies(lambda: product.notify(event))
        assert writer.item()["state"] == "sending"
        product.dies(lambda: product.notify(event))
        assert len(writer.messages_received()) == 1, "held by somebody who may still be alive"
        product.wait(seconds(60))
        product.dies(lambda: product.notify(event))
        assert len(writer.messages_received()) == 2
        product.wait(seconds(60))
        assert product.notify(event) == []
        assert len(writer.messages_received()) == 2
        item = writer.item()
        assert (item["state"], item["failure"]) == ("failed", "gave_up")
        assert "due_at" not in item
        first, second = (m for m in product.cloud.outbox() if (m["channel"], m["to"]) in (PHONE, EMAIL))
        assert (first["text"], first["html"]) == (second["text"], second["html"])

    def test_a_crash_at_every_call(self, writer: Writer) -> None:
        """A crash after one call is a crash before the next; the sweep retries."""
        product = writer.product
        product.notify(writer.opened)
        for nth in range(1, 40):
            event = writer.write()
            before = len(writer.messages_received())
            product.cloud.faults.clear()
            fault = product.crash("Notify", nth)
            product.dies(lambda e=event: product.notify(e))
            product.advance(minutes(4))
            assert writer.item()["state"] == "sent"
            assert 1 <= len(writer.messages_received()) - before <= 2
            if not fault.struck:
                break
        assert nth > 4


class TestFailures:
    @pytest.mark.parametrize(
        ("channel", "code"), [("sms", "InvalidParameter"), ("sms", "OptedOut"), ("email", "MessageRejected")]
    )
    def test_a_permanent_failure_is_recorded(self, writer: Writer, channel: Channel, code: str) -> None:
        event = writer.write(channel)
        refuse = writer.product.refuse_sms if channel == "sms" else writer.product.refuse_email
        refuse(code)
        assert writer.product.notify(event) == []
        item = writer.item()
        assert (item["state"], item["failure"]) == ("failed", code)
        assert "due_at" not in item
        assert writer.messages_received() == []
        assert writer.product.followup()["level"] == 0, "no alert: nobody in the chain failed"

    def test_retries_wait_longer_each_time_and_end(self, writer: Writer) -> None:
        product = writer.product
        event = writer.write()
        product.refuse_sms("Throttling", 400, times=1000)
        for wait in [30, 60, 120, 240, 480, 600, 600, 600, 600, 600]:
            product.notify(event)
            item = writer.item()
            assert (item["state"], item["failure"]) == ("pending", "Throttling")
            assert datetime.fromisoformat(item["due_at"]) == product.now() + seconds(wait)
            product.wait(seconds(wait))
        product.notify(event)
        assert writer.item()["failure"] == "gave_up"
        assert writer.messages_received() == []

    def test_a_throttled_message_is_retried(self, writer: Writer) -> None:
        writer.product.notify(writer.opened)
        event = writer.write()
        writer.product.refuse_sms("Throttling", times=2)
        writer.product.notify(event)
        writer.product.advance(minutes(10))
        assert writer.messages_received() == [PHONE]

    @pytest.mark.parametrize(
        "changes",
        [
            {"text": "Nos diste un 3, Eva."},
            {"text": "¡Oferta imperdible!"},
            {"subject": "Tu NPS"},
        ],
    )
    def test_the_wording_guard_checks_each_message_before_sending(
        self, writer: Writer, changes: dict[str, str]
    ) -> None:
        """Also what came into the table by another way than the desk."""
        event = writer.write("email" if "subject" in changes else "sms")
        writer.product.change(writer.item(), **changes)
        assert writer.product.notify(event) == []
        assert writer.messages_received() == []
        assert (writer.item()["state"], writer.item()["failure"]) == ("failed", "wording")

    def test_an_internal_error_with_one_message_stops_no_other(self, writer: Writer) -> None:
        writer.write("email", language="xx")
        writer.product.wait(seconds(1))
        assert writer.product.notify(writer.write()) == ["1"]
        assert writer.messages_received() == [PHONE]

    @pytest.mark.parametrize("hours", [NINE_TO_NINE, {"always": True}], ids=["nine to nine", "always"])
    def test_a_message_delayed_by_us_waits_for_the_morning(
        self, product: Product, hours: dict[str, Any]
    ) -> None:
        writer = Writer(product, hours=hours)
        event = writer.write()  # at 12:00
        product.wait(timedelta(hours=11))
        assert product.notify(event) == []
        assert writer.messages_received() == []
        assert writer.item()["due_at"] == "2026-03-11T12:00:00.000Z"  # 09:00 in Santiago
        product.wait(timedelta(hours=10))
        product.notify(event)
        assert writer.messages_received() == [PHONE]


class TestErased:
    def test_no_message_about_an_erased_answer(self, writer: Writer) -> None:
        event = writer.write()
        (answer,) = writer.product.items("ANSWER#")
        delete(writer.product, answer)
        assert writer.product.notify(event) == []
        assert writer.messages_received() == []
        assert writer.item()["state"] == "cancelled"
        assert "due_at" not in writer.item()

    @pytest.mark.parametrize("gone", ["phone", "consent"])
    def test_no_message_after_address_or_consent_was_removed(self, writer: Writer, gone: str) -> None:
        event = writer.write()
        (answer,) = writer.product.items("ANSWER#")
        writer.product.change(answer, **{gone: None})
        writer.product.notify(event)
        assert writer.messages_received() == []
        assert writer.item()["state"] == "cancelled"

    @pytest.mark.parametrize("finder", ["notify", "sweep"])
    def test_no_message_about_an_erased_follow_up(self, writer: Writer, finder: str) -> None:
        event = writer.write()
        delete(writer.product, writer.product.followup())
        writer.product.wait(minutes(2))
        if finder == "notify":
            assert writer.product.notify(event) == []
        else:
            assert writer.product.scheduler()["failed"] == 0
        assert writer.item()["state"] == "cancelled"
        assert "due_at" not in writer.item()
        assert writer.messages_received() == []


def delete(product: Product, item: Item) -> None:
    product.cloud.client("dynamodb").delete_item(
        TableName=product.cloud.physical_id("Table"), Key={k: {"S": item[k]} for k in ("pk", "sk")}
    )
