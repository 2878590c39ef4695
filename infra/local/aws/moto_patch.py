"""What the local cloud mends in moto, each thing at one spot.

moto is a test double: it is right about single calls, but it copies the whole table for each transaction, sorts
the whole table for each query, measures and copies items over and over, looks each type of an attribute up under
several names, works the names of methods, the trees of expressions and the kinds of their nodes out anew for each
call and reads the machine's clock. `Patches` mends that while a local cloud runs and its `revert` puts the originals
back.

Every replaced function is known by the fingerprint of its source. When moto changes one of them, `MotoChanged` is
raised: read the new source, see that the mend still holds (tests/local/test_moto_patch.py), then record
the fingerprint that the error names.
"""

import functools
import hashlib
import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Any

import moto.core.responses
import moto.core.utils
import moto.dynamodb.models.table as dynamodb_table
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.parsing import ast_nodes, expressions
from moto.dynamodb.parsing.validators import Validator
from moto.sns.models import Subscription

from infra.local.aws import moto_items, moto_transactions

FINGERPRINTS = {
    "BaseJSONSerializer._serialize_type_structure": "36873909cd0aeb4d",
    "BotocoreStubber.__call__": "6cbb7bf98afec5c8",
    "DynamoType.__deepcopy__": "9b2947b28c815792",
    "DynamoType.cast_value": "135da387dfcc7c1c",
    "DynamoType.size": "f7c111fca25b4c5e",
    "DynamoType.to_regular_json": "a9fe48d6f3f9aa7e",
    "DynamoDBBackend.transact_write_items": "81db2cb7d94e39c9",
    "DynamoDBBackend.update_item": "218984588dd689a5",
    "DepthFirstTraverser.nodes_to_be_processed": "1c2c84c8097e3517",
    "DepthFirstTraverser.traverse_node_recursively": "d7f01d9b45cf9f64",
    "Item.__deepcopy__": "7621d16ad7ce49d9",
    "Item.__init__": "d9c12b62cb921831",
    "Item.size": "9bc6ada96d33365c",
    "LimitedSizeDict.__setitem__": "d979580fdbe14f79",
    "StreamShard.add": "357dc6da267e5dd7",
    "Subscription.publish": "fd07bd0bb87fbe2a",
    "Table.all_items": "c80d2ee3c896acd0",
    "Table.query": "002b4d00be6df07c",
    "UpdateExpressionParser.make": "2c00ed96d6e191f2",
    "Validator.__init__": "9489b532dd0fb359",
    "camelcase_to_underscores": "084cdc5bab92db95",
    "method_names_from_class": "9dbac89d082b655f",
    "unix_time": "f0576ec9e5f586e5",
    "utcnow": "7b8bb404c4f6dc02",
}

_UpdateParser: Any = vars(expressions)["UpdateExpressionParser"]
_Walker: Any = vars(ast_nodes)["DepthFirstTraverser"]
_Node: Any = vars(ast_nodes)["Node"]


class MotoChanged(RuntimeError):
    """moto's source is not the one that the mends were written for."""


