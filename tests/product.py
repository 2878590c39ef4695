"""The product under test: stores are opened, answers come in, and each function is run by hand or by the pump."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from infra.local.aws.calls import EFFECTS
from infra.local.aws.faults import Call, Fault, Kind, When
from infra.local.cloud import LocalCloud
from infra.local.event_sources.lambda_runtime import FunctionError
from infra.local.event_sources.pump import move_clock
from lazo.followup.model import FollowUp
from lazo.messaging import customer_message
from lazo.messaging.customer_templates import MessageContent
from lazo.store.contacts import Channel
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, followups, stores
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import to_dynamo
from lazo.table.messaging import customer_messages
from lazo.workflows.events import followup_event
from tests import builders

Item = dict[str, Any]

CRASH, ERROR, TIMEOUT = Kind.CRASH, Kind.ERROR, Kind.TIMEOUT
BEFORE, AFTER = When.BEFORE, When.AFTER
DEAD_LETTERS = (
    "AnswersDeadLetters",
    "EventsDeadLetters",
    "AlertsDeadLetters",
    "SweepDeadLetters",
    "RepliesDeadLetters",
    "DeliveryEventsDeadLetters",
)


class Product:
    """`drain`, `advance` and `sweep` let things take their course; `classify`, `notify` and `scheduler` run one
    function once, and nothing that follows from it."""

    def __init__(self, cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cloud = cloud
        self.table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        self._monkeypatch = monkeypatch

    def open_store(self, **changes: Any) -> Store:
        settings = builders.settings(**changes)
        stores.put_store(self.table, settings)
        return stores.store_from_item(settings)

    def accept(self, **changes: Any) -> Answer:
        """Store an answer given now (the stream has it too)."""
        given = builders.answer(**{"at": self.now(), **changes})
        assert answers.put_answer(self.table, given) == "new"
        return given

    def now(self) -> datetime:
        return self.cloud.now()

    def wait(self, amount: timedelta) -> None:
        """Move the clock; run nothing."""
        move_clock(self.now() + amount)

    def drain(self) -> None:
        self.cloud.drain()

    def advance(self, amount: timedelta) -> None:
        self.cloud.advance(amount.total_seconds())

    def classify(self, *given: Answer | Item) -> list[str]:
        """Hand the stream's records of these answers (or items) to classify; the sequence numbers that failed. The
        first record has number 1."""
        records = [
            {
                "eventName": "INSERT",
                "dynamodb": {"SequenceNumber": str(number), "NewImage": to_dynamo(self._item(each))},
            }
            for number, each in enumerate(given, start=1)
        ]
        return _failed(self.cloud.invoke("Classify", {"Records": records}))

    def notify(self, *events: Item) -> list[str]:
        """Hand events to notify as messages of the queue; the message ids that failed. The first message has id 1."""
        records = [
            {"messageId": str(number), "body": json.dumps(event)}
            for number, event in enumerate(events, start=1)
        ]
        return _failed(self.cloud.invoke("Notify", {"Records": records}))

    def scheduler(self) -> Mapping[str, int]:
        result: Mapping[str, int] = self.cloud.invoke("FollowupScheduler", {})
        return result

    def events(self) -> list[Item]:
        """What the topic has handed to notify's queue, oldest first, worked off or not seen yet."""
        return [json.loads(message["body"]) for message in self.cloud.queue_messages("Alerts")]

    def dead_letters(self) -> dict[str, list[Item]]:
        found = {name: self.cloud.queue_messages(name) for name in DEAD_LETTERS}
        return {
            name: [json.loads(m["body"]) for m in messages] for name, messages in found.items() if messages
        }

    def outbox(self) -> list[tuple[str, str]]:
        """Channel and receiver of each message accepted, in order."""
        return [(message["channel"], message["to"]) for message in self.cloud.outbox()]

    def pass_undo(self) -> None:
        """Let the minute in which an action can be undone pass, and the sweep send what waited for it."""
        self.advance(timedelta(minutes=2))

    def items(self, prefix: str) -> list[Item]:
        """The items whose sort key begins so, in order."""
        return sorted(self.cloud.items(prefix), key=lambda item: (item["pk"], item["sk"]))

    def followups(self) -> list[Item]:
        return [item for item in self.cloud.items("FU") if item["sk"] == "FU"]

    def followup(self) -> Item:
        """Return the only follow-up."""
        (one,) = self.followups()
        return one

    def deliveries(self) -> dict[str, Item]:
        """By level, round, channel and contact, such as "0#0#sms#ana"; for one follow-up only."""
        items = self.items("DELIVERY#")
        assert len({item["pk"] for item in items}) <= 1
        return {item["sk"].removeprefix("DELIVERY#"): item for item in items}

    def states(self) -> dict[str, str]:
        return {key: item["state"] for key, item in self.deliveries().items()}

    def change(self, item: Item, **changes: Any) -> None:
        """Change an item behind the product's back; None removes an attribute."""
        changed = {name: value for name, value in {**item, **changes}.items() if value is not None}
        self.table._client.put_item(TableName=self.table._name, Item=to_dynamo(changed))

    def fault(self, **options: Any) -> Fault:
        return self.cloud.faults.add(**options)

    def crash(self, function: str, nth: int, when: When = BEFORE) -> Fault:
        """The function dies at the nth call that has an effect."""
        return self.fault(function=function, kind=CRASH, when=when, nth=nth, operations=EFFECTS)

    def refuse_sms(self, code: str = "InvalidParameter", status: int = 400, times: int = 1) -> Fault:
        return self.fault(
            service="sns", operation="Publish", function="Notify", code=code, status=status, times=times
        )

    def refuse_email(self, code: str = "MessageRejected", status: int = 400, times: int = 1) -> Fault:
        return self.fault(service="sesv2", operation="SendEmail", code=code, status=status, times=times)

    def just_before(
        self, operation: str | None, act: Callable[[], object], *, function: str, nth: int = 1
    ) -> Counter[str]:
        """`act` happens once, just before the function's nth call (of this operation): what another process does
        between two steps of this one. "done" of the counter returned says whether it happened."""
        meet = type(self.cloud.faults).meet
        met = Counter[str]()

        def interrupted(call: Call) -> Fault | None:
            if (
                call.function == function
                and call.operation == (operation or call.operation)
                and not met["done"]
            ):
                met["calls"] += 1
                if met["calls"] == nth:
                    met["done"] = 1
                    act()
            return meet(self.cloud.faults, call)

        self._monkeypatch.setattr(self.cloud.faults, "meet", interrupted)
        return met

    def unhappy(self, **changes: Any) -> Item:
        """Store and classify an unhappy answer; return its event."""
        assert self.classify(self.accept(**{"score": 2, **changes})) == []
        return self.events()[-1]

    def write_to_customer(
        self, text: str, channel: Channel = "sms", message_id: str = "M1", about_it: FollowUp | None = None
    ) -> Item:
        """Store a manager's pending message about a follow-up (by default the only one); return its event."""
        about_it = about_it or followups.followup_from_item(self.followup())
        store = stores.get_store(self.table, about_it.store_id)
        assert store is not None
        message = customer_message.compose(
            MessageContent(channel, text, subject="Tu visita"),
            about_it.followup_id,
            answers.answer_of(self.table, about_it),
            store,
            store.contacts[0],
            message_id=message_id,
            now=self.now(),
        )
        self.table.transact([customer_messages.message_put(message)])
        return asdict(followup_event("message.owed", about_it, self.now()))

    def dies(self, run: Callable[[], object]) -> bool:
        """Return whether the function's process crashed."""
        try:
            run()
        except FunctionError as error:
            if error.payload["errorType"] != "Runtime.ExitError":
                raise
            return True
        return False

    def restart(self, function: str) -> None:
        """The function's next invocation is a new process: what it kept in memory is gone."""
        self.cloud.functions[function]._loaded = None

    def calls(self, function: str) -> list[str]:
        """Return the operations that a function called, in order."""
        calls = (call for call in self.cloud.faults.calls if call.operation != "Deliver")
        return [call.operation for call in calls if call.function == function]

    def _item(self, given: Answer | Item) -> Item:
        return given if isinstance(given, dict) else answers.answer_item(given)


def _failed(answer: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@dataclass
class Cancelled(Fault):
    """DynamoDB cancels a transaction for these reasons."""

    operation: str | None = "TransactWriteItems"
    code: str = "TransactionCanceledException"
    status: int = 400
    reasons: tuple[str, ...] = ()

    def strike(self, call: Call, url: str, body_type: str) -> Any:
        response = super().strike(call, url, body_type)
        body = {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled",
            "CancellationReasons": [{"Code": reason} for reason in self.reasons],
        }
        response._content = json.dumps(body).encode()
        return response


@contextmanager
def output() -> Iterator[StringIO]:
    """What the functions write to standard output meanwhile, metrics and logs. A logger keeps the stream that it was
    made with, so those of earlier tests are turned round."""
    written = StringIO()
    loggers = list(logging.Logger.manager.loggerDict.values())
    handlers = [
        h for each in loggers for h in getattr(each, "handlers", ()) if type(h) is logging.StreamHandler
    ]
    streams = [handler.stream for handler in handlers]
    for handler in handlers:
        handler.stream = written
    try:
        with redirect_stdout(written):
            yield written
    finally:
        for handler, stream in zip(handlers, streams, strict=True):
            handler.stream = stream
