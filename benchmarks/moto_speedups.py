"""What each speed-up of moto gains: the processor time of the same work without it, to that with all of them.

    python -m benchmarks.moto_speedups

`a test`: a cloud is started and seeded, two unhappy answers come in and go up a level, as in a test of a function.
`a long run`: one cloud with many such answers. Runs take turns, so that what else the machine does hits all alike.
"""

import gc
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from time import process_time
from typing import Any
from unittest import mock

from benchmarks import report
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.survey_requests import COMPLAINT, PATH
from infra.local.aws.calls import AwsCalls
from infra.local.aws.moto_speedups.speedups import SPEEDUPS
from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed

DIRECT = "direct_calls"
RUNS = {"a test": (2, 15), "a long run": (150, 3)}
"""Answers in a run, and how often it is run."""


def main() -> None:
    report.heading(
        "Speed-ups of moto",
        "Processor time without one of them, as a ratio to the time with all; 1.00 is no gain.",
    )
    for kind, (answers, times) in RUNS.items():
        _run(answers)  # what is loaded once in a process
        names = ["", *SPEEDUPS, DIRECT]
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(times):
            for name in names:
                with _without(name):
                    seconds[name].append(_run(answers))
        for name in names[1:]:
            report.line(f"{kind}, without {name}", min(seconds[name]) / min(seconds[""]))


@contextmanager
def _without(name: str) -> Iterator[None]:
    left: dict[str, Callable[..., Any]] = {each: how for each, how in SPEEDUPS.items() if each != name}
    with mock.patch.dict(SPEEDUPS, left, clear=True):
        if name == DIRECT:
            with mock.patch.object(AwsCalls, "answer_directly", return_value=None):
                yield
        else:
            yield


def _run(answers: int) -> float:
    """Processor time in seconds; the shortest run is the one that was disturbed least."""
    gc.collect()
    began = process_time()
    with redirect_stdout(io.StringIO()), LocalCloud.start(TEMPLATE, PARAMETERS) as cloud:
        seed(cloud)
        for _ in range(answers):
            reply = cloud.request(
                "POST", PATH, {"content-type": "application/json"}, json.dumps(COMPLAINT).encode()
            )
            assert reply.status == 202, reply
            cloud.drain()
        cloud.advance(3600)
    return process_time() - began


if __name__ == "__main__":
    main()
