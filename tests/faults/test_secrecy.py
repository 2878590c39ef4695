"""Nothing that goes to logs, metrics, topic, queues or dead-letter stores holds what is personal, or a token.

Everything is told apart by canaries: values that occur nowhere else. Handlers run into every kind of failure, since it
is the message of an error that gives somebody away.
"""

import json
import logging
import random
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.local.aws.faults import Call, Fault
from lazo.store.model import Touchpoint
from lazo.table import stores
from tests.builders import ANA, DIEGO, minutes
from tests.product import AFTER, BEFORE, CRASH, ERROR, TIMEOUT, Product, output

CUSTOMER = {"name": "Canaria Cantora", "phone": "+56987650001", "email": "canary.customer@example.org"}
COMMENT = "Trinocanario en la sopa, me robaron la cartera"
TEAM = [
    {**ANA, "name": "Gerenta Canaria", "phone": "+56922340001", "email": "canary.manager@aurora.example"},
    {**DIEGO, "name": "Jefe Canario", "phone": "+56922340002", "email": "canary.area@aurora.example"},
]
CANARIES = {
    *CUSTOMER.values(),
    "Trinocanario",
    *(str(contact[field]) for contact in TEAM for field in ("name", "phone", "email")),
    # However a number is written.
    "987650001",
    "922340001",
    "922340002",
}


GIVEN_AWAY_BY = {"PutItem", "UpdateItem", "TransactWriteItems", "Publish", "SendEmail"}
"""Calls that carry what is personal; a query has only keys and instants to quote."""


@dataclass
class Telltale(Fault):
    """A provider that quotes what it was given."""

    def strike(self, call: Call, url: str, body_type: str) -> Any:
        response = super().strike(call, url, body_type)
        quoted = f"Invalid parameter: {' '.join(CANARIES)}"
        response._content = response.content.replace(
            f"fault put into {call.service}".encode(), quoted.encode()
        )
        return response


def captured(product: Product, written: str, caplog: pytest.LogCaptureFixture) -> dict[str, str]:
    queues = [r.logical_id for r in product.cloud.stack.of_type("AWS::SQS::Queue")]
    return {
        "standard output": written,
        "logs": "\n".join([caplog.text, *(str(vars(record)) for record in caplog.records)]),
        **{name: json.dumps(product.cloud.queue_messages(name)) for name in queues},
    }


def secrets(product: Product) -> set[str]:
    """The canaries, and the token of every link that was sent."""
    links = [m["text"] for m in product.cloud.outbox()] + [m["html"] or "" for m in product.cloud.outbox()]
    return CANARIES | {token for text in links for token in re.findall(r"/(?:f|in)/([\w-]{35,})", text)}


def assert_silent(product: Product, written: str, caplog: pytest.LogCaptureFixture) -> None:
    for where, text in captured(product, written, caplog).items():
        for secret in secrets(product):
            assert secret not in text, f"{where} holds {secret}"


def open_store(product: Product, **changes: Any) -> None:
    product.open_store(contacts=TEAM, **changes)
    stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", "Caja 3"))


def answer(product: Product, **said: Any) -> int:
    body = {"score": 1, "comment": COMMENT, "consent": True, **CUSTOMER, **said}
    reply = product.cloud.request(
        "POST", "/s/caja3", {"content-type": "application/json"}, json.dumps(body).encode()
    )
    return reply.status


def test_no_personal_data_when_all_goes_well(product: Product, caplog: pytest.LogCaptureFixture) -> None:
    open_store(product, policy={"sms_per_hour": 1})
    with output() as written:
        for score in (1, 2, 7, 10):
            assert answer(product, score=score) == 202
        product.drain()
        link = re.search(r"/f/\S+", product.cloud.outbox()[0]["text"])
        assert link
        opened = product.cloud.request("GET", link[0])
        cookie = {"cookie": opened.cookies[0].partition(";")[0]}
        assert "Trinocanario" in product.cloud.request("GET", opened.headers["location"], cookie).text
        for sender in (TEAM[0]["phone"], CUSTOMER["phone"]):
            for words in ("1", "Trinocanario", "STOP"):
                product.cloud.receive_sms(str(sender), words)
        product.advance(minutes(75))
    assert len(secrets(product)) > len(CANARIES)
    assert "SMS came in" in written.getvalue()
    assert "AnswerToAlert" in written.getvalue()
    assert_silent(product, written.getvalue(), caplog)


