"""CloudFormation's intrinsic functions, as far as the template uses them; any other is an error.

moto's resolver (moto.cloudformation.parsing.clean_json) is not strict enough: it leaves a function that it does not
know, such as Fn::Cidr, in place as if it were data, and AWS::NoValue in a list as null. It also needs packages that
moto does not bring along.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

NO_VALUE = object()
"""What AWS::NoValue resolves to: the property is left out."""

_SUB_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateError(ValueError):
    """The template says something that cannot be followed here; the message names the place."""


def reject_unknown(place: str, said: Iterable[str], known: Iterable[str]) -> None:
    """Raises TemplateError when something is said that is not known, lest it be passed over."""
    unknown = set(said) - set(known)
    if unknown:
        raise TemplateError(f"{place}: not supported: {', '.join(sorted(unknown))}")


class Properties(Mapping[str, Any]):
    """A resource's properties, each resolved when it is first asked for: most are never looked at."""

    def __init__(self, declared: Mapping[str, Any], resolve: Callable[[Any], Any]) -> None:
        self._declared = declared
        self._resolve = resolve
        self._resolved: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._resolved:
            self._resolved[name] = self._resolve(self._declared[name])
        if self._resolved[name] is NO_VALUE:
            raise KeyError(name)
        return self._resolved[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._declared if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Resolver:
    """Resolves values of a template.

    `reference(name)` gives what Ref gives for a parameter, pseudo parameter or resource, `attribute(name, path)`
    what Fn::GetAtt gives for a resource; both raise TemplateError for a name that they do not know. `plain` keeps, by
    id, which parts of a template that outlives this resolver hold no intrinsic: they are given as they are.
    """

    def __init__(
        self,
        reference: Callable[[str], Any],
        attribute: Callable[[str, str], Any],
        conditions: Mapping[str, Any],
        plain: dict[int, bool] | None = None,
    ) -> None:
        self._reference = reference
        self._attribute = attribute
        self._conditions = conditions
        self._known: dict[str, bool] = {}
        self._plain = plain
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::If": self._if,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::Equals": self._equals,
            "Fn::And": lambda operands: all(map(self._truth, operands)),
            "Fn::Or": lambda operands: any(map(self._truth, operands)),
            "Fn::Not": lambda operands: not self._truth(operands[0]),
        }

    def resolve(self, value: Any) -> Any:
        """Return the value with every intrinsic in it replaced; NO_VALUE when all of it is to be left out."""
        kind = type(value)
        if (kind is not list and kind is not dict) or self._is_plain(value):
            return value
        if kind is list:
            return [each for each in map(self.resolve, value) if each is not NO_VALUE]
        if name := _intrinsic(value):
            if name not in self._functions:
                raise TemplateError(f"intrinsic function {name} is not supported")
            return self._functions[name](value[name])
        resolved = {key: self.resolve(each) for key, each in value.items()}
        return {key: each for key, each in resolved.items() if each is not NO_VALUE}

    def _is_plain(self, value: Any) -> bool:
        if self._plain is None:
            return False
        known = self._plain.get(id(value))
        if known is None:
            known = self._plain[id(value)] = _holds_no_intrinsic(value)
        return known

    def condition(self, name: str) -> bool:
        """Evaluate a named condition."""
        if name not in self._conditions:
            raise TemplateError(f"condition {name} is not declared")
        if name not in self._known:
            self._known[name] = self._truth(self._conditions[name])
        return self._known[name]

    def _truth(self, value: Any) -> bool:
        resolved = self.resolve(value)
        if not isinstance(resolved, bool):
            raise TemplateError(f"not a condition: {value}")
        return resolved

    def _ref(self, name: str) -> Any:
        return NO_VALUE if name == "AWS::NoValue" else self._reference(name)

    def _get_att(self, argument: Any) -> Any:
        name, path = argument.split(".", 1) if isinstance(argument, str) else argument
        return self._attribute(name, self.resolve(path))

    def _sub(self, argument: Any) -> str:
        text, variables = argument if isinstance(argument, list) else (argument, {})

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in variables:
                return _text(self.resolve(variables[name]), name)
            return _text(self._get_att(name) if "." in name else self._ref(name), name)

        return _SUB_VARIABLE.sub(replace, text)

    def _join(self, argument: Any) -> str:
        separator, parts = argument
        return str(separator).join(_text(part, "Fn::Join") for part in self.resolve(parts))

    def _if(self, argument: Any) -> Any:
        name, then, otherwise = argument
        return self.resolve(then if self.condition(name) else otherwise)

    def _select(self, argument: Any) -> Any:
        index, values = self.resolve(argument)
        return values[int(index)]

    def _split(self, argument: Any) -> list[str]:
        separator, text = self.resolve(argument)
        return _text(text, "Fn::Split").split(separator)

    def _equals(self, argument: Any) -> bool:
        left, right = self.resolve(argument)
        return str(left) == str(right)


def _intrinsic(value: dict[str, Any]) -> str | None:
    """Return the name of the intrinsic function that an object is."""
    if len(value) != 1:
        return None
    ((name, argument),) = value.items()
    # A policy statement has a key "Condition" too: that one holds an object, never a name.
    is_condition = name == "Condition" and isinstance(argument, str)
    return name if name == "Ref" or name.startswith("Fn::") or is_condition else None


def _holds_no_intrinsic(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_holds_no_intrinsic, value))
    if isinstance(value, dict):
        return _intrinsic(value) is None and all(map(_holds_no_intrinsic, value.values()))
    return True


def _text(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)):
        raise TemplateError(f"{where}: not a text: {value!r}")
    return str(value)
