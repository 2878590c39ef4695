"""How long each function takes to be imported and wired, against boto3 with one client.

A cold start that nobody can avoid is `import boto3` and making a DynamoDB client. Each function is set against it:
fresh processes, run in turn, one after the other, so that what else the machine does hits all alike. Timed inside
the process, from before the import until `wire()` returns; all .pyc files are there. The environment is the one that
the local cloud gives to the function: the template's variables, LAMBDA_TASK_ROOT, credentials of nobody.

    python -m benchmarks.imports                the ratios
    python -m benchmarks.imports --dearest      and what costs most in each function (-X importtime)
"""

import argparse
import compileall
import os
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from benchmarks import report
from infra.local.cloud import FUNCTIONS, LocalCloud

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
RUNS = 15
TARGET = {"Collect": 1.6}
BASELINE = "import boto3; boto3.client('dynamodb')"
TIMED = (
    "from time import perf_counter, process_time; began, used = perf_counter(), process_time(); {}; "
    "print(process_time() - used, perf_counter() - began)"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--dearest", action="store_true", help="list the dearest imports of each function")
    dearest = parser.parse_args().dearest
    compileall.compile_dir(FUNCTIONS, quiet=1)
    functions = _functions()
    report.heading(
        "Cold start: import and wire()",
        f"Processor time as a ratio to `import boto3` and one DynamoDB client; fresh processes, {RUNS} rounds.",
    )
    _print_ratios(functions)
    if dearest:
        _print_dearest(functions)


def _functions() -> dict[str, tuple[str, dict[str, str]]]:
    """What to run for each function, and in which environment."""
    parameters = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example"}
    with LocalCloud.start(TEMPLATE, parameters) as cloud:
        return {
            name: (_start(function.environment["_HANDLER"]), _fresh(function.environment))
            for name, function in cloud.functions.items()
        }


def _start(handler: str) -> str:
    module = handler.rpartition(".")[0]
    return f"import {module} as app; app.wire()"


def _fresh(environment: Mapping[str, str]) -> dict[str, str]:
    # On this machine a variable may forbid .pyc files; Lambda brings its own for boto3.
    kept = {name: value for name, value in environment.items() if not name.startswith(("PYTHON", "COV"))}
    return {**kept, "PYTHONPATH": str(FUNCTIONS)}


def _print_ratios(functions: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    environment = next(iter(functions.values()))[1]
    starts = {"": (BASELINE, environment), **functions}
    for start in starts.values():
        _seconds(*start)  # writes the .pyc files of the packages
    rounds = [{name: _seconds(*start) for name, start in starts.items()} for _ in range(RUNS)]
    report.line("boto3 with one client", 1000 * statistics.median(r[""][0] for r in rounds), "ms")
    for name in functions:
        ratios = [each[name][0] / each[""][0] for each in rounds]
        by_the_clock = statistics.median(each[name][1] / each[""][1] for each in rounds)
        report.line(
            name,
            statistics.median(ratios),
            "x",
            at_most=TARGET.get(name),
            note=f"{report.spread(ratios)}; by the clock {by_the_clock:.2f}",
        )


def _seconds(code: str, environment: Mapping[str, str]) -> tuple[float, float]:
    """Processor time, and time by the clock."""
    used, waited = _run(["-c", TIMED.format(code)], environment).stdout.split()
    return float(used), float(waited)


def _print_dearest(functions: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    for name, (code, environment) in functions.items():
        known = {module for _, module in _trace(BASELINE, environment)}
        by_package: Counter[str] = Counter()
        for microseconds, module in _trace(f"{BASELINE}; {code}", environment):
            if module not in known:
                by_package[module.partition(".")[0]] += microseconds
        print(f"\n  {name}: imports beyond boto3 and its client, by package, each without what it brings")
        for package, microseconds in by_package.most_common(8):
            print(f"    {microseconds / 1000:7.1f} ms  {package}")
        print(f"    {sum(by_package.values()) / 1000:7.1f} ms  in all")


def _trace(code: str, environment: Mapping[str, str]) -> list[tuple[int, str]]:
    rows = re.findall(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)", _run(["-X", "importtime", "-c", code], environment).stderr)
    return [(int(microseconds), module) for microseconds, module in rows]


def _run(arguments: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, *arguments], env=dict(environment), capture_output=True, text=True, check=False, cwd=os.sep
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or "a fresh process failed")
    return done


if __name__ == "__main__":
    main()
