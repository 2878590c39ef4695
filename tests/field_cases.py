"""Run the tests of tests/data/field_cases.toml, and print each case with its tests and whether they pass:
`python -m tests.field_cases`."""

import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
CASES: list[dict[str, Any]] = tomllib.loads((TESTS / "data" / "field_cases.toml").read_text())["case"]
"""`kind` and `tests` (file and function) of each case, in their order."""


class _Outcomes:
    """Collects what pytest says of each test function."""

    def __init__(self) -> None:
        self.of: dict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            path, *_, function = report.nodeid.partition("[")[0].split("::")
            self.of[f"{path.removeprefix('tests/')}::{function}"].add(report.outcome)


def main() -> int:
    """Print the table; return 0 if every test of it passed."""
    outcomes = _Outcomes()
    tests = dict.fromkeys(test for case in CASES for test in case["tests"])
    files = sorted({str(TESTS / test.partition("::")[0]) for test in tests})
    functions = " or ".join(test.partition("::")[2] for test in tests)
    pytest.main(["-q", "-n", "0", "--no-header", "-k", functions, *files], plugins=[outcomes])
    for number, case in enumerate(CASES, start=1):
        print(f"\n{number:2} {case['kind']}")
        for test in case["tests"]:
            print(f"   {'/'.join(sorted(outcomes.of[test])) or 'not run':7} {test}")
    return 0 if all(outcomes.of[test] == {"passed"} for test in tests) else 1


if __name__ == "__main__":
    sys.exit(main())
