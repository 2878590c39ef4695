"""The one place through which every AWS call of the process goes: botocore's clients and moto's hook into them.

moto is not safe under threads, so its handling of a call is serialised here (the handlers are not); faults strike
here; and the pump is told here of each write.
"""

from collections.abc import Callable
from contextvars import ContextVar
from threading import RLock
from typing import Any

from infra.local.aws.faults import Call, Fault, Faults, When
from infra.local.aws.moto_speedups import direct_calls

running_function: ContextVar[str | None] = ContextVar("running_function", default=None)
"""Logical id of the function whose handler runs in this thread."""

_met: ContextVar[tuple[Call, Fault | None] | None] = ContextVar("met", default=None)
"""The attempt that this thread is about to make and the fault that hits it, when both are known already."""

WRITES = {
    "dynamodb": {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"},
    "sns": {"Publish", "PublishBatch"},
    "sqs": {"SendMessage", "SendMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"},
}


EFFECTS = frozenset[str]().union(*WRITES.values(), {"SendEmail"})
"""What others see of a function. A crash before any other call is the crash after the effect before it."""

_READS = {"GetItem", "BatchGetItem", "Query"}
"""Calls that leave nothing, so that a fault after one needs no answer of moto's."""


class AwsCalls:
    def __init__(self, faults: Faults) -> None:
        self.lock = RLock()
        """Hold it while reading moto's backends."""
        self.faults = faults
        self.on_write: Callable[[], None] = lambda: None

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
        if fault and (fault.when is When.BEFORE or operation in _READS):
            return fault.strike(call, request.url, body_type)
        with self.lock:
            response = moto(stubber, event_name, request, **rest)
        if operation in WRITES.get(service, ()):
            self.on_write()
        if fault:
            return fault.strike(call, request.url, body_type)
        return response

    def answer_directly(
        self, service: str, model: Any, params: dict[str, Any], region: str
    ) -> dict[str, Any] | None:
        """Answer a call that a client is about to make; None for the usual way."""
        call = Call(service, model.name, running_function.get())
        fault = self._fault(call)
        if fault is None:
            with self.lock:
                found = direct_calls.ask(service, model, params, region)
            if found is not None:
                if call.operation in WRITES.get(service, ()):
                    self.on_write()
                return found
        _met.set((call, fault))
        return None

    def _fault(self, call: Call) -> Fault | None:
        """Return the fault that hits this attempt. Each attempt is counted once, whichever way it goes."""
        met = _met.get()
        _met.set(None)
        if met is not None and met[0] == call:
            return met[1]
        return self.faults.meet(call) if call.function else None
