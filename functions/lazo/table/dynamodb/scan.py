"""Read the whole table: for operators, never for a page."""

from collections.abc import Iterator
from typing import Any

from lazo.table.dynamodb.writes import Item, from_dynamo


def every_item(client: Any, table_name: str, attribute: str) -> Iterator[Item]:
    """Yield every item that has an attribute (consistent reads), by boto3's `dynamodb` client."""
    pages = client.get_paginator("scan").paginate(
        TableName=table_name,
        ConsistentRead=True,
        FilterExpression="attribute_exists(#a)",
        ExpressionAttributeNames={"#a": attribute},
    )
    for page in pages:
        yield from map(from_dynamo, page["Items"])
