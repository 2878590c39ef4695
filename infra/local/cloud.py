"""The local cloud: the template's resources on moto, its wiring in this process.

    with LocalCloud.start(Path("template.yaml"), {"SenderEmail": "lazo@example.com"}) as cloud:
        cloud.request("POST", "/s/TILL3", {"content-type": "application/json"}, b'{"score": 3}')
        cloud.drain()
        cloud.outbox()

One at a time in a process: moto and the product's clock are there once.

What it does not do as AWS does: permissions (roles and policies are read, not enforced), throttling, time-outs and
cold starts of handlers, several shards of a stream or copies of one function at work on one source, alarms (they
are made, and never go off), what a queue's retention forgets. How retries are timed is told in stream_source.py,
queue_source.py and schedule_source.py; when expired items go, in tables.py.
"""

import functools
import json
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any
from unittest import mock

import boto3
import botocore.session
from botocore.config import Config
from moto import mock_aws
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from infra.local.aws import downloads
from infra.local.aws.calls import AwsCalls
from infra.local.aws.faults import Faults
from infra.local.aws.moto_patch import Patches
from infra.local.aws.outbox import Outbox
from infra.local.aws.tables import Tables
from infra.local.cloudformation.resources import ACCOUNT, Resource, Stack
from infra.local.cloudformation.template import load
from infra.local.event_sources.gateway import Response
from infra.local.event_sources.lambda_runtime import Invocation, aws_environment, importable
from infra.local.event_sources.pump import Pump
from infra.local.event_sources.wiring import wire
from lazo import clock, two_way_sms

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
        self._undo.enter_context(mock_aws())
        # One session for all clients, the handlers' too: what botocore has read of the services is read once.
        self._undo.enter_context(mock.patch("boto3.DEFAULT_SESSION", _session(region)))
        self.faults = Faults()
        self.calls = AwsCalls(self.faults)
        self._undo.callback(Patches(clock.now, self.calls.handle, self.calls.deliver).revert)
        self._undo.callback(_straight.clear)
        _straight.append(self.calls.straight)
        self._outbox = Outbox(clock.now)
        self.calls.on_accepted = self._outbox.note
        loaded = load(template, parameters, region)
        self._undo.callback(downloads.lead_to, None)
        downloads.lead_to(loaded.parameters.get("PublicBaseUrl"))
        self.two_way = two_way_sms.parse(loaded.parameters.get("TwoWayNumbers", ""))
        """Where an SMS can be answered."""
        self.stack = Stack(loaded, region, self.client)
        self.resources: dict[str, Resource] = self.stack.resources
        """By logical id."""
        self.happenings: deque[Invocation] = deque(maxlen=500)
        """The latest runs of handlers, oldest first."""
        self.stores: list[dict[str, Any]] = []
        """The demo stores, as `GET /local/stores` shows them; filled by infra.local.demo.seed."""
        self.received: list[Received] = []
        """The SMS that came in, oldest first."""
        self._tables = Tables(self.stack.of_type("AWS::DynamoDB::Table"), self.calls, region)
        wiring = wire(self.stack, self._tables, code_root, clock.now, self.happenings.append)
        self.calls.subscribed = wiring.subscribed
        self.functions = wiring.functions
        self._gateway = wiring.gateway
        self._pump = Pump(wiring.pipes, wiring.schedules, self._tables, SWEPT_INDEX)
        self._undo.callback(self._pump.stop)
        self.calls.on_write = self._pump.wake
        if "SenderEmail" in loaded.parameters:
            sender = loaded.parameters["SenderEmail"]
            self.client("sesv2").create_email_identity(EmailIdentity=sender)
            ses_backends[ACCOUNT][region].email_identities[sender].verified_for_sending_status = True

    def stop(self) -> None:
        self._undo.close()

    def __enter__(self) -> "LocalCloud":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def client(self, service: str) -> Any:
        """A boto3 client of the local cloud."""
        return _client(service, self.region)

    @property
    def base_url(self) -> str:
        """The address at which customers and managers reach the product; empty when the template names none."""
        return str(self.stack.outputs.get("BaseUrl", ""))

    def physical_id(self, logical_id: str) -> str:
        """What Ref gives: a table's name, a queue's URL, a topic's ARN..."""
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
        """One request through the HTTP API; `path` may carry a query. Nothing is drained."""
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
        """Every scheduled function runs now, once, and what follows from it."""
        self._pump.sweep()

    def react(self) -> None:
        """From now on a thread drains after each write and the schedules tick by themselves."""
        self._pump.start()

    def now(self) -> datetime:
        """The product's clock, UTC."""
        return clock.now()

    def outbox(self) -> list[dict[str, Any]]:
        """What the providers accepted, oldest first: channel, to, subject, text, html, at, followup_id, level,
        purpose; the last three are None when no delivery names the message."""
        return self._outbox.messages(self._tables.items("provider_id"))

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

    def items(self) -> list[dict[str, Any]]:
        """All items of the table as JSON values, in no order."""
        return self._tables.items()

    def queue_messages(self, logical_id: str) -> list[dict[str, Any]]:
        """What a queue holds, hidden messages too, without receiving it: id, body, attributes, receive_count,
        visible."""
        queue = sqs_backends[ACCOUNT][self.region].queues[self.resources[logical_id].attributes["QueueName"]]
        with self.calls.lock:
            return [
                {
                    "id": message.id,
                    "body": message.body,
                    "attributes": {
                        name: value.get("StringValue") for name, value in message.message_attributes.items()
                    },
                    "receive_count": message.approximate_receive_count,
                    "visible": message.visible and not message.delayed,
                }
                for message in queue._messages
            ]


_straight: list[Callable[..., Any]] = []
"""What takes calls of DynamoDB while a local cloud runs: clients and their session outlive it."""


def _go_straight(**call: Any) -> Any:
    return _straight[0](**call) if _straight else None


@functools.cache
def _session(region: str) -> Any:
    core = botocore.session.Session()
    # Left alone botocore works out anew, twice for each call, on which machine and Python it runs.
    core.set_default_client_config(Config(user_agent="lazo-local"))
    session = boto3.Session("local", "local", region_name=region, botocore_session=core)
    session.events.register("before-sign.s3.GetObject", downloads.point)
    session.events.register("before-call.dynamodb", _go_straight)
    return session


@functools.cache
def _client(service: str, region: str) -> Any:
    return _session(region).client(service)
