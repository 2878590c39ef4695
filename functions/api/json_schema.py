"""JSON Schema of rows of responses, and of what tables of rules read."""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from api.rows import field_names
from lazo.field_rules import REQUIRED, Rule

Schema = dict[str, Any]

_TYPES: Final[dict[Any, Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"format": "date-time", "type": "string"},
    date: {"format": "date", "type": "string"},
    NoneType: {"type": "null"},
}


def schemas_of_rows(rows: Sequence[type[Any]], ref: Callable[[str], str]) -> dict[str, Schema]:
    """Return the schemas of some rows and of all rows within, by their names. `ref` gives the place of one."""
    found: dict[str, Schema] = {}
    for row in rows:
        _add(row, ref, found)
    return dict(sorted(found.items()))


def schema_of_rules(name: str, about: str, rules: Sequence[Rule]) -> Schema:
    """Return the schema of an object that has these fields and no others."""
    return {
        "additionalProperties": False,
        "description": about,
        "properties": {
            rule.name: {**_said(rule), "title": title(rule.name), **rule.kind.schema} for rule in rules
        },
        "required": [rule.name for rule in rules if rule.default is REQUIRED],
        "title": name,
        "type": "object",
    }


def title(name: str) -> str:
    """Return the name of a field as a title."""
    return name.replace("_", " ").title()


def _said(rule: Rule) -> Schema:
    said = {"description": rule.about, "examples": list(rule.examples)}
    return {name: each for name, each in said.items() if each}


def _add(row: type[Any], ref: Callable[[str], str], found: dict[str, Schema]) -> Schema:
    """Add a row's schema to those found, and return what refers to it."""
    if row.__name__ not in found:
        found[row.__name__] = {}
        hints = get_type_hints(row, include_extras=True)
        names = field_names(row)
        defaults = {each.name: each.default for each in fields(row) if each.default is not MISSING}
        found[row.__name__] |= {
            "description": (row.__doc__ or "").replace("\n    ", "\n"),
            "properties": {
                name: _property(hints[own], name, ref, found)
                | ({"default": defaults[own]} if own in defaults else {})
                for own, name in names.items()
            },
            "required": [name for own, name in names.items() if own not in defaults],
            "title": row.__name__,
            "type": "object",
        }
    return {"$ref": ref(row.__name__)}


def _property(hint: Any, name: str, ref: Callable[[str], str], found: dict[str, Schema]) -> Schema:
    schema = _schema(hint, ref, found)
    return schema if "$ref" in schema else {**schema, "title": title(name)}


def _schema(hint: Any, ref: Callable[[str], str], found: dict[str, Schema]) -> Schema:
    """Return the schema of a type; raises LookupError for one that no row has."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _add(hint, ref, found)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        said = [{"description": s.about or None, "minimum": s.least, "maximum": s.most} for s in parts[1:]]
        limits = {name: value for each in said for name, value in each.items() if value is not None}
        return {**_schema(parts[0], ref, found), **limits}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(part, ref, found) for part in parts]}
    if origin is Literal:
        return {"enum": list(parts), "type": "string"}
    if origin is list:
        return {"items": _schema(parts[0], ref, found), "type": "array"}
    return _TYPES[hint]
