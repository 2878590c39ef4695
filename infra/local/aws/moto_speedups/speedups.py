"""What of moto is made faster, each thing under a name. moto stays right without any of them.

tests/local/aws/test_moto_speedups.py holds that each gives what moto gives. `2.29 / 12.39` beside one of them is how
many times as many function calls a test of a function, and a long run, take without it (benchmarks/moto_speedups.py).
Of direct_calls.py, which most calls take, it is 4.92 / 4.52. What gained less than a twentieth was taken out.
"""

import functools
from collections.abc import Callable
from typing import Any

import moto.core.models
import moto.core.responses
import moto.sqs.models
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.parsing import ast_nodes, validators
from moto.dynamodb.parsing import expressions as moto_expressions

from infra.local.aws.moto_speedups import expressions, items, queries, transactions
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
    """2.29 / 12.39: moto copies the whole table before each transaction."""
    patches.wrap(DynamoDBBackend, "transact_write_items", transactions.transact)


def _queries(patches: Patches) -> None:
    """3.33 / 4.49: moto sorts the whole table for each query."""
    patches.wrap(Table, "query", queries.query_partition)
    patches.wrap(StreamShard, "add", queries.note_write)


def _sizes(patches: Patches) -> None:
    """1.11 / 1.11: moto measures an item anew for each of its attributes."""
    patches.replace(DynamoType, "size", items.size)
    patches.replace(Item, "size", items.item_size)
    patches.replace(Item, "__init__", items.fill)


def _parsed_updates(patches: Patches) -> None:
    """1.08 / 1.09: moto parses the text of each update. It works on a copy, so the tree stays the same for a text."""
    patches.replace(_Parser, "make", _parse)


def _parsed_conditions(patches: Patches) -> None:
    """1.12 / 1.15: moto parses the text of each condition."""
    patches.wrap(ConditionExpressionParser, "parse", expressions.parse_condition)


def _copied_updates(patches: Patches) -> None:
    """1.06 / 1.06: moto copies the tree of an update expression by copy.deepcopy."""
    patches.replace(validators, "deepcopy", expressions.copied_tree)


def _traversals(patches: Patches) -> None:
    """1.06 / 1.07: moto works out at each node of an expression whether it has work there."""
    patches.replace(_Traverser, "traverse_node_recursively", expressions.traverse)


def _names(patches: Patches) -> None:
    """1.08 / 1.08: moto makes names of methods and attributes anew for each call."""
    patches.replace(moto.core.responses, "camelcase_to_underscores", _underscores)
    patches.replace(moto.core.responses, "method_names_from_class", _method_names)
    patches.replace(moto.sqs.models, "camelcase_to_underscores", _underscores)


def _requests_library(patches: Patches) -> None:
    """An eighth of a start: moto readies 1,300 answers to the library requests; nothing here uses it."""
    patches.replace(moto.core.models, "RESPONSES_METHODS", [])


SPEEDUPS: dict[str, Callable[[Patches], None]] = {
    "transactions": _transactions,
    "queries": _queries,
    "sizes": _sizes,
    "parsed_updates": _parsed_updates,
    "parsed_conditions": _parsed_conditions,
    "copied_updates": _copied_updates,
    "traversals": _traversals,
    "names": _names,
    "requests_library": _requests_library,
}
