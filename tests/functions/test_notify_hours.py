"""Alerts wait for opening hours and for the end of a contact's quiet hours; urgent ones do not."""

from collections import Counter
from datetime import timedelta

from tests.builders import ANA, minutes
from tests.functions.alerts import ANAS_EMAIL, ANAS_PHONE, NINE_TO_NINE, SMS, seconds
from tests.product import AFTER, CRASH, Product


class TestHours:
    def test_alerts_of_a_closed_store_go_out_when_it_opens(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE)
        product.wait(timedelta(hours=12))  # midnight in Santiago
        product.unhappy()
        product.drain()
        product.advance(timedelta(hours=9) - seconds(1))
        assert product.outbox() == []
        product.advance(minutes(1))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.dead_letters() == {}

    def test_after_a_crash_at_closing_time_the_retry_waits_for_the_morning(self, product: Product) -> None:
        """The SMS may have arrived, so the attempt counts; nobody is woken for the retry."""
        product.open_store(hours=NINE_TO_NINE, policy={"take_on_minutes": 600})
        product.wait(timedelta(hours=8, minutes=59))  # 20:59 in Santiago
        event = product.unhappy()
        product.fault(operation="Publish", function="Notify", kind=CRASH, when=AFTER)
        assert product.dies(lambda: product.notify(event))
        assert product.deliveries()[SMS]["state"] == "sending"
        product.wait(timedelta(hours=6))
        product.drain()
        product.advance(minutes(5))
        assert [m["at"][:10] for m in product.cloud.outbox()] == ["2026-03-10"], (
            "the one that may have arrived"
        )
        product.advance(timedelta(hours=8))
        late = [m for m in product.cloud.outbox() if m["at"] > "2026-03-11T11:59"]
        assert Counter((m["channel"], m["to"]) for m in late) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        sms = product.deliveries()[SMS]
        assert (sms["state"], sms["unclear"], sms["attempts"]) == ("sent", 1, 2)

    def test_quiet_hours_that_end_after_the_store_opens(self, product: Product) -> None:
        product.open_store(
            hours=NINE_TO_NINE,
            contacts=[{**ANA, "quiet": ["20:00", "12:30"]}],
            policy={"take_on_minutes": 60},
        )
        product.unhappy()  # at 12:00
        product.drain()
        assert product.outbox() == []
        product.advance(minutes(29))
        assert product.outbox() == []
        product.advance(minutes(2))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}

    def test_a_reminder_for_the_same_morning_replaces_the_alert(self, product: Product) -> None:
        product.open_store(contacts=[{**ANA, "quiet": ["20:00", "12:30"]}])
        product.unhappy()  # at 12:00: overdue at 12:10, before anybody could be alerted
        product.drain()
        product.advance(minutes(35))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.states() == {
            "0#0#sms#ana": "cancelled",
            "0#0#email#ana": "cancelled",
            "0#1#sms#ana": "sent",
            "0#1#email#ana": "sent",
        }

    def test_the_link_opens_after_weeks_without_an_opening(self, product: Product) -> None:
        closed = {f"2026-03-{day}": [] for day in range(11, 25)}
        product.open_store(hours={**NINE_TO_NINE, "special": closed})
        product.wait(timedelta(hours=10))  # 22:00 in Santiago
        product.unhappy()
        product.drain()
        product.advance(timedelta(days=14, hours=11) + minutes(1))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        for message in product.cloud.outbox():
            token = message["text"].partition("/f/")[2].split()[0]
            assert product.cloud.request("GET", f"/f/{token}").status == 303

    def test_an_alert_delayed_by_us_waits_for_the_morning(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE, policy={"take_on_minutes": 600})
        event = product.unhappy()  # at 12:00
        danger = product.unhappy(comment="me robaron la cartera")
        product.wait(timedelta(hours=11))  # until 23:00 nothing runs
        assert product.notify(event) == []
        assert product.outbox() == []
        assert product.notify(danger) == []
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        before = len(product.outbox())
        product.wait(timedelta(hours=10) - seconds(1))
        assert product.notify(event) == []
        assert len(product.outbox()) == before
        product.wait(seconds(1))
        assert product.notify(event) == []
        assert Counter(product.outbox()) == {ANAS_PHONE: 2, ANAS_EMAIL: 2}

    def test_urgent_alerts_go_out_at_once(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE, contacts=[{**ANA, "quiet": ["20:00", "12:30"]}])
        product.wait(timedelta(hours=12))
        product.unhappy(score=8, comment="me robaron la cartera")
        product.drain()
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
