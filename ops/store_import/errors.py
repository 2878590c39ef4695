"""Says what is wrong with a file of stores, in lines that name the store and the field."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

_NAMED_BY: Final = {
    "stores": ("store", "store_id"),
    "contacts": ("contact", "contact_id"),
    "touchpoints": ("touchpoint", "code"),
}
"""Lists of the file: what one entry is called, and by which field."""
_PREFIX: Final = "Value error, "


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
            f"{_place(each['loc'], data)}{each['msg'].removeprefix(_PREFIX)}"
            for each in error.errors(include_url=False, include_input=False)
        ]
    )


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
