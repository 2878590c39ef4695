"""The whole journey through the gateway with the demo stores: customers, managers and escalation levels."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example"}

TUESDAY_NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""No holiday anywhere. London is on UTC (summer time begins on 29 March 2026), São Paulo on UTC-3."""


@pytest.fixture
def cloud(still_clock: None) -> Iterator[LocalCloud]:
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=TUESDAY_NOON) as cloud:
        seed(cloud)
        yield cloud


def post_answer(cloud: LocalCloud, code: str, **said: Any) -> dict[str, Any]:
    body = json.dumps(said).encode()
    reply = cloud.request("POST", f"/s/{code}", {"content-type": "application/json"}, body)
    assert reply.status == 202, reply.text
    cloud.drain()
    stored: dict[str, Any] = reply.json()
    return stored


def sent_messages(cloud: LocalCloud, purpose: str | None = None) -> list[tuple[str, str]]:
    return [(m["channel"], m["to"]) for m in cloud.outbox() if purpose in (None, m["purpose"])]


def advance_to(cloud: LocalCloud, at: datetime) -> None:
    cloud.advance((at - cloud.now()).total_seconds())


@pytest.mark.parametrize(
    ("code", "said", "sms", "subject"),
    [
        (
            "caja3",
            {"score": 3, "comment": "Esperé 40 minutos y nadie me atendió"},
            'Aurora Plaza Norte, Caja 3: 3/10 "Esperé 40 minutos y nadie me atendio" https://lazo.example/f/',
            "Aurora Plaza Norte, Caja 3: un cliente necesita que lo atiendas (3/10)",
        ),
        (
            "till2",
            {"score": 0, "comment": "Nobody said hello 😡, and the “fresh” bread was stale…"},
            "Aurora Covent Garden, Till 2: 0/10 \"Nobody said hello , and the 'fresh' bread was stale...\" https://",
            "Aurora Covent Garden, Till 2: a customer needs you (0/10)",
        ),
        (
            "caixa1",
            {"score": 6, "reasons": ["waiting_time", "price"]},
            "Aurora Paulista, Caixa 1: 6/10 (Tempo de espera, Preco) https://lazo.example/f/",
            "Aurora Paulista, Caixa 1: um cliente precisa de você (6/10)",
        ),
    ],
)
def test_the_alert_says_why_in_the_managers_language(
    cloud: LocalCloud, code: str, said: dict[str, Any], sms: str, subject: str
) -> None:
    post_answer(cloud, code, **said)
    first, second = cloud.outbox()
    assert first["text"].startswith(sms)
    assert len(first["text"]) <= 160
    assert second["subject"].rpartition(" ")[0] == subject  # a mark of the case follows
    assert said.get("comment", "") in second["text"].replace("\r\n", "\n")
    assert first["at"] == second["at"] == "2026-03-10T12:00:00.000Z"


def test_each_level_is_alerted_in_turn_and_the_last_every_day(cloud: LocalCloud) -> None:
    post_answer(cloud, "caja3", score=1, comment="El baño estaba sucio")
    advance_to(cloud, TUESDAY_NOON + timedelta(minutes=9, seconds=59))
    assert sent_messages(cloud, "escalation") == []
    advance_to(cloud, TUESDAY_NOON + timedelta(minutes=11))
    assert sent_messages(cloud, "escalation") == [
        ("sms", "+56922345672"),
        ("email", "diego.rojas@aurora.example"),
    ]
    advance_to(cloud, TUESDAY_NOON + timedelta(minutes=22))
    assert sent_messages(cloud, "escalation")[2:] == [("email", "marta.silva@aurora.example")]
    for day in (0, 1, 2, 3):
        advance_to(cloud, TUESDAY_NOON + timedelta(days=day, hours=1))
        # One when the last deadline passed, at 12:30 of the first day, and one each morning since.
        assert sent_messages(cloud, "reminder") == [("email", "marta.silva@aurora.example")] * (day + 1)


def test_after_closing_the_alert_waits_for_the_morning(cloud: LocalCloud) -> None:
    advance_to(cloud, datetime(2026, 3, 10, 23, 0, tzinfo=UTC))
    post_answer(cloud, "till2", score=2, comment="Slow")
    assert sent_messages(cloud) == []
    advance_to(cloud, datetime(2026, 3, 11, 7, 59, 59, tzinfo=UTC))
    assert sent_messages(cloud) == []
    advance_to(cloud, datetime(2026, 3, 11, 8, 1, tzinfo=UTC))
    assert sent_messages(cloud) == [("sms", "+447400123456"), ("email", "grace.bell@aurora.example")]
    advance_to(cloud, datetime(2026, 3, 11, 8, 9, 59, tzinfo=UTC))
    assert sent_messages(cloud, "escalation") == []
    advance_to(cloud, datetime(2026, 3, 11, 8, 11, tzinfo=UTC))
    assert sent_messages(cloud, "escalation")[0] == ("sms", "+56922345672")


def test_an_urgent_alert_does_not_wait(cloud: LocalCloud) -> None:
    advance_to(cloud, datetime(2026, 3, 10, 23, 0, tzinfo=UTC))
    post_answer(cloud, "till2", score=2, comment="I found glass in my food and cut my mouth")
    assert sent_messages(cloud) == [("sms", "+447400123456"), ("email", "grace.bell@aurora.example")]
    assert cloud.outbox()[0]["text"].startswith("URGENT, possible injury. Aurora Covent Garden")


def test_an_answer_sent_several_times_is_one_answer(cloud: LocalCloud) -> None:
    ulid = _ulid(TUESDAY_NOON)
    said = {"answer_id": ulid, "score": 4, "comment": "Frío"}
    for _ in range(3):
        assert post_answer(cloud, "caja1", **said) == {"answer_id": ulid}
    other = json.dumps({**said, "score": 5}).encode()
    reply = cloud.request("POST", "/s/caja1", {"content-type": "application/json"}, other)
    assert (reply.status, reply.json()["error"]["code"]) == (409, "answer_conflict")
    assert len(sent_messages(cloud)) == 2
    (day,) = (i for i in cloud.items() if i["sk"].startswith("DAY#"))
    assert {name: n for name, n in day.items() if re.fullmatch(r"s\d+", name)} == {"s4": 1}


def test_a_lost_stream_costs_minutes_and_no_answer(cloud: LocalCloud) -> None:
    cloud.faults.add(service="dynamodb", operation="TransactWriteItems", function="Classify", times=100)
    post_answer(cloud, "caja3", score=2, comment="Nadie contesta")
    assert sent_messages(cloud) == []
    assert len(cloud.queue_messages("AnswersDeadLetters")) == 1
    cloud.advance(180)
    assert sent_messages(cloud) == [("sms", "+56922345671"), ("email", "ana.fuentes@aurora.example")]


def test_a_passive_who_asks_for_contact_alerts_by_e_mail_alone(cloud: LocalCloud) -> None:
    post_answer(cloud, "caja3", score=8, comment="Bien, pero llámenme", phone="+56 9 2234 5678", consent=True)
    assert sent_messages(cloud) == [("email", "ana.fuentes@aurora.example")]
    post_answer(cloud, "caja3", score=8, comment="Bien")
    assert len(sent_messages(cloud)) == 1


def _ulid(at: datetime) -> str:
    """Ten characters of milliseconds in base 32, most significant first, then sixteen of chance."""
    milliseconds, written = int(at.timestamp() * 1000), ""
    for _ in range(10):
        milliseconds, digit = divmod(milliseconds, 32)
        written = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit] + written
    return written + "V94G5B1ZNDEK5P00"
