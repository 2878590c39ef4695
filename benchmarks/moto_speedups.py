"""What each speed-up of moto gains: the function calls of the same work without it, to those with all of them.

    python -m benchmarks.moto_speedups

Calls of functions, Python's and C's, are counted by cProfile: they follow the processor time, and are the same however
busy the machine is. `a test`: a cloud is started and seeded, two unhappy answers come in and go up a level, as in a
test of a function. `a long run`: one cloud with many such answers.
"""

import cProfile
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
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
RUNS = {"a test": 2, "a long run": 30}
"""Unhappy answers in a run."""


def main() -> None:
    report.heading(
        "Speed-ups of moto",
        "Function calls without one of them, as a ratio to those with all; 1.00 is no gain.",
    )
    for kind, answers in RUNS.items():
        _count_calls(answers)  # what is loaded once in a process
        with_all = _count_calls(answers)
        for name in (*SPEEDUPS, DIRECT):
            with _without(name):
                report.line(f"{kind}, without {name}", _count_calls(answers) / with_all)


@contextmanager
def _without(name: str) -> Iterator[None]:
    left: dict[str, Callable[..., Any]] = {each: how for each, how in SPEEDUPS.items() if each != name}
    with mock.patch.dict(SPEEDUPS, left, clear=True):
        if name == DIRECT:
            with mock.patch.object(AwsCalls, "answer_directly", return_value=None):
                yield
        else:
            yield


def _count_calls(answers: int) -> int:
    profile = cProfile.Profile()
    profile.runcall(_run, answers)
    return sum(entry.callcount for entry in profile.getstats())


def _run(answers: int) -> None:
    with redirect_stdout(io.StringIO()), LocalCloud.start(TEMPLATE, PARAMETERS) as cloud:
        seed(cloud)
        for _ in range(answers):
            reply = cloud.request(
                "POST", PATH, {"content-type": "application/json"}, json.dumps(COMPLAINT).encode()
            )
            assert reply.status == 202, reply
            cloud.drain()
        cloud.advance(3600)


if __name__ == "__main__":
    main()
