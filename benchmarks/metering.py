"""Counts the AWS calls that the functions make on a local cloud, and what they cost in DynamoDB's units."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from benchmarks import capacity
from infra.local.aws.calls import running_function
from infra.local.cloud import LocalCloud
from lazo.runtime import settings

KEYS = ("pk", "sk")


@dataclass
class Call:
    """One call. `scanned` counts the items that it read, also those that a filter left out, and `read` their units.
    `written` holds write units by place: `table`, or the name of an index."""

    function: str
    service: str
    operation: str
    scanned: int = 0
    read: float = 0
    written: dict[str, int] = field(default_factory=dict)


class Meter:
    """Stands between the functions' clients and the cloud. `calls` are those since the last `restart`, in order."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.calls: list[Call] = []
        # A session of its own: what the meter reads must not be counted.
        self._client = boto3.Session(region_name=cloud.region).client("dynamodb")
        self._table = cloud.physical_id("Table")
        self._indexes = capacity.indexes(self._client.describe_table(TableName=self._table)["Table"])

    @classmethod
    @contextmanager
    def on(cls, cloud: LocalCloud) -> Iterator["Meter"]:
        """A meter on the functions of a cloud; to be entered before they are loaded, for they make their clients
        from boto3's default session then."""
        meter = cls(cloud)
        session: Any = boto3.DEFAULT_SESSION  # the cloud's
        events = session.events
        hooks = {"provide-client-params": meter._before, "after-call": meter._after}
        settings.client.cache_clear()  # clients take over the session's hooks when they are made
        for name, hook in hooks.items():
            events.register(name, hook)
        try:
            yield meter
        finally:
            for name, hook in hooks.items():
                events.unregister(name, hook)
            settings.client.cache_clear()

    def restart(self) -> None:
        """Count from here."""
        self.calls = []

    def _before(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        if running_function.get() is None:
            return
        context["meter_params"] = params
        context["meter_before"] = {key: self._item(key) for key in _written_keys(params)}

    def _after(self, parsed: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        function = running_function.get()
        if function is None:
            return  # the local cloud's own call
        call = Call(function, model.service_model.service_name, model.name)
        self.calls.append(call)
        if call.service != "dynamodb":
            return
        params, before = context["meter_params"], context["meter_before"]
        if before:
            transaction = "TransactItems" in params
            for key, old in before.items():
                self._add_write(call, old, self._item(key), transaction=transaction)
        else:
            self._add_read(call, params, parsed)

    def _add_read(self, call: Call, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        """Count what was read, not what was returned: DynamoDB charges before it filters and projects."""
        if call.operation == "BatchGetItem":
            for name, asked in params["RequestItems"].items():
                sizes = [capacity.size(item) for item in parsed["Responses"].get(name, ())]
                sizes += [0] * (len(asked["Keys"]) - len(sizes))
                consistent = asked.get("ConsistentRead", False)
                call.scanned += len(sizes)
                call.read += sum(capacity.read_units(size, consistent=consistent) for size in sizes)
            return
        if call.operation == "Query":
            found = self._client.query(**_unfiltered(params))["Items"]
        else:
            found = [parsed["Item"]] if "Item" in parsed else []
        call.scanned = len(found)
        call.read = capacity.read_units(
            sum(map(capacity.size, found)), consistent=params.get("ConsistentRead", False)
        )

    def _add_write(
        self, call: Call, old: capacity.Item | None, new: capacity.Item | None, *, transaction: bool
    ) -> None:
        places = {"table": capacity.table_write_units(old, new, transaction=transaction)}
        places |= {index.name: index.write_units(old, new) for index in self._indexes}
        for place, units in places.items():
            call.written[place] = call.written.get(place, 0) + units

    def _item(self, key: tuple[str, str]) -> capacity.Item | None:
        found: capacity.Item | None = self._client.get_item(
            TableName=self._table, Key={name: {"S": value} for name, value in zip(KEYS, key, strict=True)}
        ).get("Item")
        return found


def _unfiltered(query: Mapping[str, Any]) -> dict[str, Any]:
    """The query of the same items, without what it leaves out of its answer."""
    used = set(re.findall(r"[:#]\w+", query["KeyConditionExpression"]))
    kept = {
        name: value
        for name, value in query.items()
        if name not in ("FilterExpression", "ProjectionExpression", "Select")
    }
    for name in ("ExpressionAttributeValues", "ExpressionAttributeNames"):
        if left := {each: value for each, value in kept.pop(name, {}).items() if each in used}:
            kept[name] = left
    return kept


def _written_keys(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    writes = [write for each in params.get("TransactItems", [params]) for write in _inner(each)]
    named = [write["Item" if "Item" in write else "Key"] for write in writes]
    return [(key["pk"]["S"], key["sk"]["S"]) for key in named]


def _inner(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "Item" in request or "UpdateExpression" in request:
        return [request]
    return [write for kind, write in request.items() if kind in ("Put", "Update", "Delete", "ConditionCheck")]
