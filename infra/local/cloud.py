"""The local cloud: the template's resources on moto, its wiring in this process.

    with LocalCloud.start(Path("template.yaml"), {"SenderEmail": "lazo@example.com"}) as cloud:
        cloud.request("POST", "/s/TILL3", {"content-type": "application/json"}, b'{"score": 3}')
        cloud.drain()
        cloud.outbox()

One at a time in a process: moto and the product's clock are there once.

What it does not do as AWS does: permissions (roles and policies are read, not enforced), throttling, time-outs and
cold starts of handlers, several shards of a stream or copies of one function at work on one source, alarms
(they are made, and never go off), what a queue's retention forgets. How retries are timed is told in stream_source.py,
queue_source.py and schedule_source.py; when expired items go, in tables.py.
"""

import json
import threading
import uuid
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from moto import mock_aws
from moto.ses.models import ses_backends

from infra.local.aws import downloads, lean_calls, moto_corrections, moto_hooks
from infra.local.aws.calls import AwsCalls
from infra.local.aws.clients import client, default_session
from infra.local.aws.faults import Faults
from infra.local.aws.moto_speedups import speedups
from infra.local.aws.outbox import Message, Outbox
from infra.local.aws.patches import Patches
from infra.local.aws.queues import messages_of, moto_queue
from infra.local.aws.tables import Tables
from infra.local.aws.topic_deliveries import TopicDeliveries
from infra.local.cloudformation.resources import Resource, Stack
from infra.local.cloudformation.stack_scope import ACCOUNT
from infra.local.cloudformation.template import load
from infra.local.event_sources.gateway_payloads import Response
from infra.local.event_sources.lambda_runtime import Invocation, aws_environment, importable
from infra.local.event_sources.pump import Pump
from infra.local.event_sources.wiring import wire
from lazo import clock
from lazo.messaging import two_way_sms
from lazo.runtime.aws_json import Client

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"

SWEPT_INDEX = {"FollowupScheduler": "due"}
"""Functions that look at nothing but one index, by the instant. When the clock is moved, ticks of their schedules at
which nothing in that index is due are passed over: they would find nothing. The last tick always runs."""

INBOUND_SMS = "InboundSms"
"""Logical id of the topic that tells of SMS that come in."""
OUR_NUMBER = "+12025550100"
"""Where an SMS came in whose country has no number of its own."""

_running = threading.Lock()


@dataclass(frozen=True)
class Received:
    """An SMS that came in."""

    sender: str
    text: str
    at: datetime


