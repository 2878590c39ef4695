"""Codes for what pydantic finds wrong with a row of JSON: of each field the first problem."""

from collections.abc import Collection
from typing import Final

from pydantic import ValidationError

_ENDINGS: Final = {"missing": "required", "string_too_long": "too_long"}


def codes_by_field(error: ValidationError, own_codes: Collection[str] = ()) -> dict[str, str]:
    """Return the code of each field's first problem, by the field's path (`customer.phone`): `unknown_field`, one of
    the row's `own_codes`, or the field's name with `_required`, `_too_long` or `_invalid`."""
    found: dict[str, str] = {}
    for detail in error.errors(include_input=False, include_url=False, include_context=False):
        kind, where = detail["type"], [str(part) for part in detail["loc"]]
        if kind == "extra_forbidden":
            code = "unknown_field"
        else:
            code = kind if kind in own_codes else f"{where[-1]}_{_ENDINGS.get(kind, 'invalid')}"
        found.setdefault(".".join(where), code)
    return found
