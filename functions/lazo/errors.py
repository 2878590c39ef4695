"""Rejected requests: machine-readable codes, which pages turn into sentences in the reader's language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason for a rejection. `field`: the form field at fault (None: the whole request). `facts`: values for the
    sentence (a limit, a date, the open concerns). `index`: the entry of a list at fault (None: the list)."""

    code: str
    field: str | None = None
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    index: int | None = None


class Rejected(Exception):
    """The request was rejected and nothing was changed. `problems` has one or more, in the order of the input."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems
