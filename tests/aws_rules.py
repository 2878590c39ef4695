"""Checks each request to AWS against rules that DynamoDB has and moto does not, and records which rights it needs.

`Watch.problems` lists the requests that DynamoDB would reject, `Watch.calls` every call with the function that made it.
Rules: "Expressions", "Reserved words", "TransactWriteItems" and "Service, account, and table quotas" (DynamoDB
Developer Guide and API reference).
"""

import marshal
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import botocore.handlers
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from infra.local.aws.calls import running_function
from infra.service_models import OPERATIONS

_RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())
_TOKEN = re.compile(r"[#:]?[A-Za-z_][\w]*")
_SYNTAX = {"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"}
_FUNCTIONS = {
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "if_not_exists",
    "list_append",
    "size",
}
_INDEX_KEYS = {"due_pk", "due_at", "customer_pk", "customer_at", "list_pk", "list_at", "store_list_pk"}
_EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_KEY_SIZES = dict.fromkeys(("pk", "due_pk", "customer_pk", "list_pk", "store_list_pk"), 2048) | dict.fromkeys(
    ("sk", "due_at", "customer_at", "list_at"), 1024
)
"""Bytes that a partition and a sort key may have at most."""
_ITEM_SIZE = 400 * 1024
_TIMES_AS_LARGE = 4
"""A value is at most so many times as large as `marshal` makes it long: it writes every text whole, and a number, which
counts as 21 bytes here, in six bytes at least."""
_PLAIN_KINDS = frozenset(("S", "N", "M", "L", "BOOL", "NULL", "B"))
"""Kinds of values that may be anything, but in a key."""
_KEY_CONDITION = re.compile(
    r"\b(\w+) (?:=|>=?|<=?|BETWEEN) (:\w+)(?: AND (:\w+))?|begins_with\((\w+), (:\w+)\)"
)


@dataclass(frozen=True)
class AwsCall:
    """One call: the function that made it, the IAM action that it needs, its parameters, and the request that it was;
    each write of a transaction is a call of the same `request`."""

    function: str | None
    action: str
    params: Mapping[str, Any] = field(hash=False, compare=False)
    request: int = field(default=0, hash=False, compare=False)


class Watch:
    """Records the calls of every client that is made after `install`, and the rules that they break."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.calls: list[AwsCall] = []
        self._requests = 0

    def install(self) -> None:
        botocore.handlers.BUILTIN_HANDLERS.append(("provide-client-params", self._check))

    def clear(self) -> None:
        self.problems.clear()
        self.calls.clear()

    def _check(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        service, operation = model.service_model.signing_name, model.name
        self._requests += 1
        if running_function.get() and operation not in OPERATIONS.get(
            model.service_model.service_name, {operation}
        ):
            self.problems.append(
                f"{service}:{operation} is not in the models that ship (infra/service_models.py)"
            )
        writes = params.get("TransactItems")
        if service != "dynamodb":
            self._record(service, operation, params)
        elif writes is None:
            self._record(service, operation, params)
            self.problems += (f"{operation}: {problem}" for problem in _problems(params))
        else:
            for write in writes:
                for kind, each in write.items():
                    self._record(
                        service, "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item", each
                    )
                    self.problems += (f"{kind} in a transaction: {problem}" for problem in _problems(each))
            self.problems += (f"transaction: {problem}" for problem in _transaction_problems(writes))

    def _record(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        self.calls.append(AwsCall(running_function.get(), f"{service}:{operation}", params, self._requests))


def _problems(request: Mapping[str, Any]) -> Iterator[str]:
    text = " ".join([request[name] for name in _EXPRESSIONS if name in request])
    names = request.get("ExpressionAttributeNames")
    values = request.get("ExpressionAttributeValues")
    if text or names is not None or values is not None:
        yield from _expression_problems(
            text, None if names is None else frozenset(names), None if values is None else frozenset(values)
        )
    for held in (values, request.get("Item")):
        for name, value in (held or {}).items():
            if name in _INDEX_KEYS or not _PLAIN_KINDS.issuperset(value):
                yield from _value_problems(name, value)
    if "KeyConditionExpression" in request:
        yield from _key_problems(_condition_values(request))
    for name in ("Item", "Key"):
        if name in request:
            yield from _key_problems(request[name])
    if "RequestItems" in request:
        for key in _batch_keys(request):
            yield from _key_problems(key)
    if "Item" in request:
        yield from _size_problems(request["Item"])
    if "UpdateExpression" in request:
        yield from _update_problems(request["UpdateExpression"], tuple((names or {}).items()))


@lru_cache(10_000)
def _expression_problems(
    text: str, names: frozenset[str] | None, values: frozenset[str] | None
) -> tuple[str, ...]:
    problems: list[str] = []
    tokens = _TOKEN.findall(text)
    for kind, defined, mark in (("names", names, "#"), ("values", values, ":")):
        used = {token for token in tokens if token[0] == mark}
        if defined is not None and not defined:
            problems.append(f"empty ExpressionAttribute{kind.capitalize()}")
        if used != (defined or set()):
            problems.append(f"{kind} used {sorted(used)} but defined {sorted(defined or ())} in {text!r}")
    problems += (
        f"reserved word {token!r} in {text!r}"
        for token in tokens
        if token[0] not in "#:" and token not in _SYNTAX | _FUNCTIONS and token.upper() in _RESERVED
    )
    return tuple(problems)


def _value_problems(name: str, value: Mapping[str, Any]) -> Iterator[str]:
    ((kind, content),) = value.items()
    if kind in ("SS", "NS", "BS") and not content:
        yield f"{name} is an empty set"
    if name in _INDEX_KEYS and (kind != "S" or not content):
        yield f"{name} is a key of an index and must be a text that is not empty, not {value}"


def _condition_values(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the longest values that a query compares each part of a key with."""
    values = request.get("ExpressionAttributeValues", {})
    found: dict[str, Any] = {}
    for name, first, last, beginning, start in _KEY_CONDITION.findall(
        request.get("KeyConditionExpression", "")
    ):
        compared = [values[each] for each in (first, last, start) if each in values]
        found[name or beginning] = max(compared, key=_size, default={"S": "-"})
    return found


