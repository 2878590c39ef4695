"""Replies of contacts and customers to an SMS, on the whole product: handled once, from their own number only."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from infra.local.aws.faults import When
from infra.local.cloud import LocalCloud
from infra.local.event_sources.lambda_runtime import FunctionError
from infra.local.server import LocalServer
from tests.builders import ANA, DIEGO, START, minutes
from tests.fixtures import PARAMETERS, TEMPLATE
from tests.product import AFTER, BEFORE, CRASH, Product, output

OURS = "+56912340000"
EVA = "+56987654321"
NUMBERS = {"TwoWayNumbers": f"CL={OURS},BR=22395"}


@pytest.fixture
def product(still_clock: None, no_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product with numbers for two-way SMS."""
    with LocalCloud.start(TEMPLATE, {**PARAMETERS, **NUMBERS}, at=START) as cloud:
        yield Product(cloud, monkeypatch)


def sms_in(text: str, sender: str = ANA["phone"], message_id: str = "in-1") -> dict[str, Any]:
    """Return an SMS as the topic hands it over ("Example of a two-way SMS message payload", End User Messaging
    User Guide; "Using Lambda with Amazon SNS", Lambda Developer Guide)."""
    payload = {
        "originationNumber": sender,
        "destinationNumber": OURS,
        "messageKeyword": "KEYWORD_123456789012",
        "messageBody": text,
        "inboundMessageId": message_id,
        "previousPublishedMessageId": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    }
    message = {"MessageId": "sns-1", "Message": json.dumps(payload), "Subject": None}
    return {"Records": [{"EventSource": "aws:sns", "Sns": message}]}


def reply(product: Product, text: str, sender: str = str(ANA["phone"]), message_id: str = "in-1") -> None:
    product.cloud.invoke("SmsReplies", sms_in(text, sender, message_id))


def texts(product: Product, to: object = ANA["phone"]) -> list[str]:
    return [m["text"] for m in product.cloud.outbox() if m["channel"] == "sms" and m["to"] == to]


def send_alert(product: Product, **changes: Any) -> None:
    """Send Ana the alert of a follow-up."""
    product.open_store(**changes)
    product.accept(score=2, comment="Esperé 20 minutos")
    product.drain()


def history(product: Product) -> list[tuple[str, str]]:
    return [(item["what"], item["by"]) for item in product.items("ENTRY#")]


def test_replying_1_to_the_alert_takes_the_follow_up_on_once(product: Product) -> None:
    send_alert(product)
    (alert,) = texts(product)
    assert re.fullmatch(
        r'Aurora Norte, Caja 3: 2/10 "Esperé 20 minutos" 1=voy 2=paso https://lazo.example/f/\S{35}', alert
    )
    for _ in range(2):
        reply(product, " 1. ")
    product.drain()
    followup = product.followup()
    assert (followup["stage"], followup["owner"]) == ("taken_on", "ana")
    assert history(product) == [("taken_on", "ana")]
    (_, answer) = texts(product)
    assert re.fullmatch(r"Listo, ya lo tienes\. Aurora Norte, Caja 3: 2/10\. \S+/f/\S{35}", answer)
    assert product.cloud.request("GET", re.search(r"/f/\S+", answer)[0]).status == 303  # type: ignore[index]

    product.advance(minutes(15))
    assert texts(product, DIEGO["phone"]) == []


def test_a_late_reply_is_answered_with_the_owners_name(product: Product) -> None:
    send_alert(product)
    product.advance(minutes(10))
    reply(product, "1", str(DIEGO["phone"]), "in-1")
    reply(product, "Voy", message_id="in-2")
    reply(product, "2", message_id="in-3")
    assert product.followup()["owner"] == "diego"
    assert texts(product, DIEGO["phone"])[-1].startswith("You are on it. Aurora Norte, Caja 3: 2/10.")
    assert [text.partition(".")[0] for text in texts(product)[1:]] == ["Diego ya lo tiene"] * 2
    reply(product, "1", str(DIEGO["phone"]), "in-4")
    assert texts(product, DIEGO["phone"])[-1].startswith("You are already on it.")


