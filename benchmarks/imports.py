"""How long each function takes to be imported and wired, against boto3 with one client.

A cold start that nobody can avoid is `import boto3` and making a DynamoDB client. Each function is set against it:
fresh processes, run in turn, one after the other, so that what else the machine does hits all alike. Timed inside
the process, from before the import until `wire()` returns; all .pyc files are there, LAMBDA_TASK_ROOT is set.

What a function loads only when it is first needed would not show, so the way to collect's first replies is set
beside it, against boto3 with one client and one PutItem, over a stubbed transport.

    python -m benchmarks.imports                the ratios
    python -m benchmarks.imports --dearest      and what costs most in each function (-X importtime)
    python -m benchmarks.imports --against DIR  each function against the same in another checkout, in turn
    python -m benchmarks.imports --against DIR --count    the same in instructions, counted by valgrind
"""

import argparse
import compileall
import json
import os
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import deployment, report
from benchmarks.deployment import Deployment
from benchmarks.survey_requests import COMPLAINT, CONTACT, http_event
from infra.local.cloud import FUNCTIONS

RUNS = 15
AGAINST_RUNS = 31
TARGET = {"Collect": 1.6}
BASELINE = "import boto3; boto3.client('dynamodb')"
STUBBED = (
    "import json, sys; from benchmarks.stubbed_transport import StubbedTransport; "
    "given = json.load(sys.stdin); StubbedTransport(given['items']); "
)
FIRST_PUT = f"{STUBBED}{BASELINE}.put_item(TableName='lazo', Item=given['items'][0])"
FIRST_REPLY = (
    f"{STUBBED}from collect import app; reply = app.lambda_handler(given['event'], None); "
    "assert reply['statusCode'] in (200, 202), reply"
)
TIMED = (
    "from time import perf_counter, process_time; began, used = perf_counter(), process_time(); {}; "
    "print(process_time() - used, perf_counter() - began)"
)


@dataclass(frozen=True)
class Start:
    """A fresh process: the code that is timed, its environment, its standard input."""

    code: str
    environment: Mapping[str, str]
    given: str = ""
    functions: Path = FUNCTIONS
    """The folder that is imported from: this checkout's, or another's."""

    def run(self) -> tuple[float, float]:
        """Processor time, and time by the clock."""
        used, waited = self._run("-c", TIMED.format(self.code)).stdout.split()
        return float(used), float(waited)

    def imports(self) -> list[tuple[int, str]]:
        """Modules with the microseconds that each took, what it imports itself not counted."""
        trace = self._run("-X", "importtime", "-c", self.code).stderr
        rows = re.findall(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)", trace)
        return [(int(microseconds), module) for microseconds, module in rows]

    def instructions(self) -> int:
        """Instructions of the whole process, as callgrind counts them: nearly the same in each run."""
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable]
        trace = self._run("-c", self.code, command=command, PYTHONHASHSEED="0").stderr
        return int(re.findall(r"Collected : (\d+)", trace)[0])

    def _run(
        self, *arguments: str, command: Sequence[str] = (sys.executable,), **more: str
    ) -> "subprocess.CompletedProcess[str]":
        environment = {
            **self.environment,
            **more,
            "PYTHONPATH": f"{self.functions}{os.pathsep}{Path(__file__).parents[1]}",
        }
        done = subprocess.run(
            [*command, *arguments],
            env=environment,
            input=self.given,
            capture_output=True,
            text=True,
            check=False,
            cwd=os.sep,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip() or "a fresh process failed")
        return done


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--dearest", action="store_true", help="list the dearest imports of each function")
    parser.add_argument("--against", type=Path, metavar="DIR", help="compare with another checkout instead")
    parser.add_argument("--count", action="store_true", help="with --against: count instructions")
    arguments = parser.parse_args()
    compileall.compile_dir(FUNCTIONS, quiet=1)
    deployed = deployment.read()
    if arguments.against:
        _print_against(arguments.against.resolve() / "functions", deployed, count=arguments.count)
        return
    baseline = Start(BASELINE, deployed.environments["Collect"])
    functions = {
        name: Start(f"import {environment['_HANDLER'].rpartition('.')[0]} as app; app.wire()", environment)
        for name, environment in deployed.environments.items()
    }
    report.heading(
        "Cold start: import and wire()",
        f"Processor time as a ratio to `import boto3` and one DynamoDB client; fresh processes, {RUNS} rounds.",
    )
    _print_ratios("boto3 and one client", baseline, functions)
    print("\n  and up to collect's first reply\n")
    _print_ratios("boto3, one client, one PutItem", *_first_replies(deployed))
    if arguments.dearest:
        _print_dearest(baseline, functions)


