"""A moto table with an index and a stream."""

from typing import Any

import boto3
from moto.dynamodb.models import dynamodb_backends

from infra.local.cloudformation.stack_scope import ACCOUNT

REGION = "us-east-1"
SESSION = boto3.Session("local", "local", region_name=REGION)


def create_table() -> Any:
    """Create table T with the index `due` and return a DynamoDB client. moto must be active."""
    client = SESSION.client("dynamodb")
    client.create_table(
        TableName="T",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in (("pk", "S"), ("sk", "S"), ("shelf", "S"), ("place", "N"))
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": [
                    {"AttributeName": "shelf", "KeyType": "HASH"},
                    {"AttributeName": "place", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return client


def held_table() -> Any:
    """Return what moto holds of the table."""
    return dynamodb_backends[ACCOUNT][REGION].tables["T"]


def stream() -> list[dict[str, Any]]:
    """Return the records of the table's stream."""
    shard = held_table().stream_shard
    assert shard is not None
    return [record.record for record in shard.items]


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
