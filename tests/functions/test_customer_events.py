"""POST /v1/customers/events: what is accepted, and how it is stored."""

import hashlib
import hmac
import json
from collections import Counter

import pytest

from tests.functions.crm import Crm, event
from tests.product import Product


def customer_key(product: Product, known_as: str) -> str:
    key = product.cloud.client("secretsmanager").get_secret_value(
        SecretId=product.cloud.physical_id("CustomerKey")
    )
    return hmac.new(
        key["SecretString"].encode(), f"customer\0{known_as}".encode(), hashlib.sha256
    ).hexdigest()[:32]


class TestAccepted:
    def test_an_event_is_stored_with_all_its_fields(self, crm: Crm) -> None:
        reply = crm.post(
            event(
                kind="refund",
                customer={"phone": "9 2234 5671", "email": "Ana@EXAMPLE.com"},
                text=" Espere\u0301 40 días\r\npor\u202e el cambio ",
                reference="C  77",
                amount=19990.5,
            )
        )
        assert (reply.status, reply.json()) == (202, {"accepted": 1, "repeated": 0})
        assert reply.headers["cache-control"] == "no-store"
        (item,) = crm.stored_events()
        assert item.pop("due_pk").startswith("due#")
        assert item == {
            "pk": f"CUSTOMER#{customer_key(crm.product, 'phone:+56922345671')}",
            "sk": "EVENT#2026-03-10T14:00:00.000Z#crm#t-1",
            "event_id": "t-1",
            "source": "crm",
            "kind": "refund",
            "at": "2026-03-10T14:00:00.000Z",
            "received_at": "2026-03-10T15:00:00.000Z",
            "customer_also": customer_key(crm.product, "email:ana@example.com"),
            "store_id": "norte",
            "text": "Esperé 40 días\npor el cambio",
            "reference": "C 77",
            "amount": item["amount"],
            "due_at": "2026-03-10T15:02:00.000Z",
            "expires_at": 1836226800,  # 2028-03-09 15:00 UTC, 730 days on
        }
        assert str(item["amount"]) == "19990.5"

    def test_each_kind_of_event_is_accepted(self, crm: Crm) -> None:
        kinds = ("support_ticket", "sales_interaction", "complaint", "refund", "visit", "note")
        events = [event(kind, kind=kind) for kind in kinds]
        events.append(event("usage", kind="usage", change=-30))
        assert crm.post({"events": events}).json() == {"accepted": 7, "repeated": 0}
        assert {item["kind"] for item in crm.stored_events()} == {*kinds, "usage"}

    def test_a_batch_has_at_most_a_hundred_events(self, crm: Crm) -> None:
        assert crm.errors({"events": [event(str(n)) for n in range(101)]}) == [
            (None, "events", "events_too_many")
        ]
        crm.product.cloud.faults.clear()
        assert crm.post({"events": [event(str(n)) for n in range(100)]}).json() == {
            "accepted": 100,
            "repeated": 0,
        }
        assert len(crm.stored_events()) == 100
        counted = Counter(crm.product.calls("CustomerEvents"))
        assert counted["PutItem"] == 200
        assert counted["GetItem"] <= 2, "the key and the store"

    def test_an_event_with_an_e_mail_alone_and_without_a_store(self, crm: Crm) -> None:
        body = event(customer={"email": "Eva@example.com", "phone": None}, store_id=None, text=None)
        assert crm.post(body).status == 202
        assert (
            crm.stored_events()[0]["pk"] == f"CUSTOMER#{customer_key(crm.product, 'email:eva@example.com')}"
        )

    @pytest.mark.parametrize(
        "at",
        [
            "2026-03-10T15:05:00Z",
            "2026-03-10T12:00:00.5-03:00",
            "20260310T150000Z",
            "2024-03-11T15:00:00+00:00",
        ],
    )
    def test_timestamps_with_a_time_zone_are_accepted(self, crm: Crm, at: str) -> None:
        assert crm.post(event(at=at)).status == 202


def test_a_full_batch_of_the_longest_texts_fits(crm: Crm) -> None:
    batch = {"events": [event(str(n), text="x" * 2000) for n in range(100)]}
    assert len(json.dumps(batch)) < 256 * 1024
    assert crm.post(batch).status == 202
