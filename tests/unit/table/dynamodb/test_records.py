"""Records as they stand in every installation's table, one of each kind: written so, and read back as they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import HistoryEntry, Note
from lazo.followup.model import FollowUp, Resurvey, SignalReason
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.model import Move, Progress, Promise
from lazo.table import followups, promises
from lazo.table.case_records import CONCERNS, HISTORY, INCENTIVES, NOTES
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.writes import from_dynamo, to_dynamo
from lazo.table.messaging import customer_messages, deliveries

TEN = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
NOON = TEN + timedelta(hours=2)
AT_TEN, AT_NOON = "2026-03-09T10:00:00.000Z", "2026-03-09T12:00:00.000Z"

NOTE = Note("n1", "phone", TEN, "Habló", "ana", "Ana", NOON)
NOTE_ITEM = {
    "pk": "FU#f1",
    "sk": "NOTE#n1",
    "followup_id": "f1",
    "note_id": "n1",
    "channel": "phone",
    "held_at": AT_TEN,
    "text": "Habló",
    "by": "ana",
    "by_name": "Ana",
    "at": AT_NOON,
}
CONCERN = Concern(
    "c1",
    "Frío",
    None,
    "high",
    "ana",
    date(2026, 3, 12),
    (date(2026, 3, 10), date(2026, 3, 11)),
    "ana",
    TEN,
    state="planned",
    action="Calefacción",
    planned_for=date(2026, 3, 20),
    hears_by="phone",
    settled_by="ana",
    settled_at=NOON,
)
CONCERN_ITEM = {
    "pk": "FU#f1",
    "sk": "CONCERN#c1",
    "followup_id": "f1",
    "concern_id": "c1",
    "text": "Frío",
    "priority": "high",
    "owner": "ana",
    "deadline": "2026-03-12",
    "checkpoints": ["2026-03-10", "2026-03-11"],
    "added_by": "ana",
    "added_at": AT_TEN,
    "state": "planned",
    "action": "Calefacción",
    "planned_for": "2026-03-20",
    "hears_by": "phone",
    "settled_by": "ana",
    "settled_at": AT_NOON,
}
INCENTIVE = Incentive("i1", "gift_card", Decimal("10.50"), "CLP", "Espera", "c1", "ana", "Ana", TEN)
INCENTIVE_ITEM = {
    "pk": "FU#f1",
    "sk": "INCENTIVE#i1",
    "followup_id": "f1",
    "incentive_id": "i1",
    "kind": "gift_card",
    "value": Decimal("10.50"),
    "currency": "CLP",
    "reason": "Espera",
    "concern_id": "c1",
    "by": "ana",
    "by_name": "Ana",
    "at": AT_TEN,
}
ENTRY = HistoryEntry("e1", "reassigned", "ana", "Ana", TEN, 3, {"to": "Diego"})
ENTRY_ITEM = {
    "pk": "FU#f1",
    "sk": "ENTRY#e1",
    "followup_id": "f1",
    "entry_id": "e1",
    "what": "reassigned",
    "by": "ana",
    "by_name": "Ana",
    "at": AT_TEN,
    "version": 3,
    "detail": {"to": "Diego"},
}
PROMISE = Promise(
    "p1",
    "f1",
    "norte",
    "Una mesa",
    NOON,
    "ana",
    "sms",
    "diego",
    TEN,
    checkpoints=(TEN,),
    version=2,
    progress=(Progress(TEN, "ana", "Ana", "Pedida"),),
    moved=(Move(TEN, "Ana", TEN, NOON, "Tarde", None), Move(TEN, "Ana", TEN, NOON, "Más", "sms")),
    missed=TEN,
)
PROMISE_ITEM = {
    "pk": "FU#f1",
    "sk": "PROMISE#p1",
    "promise_id": "p1",
    "followup_id": "f1",
    "store_id": "norte",
    "what": "Una mesa",
    "due": AT_NOON,
    "owner": "ana",
    "hears_by": "sms",
    "made_by": "diego",
    "made_at": AT_TEN,
    "checkpoints": [AT_TEN],
    "state": "open",
    "version": 2,
    "progress": [{"at": AT_TEN, "by": "ana", "by_name": "Ana", "text": "Pedida"}],
    "moved": [
        {"at": AT_TEN, "by_name": "Ana", "former": AT_TEN, "due": AT_NOON, "reason": "Tarde"},
        {"at": AT_TEN, "by_name": "Ana", "former": AT_TEN, "due": AT_NOON, "reason": "Más", "told": "sms"},
    ],
    "missed": AT_TEN,
    "settled_by": "",
    "list_pk": "OPEN_PROMISES",
    "store_list_pk": "OPEN_PROMISES#norte",
    "list_at": f"{AT_NOON}#f1#p1",
}
MESSAGE = CustomerMessage(
    "m1", "f1", "norte", "norte", "U1", "sms", "es", "", "Hola", None, "ana", "Ana", TEN, link="page",
    customer_keys=("k1",),
)  # fmt: skip
MESSAGE_ITEM = {
    "pk": "FU#f1",
    "sk": "MESSAGE#m1",
    "followup_id": "f1",
    "store_id": "norte",
    "answered_at_store": "norte",
    "answer_ulid": "U1",
    "message_id": "m1",
    "channel": "sms",
    "language": "es",
    "subject": "",
    "text": "Hola",
    "by": "ana",
    "by_name": "Ana",
    "at": AT_TEN,
    "link": "page",
    "state": "pending",
    "attempts": 0,
    "unclear": 0,
    "due_at": "2026-03-09T10:01:00.000Z",
}
ALERT = Delivery("f1", "norte", 1, 2, "sms", "diego", "escalation", TEN, NOON, "high")
ALERT_ITEM = {
    "pk": "FU#f1",
    "sk": "DELIVERY#1#2#sms#diego",
    "followup_id": "f1",
    "store_id": "norte",
    "level": 1,
    "round": 2,
    "channel": "sms",
    "contact_id": "diego",
    "purpose": "escalation",
    "planned_at": AT_TEN,
    "not_before": AT_NOON,
    "priority": "high",
    "state": "pending",
    "attempts": 0,
    "unclear": 0,
    "due_at": AT_NOON,
}
NAMED = Delivery("f1", "norte", 0, 0, "email", "ana", "late", TEN, TEN, ref="3")
NAMED_ITEM = ALERT_ITEM | {
    "sk": "DELIVERY#0#0#email#ana#late#3",
    "level": 0,
    "round": 0,
    "channel": "email",
    "contact_id": "ana",
    "purpose": "late",
    "not_before": AT_TEN,
    "priority": "normal",
    "ref": "late#3",
    "due_at": "2026-03-09T10:01:00.000Z",
}
MISSED = Delivery(
    "f1", "norte", 0, 0, "email", "ana", "promise_missed", TEN, TEN,
    ref=AT_NOON, promise_id="p1", about="Una mesa", until=NOON,
)  # fmt: skip
MISSED_ITEM = NAMED_ITEM | {
    "sk": f"DELIVERY#0#0#email#ana#promise_missed#p1#{AT_NOON}",
    "purpose": "promise_missed",
    "ref": f"promise_missed#p1#{AT_NOON}",
    "about": "Una mesa",
    "until": AT_NOON,
}
FOLLOWUP = FollowUp(
    "f1", "norte", "answer", "U1", "Caja 3", 2, ("price",), (), "normal", TEN, TEN, "confirmed", 1, 0, 7, None,
    customer_key="k1",
    signals=(SignalReason("silence", TEN),),
    reached=False,
    confirmed_at=NOON,
    again=Resurvey(NOON, score=9),
)  # fmt: skip
FOLLOWUP_ITEM = {
    "pk": "FU#f1",
    "sk": "FU",
    "followup_id": "f1",
    "store_id": "norte",
    "origin": "answer",
    "answer_ulid": "U1",
    "touchpoint": "Caja 3",
    "score": 2,
    "themes": ["price"],
    "urgency": [],
    "priority": "normal",
    "answered_at": AT_TEN,
    "opened_at": AT_TEN,
    "stage": "confirmed",
    "level": 1,
    "round": 0,
    "version": 7,
    "signals": [{"kind": "silence", "at": AT_TEN}],
    "reached": False,
    "confirmed_at": AT_NOON,
    "root_cause": "",
    "done": "",
    "interested": False,
    "again": {"asked_at": AT_NOON, "score": 9},
    "customer_pk": "CUSTOMER#k1",
    "customer_at": AT_TEN,
}

CASES: dict[str, tuple[Any, Any, Any, Any]] = {
    "note": (NOTES.item("f1", NOTE), NOTE_ITEM, NOTES.read, NOTE),
    "concern": (CONCERNS.item("f1", CONCERN), CONCERN_ITEM, CONCERNS.read, CONCERN),
    "incentive": (INCENTIVES.item("f1", INCENTIVE), INCENTIVE_ITEM, INCENTIVES.read, INCENTIVE),
    "entry": (HISTORY.item("f1", ENTRY), ENTRY_ITEM, HISTORY.read, ENTRY),
    "promise": (promises.promise_item(PROMISE), PROMISE_ITEM, promises.PROMISES.read, PROMISE),
    "message": (
        customer_messages.message_put(MESSAGE).item,
        MESSAGE_ITEM,
        customer_messages.message_from_item,
        MESSAGE,
    ),
    "alert": (deliveries.delivery_put(ALERT).item, ALERT_ITEM, deliveries.delivery_from_item, ALERT),
    "to one": (deliveries.delivery_put(NAMED).item, NAMED_ITEM, deliveries.delivery_from_item, NAMED),
    "of a promise": (
        deliveries.delivery_put(MISSED).item,
        MISSED_ITEM,
        deliveries.delivery_from_item,
        MISSED,
    ),
    "follow-up": (
        followups.followup_put(FOLLOWUP).item,
        FOLLOWUP_ITEM,
        followups.followup_from_item,
        FOLLOWUP,
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_written_and_read(kind: str) -> None:
    written, expected, read, record = CASES[kind]
    stored = from_dynamo(to_dynamo(written))
    due_partition = {"due_pk": stored["due_pk"]} if "due_at" in stored else {}
    assert stored == {**expected, **due_partition}
    assert read(stored) == record


@pytest.mark.parametrize(
    ("read", "lacking", "attribute", "field", "meant"),
    [
        (CONCERNS.read, CONCERN_ITEM, "settled_at", "settled_at", None),
        (HISTORY.read, ENTRY_ITEM, "asked", "request_hash", ""),
        # Written before there were priorities, and before there were origins.
        (deliveries.delivery_from_item, ALERT_ITEM, "priority", "priority", "normal"),
        (followups.followup_from_item, FOLLOWUP_ITEM, "origin", "origin", "answer"),
    ],
)
def test_an_attribute_that_is_not_there(
    read: Any, lacking: Mapping[str, Any], attribute: str, field: str, meant: Any
) -> None:
    assert getattr(read({key: value for key, value in lacking.items() if key != attribute}), field) == meant


def test_an_item_that_is_none_of_the_kind() -> None:
    with pytest.raises(TypeError, match="version"):
        HISTORY.read({key: value for key, value in ENTRY_ITEM.items() if key != "version"})


@dataclass(frozen=True)
class Renamed:
    """A record whose field was called otherwise once."""

    request_hash: str = ""
    until: datetime | None = None


def test_a_field_that_was_renamed_keeps_its_attribute() -> None:
    record: Record[Renamed] = Record(Renamed, sparse=("request_hash",), stored_as={"request_hash": "asked"})
    assert record.item(Renamed("h1", TEN)) == {"asked": "h1", "until": AT_TEN}
    assert record.item(Renamed()) == {}
    assert record.read({"asked": "h1"}) == Renamed("h1")
