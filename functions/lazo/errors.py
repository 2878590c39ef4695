"""Why something that a person asked for is not done: codes, for the page to say it in the reader's language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the way: its `code`, the `field` of the form that it is about (None: the whole), and what the
    sentence about it names (`facts`: a limit, a date, the concerns still open)."""

    code: str
    field: str | None = None
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Rejected(Exception):
    """Not done, and nothing was changed; `problems` has at least one."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems
