"""The hourly limit of SMS per contact, and the digest of what exceeds it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lazo.followup import lifecycle
from lazo.table import followups
from lazo.table.messaging import deliveries, digests
from tests.builders import ANA, DIEGO, make_store, minutes
from tests.functions.alerts import ANAS_EMAIL, ANAS_PHONE, NINE_TO_NINE, event_of_sweep
from tests.product import AFTER, TIMEOUT, Product


class TestHourlyLimit:
    def store(self, product: Product, cap: int = 2, **changes: Any) -> None:
        product.open_store(policy={"sms_per_hour": cap, "take_on_minutes": 600}, **changes)

    def sms(self, product: Product) -> list[str]:
        return [m["text"] for m in product.cloud.outbox() if m["channel"] == "sms"]

    def test_alerts_beyond_the_limit_come_in_one_digest_after_the_hour(self, product: Product) -> None:
        self.store(product)
        product.wait(minutes(20))
        for score in (4, 5, 1, 3, 2):
            product.unhappy(score=score)
        product.drain()
        assert len(self.sms(product)) == 2
        assert product.outbox().count(ANAS_EMAIL) == 5
        product.advance(minutes(39))
        assert len(self.sms(product)) == 2
        product.advance(minutes(3))
        assert len(self.sms(product)) == 3
        digest = self.sms(product)[-1]
        assert digest.startswith("Aurora Norte: 3 respuestas más sin atender. ".replace("á", "a"))
        worst = next(f for f in product.followups() if f["score"] == 1)
        link = digest.rpartition("/f/")[2]
        assert product.cloud.request("GET", f"/f/{link}").headers["location"].endswith(worst["followup_id"])
        product.advance(timedelta(hours=3))
        assert len(self.sms(product)) == 3
        assert {i["state"] for i in product.items("DIGEST#")} == {"sent"}
        assert product.dead_letters() == {}

    def test_the_next_hour_has_its_own_limit(self, product: Product) -> None:
        self.store(product, cap=1)
        product.wait(minutes(59))
        for _ in range(2):
            product.unhappy()
        product.drain()
        assert len(self.sms(product)) == 1
        product.wait(minutes(1))
        product.unhappy()
        product.drain()
        assert len(self.sms(product)) == 2

    def test_a_limit_of_zero_sends_no_sms(self, product: Product) -> None:
        self.store(product, cap=0)
        product.unhappy()
        product.drain()
        assert self.sms(product) == []
        assert product.outbox() == [ANAS_EMAIL]

    def test_urgent_alerts_pass_the_limit_and_count(self, product: Product) -> None:
        self.store(product, cap=1)
        for _ in range(3):
            product.unhappy(comment="me robaron la cartera")
        product.drain()
        assert len(self.sms(product)) == 3
        product.unhappy()
        product.drain()
        assert len(self.sms(product)) == 3, "they count all the same"

    def test_no_digest_when_all_were_taken_on_before(self, product: Product) -> None:
        self.store(product, cap=1)
        for _ in range(3):
            product.unhappy()
        product.drain()
        for item in product.followups():
            now = followups.followup_from_item(item)
            followups.replace_followup(
                product.table, now, lifecycle.take_on(now, "ana", make_store(), product.now())
            )
        product.advance(timedelta(hours=2))
        assert len(self.sms(product)) == 1
        assert {i["state"] for i in product.items("DIGEST#")} == {"cancelled"}

    def test_a_digest_waits_for_its_contacts_hours(self, product: Product) -> None:
        closed = {f"2026-03-{day}": [] for day in range(11, 25)}
        self.store(
            product,
            cap=1,
            hours={**NINE_TO_NINE, "special": closed},
            contacts=[{**ANA, "quiet": ["21:00", "10:30"]}],
        )
        product.wait(timedelta(hours=8, minutes=30))  # 20:30 in Santiago
        for _ in range(3):
            product.unhappy()
        product.drain()
        product.advance(timedelta(days=14, hours=13, minutes=59))
        assert len(self.sms(product)) == 1, "at 10:29 on the first open day Ana still has quiet"
        product.advance(minutes(2))
        assert [text for text in self.sms(product)[1:] if "sin atender" in text] == self.sms(product)[1:2]
        token = self.sms(product)[1].partition("/f/")[2]
        assert product.cloud.request("GET", f"/f/{token}").status == 303

    def test_two_workers_send_one_digest(self, product: Product) -> None:
        event = self.digest_due(product)
        before = len(self.sms(product))
        for nth in range(1, 30):
            met = product.just_before(None, lambda: product.notify(event), function="Notify", nth=nth)
            product.notify(event)
            assert len(self.sms(product)) == before + 1
            if not met["done"]:
                break
            (digest,) = product.items("DIGEST#")
            self.reset(product, digest)
            before += 1
        assert nth > 5

    def test_a_digest_whose_outcome_is_unknown(self, product: Product) -> None:
        event = self.digest_due(product)
        before = len(self.sms(product))
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER, times=1000)
        product.notify(event)
        assert len(self.sms(product)) == before + 1
        product.advance(timedelta(hours=4))
        assert len(self.sms(product)) == before + 2, "once more, and never again"
        (digest,) = product.items("DIGEST#")
        assert digest["state"] == "failed"
        assert "due_at" not in digest

    def test_a_digest_throttled_for_a_while(self, product: Product) -> None:
        event = self.digest_due(product)
        before = len(self.sms(product))
        product.refuse_sms("Throttling", 400, times=3)
        product.notify(event)
        product.advance(timedelta(hours=1))
        assert len(self.sms(product)) == before + 1

    def test_a_digest_that_is_rejected_has_failed(self, product: Product) -> None:
        event = self.digest_due(product)
        product.refuse_sms()
        assert product.notify(event) == []
        (digest,) = product.items("DIGEST#")
        assert digest["state"] == "failed"
        assert "due_at" not in digest

    def test_a_rejected_digest_escalates_contacts_without_another_channel(self, product: Product) -> None:
        self.store(product, cap=1, contacts=[{**ANA, "email": None}, DIEGO])
        first, second = (product.unhappy() for _ in range(2))
        product.notify(first, second)
        assert product.outbox() == [ANAS_PHONE]
        product.wait(minutes(60))
        product.refuse_sms()
        product.notify(event_of_sweep(product))
        levels = {f["followup_id"]: f["level"] for f in product.followups()}
        assert levels == {first["followup_id"]: 0, second["followup_id"]: 1}
        assert product.events()[-1]["type"] == "followup.unreachable"

    def test_an_alert_deferred_while_the_digest_is_sent_gets_the_next_one(self, product: Product) -> None:
        event = self.digest_due(product)
        # The hour's last alert was slow: its sender still believes the hour before.
        product.cloud.faults.clear()

        def late() -> None:
            (waiting, *_) = product.items("DELIVERY#0#0#sms")
            digests.defer_to_digest(
                product.table, deliveries.delivery_from_item(waiting), product.now() - minutes(10)
            )

        product.just_before("Publish", late, function="Notify")
        product.notify(event)
        hours = {d["sk"].split("#")[1]: d["state"] for d in product.items("DIGEST#")}
        assert hours == {"2026-03-10T15": "sent", "2026-03-10T16": "pending"}

    def digest_due(self, product: Product) -> dict[str, Any]:
        """Make three alerts with one SMS allowed; return the event of the digest after the hour."""
        self.store(product, cap=1)
        for event in [product.unhappy() for _ in range(3)]:
            product.notify(event)
        assert len(self.sms(product)) == 1
        (digest,) = product.items("DIGEST#")
        assert len(digest["followups"]) == 2
        assert digest["due_at"] == "2026-03-10T16:00:00.000Z"
        product.wait(minutes(60))
        event = event_of_sweep(product)
        assert event["type"] == "digest.due"
        return event

    def reset(self, product: Product, digest: dict[str, Any]) -> None:
        """Set the digest back to what it was before it was sent."""
        product.table._client.update_item(
            TableName=product.table._name,
            Key={k: {"S": digest[k]} for k in ("pk", "sk")},
            UpdateExpression="SET #s = :p, attempts = :z, unclear = :z REMOVE lease_until",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":p": {"S": "pending"}, ":z": {"N": "0"}},
        )


def test_the_limit_is_per_store_and_hour_in_utc(product: Product) -> None:
    """Two stores do not share a limit."""
    product.open_store(policy={"sms_per_hour": 1})
    product.open_store(store_id="sur", policy={"sms_per_hour": 1})
    for store_id in ("norte", "sur", "norte", "sur"):
        product.unhappy(store_id=store_id)
    product.drain()
    assert product.outbox().count(ANAS_PHONE) == 2
    assert {i["sk"]: i["n"] for i in product.items("SMS#")} == {"SMS#2026-03-10T15": 1}
    assert all(
        i["expires_at"] == int(datetime(2026, 3, 12, 15, tzinfo=UTC).timestamp())
        for i in product.items("SMS#")
    )
