"""Read the whole table: for operators, never for a page."""

from collections.abc import Collection, Iterator
from typing import Any

from lazo.table.dynamodb.writes import Item, Key, from_dynamo, typed_key


def every_item(
    client: Any, table_name: str, attributes: Collection[str], after: Key | None = None
) -> Iterator[Item]:
    """Yield every item that has one of these attributes (consistent reads), by boto3's `dynamodb` client. The order is
    always the same; `after` goes on behind an item, whether it is still there or not."""
    names = {f"#a{n}": name for n, name in enumerate(attributes)}
    pages = client.get_paginator("scan").paginate(
        TableName=table_name,
        ConsistentRead=True,
        FilterExpression=" OR ".join(f"attribute_exists({name})" for name in names),
        ExpressionAttributeNames=names,
        **({"ExclusiveStartKey": typed_key(after)} if after else {}),
    )
    for page in pages:
        yield from map(from_dynamo, page["Items"])