def test_no_personal_data_when_providers_quote_what_they_reject(
    product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    open_store(product)
    faults = [
        Telltale(service="sns", operation="Publish", function="Notify", code="InvalidParameter", status=400),
        Telltale(service="sesv2", operation="SendEmail", code="MessageRejected", status=400),
        Telltale(service="dynamodb", operation="TransactWriteItems", times=3),
        Telltale(
            service="dynamodb", operation="UpdateItem", nth=5, times=9, code="ValidationException", status=400
        ),
    ]
    product.cloud.faults._faults.extend(faults)
    with output() as written:
        answer(product)
        answer(product, score=3)
        product.drain()
        product.advance(minutes(30))
    assert all(fault.struck for fault in faults)
    logged = [json.loads(line) for line in written.getvalue().splitlines() if '"message"' in line]
    assert {"record not taken in", "message not sent", "delivery not worked off"} <= {
        line["message"] for line in logged
    }
    assert_silent(product, written.getvalue(), caplog)


def test_no_personal_data_when_signing_in_fails(product: Product, caplog: pytest.LogCaptureFixture) -> None:
    """Known or not, an address is quoted nowhere, whatever the desk or notify run into."""
    open_store(product)
    faults = [
        Telltale(operation="UpdateItem", function="Desk", nth=3, times=3),
        Telltale(operation="Publish", function="Desk", nth=2, times=3),
        Telltale(operation="Publish", function="Notify", code="InvalidParameter", status=400),
        Telltale(operation="SendEmail", function="Notify", times=9),
        Telltale(operation="UpdateItem", function="Notify", nth=2, times=3),
    ]
    product.cloud.faults._faults.extend(faults)
    form = {"content-type": "application/x-www-form-urlencoded"}
    with output() as written:
        for contact in (TEAM[0], TEAM[1], CUSTOMER, TEAM[0]):
            for field in ("phone", "email"):
                body = urlencode({"address": contact[field]}).encode()
                product.cloud.request("POST", "/desk/sign-in", form, body)
            product.drain()
            product.wait(minutes(1))
        product.advance(minutes(20))
    assert all(fault.struck for fault in faults)
    for message in ("sign-in link not asked for", "sign-in link not accepted", "event not worked off"):
        assert message in written.getvalue()
    assert len(secrets(product)) > len(CANARIES)
    assert_silent(product, written.getvalue(), caplog)


def test_no_personal_data_when_what_an_sms_asks_for_fails(
    product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    """A customer and a contact write, and each call that follows is the one that fails."""
    open_store(product)
    answer(product)
    product.drain()
    with output() as written:
        for nth in range(1, 12):
            for sender, words in ((CUSTOMER, "BAJA"), (CUSTOMER, "Trinocanario"), (TEAM[0], "1")):
                product.cloud.faults.clear()
                product.fault(function="SmsReplies", nth=nth, times=3)
                product.cloud.receive_sms(str(sender["phone"]), words)
                product.drain()
            product.cloud.receive_sms(str(CUSTOMER["phone"]), "START")
            product.drain()
    assert "stop not confirmed" in written.getvalue()
    assert_silent(product, written.getvalue(), caplog)


def test_no_personal_data_when_a_manager_writes_to_the_customer(
    product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    """Accepted, refused, blocked on its way out, and broken: the words and the address stay where they are."""
    open_store(product)
    with output() as written:
        assert answer(product) == 202
        product.drain()
        for number, channel in enumerate(("sms", "email", "sms", "email"), start=1):
            event = product.write_to_customer(f"Trinocanario número {number}", channel, f"M{number}")
            if number > 2:
                product.cloud.faults._faults += [
                    Telltale(operation="Publish", function="Notify", code="InvalidParameter", status=400),
                    Telltale(operation="SendEmail", code="MessageRejected", status=400),
                ]
            product.notify(event)
        product.cloud.faults._faults.clear()
        for message_id, changes in (("M5", {"text": "Trinocanario: NPS"}), ("M6", {"at": "Trinocanario"})):
            event = product.write_to_customer("Trinocanario", "sms", message_id)
            (item,) = product.items(f"MESSAGE#{message_id}")
            product.change(item, **changes)
            product.notify(event)
        product.advance(minutes(5))
    assert [i["state"] for i in product.items("MESSAGE#")] == [*["sent"] * 2, *["failed"] * 3, "pending"]
    assert written.getvalue().count("message to customer not sent") == 3
    assert "event not worked off" in written.getvalue()
    assert "due item failed" in written.getvalue()
    assert_silent(product, written.getvalue(), caplog)


def test_no_personal_data_when_records_are_broken(product: Product, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be read is quoted nowhere, in whatever field it stands."""
    open_store(product)
    with output() as written:
        whole = product._item(
            product.accept(comment=COMMENT, **{k: CUSTOMER[k] for k in ("name", "phone", "email")})
        )
        for field in ("score", "at", "consent", "store_id", "suspect", "language"):
            product.classify({**whole, field: f"{COMMENT} {CUSTOMER['phone']}"})
        event = product.unhappy(comment=COMMENT)
        product.notify({**event, "level": COMMENT}, {**event, "type": COMMENT}, {"comment": COMMENT})
        for kind, sk in (
            ("ANSWER", f"ANSWER#{COMMENT}"),
            ("DELIVERY", "DELIVERY#0"),
            ("FU", "FU"),
            ("DIGEST", "DIGEST#"),
        ):
            product.change(
                {
                    **whole,
                    "pk": f"{kind}#1",
                    "sk": sk,
                    "due_pk": "due#0",
                    "due_at": "2026-01-01T00:00:00.000Z",
                }
                | {"at": COMMENT, "not_before": COMMENT, "deadline": COMMENT}
            )
        product.scheduler()
    assert written.getvalue().count("due item failed") == 4
    assert written.getvalue().count("event not worked off") == 3
    assert written.getvalue().count("record not taken in") >= 4
    assert_silent(product, written.getvalue(), caplog)


@pytest.mark.in_part(3)
@pytest.mark.parametrize("seed", range(3))
def test_no_personal_data_under_random_faults(
    product: Product, caplog: pytest.LogCaptureFixture, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    chance = random.Random(seed)
    kinds = [(CRASH, BEFORE), (TIMEOUT, BEFORE), (TIMEOUT, AFTER), (ERROR, BEFORE)]

    def meet(call: Call) -> Fault | None:
        if chance.random() > 0.3:
            return None
        kind, when = chance.choice(kinds)
        return (Telltale if call.operation in GIVEN_AWAY_BY else Fault)(kind=kind, when=when)

    open_store(product, policy={"sms_per_hour": 1})
    monkeypatch.setattr(product.cloud.faults, "meet", meet)
    with output() as written:
        for score in (1, 2, 7, 10):
            answer(product, score=score)
            product.drain()
        product.advance(minutes(45))
    assert_silent(product, written.getvalue(), caplog)
