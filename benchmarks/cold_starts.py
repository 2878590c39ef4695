"""What the built functions need at their first call, against boto3 with one client and one PutItem.

A fresh process imports the function, wires it and handles one event; AWS's answers were recorded before
(benchmarks/first_calls.py). Instructions of the whole process, counted by valgrind: nearly the same in each run, on
whatever machine and however busy. A count takes half a minute, and is kept in artefacts/ for as long as the artefact,
the packages of Lambda's runtime and this code are the same.

    make build-here && python -m benchmarks.cold_starts           the ratios
    python -m benchmarks.cold_starts --against BUILD              and those of another build, beside it
    python -m benchmarks.cold_starts --timed                      processor time instead: quick, and rough
    python -m benchmarks.cold_starts --only collect               calls whose names begin so
    python -m benchmarks.cold_starts --write                      and keeps them in benchmarks/data/
"""

import argparse
import hashlib
import json
import re
import shutil
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import first_calls, report
from benchmarks.first_calls import BARE, NAMES, PYTHON, Recorded, Tls
from infra.artefact import artefact_folder

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / ".aws-sam" / "here"
KEPT = ROOT / "artefacts" / "cold_starts.json"
COUNTED = Path(__file__).parent / "data" / "cold_starts.json"
"""The counts of one build, for what is computed of them (benchmarks.memory_sizes)."""
COUNTED_BY = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
ROUNDS = 5
TARGETS = {
    "collect GET": 0.6,
    "collect POST": 0.6,
    "classify": 1.4,
    "notify": 1.65,
    "case page": 1.6,
    "customer's page": 1.4,
    "events": 1.4,
    "replies": 1.4,
    "sweep": 1.4,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold_starts", description=__doc__)
    parser.add_argument("--against", type=Path, metavar="BUILD", help="another build folder, counted too")
    parser.add_argument("--only", default="", help="calls whose names begin so")
    parser.add_argument("--timed", action="store_true", help="processor time instead of instructions")
    parser.add_argument("--write", action="store_true", help=f"keep the counts in {COUNTED.name}")
    arguments = parser.parse_args()
    if reason := missing(timed=arguments.timed):
        print(f"\nCold starts are not counted: {reason}")
        return 0
    measure = _seconds if arguments.timed else _instructions
    what = (
        f"Processor time (user), median of {ROUNDS} rounds in turn"
        if arguments.timed
        else "Instructions, counted by valgrind"
    )
    report.heading("Cold start: import, wire() and the first call, as built", f"{what}; ratios to {BARE}.")
    names = (BARE, *(name for name in NAMES if name.startswith(arguments.only)))
    here = measure(HERE, names)
    before = measure(arguments.against, names) if arguments.against else {}
    if arguments.write and not arguments.timed:
        COUNTED.write_text(json.dumps(here, indent=1) + "\n", encoding="utf-8")
    bare = here.pop(BARE)
    report.line(BARE, bare if arguments.timed else bare / 1e6, "s" if arguments.timed else "million")
    for name, figure in here.items():
        note = f"{before[name] / before[BARE]:.2f} before" if name in before else ""
        report.line(name, figure / bare, "x", at_most=TARGETS.get(name), note=note)
    return 0


def missing(*, timed: bool) -> str:
    """Return what is missing to measure, "" if nothing is."""
    if not HERE.exists():
        return "nothing is built for this machine (make build-here)."
    if not PYTHON.exists():
        return "the packages of Lambda's runtime are not there (make .venv-runtime/ready)."
    return "" if timed or shutil.which(COUNTED_BY[0]) else "there is no valgrind (apt-get install valgrind)."


def _instructions(build: Path, names: Sequence[str]) -> dict[str, float]:
    """Return the instructions of each call by its name, those that are known from the file that keeps them."""
    artefact = artefact_folder(build.resolve())
    kept: dict[str, dict[str, float]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    known = kept.setdefault(_digest(artefact), {})
    if unknown := [name for name in names if name not in known]:
        calls = [each for each in first_calls.record(artefact) if each.call.name in unknown]
        with ThreadPoolExecutor(2) as both:
            known.update(zip((each.call.name for each in calls), both.map(count, calls), strict=True))
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept, indent=1))
    return {name: known[name] for name in names}


def count(recorded: Recorded, tls: Tls | None = None) -> float:
    """Return the instructions of a call, made again."""
    return instructions_in(recorded.again(*COUNTED_BY, tls=tls).stderr)


def instructions_in(said: str) -> float:
    """Return the instructions that valgrind tells on stderr."""
    return float(re.findall(r"I +refs: +([\d,]+)", said)[0].replace(",", ""))


def _seconds(build: Path, names: Sequence[str]) -> dict[str, float]:
    """Return the processor time of each call by its name."""
    calls = [each for each in first_calls.record(artefact_folder(build.resolve())) if each.call.name in names]
    rounds = [[each.again().seconds for each in calls] for _ in range(ROUNDS)]
    medians = (statistics.median(times) for times in zip(*rounds, strict=True))
    return dict(zip((each.call.name for each in calls), medians, strict=True))


def _digest(artefact: Path) -> str:
    """Return a name for all that a count depends on: what ships, the runtime's packages, and the calls themselves."""
    found = hashlib.sha256()
    for file in sorted(each for each in artefact.rglob("*") if each.is_file()):
        found.update(f"{file.relative_to(artefact)}\0".encode() + file.read_bytes())
    for file in (ROOT / "requirements" / "runtime.txt", Path(first_calls.__file__)):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