class Patches:
    """The mends in force. `now` gives moto its clock; `deliver` wraps the topic's hand-over to a subscription."""

    def __init__(
        self,
        now: Callable[[], datetime],
        call: Callable[..., Any],
        deliver: Callable[..., None],
    ) -> None:
        self._undo: list[tuple[Any, str, Any]] = []
        check_fingerprints()
        self._replace(BotocoreStubber, "__call__", _bound(BotocoreStubber.__call__, call))
        self._replace(Subscription, "publish", _bound(Subscription.publish, deliver))
        self._replace(DynamoDBBackend, "transact_write_items", moto_transactions.carry_out)
        self._replace(DynamoDBBackend, "update_item", _one_record_per_upsert)
        self._replace(StreamShard, "add", _add_changes_only)
        self._replace(Table, "query", _narrow_query)
        self._replace(DynamoType, "cast_value", property(moto_items.cast_value))
        self._replace(DynamoType, "size", moto_items.size)
        self._replace(DynamoType, "to_regular_json", moto_items.to_regular_json)
        # The tree is copied before anything is done to it, so it is the same for the same text.
        self._replace(_UpdateParser, "make", _update_tree)
        self._replace(Item, "__init__", moto_items.fill)
        self._replace(Item, "size", moto_items.item_size)
        self._replace(DynamoType, "__deepcopy__", moto_items.copied_value)
        self._replace(Item, "__deepcopy__", moto_items.copied_item)
        self._replace(BaseJSONSerializer, "_serialize_type_structure", _attribute_values_as_they_are)
        self._replace(_Walker, "traverse_node_recursively", _traverse)
        self._replace(moto.core.responses, "camelcase_to_underscores", _underscores)
        self._replace(moto.core.responses, "method_names_from_class", _method_names)

        def utcnow() -> datetime:
            return now().replace(tzinfo=None)

        # unix_time() and unix_time_millis() look utcnow up in their module, so SQS follows with this one name.
        self._replace(moto.core.utils, "utcnow", utcnow)
        self._replace(dynamodb_table, "utcnow", utcnow)

    def _replace(self, owner: Any, name: str, replacement: Any) -> None:
        self._undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, replacement)

    def revert(self) -> None:
        while self._undo:
            owner, name, original = self._undo.pop()
            setattr(owner, name, original)


def _originals() -> dict[str, Callable[..., Any]]:
    return {
        "BaseJSONSerializer._serialize_type_structure": BaseJSONSerializer._serialize_type_structure,
        "BotocoreStubber.__call__": BotocoreStubber.__call__,
        "DynamoDBBackend.transact_write_items": DynamoDBBackend.transact_write_items,
        "DynamoDBBackend.update_item": DynamoDBBackend.update_item,
        "DepthFirstTraverser.nodes_to_be_processed": _Walker.nodes_to_be_processed,
        "DepthFirstTraverser.traverse_node_recursively": _Walker.traverse_node_recursively,
        "DynamoType.__deepcopy__": vars(DynamoType)["__deepcopy__"],
        "DynamoType.cast_value": vars(DynamoType)["cast_value"].fget,
        "DynamoType.size": DynamoType.size,
        "DynamoType.to_regular_json": DynamoType.to_regular_json,
        "Item.__deepcopy__": vars(Item)["__deepcopy__"],
        "Item.__init__": Item.__init__,
        "Item.size": Item.size,
        "LimitedSizeDict.__setitem__": LimitedSizeDict.__setitem__,
        "StreamShard.add": StreamShard.add,
        "Subscription.publish": Subscription.publish,
        "Table.all_items": Table.all_items,
        "Table.query": Table.query,
        "UpdateExpressionParser.make": vars(_UpdateParser)["make"].__func__,
        "Validator.__init__": Validator.__init__,
        "camelcase_to_underscores": moto.core.utils.camelcase_to_underscores,
        "method_names_from_class": moto.core.utils.method_names_from_class,
        "unix_time": moto.core.utils.unix_time,
        "utcnow": moto.core.utils.utcnow,
    }


@functools.cache
def fingerprint(function: Callable[..., Any]) -> str:
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


def check_fingerprints() -> None:
    """Raises MotoChanged when a function of moto that is replaced here is not the known one."""
    found = {name: fingerprint(function) for name, function in _originals().items()}
    changed = {name: value for name, value in found.items() if value != FINGERPRINTS[name]}
    if changed:
        raise MotoChanged(
            "moto has changed where the local cloud mends it; read infra/local/moto_patch.py, "
            f"then record these fingerprints: {changed}"
        )


def _bound(original: Callable[..., Any], wrapper: Callable[..., Any]) -> Callable[..., Any]:
    def replacement(self: Any, *args: Any, **kwargs: Any) -> Any:
        return wrapper(original, self, *args, **kwargs)

    return replacement


_update_item = DynamoDBBackend.update_item
_stream_add = StreamShard.add
_query = Table.query
_serialize_structure = BaseJSONSerializer._serialize_type_structure
_update_tree = functools.lru_cache(1000)(_UpdateParser.make)
_underscores = functools.cache(moto.core.utils.camelcase_to_underscores)
_method_names = functools.cache(moto.core.utils.method_names_from_class)


