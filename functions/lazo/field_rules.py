"""Tables of rules that read the fields of a JSON object strictly, and describe them as JSON Schema.

Pydantic reads as well, and takes a third of a cold start and 3 MB of what ships.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

REQUIRED: Final = object()
"""The default of a field that has none."""


class Invalid(ValueError):
    """A value is not accepted: the code is the field's name and this ending. Any other ValueError is `invalid`."""

    def __init__(self, ending: str = "invalid") -> None:
        super().__init__(ending)
        self.ending = ending


class InvalidFields(ValueError):
    """Fields of a nested object are wrong: their codes by path."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        super().__init__(", ".join(codes.values()))
        self.codes = codes


class Kind:
    """A type of JSON with limits. `read` takes a value and the context, and returns the value or raises ValueError;
    `schema` says the same (JSON Schema)."""

    __slots__ = ("read", "schema")

    def __init__(self, read: Callable[[Any, Any], Any], schema: Mapping[str, Any]) -> None:
        self.read = read
        self.schema = schema


class Rule:
    """How one field is read: `before` brings a value into shape, whatever its type; `kind` checks it; `after` gets
    what passed, and the context. `about` and `examples` are for whoever fills it in."""

    __slots__ = ("about", "after", "before", "default", "examples", "kind", "name")

    def __init__(
        self,
        name: str,
        kind: Kind,
        *,
        default: Any = REQUIRED,
        before: Callable[[Any], Any] | None = None,
        after: Callable[[Any, Any], Any] | None = None,
        about: str = "",
        examples: Sequence[Any] = (),
    ) -> None:
        self.name, self.kind, self.default = name, kind, default
        self.before, self.after = before, after
        self.about, self.examples = about, examples


def read_fields(
    rules: Sequence[Rule], given: Mapping[str, Any], context: Any = None, *, only_known: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of all fields by name, and the code of each problem by the field's path (`customer.phone`):
    NAME with `_required`, `_too_long`, `_invalid` or another ending. If `only_known`, other fields are `unknown_field`,
    else they are ignored. With a problem the values are not complete."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for rule in rules:
        name = rule.name
        if name not in given:
            if rule.default is REQUIRED:
                problems[name] = f"{name}_required"
            values[name] = rule.default
            continue
        value = given[name]
        try:
            if rule.before:
                value = rule.before(value)
            value = rule.kind.read(value, context)
            values[name] = rule.after(value, context) if rule.after else value
        except InvalidFields as error:
            problems.update((f"{name}.{path}", code) for path, code in error.codes.items())
        except ValueError as error:
            problems[name] = f"{name}_{error.ending if isinstance(error, Invalid) else 'invalid'}"
    if only_known:
        known = {rule.name for rule in rules}
        problems.update((name, "unknown_field") for name in given if name not in known)
    return values, problems


def text(longest: int | None = None, *, shortest: int = 0, pattern: str | None = None) -> Kind:
    """A text of so many characters that is all of a pattern. One that UTF-8 cannot encode is invalid."""
    matches = re.compile(pattern).fullmatch if pattern else None

    def read(value: Any, _context: Any) -> str:
        if not isinstance(value, str):
            raise Invalid
        value.encode()  # UnicodeEncodeError, a ValueError, for half of a surrogate pair
        if longest is not None and len(value) > longest:
            raise Invalid("too_long")
        if len(value) < shortest or (matches and not matches(value)):
            raise Invalid
        return value

    limits = {
        "maxLength": longest,
        "minLength": shortest or None,
        "pattern": pattern and f"^{pattern}$",
        "type": "string",
    }
    return Kind(read, {name: limit for name, limit in limits.items() if limit is not None})


def text_or_none(longest: int) -> Kind:
    """A text, or None where `before` finds that it says nothing."""
    kind = text(longest)
    return Kind(lambda value, context: None if value is None else kind.read(value, context), kind.schema)


def texts(each: Kind, *, most: int | None = None) -> Kind:
    """A list of so many texts."""

    def read(value: Any, _context: Any) -> list[str]:
        if not isinstance(value, list) or (most is not None and len(value) > most):
            raise Invalid
        try:
            return [each.read(one, _context) for one in value]
        except ValueError as error:
            raise Invalid from error  # of which one it is too long is not said

    limit = {} if most is None else {"maxItems": most}
    return Kind(read, {"items": each.schema, **limit, "type": "array"})


def whole(least: int, most: int) -> Kind:
    """A whole number in a range."""

    def read(value: Any, _context: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise Invalid
        return value

    return Kind(read, {"maximum": most, "minimum": least, "type": "integer"})


def decimal(least: int, most: Decimal | int, *, places: int) -> Kind:
    """A Decimal in a range with so many places that are not zero at its end."""

    def read(value: Any, _context: Any) -> Decimal:
        if not isinstance(value, Decimal) or not value.is_finite() or not least <= value <= most:
            raise Invalid
        if value != round(value, places):
            raise Invalid
        return value

    return Kind(read, {"maximum": float(most), "minimum": least, "type": "number"})


def choice(values: Collection[str]) -> Kind:
    """One of some texts."""

    def read(value: Any, _context: Any) -> str:
        if not isinstance(value, str) or value not in values:
            raise Invalid
        return value

    return Kind(read, {"enum": list(values), "type": "string"})


def fields(rules: Sequence[Rule]) -> Kind:
    """An object with fields of its own, and no others."""

    def read(value: Any, context: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid
        values, problems = read_fields(rules, value, context, only_known=True)
        if problems:
            raise InvalidFields(problems)
        return values

    return Kind(read, {})


def _read_flag(value: Any, _context: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid
    return value


FLAG: Final = Kind(_read_flag, {"type": "boolean"})
"""True or false."""
