"""Puts many items into the local table at once: 100,000 calls of its API would take minutes."""

from collections.abc import Iterable
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as Stored

from infra.local.aws.moto_speedups.queries import written
from infra.local.cloud import LocalCloud
from infra.local.cloudformation.stack_scope import ACCOUNT
from lazo.table.dynamodb.writes import Item, to_dynamo


def held(cloud: LocalCloud) -> Any:
    """The product's table as moto holds it."""
    return dynamodb_backends[ACCOUNT][cloud.region].tables[cloud.physical_id("Table")]


def put_directly(cloud: LocalCloud, items: Iterable[Item]) -> None:
    """Put new items straight into moto's table, past the API and the stream."""
    put_typed(cloud, map(to_dynamo, items))


def put_typed(cloud: LocalCloud, items: Iterable[dict[str, Any]]) -> None:
    """Put new items as `put_directly` does, given as DynamoDB types their values (`{"S": "..."}`)."""
    table = held(cloud)
    for typed in items:
        pk, sk = DynamoType(typed["pk"]), DynamoType(typed["sk"])
        table.items[pk][sk] = stored = Stored(pk, sk, typed)
        written(table, None, stored)


def in_the_indexes(item: Item) -> Item:
    """Return what the indexes `listing` and `store_listing` hold of an open item. It costs them the same as a whole
    one, as long as no page shows it."""
    names = (
        "pk",
        "sk",
        "list_pk",
        "list_at",
        "store_list_pk",
        "store_id",
        "stage",
        "owner",
        "themes",
        "priority",
    )
    return {name: item[name] for name in names if item.get(name) is not None}
