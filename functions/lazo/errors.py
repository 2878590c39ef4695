"""Why something that a person or a program asked for is not done: codes, for the page to say it in the reader's
language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the way: its `code`, the `field` of the form that it is about (None: the whole), what the sentence
    about it names (`facts`: a limit, a date, the concerns still open), and, of a list that was sent, the `index` of
    the entry (None: the list itself)."""

    code: str
    field: str | None = None
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    index: int | None = None


class Rejected(Exception):
    """Not done, and nothing was changed; `problems` has at least one, in the order of what was sent."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems
