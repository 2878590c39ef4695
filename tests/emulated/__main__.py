"""Deploys what was built into an emulator of AWS that nobody here wrote, lives through the journeys there, and prints
what it took.

    python -m tests.emulated .aws-sam/here             # make test-emulated
    python -m tests.emulated .aws-sam/here --faults    # make test-chaos

Everything stays on this machine. All that it starts is ended, also when it fails, is interrupted, or takes too long.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.emulated.emulation import ROOT, Emulation, emulation
from tests.emulated.processes import ProcessGroup

LIMIT_SECONDS = 900
"""For all tests together; they take some six minutes, and wait for most of them."""

WORKERS = "3"
"""The journeys wait for deadlines and polls more than they compute."""

JOURNEYS = [
    *("-n", WORKERS, "--dist", "worksteal", "--maxschedchunk", "1"),
    *("-k", "deployed or emulated", "tests/cloud", "tests/emulated/test_journeys.py"),
]
AFTERWARDS = ["-n", "0", "tests/emulated/test_afterwards.py", "tests/emulated/test_changes.py"]
FAULTS = ["-n", "0", "-s", "tests/emulated/test_faults.py"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.emulated", description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path, help="the folder that `make build` wrote, for this machine")
    parser.add_argument(
        "--faults", action="store_true", help="let calls of AWS fail, and see that nothing is lost"
    )
    parser.add_argument("--keep-log", type=Path, help="where to copy the emulator's log")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    began = time.monotonic()
    with emulation(arguments.build.resolve(), arguments.faults) as running:
        up = time.monotonic() - began
        failed = False
        for phase in [FAULTS] if arguments.faults else [JOURNEYS, AFTERWARDS]:
            failed = failed or run_tests(running, phase, began + LIMIT_SECONDS) != 0
        tested = time.monotonic() - began - up
        count, _, cpu = running.emulator.usage()
        if arguments.keep_log:
            arguments.keep_log.write_bytes((running.folder / "ministack.log").read_bytes())
    spent = time.monotonic() - began
    sys.stdout.write(
        f"{'FAILED' if failed else 'passed'}: up in {up:.0f} s, tested in {tested:.0f} s, {spent:.0f} s in all; "
        f"emulator and functions: {count} processes, {PEAK['megabytes']} MB at most, {cpu:.0f} s of CPU\n"
    )
    return int(failed)


PEAK = {"megabytes": 0}


def run_tests(running: Emulation, arguments: Sequence[str], ends: float) -> int:
    """Run pytest in a process of its own and return its code; 1 when it takes too long."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**running.environment(), "PYTHONPATH": os.pathsep.join(["functions", "."])}
    tests = ProcessGroup(command, environment, None)
    try:
        while tests.is_running():
            if time.monotonic() > ends:
                sys.stderr.write(f"the tests take longer than {LIMIT_SECONDS} s\n")
                return 1
            time.sleep(0.5)
            PEAK["megabytes"] = max(PEAK["megabytes"], running.emulator.usage()[1])
        return tests.returncode() or 0
    finally:
        tests.end()


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
