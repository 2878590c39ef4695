"""Schedules to functions, and Lambda's queue for asynchronous invocations.

Sources: "Schedule types in EventBridge Scheduler"; "Retain records of asynchronous invocations" and "How Lambda
handles errors and retries with asynchronous invocation" (Lambda Developer Guide): a failed event is tried again a
minute later, then two minutes after that, by the product's clock, and then goes to the OnFailure destination.
"""

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from infra.local.aws.destinations import Send, failure_destination, timestamp
from infra.local.cloudformation.intrinsics import TemplateError, reject_unknown
from infra.local.cloudformation.resources import Resource, Stack
from infra.local.cloudformation.stack_scope import ACCOUNT
from infra.local.event_sources.lambda_runtime import Function, FunctionError
from infra.local.event_sources.schedule_expression import parse_schedule

_BACKOFF = (timedelta(minutes=1), timedelta(minutes=2))
_MAXIMUM_AGE = 6 * 3600
_SCHEDULE_KNOWN = {
    "Description",
    "FlexibleTimeWindow",
    "GroupName",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "State",
    "Target",
}
# A target always takes the event here, so RetryPolicy and DeadLetterConfig of the schedule have nothing to do.
_TARGET_KNOWN = {"Arn", "DeadLetterConfig", "Input", "RetryPolicy", "RoleArn"}

logger = logging.getLogger(__name__)


@dataclass
class _Waiting:
    event: Any
    accepted: datetime
    not_before: datetime
    attempts: int = 0
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


class AsyncInvocations:
    """The queue of events handed to one function asynchronously."""

    def __init__(
        self, stack: Stack, function: Function, config: Mapping[str, Any], now: Callable[[], datetime]
    ) -> None:
        self.function = function
        self._now = now
        self._retries = int(config.get("MaximumRetryAttempts", 2))
        self._maximum_age = timedelta(seconds=int(config.get("MaximumEventAgeInSeconds", _MAXIMUM_AGE)))
        self._on_failure: Send | None = failure_destination(stack, config.get("DestinationConfig"))
        self._waiting: list[_Waiting] = []

    def accept(self, event: Any) -> None:
        now = self._now()
        self._waiting.append(_Waiting(event, accepted=now, not_before=now))

    def poll(self) -> bool:
        """Tries the next event that is to be tried; says whether there was one."""
        now = self._now()
        ready = [each for each in self._waiting if each.not_before <= now]
        if not ready:
            return False
        self._waiting.remove(ready[0])
        self._try(ready[0], now)
        return True

    def next_change(self) -> datetime | None:
        return min((each.not_before for each in self._waiting), default=None)

    def _try(self, each: _Waiting, now: datetime) -> None:
        if each.attempts and now - each.accepted > self._maximum_age:
            self._give_up(each, "EventAgeExceeded", None)
            return
        each.attempts += 1
        try:
            self.function.invoke(each.event)
        except FunctionError as error:
            if each.attempts > self._retries:
                self._give_up(each, "RetriesExhausted", error.payload)
            else:
                each.not_before = now + _BACKOFF[min(each.attempts, len(_BACKOFF)) - 1]
                self._waiting.append(each)

    def _give_up(self, each: _Waiting, condition: str, payload: Any) -> None:
        logger.warning("%s gives up an event: %s", self.function.logical_id, condition)
        if self._on_failure is None:
            return
        document: dict[str, Any] = {
            "version": "1.0",
            "timestamp": timestamp(self._now()),
            "requestContext": {
                "requestId": each.request_id,
                "functionArn": f"{self.function.arn}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": each.attempts,
            },
            "requestPayload": each.event,
        }
        if payload is not None:
            document["responseContext"] = {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            }
            document["responsePayload"] = payload
        self._on_failure(document)


class Schedule:
    """One AWS::Scheduler::Schedule. Its ticks start one period after `start`."""

    def __init__(self, resource: Resource, target: AsyncInvocations, start: datetime, region: str) -> None:
        properties = resource.properties
        to = properties["Target"]
        reject_unknown(resource.logical_id, properties, _SCHEDULE_KNOWN)
        reject_unknown(resource.logical_id, to, _TARGET_KNOWN)
        if properties["FlexibleTimeWindow"] != {"Mode": "OFF"}:
            raise TemplateError(f"{resource.logical_id}: a flexible time window is not supported")
        self.target = target
        self._region = region
        self._arn = resource.attributes["Arn"]
        self._input = to.get("Input")
        self._enabled = properties.get("State", "ENABLED") == "ENABLED"
        zone = properties.get("ScheduleExpressionTimezone", "UTC")
        self._times = parse_schedule(properties["ScheduleExpression"], zone, start)
        self.last = start
        """The last tick that came or was passed over."""

    def next_tick(self) -> datetime | None:
        return self._times.next(self.last) if self._enabled else None

    def tick_at_or_after(self, instant: datetime) -> datetime:
        """Return the first tick to come that is not before the instant."""
        return self._times.next(max(self.last, instant - timedelta(microseconds=1)))

    def last_tick_until(self, instant: datetime) -> datetime | None:
        """Return the last tick to come that is not after the instant."""
        return self._times.last_until(self.last, instant) if self._enabled else None

    def fire(self, at: datetime) -> None:
        self.last = max(at, self.last)
        self.target.accept(json.loads(self._input) if self._input is not None else self._default_event(at))

    def _default_event(self, at: datetime) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": ACCOUNT,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._region,
            "resources": [self._arn],
            "detail": "{}",
        }
