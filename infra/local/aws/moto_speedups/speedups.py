"""What of moto is made faster, each thing under a name. moto stays right without any of them.

tests/local/aws/test_moto_speedups.py holds that each gives what moto gives.
"""

import functools
from collections.abc import Callable
from typing import Any

import moto.core.models
import moto.core.responses
import moto.sqs.models
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.parsing import ast_nodes, validators
from moto.dynamodb.parsing import expressions as moto_expressions

from infra.local.aws.moto_speedups import expressions, items, queries, replies, transactions
from infra.local.aws.patches import Patches

_Parser: Any = vars(moto_expressions)["UpdateExpressionParser"]
_Traverser: Any = vars(ast_nodes)["DepthFirstTraverser"]

_parse = functools.lru_cache(1000)(_Parser.make)
_underscores = functools.cache(moto.core.utils.camelcase_to_underscores)
_method_names = functools.cache(moto.core.utils.method_names_from_class)


def install(patches: Patches) -> None:
    """Puts all of them in force."""
    for speedup in SPEEDUPS.values():
        speedup(patches)


def _transactions(patches: Patches) -> None:
    patches.wrap(DynamoDBBackend, "transact_write_items", transactions.transact)


def _queries(patches: Patches) -> None:
    patches.wrap(Table, "query", queries.query_partition)
    patches.wrap(StreamShard, "add", queries.note_write)


def _sizes(patches: Patches) -> None:
    patches.replace(DynamoType, "size", items.size)
    patches.replace(Item, "size", items.item_size)
    patches.replace(Item, "__init__", items.fill)


def _casts(patches: Patches) -> None:
    patches.replace(DynamoType, "cast_value", property(items.cast_value))


def _json(patches: Patches) -> None:
    patches.replace(DynamoType, "to_regular_json", items.to_regular_json)


def _copies(patches: Patches) -> None:
    patches.replace(DynamoType, "__deepcopy__", items.copied_value)
    patches.replace(Item, "__deepcopy__", items.copied_item)


def _parsed_updates(patches: Patches) -> None:
    # moto copies the tree before it works on it, so it stays the same for the same text.
    patches.replace(_Parser, "make", _parse)


def _copied_updates(patches: Patches) -> None:
    patches.replace(validators, "deepcopy", expressions.copied_tree)


def _traversals(patches: Patches) -> None:
    patches.replace(_Traverser, "traverse_node_recursively", expressions.traverse)


def _attribute_values(patches: Patches) -> None:
    patches.wrap(BaseJSONSerializer, "_serialize_type_structure", replies.serialize_value)


def _names(patches: Patches) -> None:
    patches.replace(moto.core.responses, "camelcase_to_underscores", _underscores)
    patches.replace(moto.core.responses, "method_names_from_class", _method_names)
    patches.replace(moto.sqs.models, "camelcase_to_underscores", _underscores)


def _requests_library(patches: Patches) -> None:
    # moto readies 1,300 answers to the library requests at each start; nothing here uses it.
    patches.replace(moto.core.models, "RESPONSES_METHODS", [])


SPEEDUPS: dict[str, Callable[[Patches], None]] = {
    "transactions": _transactions,
    "queries": _queries,
    "sizes": _sizes,
    "casts": _casts,
    "json": _json,
    "copies": _copies,
    "parsed_updates": _parsed_updates,
    "copied_updates": _copied_updates,
    "traversals": _traversals,
    "attribute_values": _attribute_values,
    "names": _names,
    "requests_library": _requests_library,
}
