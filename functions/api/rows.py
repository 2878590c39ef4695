"""Rows of responses: frozen dataclasses, whose fields may say in `Annotated` what no type does, written as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Says:
    """What the document says of a field beyond its type."""

    about: str = ""
    least: int | None = None
    most: int | None = None


def row_json(row: Any) -> str:
    """Return a row, and the rows within, as JSON. A field that Python could not name has a "_" behind it here alone."""
    return json.dumps(_plain(row), ensure_ascii=False, separators=(",", ":"))


def field_names(row: type[Any]) -> Mapping[str, str]:
    """Return the names of a row's fields in JSON, by those in Python."""
    return {field.name: field.name.rstrip("_") for field in fields(row)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, own)) for own, name in field_names(type(value)).items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