class LocalCloud:
    """Made by `start`; `stop` forgets everything. Also a context manager."""

    def __init__(
        self,
        template: Path,
        parameters: Mapping[str, str],
        *,
        code_root: Path = FUNCTIONS,
        region: str = "us-east-1",
        at: datetime | None = None,
    ) -> None:
        if not _running.acquire(blocking=False):
            raise RuntimeError("a local cloud is already running in this process")
        self._undo = ExitStack()
        self._undo.callback(_running.release)
        try:
            self._build(template, parameters, code_root.resolve(), region, at)
        except BaseException:
            self._undo.close()
            raise

    @classmethod
    def start(
        cls,
        template: Path,
        parameters: Mapping[str, str],
        *,
        code_root: Path = FUNCTIONS,
        region: str = "us-east-1",
        at: datetime | None = None,
    ) -> "LocalCloud":
        """Creates everything. Functions are loaded at their first event; see `load_functions`.

        `at` is what the product's clock shows at first, now if left out. Raises TemplateError for a template or
        parameters that cannot be followed.
        """
        return cls(template, parameters, code_root=code_root, region=region, at=at)

    def _build(
        self,
        template: Path,
        parameters: Mapping[str, str],
        code_root: Path,
        region: str,
        at: datetime | None,
    ) -> None:
        self.region = region
        self._undo.callback(clock.shift, timedelta(0))
        clock.shift(at - clock.now() if at else timedelta(0))
        self._undo.enter_context(aws_environment(region))
        self._undo.enter_context(importable(code_root))
        self.faults = Faults()
        self.calls = AwsCalls(self.faults)
        self._deliveries = TopicDeliveries(self.faults)
        patches = Patches()
        self._undo.callback(patches.revert)
        moto_hooks.install(patches, clock.now, self.calls.handle, self._deliveries.deliver)
        moto_corrections.install(patches)
        self._outbox = Outbox(clock.now)
        self._outbox.install(patches)
        speedups.install(patches)
        patches.replace(Client, "exchange", lean_calls.exchange)
        self._undo.enter_context(mock_aws())
        self._undo.enter_context(default_session(region, self.calls.answer_directly))
        loaded = load(template, parameters, region)
        self._undo.callback(downloads.set_base_url, None)
        downloads.set_base_url(loaded.parameters.get("PublicBaseUrl"))
        self.two_way = two_way_sms.parse_two_way_numbers(loaded.parameters.get("TwoWayNumbers", ""))
        """Where an SMS can be answered."""
        self.stack = Stack(loaded, region, self.client)
        self.resources: dict[str, Resource] = self.stack.resources
        """By logical id."""
        self.stores: list[dict[str, Any]] = []
        """The demo stores, as `GET /local/stores` shows them; filled by infra.local.demo.seed."""
        self.received: list[Received] = []
        """The SMS that came in, oldest first."""
        self._connect(code_root)
        if "SenderEmail" in loaded.parameters:
            self._verify_sender(loaded.parameters["SenderEmail"])

    def _connect(self, code_root: Path) -> None:
        """Connects the created resources with the functions."""
        self.invocations: deque[Invocation] = deque(maxlen=500)
        """The latest runs of handlers, oldest first."""
        self._tables = Tables(self.stack.of_type("AWS::DynamoDB::Table"), self.calls, self.region)
        self._undo.callback(self._let_go)
        wiring = wire(self.stack, self._tables, code_root, clock.now, self.invocations.append)
        self._deliveries.subscribed = wiring.subscribed
        self.functions = wiring.functions
        self._gateway = wiring.gateway
        self._pump = Pump(wiring.pipes, wiring.schedules, self._tables, SWEPT_INDEX)
        self._undo.callback(self._pump.stop)
        self.calls.on_write = self._pump.wake

    def _let_go(self) -> None:
        """Undo what holds itself, that thousands of objects do not stay until garbage is collected."""
        self.calls.on_write = lambda: None
        self.faults.clear()
        self.stack.forget()
        self._tables.forget()

    def _verify_sender(self, address: str) -> None:
        identity = ses_backends[ACCOUNT][self.region].create_email_identity_v2(address, None, None, None)
        identity.verified_for_sending_status = True

    def stop(self) -> None:
        self._undo.close()

    def __enter__(self) -> "LocalCloud":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def client(self, service: str) -> Any:
        """Return a boto3 client of the local cloud."""
        return client(service, self.region)

    @property
    def base_url(self) -> str:
        """Return the address at which customers and managers reach the product; empty when the template names none."""
        return str(self.stack.outputs.get("BaseUrl", ""))

    def physical_id(self, logical_id: str) -> str:
        """Return what Ref gives: a table's name, a queue's URL, a topic's ARN..."""
        return self.resources[logical_id].ref

    def load_functions(self) -> None:
        """Imports and wires all functions now; raises what stands in the way."""
        for function in self.functions.values():
            function.load()

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        source_ip: str = "127.0.0.1",
    ) -> Response:
        """Answer a request through the HTTP API; `path` may carry a query. Nothing is drained."""
        if self._gateway is None:
            raise LookupError("the template has no HTTP API")
        return self._gateway.request(method, path, headers or {}, body, source_ip)

    def invoke(self, logical_id: str, event: Any) -> Any:
        """Runs a function and gives its answer. Raises FunctionError."""
        return self.functions[logical_id].invoke(event)

    def drain(self) -> None:
        """Works off, in this thread, all that stream, queues and asynchronous events hold now."""
        self._pump.drain()

    def advance(self, seconds: float) -> None:
        """Moves the product's clock on and lets happen what comes due on the way, in order."""
        self._pump.advance(seconds)

    def sweep(self) -> None:
        """Run every scheduled function now, once, and what follows from it."""
        self._pump.sweep()

    def react(self) -> None:
        """Let a thread drain after each write from now on, and the schedules tick."""
        self._pump.start()

    def now(self) -> datetime:
        """Return what the product's clock shows, in UTC."""
        return clock.now()

    def outbox(self) -> list[dict[str, Any]]:
        """List what the providers accepted, oldest first: channel, to, subject, text, html, at, followup_id, level,
        purpose; the last three are None when no delivery names the message."""
        return self._outbox.messages(self._tables.items("provider_id"))

    def keep_outbox(self, messages: Iterable[Message]) -> None:
        """Begin with messages that the providers accepted in an earlier run."""
        self._outbox.begin_with(messages)

    def accepted_messages(self) -> list[Message]:
        """List what the providers accepted, oldest first, as `keep_outbox` takes it."""
        return self._outbox.accepted()

    def receive_sms(self, sender: str, text: str) -> None:
        """Somebody sends an SMS to a number of ours, which comes to the topic as AWS End User Messaging publishes it
        ("Example of a two-way SMS message payload"). Nothing is drained."""
        self.received.append(Received(sender, text, self.now()))
        message = {
            "originationNumber": sender,
            "destinationNumber": self.two_way.number_for(sender) or OUR_NUMBER,
            "messageKeyword": "KEYWORD_ANY",
            "messageBody": text,
            "inboundMessageId": str(uuid.uuid4()),
            "previousPublishedMessageId": str(uuid.uuid4()),
        }
        topic = self.physical_id(INBOUND_SMS)
        self.client("sns").publish(TopicArn=topic, Message=json.dumps(message))

    def items(self, sk_prefix: str = "") -> list[dict[str, Any]]:
        """List all items of the table (those whose sort key begins so) as JSON values, in no order."""
        return self._tables.items(sk_prefix=sk_prefix)

    def queue_messages(self, logical_id: str) -> list[dict[str, Any]]:
        """List what a queue holds, hidden messages too, without receiving it: id, body, attributes, receive_count,
        visible."""
        queue = moto_queue(self.resources[logical_id], self.region)
        with self.calls.lock:
            return messages_of(queue)
