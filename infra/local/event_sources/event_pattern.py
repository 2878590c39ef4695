"""Event patterns of Lambda's FilterCriteria.

The operators are those that Lambda documents for event source mappings ("Control which events Lambda sends to your
function", filter rule syntax): null, empty, equals, equals-ignore-case, and, or, $or, anything-but, numeric, exists,
prefix, suffix. Any other is an error here, as it would be at deployment.

moto's matcher (moto.events.models.EventPattern) is not strict enough: it takes true for 1, does not look into a list of
objects, and takes operators that it does not know, or bounds that are no numbers, without a word.
"""

import json
import operator
from collections.abc import Callable
from typing import Any

from infra.local.cloudformation.intrinsics import TemplateError

_ABSENT = object()
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class EventPattern:
    """A pattern, checked when it is made: raises TemplateError for what Lambda would not take."""

    def __init__(self, text: str) -> None:
        try:
            self._pattern = json.loads(text)
        except ValueError as error:
            raise TemplateError(f"not JSON: {text}") from error
        _check(self._pattern)

    def matches(self, event: Any) -> bool:
        return _matches(self._pattern, event)


def filter_for(criteria: dict[str, Any] | None) -> Callable[[Any], bool]:
    """Return the test that FilterCriteria make: an event passes if one of the patterns matches, or if there is none."""
    patterns = [EventPattern(each["Pattern"]) for each in (criteria or {}).get("Filters", [])]
    if not patterns:
        return lambda _event: True
    return lambda event: any(pattern.matches(event) for pattern in patterns)


def names_in(criteria: dict[str, Any] | None) -> frozenset[str]:
    """Return the names of all that the patterns of FilterCriteria look at, at any depth."""
    names: set[str] = set()
    waiting: list[Any] = [json.loads(each["Pattern"]) for each in (criteria or {}).get("Filters", [])]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            names.update(part)
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return frozenset(names)


def _matches(pattern: dict[str, Any], event: Any) -> bool:
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(_matches(each, event) for each in wanted):
                return False
            continue
        value = event.get(key, _ABSENT) if isinstance(event, dict) else _ABSENT
        if isinstance(wanted, dict):
            # A list of objects matches when one of them does.
            candidates = value if isinstance(value, list) else [value]
            if not any(_matches(wanted, each) for each in candidates):
                return False
        elif not any(_rule_matches(rule, value) for rule in wanted):
            return False
    return True


def _rule_matches(rule: Any, value: Any) -> bool:
    if isinstance(rule, dict) and "exists" in rule:
        # Works on leaves only: an object is not one.
        return (value is not _ABSENT and not isinstance(value, dict)) is rule["exists"]
    if value is _ABSENT or isinstance(value, dict):
        return False
    return any(_value_matches(rule, each) for each in (value if isinstance(value, list) else [value]))


def _value_matches(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return _same(rule, value)
    ((name, operand),) = rule.items()
    if name == "anything-but":
        return not any(_same(each, value) for each in (operand if isinstance(operand, list) else [operand]))
    if name == "numeric":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return all(
            _COMPARISONS[sign](value, bound) for sign, bound in zip(operand[::2], operand[1::2], strict=True)
        )
    if not isinstance(value, str):
        return False
    if name == "equals-ignore-case":
        return bool(value.casefold() == operand.casefold())
    return value.startswith(operand) if name == "prefix" else value.endswith(operand)


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON values: true is not 1."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _check(pattern: Any) -> None:
    if not isinstance(pattern, dict) or not pattern:
        raise TemplateError(f"not an event pattern: {pattern!r}")
    for key, wanted in pattern.items():
        if key == "$or":
            if not isinstance(wanted, list) or len(wanted) < 2:
                raise TemplateError("$or needs a list of two patterns or more")
            for each in wanted:
                _check(each)
        elif isinstance(wanted, dict):
            _check(wanted)
        elif isinstance(wanted, list) and wanted:
            for rule in wanted:
                _check_rule(rule)
        else:
            raise TemplateError(f"{key}: the value must be an object or a list of rules, not {wanted!r}")


def _check_rule(rule: Any) -> None:
    if rule is None or isinstance(rule, (str, int, float)):
        return
    if isinstance(rule, dict) and len(rule) == 1:
        ((name, operand),) = rule.items()
        if name in _OPERANDS and _OPERANDS[name](operand):
            return
    raise TemplateError(f"rule not supported: {rule!r}")


def _is_scalar(operand: Any) -> bool:
    return isinstance(operand, (str, int, float)) and not isinstance(operand, bool)


def _is_numeric(operand: Any) -> bool:
    return (
        isinstance(operand, list)
        and len(operand) in (2, 4)
        and all(sign in _COMPARISONS for sign in operand[::2])
        and all(_is_scalar(bound) and not isinstance(bound, str) for bound in operand[1::2])
    )


_OPERANDS: dict[str, Callable[[Any], bool]] = {
    "exists": lambda operand: isinstance(operand, bool),
    "prefix": lambda operand: isinstance(operand, str),
    "suffix": lambda operand: isinstance(operand, str),
    "equals-ignore-case": lambda operand: isinstance(operand, str),
    "numeric": _is_numeric,
    "anything-but": lambda operand: (
        _is_scalar(operand) or (isinstance(operand, list) and bool(operand) and all(map(_is_scalar, operand)))
    ),
}
