"""Where moto does otherwise than AWS, and what the local cloud does about it.

tests/local/aws/test_moto_corrections.py holds each against moto as it comes: once moto does as AWS does, the test fails
and says which function to remove. One more correction stands elsewhere: topic_deliveries.py.
"""

import functools
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import StreamShard
from moto.dynamodb.responses import DynamoHandler

from infra.local.aws.patches import Patches


def install(patches: Patches) -> None:
    """Puts the corrections in force."""
    patches.wrap(DynamoDBBackend, "update_item", record_upsert_once)
    patches.wrap(StreamShard, "add", record_changes_only)
    patches.wrap(DynamoHandler, "transact_write_items", functools.partial(transact_once, set()))


def record_upsert_once(
    update_item: Callable[..., Any], backend: DynamoDBBackend, table_name: str, *args: Any, **kwargs: Any
) -> Any:
    """Write one INSERT to the stream when UpdateItem creates its item.

    AWS: a write of an item is one record in the stream, with the item as it is after the write ("Change data capture
    for DynamoDB Streams", Developer Guide). moto writes an INSERT of the keys alone, then one of the whole item.
    """
    shard = backend.get_table(table_name).stream_shard
    before = len(shard.items) if shard else 0
    item = update_item(backend, table_name, *args, **kwargs)
    if shard and len(shard.items) == before + 2:
        record = shard.items.pop()
        record.record["dynamodb"]["SequenceNumber"] = shard.items[before].record["dynamodb"]["SequenceNumber"]
        shard.items[before] = record
    return item


def record_changes_only(add: Callable[..., None], shard: StreamShard, old: Any, new: Any) -> None:
    """Write nothing to the stream for a write that changes nothing.

    AWS: "If you perform a PutItem or UpdateItem operation that does not change any data in an item, DynamoDB Streams
    does not write a stream record for that operation" (same page). moto writes a MODIFY.
    """
    if old is None or new is None or not _are_written_alike(old.attrs, new.attrs):
        add(shard, old, new)


def _are_written_alike(one: Any, other: Any) -> bool:
    """Compare what two items, or values of one kind, would be as JSON."""
    if one is other:
        return True
    if isinstance(one, DynamoType):
        return one.type == other.type and _are_written_alike(one.value, other.value)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_are_written_alike(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_are_written_alike, one, other))
    return bool(one == other)


def transact_once(carried_out: set[str], transact: Callable[..., Any], handler: DynamoHandler) -> Any:
    """Carry a transaction out once for each of its tokens; `carried_out` holds the tokens so far.

    AWS: repeated calls with the same ClientRequestToken have the effect of one single call (TransactWriteItems, API
    Reference). botocore gives each transaction a token and keeps it when it tries again; moto does not look at it.
    """
    token = handler.body.get("ClientRequestToken")
    if token in carried_out:
        return ActionResult({})
    result = transact(handler)
    if token is not None:
        carried_out.add(token)
    return result
