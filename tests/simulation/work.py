"""What the functions did in a month, counted: how often each ran, what it asked of AWS, what DynamoDB counts for it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from benchmarks.metering import Meter
from infra.local.cloud import LocalCloud
from infra.local.event_sources.lambda_runtime import Function


@dataclass(frozen=True)
class Work:
    """`runs`: invocations by function. `meter`: every call of AWS."""

    runs: Counter[str]
    meter: Meter


@contextmanager
def counting(cloud: LocalCloud) -> Iterator[Work]:
    """Count from here on; to be entered before a function has run."""
    runs = Counter[str]()
    invoke = Function.invoke

    def counted(function: Function, event: Any) -> Any:
        runs[function.logical_id] += 1
        return invoke(function, event)

    with Meter.on(cloud) as meter, patch.object(Function, "invoke", counted):
        yield Work(runs, meter)
