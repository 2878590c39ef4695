"""The one place through which every AWS call of the process goes: moto's hook into botocore.

moto is not safe under threads, so its handling of a call is serialised here (the handlers are not); faults strike
here; and whoever wants to know of a call (the outbox, the pump) is told here.
"""

import json
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from threading import RLock
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from infra.local.aws import direct_calls
from infra.local.aws.faults import Call, Fault, Faults, RawBody, When

running_function: ContextVar[str | None] = ContextVar("running_function", default=None)
"""Logical id of the function whose handler runs in this thread."""

_met: ContextVar[tuple[Call, Fault | None] | None] = ContextVar("met", default=None)
"""The attempt that this thread is about to make and the fault that hits it, when both are known already."""

WRITES = {
    "dynamodb": {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"},
    "sns": {"Publish", "PublishBatch"},
    "sqs": {"SendMessage", "SendMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"},
}

logger = logging.getLogger(__name__)


class AwsCalls:
    def __init__(self, faults: Faults) -> None:
        self.lock = RLock()
        """Hold it while reading moto's backends."""
        self._carried_out: set[str] = set()
        """Tokens of transactions. botocore gives each one and keeps it when it tries again; moto does not know tokens
        and would carry a transaction out twice."""
        self.faults = faults
        self.on_write: Callable[[], None] = lambda: None
        self.subscribed: Mapping[str, Callable[[Any], None]] = {}
        """What takes the events of a function that is subscribed to a topic, by the function's ARN."""
        self.on_accepted: Callable[[Call, Any, Any], None] = lambda _call, _request, _response: None

    def handle(
        self, moto: Callable[..., Any], stubber: Any, event_name: str, request: Any, **rest: Any
    ) -> Any:
        """Stands in for `BotocoreStubber.__call__`: gives the response, or raises what the client shall see."""
        if not stubber.enabled:
            return None
        _, service, operation = event_name.split(".", 2)
        call = Call(service, operation, running_function.get())
        fault = self._fault(call)
        body_type = str(request.headers.get("Content-Type", ""))
        if fault and fault.when is When.BEFORE:
            return fault.strike(call, request.url, body_type)
        with self.lock:
            if _token(call, request.body) in self._carried_out:
                response = AWSResponse(request.url, 200, HTTPHeaders(), RawBody(b"{}"))
            else:
                response = moto(stubber, event_name, request, **rest)
                if response is not None and response.status_code < 300:
                    self._remember(call, request.body)
                    self.on_accepted(call, request, response)
        if operation in WRITES.get(service, ()):
            self.on_write()
        if fault:
            return fault.strike(call, request.url, body_type)
        return response

    def straight(
        self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any
    ) -> direct_calls.Answer | None:
        """What botocore asks before it makes a call of DynamoDB: the answer, or None for the usual way to it."""
        call = Call("dynamodb", model.name, running_function.get())
        fault = self._fault(call)
        found = None if fault else self._asked(call, model, params["body"], context["client_region"])
        if found is None:
            _met.set((call, fault))
            return None
        if call.operation in WRITES["dynamodb"]:
            self.on_write()
        return direct_calls.answer(found)

    def _asked(self, call: Call, model: Any, body: bytes, region: str) -> dict[str, Any] | None:
        with self.lock:
            if _token(call, body) in self._carried_out:
                return {}
            found = direct_calls.ask(model, body, region)
            if found is not None:
                self._remember(call, body)
            return found

    def _fault(self, call: Call) -> Fault | None:
        """The fault that hits this attempt. Each attempt is counted once, whichever way it goes."""
        met = _met.get()
        _met.set(None)
        if met is not None and met[0] == call:
            return met[1]
        return self.faults.meet(call) if call.function else None

    def _remember(self, call: Call, body: bytes) -> None:
        token = _token(call, body)
        if token:
            self._carried_out.add(token)

    def deliver(
        self, moto: Callable[..., None], subscription: Any, message: str, *args: Any, **rest: Any
    ) -> None:
        """Stands in for `Subscription.publish`: what cannot be delivered goes to the subscription's dead letters.

        moto lets the failure of one subscriber fail the publisher's call; SNS tells the publisher nothing.
        """
        fault = self.faults.meet(Call("sns", "Deliver", running_function.get()))
        if fault is None or fault.when is When.AFTER:
            try:
                # A hand-over whose answer got lost is made again: SNS delivers at least once.
                for _ in range(1 if fault is None else 2):
                    if subscription.protocol == "lambda":
                        self.subscribed[subscription.endpoint](notification(subscription, message, *args))
                    else:
                        moto(subscription, message, *args, **rest)
                return
            except Exception:
                logger.warning("topic %s could not deliver", subscription.topic.name, exc_info=True)
        dead_letters = _dead_letter_queue(subscription)
        if dead_letters is None:
            logger.error("topic %s lost a message: no dead-letter queue", subscription.topic.name)
            return
        endpoint, subscription.endpoint = subscription.endpoint, dead_letters
        try:
            moto(subscription, message, *args, **rest)
        finally:
            subscription.endpoint = endpoint


def notification(subscription: Any, message: str, message_id: str, *_: Any) -> dict[str, Any]:
    """What SNS hands to a function ("Using Lambda with Amazon SNS", Lambda Developer Guide), as far as it has a meaning
    here; moto would look for the function among its own."""
    arn = subscription.topic.arn
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription.arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id,
                    "TopicArn": arn,
                    "Message": message,
                    "MessageAttributes": {},
                },
            }
        ]
    }


def _token(call: Call, body: bytes) -> str | None:
    if (call.service, call.operation) != ("dynamodb", "TransactWriteItems"):
        return None
    token: str | None = json.loads(body).get("ClientRequestToken")
    return token


def _dead_letter_queue(subscription: Any) -> str | None:
    policy = subscription.attributes.get("RedrivePolicy")
    return json.loads(policy)["deadLetterTargetArn"] if policy else None
