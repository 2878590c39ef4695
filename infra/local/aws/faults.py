"""Faults that tests put into the AWS calls of the handlers.

    cloud.faults.add(operation="Publish", kind=TIMEOUT, when=AFTER)      # took effect, nobody learns of it
    cloud.faults.add(nth=7, kind=CRASH)                                  # the process dies at its 7th call
    cloud.faults.add(service="sns", operation="Deliver")                 # the topic cannot reach its queue

Only calls made while a handler runs are counted and hit, not those of the engine or of a test.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError


class Kind(Enum):
    ERROR = "error"
    """AWS answers with an error code."""
    TIMEOUT = "timeout"
    """No answer before the client's read time-out."""
    CRASH = "crash"
    """The function's process ends here: no `except` and no retry of the handler sees it."""


class When(Enum):
    BEFORE = "before"
    AFTER = "after"
    """The call has taken effect."""


class Crash(BaseException):
    """The process of a function ended; not an Exception, so that no handler catches it."""


@dataclass(frozen=True)
class Call:
    """One attempt of an AWS call: `service` as botocore hyphenates it ("dynamodb", "sns", "sesv2")."""

    service: str
    operation: str
    function: str | None
    """Logical id of the function that calls; None for the topic's own delivery."""


@dataclass
class Fault:
    kind: Kind = Kind.ERROR
    when: When = When.BEFORE
    service: str | None = None
    operation: str | None = None
    operations: Collection[str] | None = None
    """Any of these, such as those that write: a crash before a read is a crash after the write before it."""
    function: str | None = None
    nth: int = 1
    times: int = 1
    code: str = "InternalServerError"
    status: int = 500
    seen: int = field(default=0, init=False)
    struck: int = field(default=0, init=False)

    def meets(self, call: Call) -> bool:
        """Counts the call if it is of the kind meant, and says whether it is one to hit."""
        wanted = (
            (self.service, call.service),
            (self.operation, call.operation),
            (self.function, call.function),
        )
        if any(want is not None and want != have for want, have in wanted):
            return False
        if self.operations is not None and call.operation not in self.operations:
            return False
        self.seen += 1
        hit = self.nth <= self.seen < self.nth + self.times
        self.struck += hit
        return hit

    def strike(self, call: Call, url: str, body_type: str) -> AWSResponse:
        """Raises what the client would see, or gives the error response."""
        where = f"{call.service} {call.operation}"
        if self.kind is Kind.CRASH:
            raise Crash(f"crashed at {where}")
        if self.kind is Kind.TIMEOUT:
            error = ConnectTimeoutError if self.when is When.BEFORE else ReadTimeoutError
            raise error(endpoint_url=url)
        return _error_response(url, self.status, self.code, f"fault put into {where}", body_type)


class Faults:
    """The faults in force and the calls seen. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []
        self.calls: list[Call] = []
        """Every call of a handler since the start or the last `clear`, in order."""

    def add(self, **options: Any) -> Fault:
        """Add a fault for the `nth` (1 is the next) to `nth + times - 1`-th call that fits the given fields.

        Without `service`, `operation` and `function` every call fits. The fault returned counts the calls it
        `struck`.
        """
        fault = Fault(**options)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self.calls.clear()

    def meet(self, call: Call) -> Fault | None:
        """Notes the call and returns the fault that hits it, if any."""
        with self._lock:
            self.calls.append(call)
            hits = [fault for fault in self._faults if fault.meets(call)]
            return hits[0] if hits else None


def _error_response(url: str, status: int, code: str, message: str, body_type: str) -> AWSResponse:
    if "json" in body_type:
        body = json.dumps({"__type": code, "message": message})
    else:
        body = (
            f"<ErrorResponse><Error><Type>Receiver</Type><Code>{code}</Code><Message>{message}</Message>"
            "</Error><RequestId>local</RequestId></ErrorResponse>"
        )
    headers: Any = {"x-amzn-errortype": code, "content-type": body_type}
    return AWSResponse(url, status, headers, RawBody(body.encode()))


class RawBody(BytesIO):
    """What AWSResponse reads its body from."""

    def stream(self, **_: Any) -> Any:
        while contents := self.read():
            yield contents