def test_replying_2_passes_the_follow_up_on_and_is_in_the_history(product: Product) -> None:
    send_alert(product)
    reply(product, "2")
    assert texts(product)[-1].startswith("Avisamos a Diego. Aurora Norte, Caja 3: 2/10.")
    product.drain()
    assert texts(product, DIEGO["phone"])[0].startswith('Passed to you. Aurora Norte, Caja 3: 2/10 "')
    assert "1=on it 2=pass" in texts(product, DIEGO["phone"])[0]
    followup = product.followup()
    assert (followup["stage"], followup["level"], followup.get("owner")) == ("open", 1, None)
    (entry,) = product.items("ENTRY#")
    assert (entry["what"], entry["by"], entry["detail"]) == ("passed_on", "ana", {"to": "Diego"})

    reply(product, "2", message_id="in-2")
    assert texts(product)[-1].startswith("Ya avisamos a Diego.")
    assert product.followup()["level"] == 1
    reply(product, "1", str(DIEGO["phone"]), "in-3")
    reply(product, "2", str(DIEGO["phone"]), "in-4")
    assert product.followup()["level"] == 2
    assert product.followup().get("owner") is None


def test_replying_2_at_the_last_level_changes_nothing(product: Product) -> None:
    send_alert(product, contacts=[ANA])
    reply(product, "2")
    assert product.followup()["level"] == 0
    assert texts(product)[-1].startswith("No queda nadie a quien pasarlo. Aurora Norte")


def test_a_reply_is_about_the_latest_alert(product: Product) -> None:
    send_alert(product)
    product.wait(minutes(1))
    newer = product.accept(score=1)
    product.drain()
    reply(product, "1")
    owners = {item["answer_ulid"]: item.get("owner") for item in product.followups()}
    assert owners[newer.ulid] == "ana"
    assert list(owners.values()).count(None) == 1


@pytest.mark.parametrize("text", ["1", "2"])
def test_a_reply_counts_only_from_the_number_that_was_alerted(product: Product, text: str) -> None:
    send_alert(product)
    product.open_store(contacts=[{**ANA, "phone": "+56922345679"}, DIEGO])
    before = product.followup()
    for number, sender in enumerate((str(ANA["phone"]), "+56922345679", EVA, "Banco", "22395")):
        reply(product, text, sender, f"in-{number}")
    assert product.followup() == before
    # The old number is nobody's now; no alert went to the new one yet.
    assert len(texts(product)) == 1
    assert texts(product, "+56922345679") == [
        "No tienes avisos por responder. Para dejar de recibir SMS, escribe BAJA."
    ]


def test_a_reply_without_an_open_alert_says_so(product: Product) -> None:
    product.open_store()
    reply(product, "1")
    assert texts(product) == ["No tienes avisos por responder. Para dejar de recibir SMS, escribe BAJA."]
    product.accept(score=2)
    product.drain()
    product.change(product.followup(), stage="confirmed", deadline=None, due_pk=None, due_at=None)
    for number, text in enumerate("12"):
        reply(product, text, message_id=f"late-{number}")
    assert [text.partition(".")[0] for text in texts(product)[2:]] == ["Ese caso ya fue cerrado"] * 2
    product.wait(timedelta(days=7))
    reply(product, "1", message_id="too-late")
    assert texts(product)[-1].startswith("No tienes avisos")


def test_stop_ends_sms_and_keeps_emails(product: Product) -> None:
    product.open_store()
    for number, word in enumerate(("BAJA", "1", "hola?")):
        reply(product, word, message_id=f"in-{number}")
    (confirmed,) = texts(product)
    assert confirmed.startswith("Listo, ya no recibiras SMS. Los avisos siguen llegando a tu correo.")

    product.accept(score=2)
    product.drain()
    assert product.outbox()[1:] == [("email", "ana@aurora.example")]
    assert product.deliveries()["0#0#sms#ana"]["failure"] == "opted_out"

    reply(product, "ALTA", message_id="in-9")
    product.accept(score=2)
    product.drain()
    assert texts(product)[1].startswith("Listo, volveras a recibir los avisos por SMS.")
    assert len(texts(product)) == 3


def test_an_alert_without_any_channel_left_is_escalated(product: Product) -> None:
    product.open_store(contacts=[{**ANA, "email": None}, DIEGO])
    reply(product, "stop")
    assert "No tenemos tu correo" in texts(product)[0]
    product.accept(score=2)
    product.drain()
    assert product.followup()["level"] == 1
    assert texts(product, DIEGO["phone"])


