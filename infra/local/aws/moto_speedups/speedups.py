"""What of moto is made faster, each thing under a name. moto stays right without any of them.

tests/local/aws/test_moto_speedups.py holds that each gives what moto gives. `10.22 / 107.15` beside one of them is how
many times as many function calls a test of a function, and a long run, take without it (benchmarks/moto_speedups.py).
Of direct_calls.py, which most calls take, it is 9.45 / 8.38. What gained less than a twentieth was taken out.
"""

import functools
from collections.abc import Callable
from typing import Any

import moto.core.models
import moto.core.responses
import moto.dynamodb.models
import moto.dynamodb.models.table
import moto.dynamodb.responses
import moto.sqs.models
from moto.core.base_backend import AccountSpecificBackend
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.parsing import ast_nodes
from moto.dynamodb.parsing import expressions as moto_expressions
from moto.sqs.models import Queue, SQSBackend

from infra.local.aws.moto_speedups import (
    conditions,
    items,
    messages,
    queries,
    results,
    transactions,
    updates,
    values,
)
from infra.local.aws.patches import Patches

_Parser: Any = vars(moto_expressions)["UpdateExpressionParser"]

_underscores = functools.cache(moto.core.utils.camelcase_to_underscores)
_method_names = functools.cache(moto.core.utils.method_names_from_class)


_regions_by_service: dict[str, list[str]] = {}


def _regions_of(ask: Callable[..., list[str]], backend: Any, service: str) -> list[str]:
    """Stands in for `AccountSpecificBackend._generate_regions`, which forgets what it knows with each backend."""
    if service not in _regions_by_service:
        _regions_by_service[service] = ask(backend, service)
    return _regions_by_service[service]


def install(patches: Patches) -> None:
    """Puts all of them in force."""
    for speedup in SPEEDUPS.values():
        speedup(patches)


def _transactions(patches: Patches) -> None:
    """10.22 / 107.15: moto copies the whole table before each transaction."""
    patches.wrap(DynamoDBBackend, "transact_write_items", transactions.transact)


def _queries(patches: Patches) -> None:
    """3.95 / 4.42: moto sorts the whole table for each query."""
    patches.wrap(Table, "query", queries.query_partition)
    patches.wrap(StreamShard, "add", queries.note_write)


def _sizes(patches: Patches) -> None:
    """1.53 / 1.60: moto measures an item anew for each of its attributes, and for each query that finds it."""
    patches.replace(DynamoType, "size", items.size)
    patches.replace(Item, "size", items.item_size)
    patches.replace(Item, "__init__", items.fill)
    patches.wrap(Item, "update_with_attribute_updates", items.update_by_attributes)


def _updates(patches: Patches) -> None:
    """3.48 / 3.51: moto parses the text of each update, and walks through the tree ten times."""
    patches.wrap(_Parser, "make", updates.parse)
    patches.wrap(vars(ast_nodes)["Node"], "find_clauses", updates.clauses)
    patches.wrap(moto.dynamodb.models, "UpdateExpressionValidator", updates.validator)
    patches.wrap(moto.dynamodb.models, "UpdateExpressionExecutor", updates.executor)


def _conditions(patches: Patches) -> None:
    """1.34 / 1.44: moto parses the text of each condition, and letter by letter that of a key."""
    patches.wrap(ConditionExpressionParser, "parse", conditions.parse_condition)
    patches.wrap(moto.dynamodb.responses, "parse_expression", conditions.parse_key_condition)


def _results(patches: Patches) -> None:
    """1.23 / 1.30: moto copies each value of an item that is read or written."""
    patches.wrap(DynamoType, "__deepcopy__", results.copy_value)
    patches.replace(Item, "__deepcopy__", results.copy_item)
    patches.wrap(moto.dynamodb.responses, "dynamo_to_dict", results.plain)
    patches.wrap(Item, "project", results.project)
    patches.replace(moto.dynamodb.models.table, "copy", results.COPY_MODULE)


def _values(patches: Patches) -> None:
    """1.06 / 1.08: moto asks each value what it is before it makes, hashes, compares or sorts it."""
    patches.replace(DynamoType, "__init__", values.make)
    patches.replace(DynamoType, "cast_value", property(values.python_value))
    patches.replace(DynamoType, "__hash__", values.hash_of)
    patches.replace(DynamoType, "__eq__", values.are_equal)


def _names(patches: Patches) -> None:
    """1.15 / 1.15: moto makes names of methods and attributes anew for each call."""
    patches.replace(moto.core.responses, "camelcase_to_underscores", _underscores)
    patches.replace(moto.core.responses, "method_names_from_class", _method_names)
    patches.replace(moto.sqs.models, "camelcase_to_underscores", _underscores)


def _requests_library(patches: Patches) -> None:
    """An eighth of a start: moto readies 1,300 answers to the library requests; nothing here uses it."""
    patches.replace(moto.core.models, "RESPONSES_METHODS", [])


def _regions(patches: Patches) -> None:
    """A fourteenth of a start: moto asks botocore anew for the regions of each service."""
    patches.wrap(AccountSpecificBackend, "_generate_regions", _regions_of)


def _messages(patches: Patches) -> None:
    """3.5 % of the samples of a profile of 171 tests: moto counts a queue's messages for each that is put into it."""
    make: Any = vars(Queue)["attributes"].fget
    patches.wrap(SQSBackend, "send_message", messages.send)
    patches.replace(Queue, "attributes", property(functools.partial(messages.attributes, make)))


def _stream_sizes(patches: Patches) -> None:
    """1.4 % of the samples of a profile of all tests: moto makes JSON of each change only to measure it. The record is
    measured when it is delivered (stream_source.py)."""
    patches.replace(moto.dynamodb.models.table, "dynamo_json_dump", lambda _change: "")


SPEEDUPS: dict[str, Callable[[Patches], None]] = {
    "transactions": _transactions,
    "queries": _queries,
    "sizes": _sizes,
    "updates": _updates,
    "conditions": _conditions,
    "results": _results,
    "values": _values,
    "names": _names,
    "requests_library": _requests_library,
    "regions": _regions,
    "messages": _messages,
    "stream_sizes": _stream_sizes,
}
