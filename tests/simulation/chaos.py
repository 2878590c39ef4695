"""A month in which functions die at chance calls, and sweeps run twice at once."""

import random
from collections.abc import Callable

from infra.local.aws.faults import Call, Fault, Kind, When
from infra.local.cloud import LocalCloud
from infra.local.event_sources.lambda_runtime import FunctionError

SWEEP = "FollowupScheduler"


class Chaos:
    """From `bring_into` on each call of a handler dies with chance `crash`, before or after it took effect, and before
    each call of a sweep a second one runs with chance `second`."""

    def __init__(self, seed: int, *, crash: float, second: float) -> None:
        self._random = random.Random(seed)
        self._crash, self._second = crash, second
        self._twice = False
        self._meet: Callable[[Call], Fault | None] = lambda _call: None
        self.crashes = 0
        self.second_sweeps = 0

    def bring_into(self, cloud: LocalCloud) -> None:
        self._cloud, self._meet = cloud, cloud.faults.meet
        cloud.faults.meet = self._met  # type: ignore[method-assign]

    def calm(self) -> None:
        """Stop the chaos."""
        self._crash = self._second = 0

    def _met(self, call: Call) -> Fault | None:
        if call.operation == "Deliver":
            return self._meet(call)
        if call.function == SWEEP and not self._twice and self._random.random() < self._second:
            self._sweep_too()
        if self._random.random() < self._crash:
            self.crashes += 1
            return Fault(kind=Kind.CRASH, when=self._random.choice((When.BEFORE, When.AFTER)))
        return self._meet(call)

    def _sweep_too(self) -> None:
        self._twice = True
        self.second_sweeps += 1
        try:
            self._cloud.invoke(SWEEP, {})
        except FunctionError:
            pass  # it died, as the first may
        finally:
            self._twice = False