def _batch_keys(request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in request.get("RequestItems", {}).values():
        yield from each.get("Keys", ()) if isinstance(each, Mapping) else ()


def _size_problems(item: Mapping[str, Any]) -> Iterator[str]:
    if len(marshal.dumps(item, 0)) * _TIMES_AS_LARGE <= _ITEM_SIZE:
        return
    if (size := sum(len(name.encode()) + _size(value) for name, value in item.items())) > _ITEM_SIZE:
        yield f"an item of {size} bytes"


def _key_problems(key: Mapping[str, Any]) -> Iterator[str]:
    for name in _KEY_SIZES.keys() & key.keys():
        size = _size(key[name])
        if size > _KEY_SIZES[name]:
            yield f"{name} of {size} bytes, {_KEY_SIZES[name]} at most"
        if not size and name in ("pk", "sk"):
            yield f"{name} is empty"


def _size(value: Mapping[str, Any]) -> int:
    """Return the bytes of a value ("DynamoDB item sizes and formats", Developer Guide); numbers as if they had all
    digits."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return 21
        case "L":
            return 3 + sum(1 + _size(each) for each in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in content.items())
        case "SS" | "NS" | "BS":
            return sum(_size({kind[0]: each}) for each in content)
    return 1


@lru_cache(10_000)
def _update_problems(expression: str, names: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    paths: Counter[str] = Counter()
    placeholders = dict(names)
    for clause in re.split(r"\b(?:SET|REMOVE|ADD|DELETE)\b", expression)[1:]:
        for action in re.split(r",(?![^(]*\))", clause):  # not at the comma of a function
            path = action.replace("=", " ").split()[0]
            paths[placeholders.get(path, path)] += 1
    overlapping = (f"two paths overlap: {path!r} in {expression!r}" for path, n in paths.items() if n > 1)
    of_the_key = (f"{key} is of the key and cannot be updated" for key in ("pk", "sk") if key in paths)
    return (*overlapping, *of_the_key)


def _transaction_problems(writes: list[Mapping[str, Any]]) -> Iterator[str]:
    keys = Counter(
        str([each.get("Key", each.get("Item", {})).get(name) for name in ("pk", "sk")])
        for write in writes
        for each in write.values()
    )
    yield from (f"two writes of one item: {key}" for key, n in keys.items() if n > 1)
    if not 1 <= len(writes) <= 100:
        yield f"{len(writes)} writes"
