"""Says what is wrong with a file of stores, in lines that name the store and the field."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_NAMED_BY: Final = {
    "stores": ("store", "store_id"),
    "contacts": ("contact", "contact_id"),
    "touchpoints": ("touchpoint", "code"),
}
"""Lists of the file: what one entry is called, and by which field."""
_PATTERNS: Final = {
    "store_id": "must be small letters, digits and hyphens, 40 at most",
    "contact_id": "must be small letters, digits and hyphens, 40 at most",
    "country": "must be two capital letters, like CL (ISO 3166)",
    "code": "must be 3 to 40 letters, digits and hyphens",
    "currency": "must be three capital letters, like CLP (ISO 4217)",
    "review_link": "must be an address that begins with https://",
}
"""What the pattern of a field asks for, in words."""
_IN_WORDS: Final = (
    (r"^Value error, ", ""),
    (r"^Field required$", "is missing"),
    (r"^Extra inputs are not permitted$", "is not known: take it out, or look for a slip in its name"),
    (r" after validation, not \d+$", ""),
    (r"^\w+ should have at least 1 (item|character)$", "must not be empty"),
    (r"^Value should have at most (\d+) items", r"must have at most \1 characters"),
    (r"^\w+ should ", "must "),
    (r" a valid string$", " a text"),
    (r" a valid (dictionary|list|tuple).*", r" a \1"),
    (" a dictionary$", " a table"),
    (" a tuple$", " a list"),
)
"""What pydantic says, and what it says to somebody who never saw a program."""


class BadSheet(ValueError):
    """The file is no sheet, or its first row does not name the columns."""


class BadStoreFile(ValueError):
    """A file of stores that cannot be used. `problems`: one or more lines for each; they quote values of the file only
    where one of our rules does."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def store_file_error(error: ValidationError, data: Mapping[str, Any]) -> BadStoreFile:
    """Turn pydantic's error into one for somebody who looks at the file. `data`: the parsed file."""
    return BadStoreFile(
        [
            f"{_place(each['loc'], data)}{plain_reason(each)}"
            for each in error.errors(include_url=False, include_input=False)
        ]
    )


def plain_reason(problem: ErrorDetails) -> str:
    """Return why a value cannot be used, as a person would say it after the name of the field."""
    if problem["type"] == "string_pattern_mismatch" and problem["loc"][-1] in _PATTERNS:
        return _PATTERNS[str(problem["loc"][-1])]
    reason = problem["msg"]
    for said, plain in _IN_WORDS:
        reason = re.sub(said, plain, reason)
    return reason


def _place(location: tuple[int | str, ...], data: Any) -> str:
    """Name the place of an error: `store 'paulista', contact 'joao', phone: `."""
    named: list[str] = []
    fields: list[str] = []
    at = data
    for step in location:
        if step == "[key]":
            continue
        at = _inside(at, step)
        if isinstance(step, int) and fields and fields[-1] in _NAMED_BY:
            what, key = _NAMED_BY[fields.pop()]
            name = _inside(at, key)
            named.append(f"{what} {name!r}" if isinstance(name, str) else f"{what} {step + 1}")
        elif isinstance(step, int):
            fields[-1:] = [f"{fields[-1]}[{step}]" if fields else f"[{step}]"]
        else:
            fields.append(step)
    parts = [*named, ".".join(fields)] if fields else named
    return f"{', '.join(parts)}: " if parts else ""


def _inside(value: Any, step: int | str) -> Any:
    """The value at a key or an index, or None."""
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None
