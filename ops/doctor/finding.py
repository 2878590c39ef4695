"""What a check of the doctor found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ops.installation import Installation

State = Literal["ok", "warning", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of what was checked, a message about it, and what to do."""

    state: State
    message: str
    todo: str = ""


Check = Callable[[Installation], Finding]
"""Looks at one thing and changes nothing. May raise what boto3 raises; KeyError when the installation lacks a part."""


def ok(message: str) -> Finding:
    """Report that all is in order."""
    return Finding("ok", message)


def warning(message: str, todo: str) -> Finding:
    """Report what works and wants a look."""
    return Finding("warning", message, todo)


def failed(message: str, todo: str) -> Finding:
    """Report what does not work."""
    return Finding("failed", message, todo)