def _one_record_per_upsert(backend: DynamoDBBackend, table_name: str, *args: Any, **kwargs: Any) -> Any:
    """An UpdateItem that creates its item is one INSERT in the stream; moto writes two (keys only, then all)."""
    shard = backend.get_table(table_name).stream_shard
    before = len(shard.items) if shard else 0
    item = _update_item(backend, table_name, *args, **kwargs)
    if shard and len(shard.items) == before + 2:
        record = shard.items.pop()
        record.record["dynamodb"]["SequenceNumber"] = shard.items[before].record["dynamodb"]["SequenceNumber"]
        shard.items[before] = record
    return item


def _add_changes_only(shard: StreamShard, old: Any, new: Any) -> None:
    """A write that changes nothing writes no stream record (DynamoDB Developer Guide, "Change data capture")."""
    moto_items.written(shard.table, old, new)
    if old is not None and new is not None and old.to_json() == new.to_json():
        return
    _stream_add(shard, old, new)


def _narrow_query(table: Any, hash_key: Any, *args: Any, **kwargs: Any) -> Any:
    """Let moto sort and filter the items of the asked partition only; it would sort the whole table.

    moto's query takes its candidates from `self.all_items()` and then drops those of other partitions.
    """
    conditions = kwargs.get("hash_key_conditions") or []
    index_name = kwargs.get("index_name", args[6] if len(args) > 6 else None)
    if index_name:
        candidates = _standing_in(table, index_name, conditions)
    elif table.range_key_attr is None:
        candidates = [table.items[hash_key]] if hash_key in table.items else []
    else:
        candidates = list(table.items.get(hash_key, {}).values())
    table.all_items = lambda: candidates
    try:
        return _query(table, hash_key, *args, **kwargs)
    finally:
        del table.all_items


def _standing_in(table: Any, index_name: str, conditions: list[tuple[str, Any]]) -> list[Any]:
    known = moto_items.entries(table)
    if known is None or not conditions or index_name not in {index.name for index in table.all_indexes()}:
        return list(moto_items.all_items(table))
    name, value = conditions[0]
    return known.having(name, value.cast_value)


def _attribute_values_as_they_are(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """An attribute's value is JSON already; moto looks each of its ten types up under several names (3 ms an item).

    What is left to moto: binary values, which it encodes.
    """
    plain = _plain_attribute_value(value) if key and shape.name == "AttributeValue" else None
    if plain is None:
        _serialize_structure(serializer, serialized, value, shape, key)
    else:
        serializer._default_serialize(serialized, plain, shape, key)


def _plain_attribute_value(value: Any) -> dict[str, Any] | None:
    if type(value) is not dict or len(value) != 1:
        return None
    ((kind, content),) = value.items()
    if kind in ("S", "N"):
        return value if type(content) is str else None
    if kind in ("BOOL", "NULL"):
        return value if type(content) is bool else None
    if kind in ("SS", "NS"):
        return {kind: list(content)} if all(type(each) is str for each in content) else None
    if kind == "L":
        members = [_plain_attribute_value(each) for each in content]
        return None if None in members else {kind: members}
    if kind == "M":
        entries = {name: _plain_attribute_value(each) for name, each in content.items()}
        return None if None in entries.values() else {kind: entries}
    return None


def _traverse(traverser: Any, node: Any, child_id: int = -1) -> Any:
    """moto's own walk through an expression; which kinds of nodes a walker works on is found out once for each kind,
    not at every node."""
    if not isinstance(node, _Node):
        return node
    parent = node.parent
    for index, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, index)
        traverser.traverse_node_recursively(child, index)
    works_on = _WORKS_ON.get((type(traverser), type(node)))
    if works_on is None:
        works_on = isinstance(node, traverser.nodes_to_be_processed())
        _WORKS_ON[type(traverser), type(node)] = works_on
    if works_on:
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


_WORKS_ON: dict[tuple[type, type], bool] = {}
