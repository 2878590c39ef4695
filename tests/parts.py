"""What `make test` does in part, another part for each commit. `make test-whole` (LAZO_WHOLE=1) does all of it.

Only many cases of one kind are taken in part, never the only case of a rule.
"""

import functools
import os
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
WHOLE = os.environ.get("LAZO_WHOLE") == "1"
EXAMPLES = 100 if WHOLE else 20
"""Examples of a property that says no number of its own."""


@functools.cache
def commit() -> int:
    """Return a number of the commit that is tested, 0 outside of a repository."""
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    )
    return int(asked.stdout.strip() or "0", 16)


def part(cases: Sequence[T], one_in: int, *, number: int | None = None, whole: bool | None = None) -> list[T]:
    """Return every so-many-th case, the first chosen by the number of the commit; all of them in a whole run."""
    if WHOLE if whole is None else whole:
        return list(cases)
    return list(cases)[(commit() if number is None else number) % min(one_in, len(cases)) :: one_in]


def some(examples: int) -> int:
    """Return how many of a property's examples a run has: a fifth of them, but in a whole run."""
    return examples if WHOLE else -(-examples // 5)


def keep_part(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests that this run has, and those that are left to others. Of the cases of a test that is marked
    `in_part(n)` it has every n-th."""
    by_test: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("in_part"):
            by_test[item.nodeid.partition("[")[0]].append(item)
    left: set[pytest.Item] = set()
    for cases in by_test.values():
        mark = cases[0].get_closest_marker("in_part")
        assert mark is not None
        kept = part(cases, mark.args[0])
        kept[0].user_properties.append(("part", ("cases of tests that have many", len(cases), len(kept))))
        left.update(each for each in cases if each not in kept)
    return [each for each in items if each not in left], [each for each in items if each in left]
