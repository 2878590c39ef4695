"""Prove again what docs/guarantees.md says in figures, and print it in one table: `make proof`.

    python -m tests.proof           # the table
    python -m tests.proof --write   # into docs/guarantees.md too, with the commit that it is true of

Runs the tests that count, plants the faults, and puts load on the product: a quarter of an hour. Pairs of a call and
a fault are those that `make soak` has found green for this code. Ends with 1 if any of it is not as it must be.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "guarantees.md"
BEGIN, END = "<!-- made by `make proof` -->", "<!-- end -->"
COUNTING: Final = (
    "tests/functions/test_hostile_inputs.py",
    "tests/functions/test_route_access.py",
    "tests/functions/test_token_flips.py",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What was proved: how many of what, what was found, the command that counts it, and whether that is right."""

    what: str
    how_many: str
    found: str
    command: str
    right: bool


def main(arguments: list[str]) -> int:
    rows = [*counted_by_tests(), *pairs(_run("-m", "tests.faults", "--known")), *planted_faults()]
    rows += load(_run("-m", "benchmarks", "load"))
    made = table(rows)
    print(made)  # noqa: T201
    if "--write" in arguments:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(
            f"{before}{BEGIN}\n{_of_commit()}\n\n{made}\n{END}{rest.partition(END)[2]}", encoding="utf-8"
        )
    return int(not all(row.right for row in rows))


def table(rows: list[Row]) -> str:
    """Return the rows as a table of Markdown."""
    lines = [
        f"| {r.what} | {r.how_many} | {r.found}{'' if r.right else ' **wrong**'} | `{r.command}` |"
        for r in rows
    ]
    return "\n".join(["| what | how many | found | by |", "|---|---|---|---|", *lines])


def counted_by_tests() -> Iterator[Row]:
    """Run the tests that count, and yield what they record as `proof`."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ("-q", "-n", "0", "-o", "junit_family=xunit1", f"--junitxml={report}")
        _run("-m", "pytest", *options, *COUNTING, whole=True)
        cases = ElementTree.parse(report).getroot().iter("testcase")
        for case in cases:
            failed = any(case.find(each) is not None for each in ("failure", "error"))
            for noted in case.iter("property"):
                if noted.get("name") == "proof":
                    file = "/".join(str(case.get("classname")).split(".")) + ".py"
                    what, how_many, found = str(noted.get("value")).split(" | ")
                    yield Row(what, how_many, found, f"pytest {file}", not failed)


def pairs(said: str) -> Iterator[Row]:
    """Yield how many pairs there are of each flow, and how many are green, of what `tests.faults` said."""
    for flow, there, struck, green, before in re.findall(
        r"^([^\d\n]+?) +(\d+) +(\d+) +(\d+) +(\d+)$", said, re.MULTILINE
    ):
        known = int(green) + int(before)
        found = f"{known:,} green, {int(struck) - int(green)} red, {int(there) - known:,} not struck"
        yield Row(f"faults at calls: {flow}", f"{int(there):,} pairs", found, "make soak", struck == green)


def planted_faults() -> Iterator[Row]:
    """Plant each fault of the catalogue."""
    said = _run("-m", "tests.mutants")
    caught, planted = re.findall(r"^(\d+) of (\d+) planted faults are caught$", said, re.MULTILINE)[-1]
    yield Row("planted faults", planted, f"{caught} caught", "make mutants", caught == planted)


def load(said: str) -> Iterator[Row]:
    """Yield each figure that has a target, of what `benchmarks.load` said."""
    part = ""
    for line in said.splitlines():
        figure = re.match(r"  (.+?) {2,}([\d,.]+) .*?target (<?= [\d,.]+) +(ok|over) *(.*)", line)
        if figure:
            what, number, target, verdict, note = figure.groups()
            found = f"{number} ({target.removeprefix('= ')} wanted)" + (f", {note}" if note else "")
            yield Row(f"load: {what}", part, found, "python -m benchmarks load", verdict == "ok")
        elif line.startswith("  "):
            part = line.strip()


def _run(*arguments: str, whole: bool = False) -> str:
    """Run Python, and return what it printed. What fails says so in what it prints. `whole`: with all cases of tests
    that have many."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "LAZO_WHOLE": "1" if whole else ""},
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stderr.write(done.stdout[-2_000:] + done.stderr[-2_000:])
    return done.stdout


def _of_commit() -> str:
    said = subprocess.run(
        ["git", "log", "-1", "--format=%h of %cs"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return f"On commit {said.stdout.strip()}:"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
