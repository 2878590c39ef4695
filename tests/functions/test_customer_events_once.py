"""POST /v1/customers/events stores each event once, also after crashes, timeouts and repeats."""

from datetime import timedelta
from typing import Any

import pytest

from lazo.translations import translations
from ops import api_keys
from tests.functions.crm import PHONE, Crm, event
from tests.product import AFTER, BEFORE, CRASH, TIMEOUT, output


class TestRepeats:
    def test_the_same_batch_again_is_the_same_success(self, crm: Crm) -> None:
        batch = {"events": [event("1", text="¡Mal!"), event("2", kind="usage", change=-40)]}
        assert crm.post(batch).json() == {"accepted": 2, "repeated": 0}
        before = crm.product.items("")
        crm.product.wait(timedelta(days=1))
        # The same instant and number, written in another way.
        again = [
            event("1", at="2026-03-10T14:00:00Z", text="¡Mal!\n"),
            event("2", kind="usage", change=-40.0, customer={"phone": "922345671"}),
        ]
        assert crm.post({"events": [*again, event("3")]}).json() == {"accepted": 1, "repeated": 2}
        assert [i for i in crm.product.items("") if i in before] == before

    def test_the_same_event_twice_in_one_batch(self, crm: Crm) -> None:
        assert crm.post({"events": [event(), event()]}).json() == {"accepted": 1, "repeated": 1}

    @pytest.mark.parametrize(
        "other",
        [
            {"text": "otra cosa"},
            {"kind": "note"},
            {"at": "2026-03-10T11:00:01-03:00"},
            {"customer": {"phone": "+56922345672"}},
            {"customer": {**PHONE, "email": "eva@example.com"}},
            {"store_id": None},
            {"reference": "C-1"},
        ],
    )
    def test_another_event_with_the_same_id_is_a_conflict_and_the_others_are_accepted(
        self, crm: Crm, other: dict[str, Any]
    ) -> None:
        crm.post(event("1"))
        reply = crm.post({"events": [event("0"), event("1", **other), event("1"), event("2")]}, "en")
        assert reply.status == 409
        message = translations("customer_events", "en")["errors"]["event_conflict"]
        conflict = {"index": 1, "field": "event_id", "code": "event_conflict", "message": message}
        assert reply.json() == {"accepted": 2, "repeated": 1, "errors": [conflict]}
        assert sorted(item["event_id"] for item in crm.stored_events()) == ["0", "1", "2"]

    def test_two_systems_may_use_the_same_id(self, crm: Crm) -> None:
        assert crm.post(event("1")).json()["accepted"] == 1
        assert Crm(crm.product, "helpdesk").post(event("1", text="otra")).json()["accepted"] == 1

    def test_a_new_key_of_the_same_system_knows_its_earlier_events(self, crm: Crm) -> None:
        crm.post(event("1"))
        crm.key = api_keys.make(crm.product.table, "crm", crm.product.now(), lambda size: b"n" * size)
        assert crm.post(event("1")).json() == {"accepted": 0, "repeated": 1}

    def test_after_a_crash_at_any_call_the_next_attempt_completes_the_batch(self, crm: Crm) -> None:
        batch = {"events": [event("1"), event("2")]}
        for nth in range(1, 20):
            crm.product.restart("CustomerEvents")
            crm.product.cloud.faults.clear()
            fault = crm.product.fault(function="CustomerEvents", kind=CRASH, nth=nth)
            crm.post(batch)
            struck = fault.struck
            crm.product.cloud.faults.clear()
            crm.product.restart("CustomerEvents")
            reply = crm.post(batch).json()
            assert reply["accepted"] + reply["repeated"] == 2
            assert [item["event_id"] for item in crm.stored_events()] == ["1", "2"]
            for item in [*crm.stored_events(), *crm.product.items("EVENTID")]:
                key = {name: {"S": item[name]} for name in ("pk", "sk")}
                crm.product.cloud.client("dynamodb").delete_item(
                    TableName=crm.product.cloud.physical_id("Table"), Key=key
                )
            if not struck:
                break
        assert 7 <= nth <= 10, "the key, the store, the secret twice, and four writes"

    @pytest.mark.parametrize("when", [BEFORE, AFTER])
    def test_a_timeout_that_the_client_retries(self, crm: Crm, when: Any) -> None:
        crm.product.fault(operation="PutItem", kind=TIMEOUT, when=when, times=2)
        reply = crm.post(event())
        assert reply.status == 202
        assert len(crm.stored_events()) == 1

    def test_a_busy_table_asks_to_come_back(self, crm: Crm) -> None:
        crm.post(event("0"))
        busy = "ProvisionedThroughputExceededException"
        crm.product.fault(operation="PutItem", code=busy, status=400, nth=3, times=3)
        with output() as written:
            reply = crm.post({"events": [event("1"), event("2")]})
        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
        assert reply.json()["error"]["code"] == "unavailable"
        assert "customer events not taken in" in written.getvalue()
        assert crm.post({"events": [event("1"), event("2")]}).json() == {"accepted": 1, "repeated": 1}