def _first_replies(deployed: Deployment) -> tuple[Start, dict[str, Start]]:
    def start(code: str, method: str = "POST", answer: object = None) -> Start:
        event = http_event(method, json.dumps(answer) if answer else None)
        return Start(
            code, deployed.environments["Collect"], json.dumps({"items": deployed.items, "event": event})
        )

    return start(FIRST_PUT), {
        "Collect, first GET": start(FIRST_REPLY, "GET"),
        "Collect, first POST": start(FIRST_REPLY, answer=COMPLAINT),
        "Collect, first POST with phone and e-mail": start(FIRST_REPLY, answer={**COMPLAINT, **CONTACT}),
    }


def _print_ratios(said: str, baseline: Start, starts: Mapping[str, Start]) -> None:
    in_turn = [baseline, *starts.values()]
    for start in in_turn:
        start.run()  # writes the .pyc files of the packages
    rounds = [[start.run() for start in in_turn] for _ in range(RUNS)]
    report.line(said, 1000 * statistics.median(first[0] for first, *_ in rounds), "ms")
    for place, name in enumerate(starts, start=1):
        ratios = [each[place][0] / each[0][0] for each in rounds]
        by_the_clock = statistics.median(each[place][1] / each[0][1] for each in rounds)
        note = f"{report.spread(ratios)}; by the clock {by_the_clock:.2f}"
        report.line(name, statistics.median(ratios), "x", at_most=TARGET.get(name), note=note)


def _print_against(other: Path, deployed: Deployment, *, count: bool) -> None:
    """Both checkouts take each function in turn, so that what else the machine does hits both alike."""
    compileall.compile_dir(other, quiet=1)
    report.heading(
        "Cold start against another checkout",
        "Instructions of import and wire() here as a ratio to there."
        if count
        else f"Processor time of import and wire() here as a ratio to there; {AGAINST_RUNS} rounds, in turn.",
    )
    for name, environment in deployed.environments.items():
        code = f"import {environment['_HANDLER'].rpartition('.')[0]} as app; app.wire()"
        here = Start(code, environment)
        there = Start(code, environment | {"LAMBDA_TASK_ROOT": str(other)}, functions=other)
        for start in (here, there):
            start.run()
        if count:
            after, before = here.instructions(), there.instructions()
            report.line(name, after / before, "x", note=f"{before:,} there, {after:,} here")
            continue
        pairs = [(here.run()[0], there.run()[0]) for _ in range(AGAINST_RUNS)]
        after, before = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
        note = f"{before:.1f} ms there, {after:.1f} ms here; {report.spread([a / b for a, b in pairs])}"
        report.line(name, after / before, "x", note=note)


def _print_dearest(baseline: Start, functions: Mapping[str, Start]) -> None:
    known = {module for _, module in baseline.imports()}
    for name, start in functions.items():
        by_package: Counter[str] = Counter()
        for microseconds, module in Start(f"{BASELINE}; {start.code}", start.environment).imports():
            if module not in known:
                by_package[module.partition(".")[0]] += microseconds
        print(f"\n  {name}: imports beyond boto3 and its client, by package, each without what it brings")
        for package, microseconds in by_package.most_common(8):
            print(f"    {microseconds / 1000:7.1f} ms  {package}")
        print(f"    {by_package.total() / 1000:7.1f} ms  in all")


if __name__ == "__main__":
    main()