def test_stop_of_a_customer_is_recorded_without_a_reply(product: Product) -> None:
    product.open_store()
    product.cloud.invoke("SmsReplies", sms_in("Sair", EVA))
    (said,) = (item for item in product.cloud.items() if item.get("way") == "sms")
    assert said["stopped"] is True
    assert EVA not in json.dumps(product.cloud.items())
    product.cloud.invoke("SmsReplies", sms_in("¿Cuándo me llaman?", EVA, "in-2"))
    product.cloud.invoke("SmsReplies", sms_in("START", EVA, "in-3"))
    (said,) = (item for item in product.cloud.items() if item.get("way") == "sms")
    assert said["stopped"] is False
    assert product.outbox() == []


def test_replies_to_one_number_are_limited(product: Product) -> None:
    product.open_store()
    for number in range(25):
        reply(product, "1", message_id=f"in-{number}")
    assert len(texts(product)) == 20


def test_a_retried_sms_is_about_the_alert_of_its_time(product: Product) -> None:
    send_alert(product)
    product.fault(service="sns", operation="Publish", function="SmsReplies", code="Throttling", status=400)
    with pytest.raises(FunctionError):
        reply(product, "1")
    product.wait(minutes(1))
    newer = product.accept(score=1)
    product.drain()
    reply(product, "1")
    owners = {item["answer_ulid"]: item.get("owner") for item in product.followups()}
    assert owners.pop(newer.ulid) is None
    assert list(owners.values()) == ["ana"]
    assert texts(product)[-1].startswith("Listo, ya lo tienes. Aurora Norte, Caja 3: 2/10.")


def test_a_reply_of_unknown_outcome_is_sent_once_more_after_its_lease(product: Product) -> None:
    send_alert(product)
    product.fault(function="SmsReplies", operation="Publish", kind=CRASH, when=AFTER)
    assert product.dies(lambda: reply(product, "1"))
    assert product.followup()["owner"] == "ana"
    with pytest.raises(FunctionError):
        reply(product, "1")
    product.wait(minutes(1))
    reply(product, "1")
    assert history(product) == [("taken_on", "ana")]
    assert len(texts(product)) == 3


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_crash_at_any_call_changes_nothing_in_the_end(product: Product, when: When) -> None:
    product.open_store(
        policy={"take_on_minutes": 60, "sms_per_hour": 1000, "contact_messages_per_hour": 1000}
    )
    for nth in range(1, 40):
        given = product.accept(score=2)
        product.drain()
        before = len(texts(product))
        crash = product.crash("SmsReplies", nth, when)
        product.cloud.receive_sms(str(ANA["phone"]), "1")
        product.advance(minutes(4))
        (followup,) = (f for f in product.followups() if f["answer_ulid"] == given.ulid)
        assert (followup["stage"], followup.get("owner"), followup["version"]) == ("taken_on", "ana", 2), nth
        answers = texts(product)[before:]
        assert 1 <= len(answers) <= 2, nth
        assert all(text.startswith("Listo, ya lo tienes. Aurora Norte, Caja 3: 2/10.") for text in answers)
        if not crash.struck:
            break
    assert nth > 8
    assert not product.dead_letters()


def test_sms_reach_the_function_and_malformed_ones_the_dead_letters(product: Product) -> None:
    send_alert(product)
    product.fault(service="sns", operation="Deliver", when=AFTER)  # The topic hands it over twice.
    reply_page = Client(LocalServer(product.cloud)).post(
        "/local/sms", json={"from": ANA["phone"], "text": "1"}
    )
    assert reply_page.status_code == 200
    product.drain()
    assert history(product) == [("taken_on", "ana")]
    assert len(texts(product)) == 2

    topic = product.cloud.physical_id("InboundSms")
    for broken in ("no JSON", "[]", '{"originationNumber": "+56922345671", "messageBody": "1"}'):
        product.cloud.client("sns").publish(TopicArn=topic, Message=broken)
    with output() as written:
        product.advance(minutes(4))
    assert len(product.dead_letters()["RepliesDeadLetters"]) == 3
    assert "SMS not taken in" in written.getvalue()
    assert "56922345671" not in written.getvalue()
