"""Early signs open a follow-up once per episode, whatever comes twice, at once, half, or by another way."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from lazo.customer.event import CustomerEvent
from lazo.customer.timeline import Timeline
from lazo.followup import lifecycle
from lazo.table import customers, followups
from ops import api_keys
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, consent, minutes
from tests.product import CRASH, Product, output

EVA, MAIL = "e" * 32, "f" * 32
DAY = timedelta(days=1)


def tell(product: Product, event_id: str, kind: Any = "complaint", **changes: Any) -> CustomerEvent:
    """An event is in the table (and in the stream); of now, unless it says otherwise."""
    values = {"customer_key": EVA, "store_id": "norte", "at": product.now(), "received_at": product.now()}
    told = CustomerEvent(event_id, "crm", kind, **{**values, **changes})
    assert customers.put_event(product.table, told) == "new"
    return told


def answered(product: Product, **changes: Any) -> None:
    """An answer with a phone, from the customer of the events unless it says otherwise."""
    given = {"phone": "+56987654321", "consent": consent(), "customer_key": EVA, "comment": ""}
    product.accept(**{**given, **changes})


def items(product: Product) -> list[Any]:
    return product.items("EVENT#")


def timeline(product: Product, key: str | None = EVA) -> Timeline:
    return customers.load_timeline(product.table, product.open_store(), key, product.now())


def test_two_complaints_open_a_light_followup_that_says_why(product: Product) -> None:
    product.open_store()
    tell(product, "1", at=product.now() - 2 * DAY, text="Esperé mucho y nadie me atendió")
    product.drain()
    assert product.followups() == product.events() == []
    tell(product, "2", at=product.now() - 1 * DAY)
    assert product.classify(items(product)[-1]) == []

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
    assert mail["subject"] == "Aurora Norte: un cliente en riesgo"
    for part in (mail["text"], mail["html"]):
        assert "Reclamo (09/03)" in part
        assert "Reclamo (08/03)" in part
        assert "Esperé" not in part
    # What was understood stands with the event, and nothing is left for the sweep.
    (first, second) = items(product)
    assert "waiting_time" in first["themes"]
    assert not {"due_pk", "due_at"} & {*first, *second}
    assert {"weighed_at"} <= first.keys() & second.keys()


def test_up_the_chain_and_by_sms_it_counts_the_signs(product: Product) -> None:
    product.open_store(contacts=[{**ANA, "email": None}, DIEGO])
    for number, kind in enumerate(("complaint", "complaint", "refund")):
        tell(product, str(number), kind)
    product.drain()
    product.advance(minutes(241))
    texts = [
        message["text"].rpartition(" ")[0]
        for message in product.cloud.outbox()
        if message["channel"] == "sms"
    ]
    assert texts[0] == "Aurora Norte: un cliente en riesgo (2 reclamos, 1 devolucion)"
    (mail,) = (m for m in product.cloud.outbox() if m["channel"] == "email")
    assert mail["subject"] == "Aurora Norte: nobody has looked after this customer at risk"
    assert "- Complaint (10 Mar)" in mail["text"]


class TestOnce:
    def test_delivered_again(self, product: Product) -> None:
        product.open_store()
        tell(product, "1"), tell(product, "2")
        assert product.classify(*items(product)) == []
        before = product.items("")
        product.wait(minutes(1))
        assert product.classify(*items(product), *items(product)) == []
        assert product.items("") == before
        assert len(product.events()) == 1

    def test_two_copies_at_once(self, product: Product) -> None:
        product.open_store()
        tell(product, "1"), tell(product, "2")
        first, second = items(product)
        product.just_before("TransactWriteItems", lambda: product.classify(first), function="Classify")
        assert product.classify(first, second) == []
        assert len(product.followups()) == len(product.events()) == 1

    def test_an_event_and_an_answer_at_once(self, product: Product) -> None:
        """Of two things that each cross, the second finds that the first has opened, and is taken in again."""
        product.open_store()
        tell(product, "1")
        product.drain()
        tell(product, "2")
        second = items(product)[-1]
        answered(product, score=10)
        (given,) = product.items("ANSWER#")
        product.just_before("TransactWriteItems", lambda: product.classify(given), function="Classify")
        assert product.classify(second) == ["1"]
        assert product.classify(second) == []
        assert len(product.followups()) == 1
        assert all("weighed_at" in item for item in items(product))

    def test_stream_and_sweep_at_once(self, product: Product) -> None:
        product.open_store()
        tell(product, "1"), tell(product, "2")
        product.wait(minutes(2))
        product.just_before("TransactWriteItems", product.scheduler, function="Classify")
        assert product.classify(*items(product)) == []
        assert len(product.followups()) == 1

    def test_a_crash_at_every_call(self, product: Product) -> None:
        product.open_store()
        for nth in range(1, 30):
            key = f"{nth:032x}"
            tell(product, f"a{nth}", customer_key=key), tell(product, f"b{nth}", customer_key=key)
            mine = [item for item in items(product) if item["pk"].endswith(key)]
            product.restart("Classify")
            product.cloud.faults.clear()
            fault = product.fault(function="Classify", kind=CRASH, nth=nth)
            product.dies(lambda it=mine: product.classify(*it))
            struck = fault.struck
            product.cloud.faults.clear()
            product.restart("Classify")
            assert product.classify(*mine) == []
            assert len([f for f in product.followups() if f["customer_pk"].endswith(key)]) == 1
            if not struck:
                break
        # For each event its links, events, answers and a transaction; the shop; the topic, and on to the queue.
        assert nth == 2 * 4 + 3 + 1

    def test_lost_by_the_stream(self, product: Product) -> None:
        product.open_store()
        tell(product, "1"), tell(product, "2")
        product.wait(minutes(2) - timedelta(milliseconds=1))
        assert product.scheduler() == {"acted": 0, "failed": 0}
        product.wait(timedelta(milliseconds=1))
        assert product.scheduler() == {"acted": 2, "failed": 0}
        assert product.followup()["origin"] == "signals"

    def test_an_episode_uses_its_signs_up(self, product: Product) -> None:
        product.open_store()
        tell(product, "1"), tell(product, "2")
        product.drain()
        product.wait(minutes(1))
        tell(product, "3")
        product.drain()
        assert len(product.followups()) == 1
        tell(product, "4")
        product.drain()
        assert len(product.followups()) == 2
        assert sorted(len(item["signals"]) for item in product.followups()) == [2, 2]

    def test_also_one_that_an_answer_opened(self, product: Product) -> None:
        product.open_store()
        tell(product, "1")
        answered(product, score=2)
        product.drain()
        product.wait(minutes(1))
        tell(product, "2")
        product.drain()
        assert [item["origin"] for item in product.followups()] == ["answer"]
        tell(product, "3")
        product.drain()
        assert sorted(item["origin"] for item in product.followups()) == ["answer", "signals"]

    def test_a_clock_ahead_of_ours_counts_nothing_twice(self, product: Product) -> None:
        product.open_store()
        for number in range(2):
            tell(product, str(number), at=product.now() + minutes(4))
        product.drain()
        product.wait(minutes(1))
        tell(product, "3")
        product.drain()
        assert len(product.followups()) == 1


class TestWhatCounts:
    def test_an_answer_that_opens_none_of_its_own(self, product: Product) -> None:
        product.open_store(competitors=["Mercado Sur"])
        tell(product, "1")
        answered(product, score=9, comment="Bien, aunque en Mercado Sur es más barato")
        product.drain()
        found = followups.followup_from_item(product.followup())
        assert [s.kind for s in found.signals] == ["complaint", "competitor"]
        (given,) = product.items("ANSWER#")
        assert "classified_at" in given

    def test_a_suspect_answer_counts_for_nothing(self, product: Product) -> None:
        product.open_store(competitors=["Mercado Sur"])
        tell(product, "1")
        answered(product, score=9, comment="Mercado Sur", suspect=("honeypot",), customer_also=MAIL)
        product.drain()
        tell(product, "2", "visit")
        product.drain()
        assert product.followups() == product.items("KNOWN#") == []

    def test_leaving_announced_is_no_light_matter(self, product: Product) -> None:
        product.open_store()
        tell(product, "1", "support_ticket", text="No vuelvo nunca más a esta tienda")
        product.drain()
        assert (product.followup()["priority"], product.followup()["stage"]) == ("normal", "open")
        assert set(product.states()) == {"0#0#sms#ana", "0#0#email#ana"}

    def test_the_stores_own_threshold(self, product: Product) -> None:
        product.open_store(policy={"risk_threshold": 3})
        tell(product, "1")
        product.drain()
        assert product.followup()["origin"] == "signals"

    def test_a_customer_of_another_phone_is_another_customer(self, product: Product) -> None:
        product.open_store()
        tell(product, "1"), tell(product, "2", customer_key=MAIL)
        product.drain()
        assert product.followups() == []

    def test_what_never_was_answered(self, product: Product) -> None:
        """Three invitations, each a week without a reply, and a complaint: 2 + 3."""
        product.open_store()
        product.table.put(customers.invitation_put(EVA, "norte", "m1", product.now()))
        product.table.put(customers.invitation_put(EVA, "norte", "m2", product.now() + DAY))
        product.table.put(customers.invitation_put(EVA, "norte", "m3", product.now() + 2 * DAY))
        product.drain()
        assert not any("weighed_at" in item for item in items(product)), "it may still be answered"
        product.wait(9 * DAY - minutes(1))
        tell(product, "1")
        product.drain()
        product.scheduler()
        assert product.followups() == []
        product.wait(minutes(1))
        product.scheduler()
        assert [s["kind"] for s in product.followup()["signals"]] == ["complaint", "no_reply"]


class TestStore:
    def test_of_the_newest_answer(self, product: Product) -> None:
        product.open_store()
        product.open_store(store_id="sur")
        answered(product, score=10, store_id="norte", at=product.now() - DAY)
        answered(product, score=10, store_id="sur")
        product.drain()
        tell(product, "1", store_id=None), tell(product, "2", store_id=None)
        product.drain()
        assert product.followup()["store_id"] == "sur"

    @pytest.mark.parametrize("store_id", [None, "gone"])
    def test_of_none_it_is_kept_and_said_without_the_customer(
        self, product: Product, store_id: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with output() as written:
            tell(product, "1", store_id=store_id, text="Trinocanario"), tell(product, "2", store_id=store_id)
            product.drain()
        assert len(items(product)) == 2
        assert product.followups() == []
        assert product.dead_letters() == {}
        assert "Trinocanario" not in written.getvalue()
        assert EVA not in written.getvalue()
        product.open_store()
        answered(product, score=10)
        product.drain()
        assert product.followup()["store_id"] == "norte"


class TestOneCustomer:
    def linked(self, product: Product, **also: Any) -> None:
        product.open_store()
        answered(product, score=10, customer_also=MAIL, **also)
        product.drain()

    def test_by_phone_and_by_e_mail(self, product: Product) -> None:
        self.linked(product)
        tell(product, "1", customer_key=MAIL)
        product.drain()
        tell(product, "2")
        product.drain()
        assert len(product.followups()) == 1

    def test_an_event_with_both_links_them_too(self, product: Product) -> None:
        product.open_store()
        tell(product, "1", customer_also=MAIL)
        product.drain()
        tell(product, "2", customer_key=MAIL)
        product.drain()
        assert len(product.followups()) == 1
        assert {entry.ref for entry in timeline(product, MAIL).entries} >= {"1", "2"}

    def test_a_followup_of_one_uses_up_the_signs_of_the_other(self, product: Product) -> None:
        self.linked(product)
        tell(product, "1", customer_key=MAIL)
        answered(product, score=1)
        product.drain()
        product.wait(minutes(1))
        tell(product, "2", customer_key=MAIL)
        product.drain()
        assert [item["origin"] for item in product.followups()] == ["answer"]

    def test_two_at_once_by_either(self, product: Product) -> None:
        self.linked(product)
        tell(product, "1"), tell(product, "2", customer_key=MAIL)
        first, second = items(product)
        tell(product, "3"), tell(product, "4", customer_key=MAIL)
        product.just_before(
            "TransactWriteItems", lambda: product.classify(second), function="Classify", nth=1
        )
        product.classify(first)
        product.drain()
        assert len(product.followups()) == 1

    def test_an_address_with_many_links_is_nobodys(self, product: Product) -> None:
        """The phone of an office: what comes by the fourth colleague's e-mail is not the first one's."""
        product.open_store()
        for number in range(4):
            tell(product, f"visit-{number}", "visit", customer_also=f"{number:032x}")
        product.drain()
        tell(product, "1", customer_key=f"{0:032x}"), tell(product, "2", customer_key=f"{3:032x}")
        product.drain()
        assert product.followups() == []


class TestTimeline:
    def test_all_that_is_known_newest_first(self, product: Product) -> None:
        store = product.open_store()
        answered(product, score=2, comment="Muy caro", reasons=("price",), at=product.now() - 9 * DAY)
        product.drain()
        before = followups.followup_from_item(product.followup())
        after = lifecycle.take_on(before, "ana", store, product.now())
        after = lifecycle.record_contact(after, store, product.now(), reached=True)
        done = "Le devolvimos la diferencia"
        resolved = lifecycle.resolve(
            after, store, product.now(), root_cause_theme="price", root_cause="Precio mal marcado", done=done
        )
        followups.replace_followup(product.table, before, resolved)
        product.wait(DAY)
        (
            tell(product, "1", "usage", change=Decimal(-20)),
            tell(product, "2", "support_ticket", text="Sigue muy caro"),
        )
        tell(product, "3", "support_ticket", at=product.now() - 20 * DAY, reference="C-77")
        product.drain()

        found = timeline(product)
        assert [entry.kind for entry in found.entries] == [
            "usage",
            "support_ticket",
            "followup",
            "answer",
            "support_ticket",
        ]
        answer = found.entries[3]
        assert (answer.score, answer.text, answer.themes) == (2, "Muy caro", ("price",))
        assert found.entries[4].reference == "C-77"
        assert found.recurring_themes == (("price", 2),)
        assert found.recurring_kinds == (("support_ticket", 2),)
        (solved,) = found.solved_before
        assert (solved.text, solved.root_cause, solved.stage) == (done, "Precio mal marcado", "resolved")
        assert found.reachable
        assert found.reachable.phone == "+56987654321"

    def test_what_recurs_in_the_store(self, product: Product) -> None:
        product.open_store()
        for days in (1, 2, 28, 29):
            product.accept(score=3, reasons=("price",), at=product.now() - days * DAY)
        product.accept(score=8, reasons=("payment",), at=product.now() - DAY)
        product.accept(score=8, reasons=("payment",), at=product.now() - DAY)
        product.accept(score=10, reasons=("service",), at=product.now() - DAY)
        product.accept(score=10, reasons=("service",), at=product.now() - DAY)
        product.drain()
        assert timeline(product, None).recurring_in_store == (("price", 3), ("payment", 2))
        assert timeline(product, None).entries == ()

    def test_it_costs_a_bounded_number_of_reads(self, product: Product, watch: Watch) -> None:
        store = product.open_store()
        keys = [f"{n:032x}" for n in range(6)]
        for one, other in pairwise(keys):
            for write in customers.link_keys(one, other):
                product.table.put(write)
        for key in keys[:2]:
            for n in range(120):
                tell(product, f"{key}-{n}", "visit", customer_key=key, text="x" * 2000)
        watch.clear()
        found = customers.load_timeline(product.table, store, keys[0], product.now())
        assert len(found.entries) == 100
        assert Counter(call.action for call in watch.calls) == {"dynamodb:Query": 4 * 3 + 1}
        # The fifth and sixth key are beyond the limit.
        assert {entry.ref.partition("-")[0] for entry in found.entries} <= set(keys[:4])

    def test_what_cannot_be_read_is_left_out(self, product: Product) -> None:
        product.open_store()
        answered(product, score=9)
        (item,) = product.items("ANSWER#")
        product.change({**item, "pk": "STORE#norte", "sk": "ANSWER#broken", "score": "9"})
        tell(product, "1", "visit"), tell(product, "2", "visit")
        product.change({**items(product)[0], "at": "gestern"})
        assert [entry.kind for entry in timeline(product).entries] == ["visit", "answer"]


POISON: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "no instant": lambda item: {**item, "at": None},
    "another instant": lambda item: {**item, "at": "gestern"},
    "no text": lambda item: {**item, "text": None},
    "no source": lambda item: {**item, "source": None},
}


@pytest.mark.parametrize("spoil", POISON.values(), ids=POISON)
def test_a_poisonous_event_is_returned_and_those_before_it_are_done(
    product: Product, spoil: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    product.open_store()
    tell(product, "1"), tell(product, "2", customer_key=MAIL), tell(product, "3", customer_key=MAIL)
    first, bad, last = items(product)
    spoilt = {name: value for name, value in spoil(bad).items() if value is not None}
    assert product.classify(first, spoilt, last) == ["2"]
    assert [item["event_id"] for item in items(product) if "weighed_at" in item] == ["1"]


def test_no_personal_data_leaves_the_table(product: Product, caplog: pytest.LogCaptureFixture) -> None:
    """By the API, through a busy table and a topic that is down, to the alert."""
    product.open_store()
    key = api_keys.make(product.table, "crm", product.now(), lambda size: b"c" * size)
    customer = {"phone": "+56987650001", "email": "canary.customer@example.org"}
    told = {
        "event_id": "canary-1",
        "kind": "complaint",
        "at": "2026-03-10T14:00:00Z",
        "customer": customer,
        "store_id": "norte",
        "text": "Trinocanario en la sopa",
        "reference": "C-canaria",
    }
    batch = {"events": [told, {**told, "event_id": "canary-2"}]}
    headers = {"content-type": "application/json", "x-api-key": key}
    product.fault(service="dynamodb", operation="PutItem", nth=3, times=3)
    product.fault(service="dynamodb", operation="TransactWriteItems", times=3)
    product.fault(service="sns", operation="Publish", function="Classify", times=1)
    with output() as written:
        for body in (batch, batch, {"events": [{**told, "kind": "Trinocanario", "at": customer["phone"]}]}):
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
