"""What a page of the desk takes once the function is warm: instructions of its process, counted by valgrind.

The function as built shows the page FEW times in one process, and MANY times in another; the difference is that of warm
calls alone. AWS is moto in this process, over HTTP, so that nothing of it is counted.

    make build-here && python -m benchmarks.warm_pages
    python -m benchmarks.warm_pages BUILD                of another build folder
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks import first_calls, report
from benchmarks.cold_starts import COUNTED_BY, HERE, instructions_in, missing
from benchmarks.first_calls import FirstCall
from infra.artefact import artefact_folder
from infra.local.aws_server import AwsReply, AwsRequest, ask_moto

PAGES: Final = ("case page", "board")
FEW, MANY = 2, 12


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm_pages", description=__doc__)
    parser.add_argument("build", type=Path, nargs="?", default=HERE, help="a build folder")
    build = parser.parse_args().build
    if reason := missing(timed=False):
        print(f"\nWarm pages are not counted: {reason}")
        return 0
    report.heading("A warm page of the desk", "Million instructions of a call, counted by valgrind.")
    first_calls.record(artefact_folder(build.resolve()), _count)
    return 0


def _count(call: FirstCall) -> None:
    if call.name not in PAGES:
        return
    counted = []
    for times in (FEW, MANY):
        asked: list[str] = []

        def answer(request: AwsRequest, asked: list[str] = asked) -> AwsReply:
            asked.append(request.operation)
            return ask_moto(request)

        ran = replace(call, times=times).run(answer, COUNTED_BY)
        counted.append((instructions_in(ran.stderr), len(asked)))
    (few, calls_of_few), (many, calls_of_many) = counted
    calls = (calls_of_many - calls_of_few) / (MANY - FEW)
    report.line(call.name, (many - few) / (MANY - FEW) / 1e6, "million", note=f"{calls:g} calls of AWS")


if __name__ == "__main__":
    sys.exit(main())
