"""Calls of DynamoDB that go straight to moto's handler.

On the usual way botocore resolves an endpoint, signs, and sends a request that moto takes apart again: two thirds of
what a read costs here. Parameters are checked by botocore before this, and whatever is not a plain success goes
the usual way, errors and retries too.
"""

import base64
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.awsrequest import HeadersDict
from moto.core.exceptions import ServiceException
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.responses import DynamoHandler
from werkzeug.exceptions import HTTPException

from infra.local.cloudformation.stack_scope import ACCOUNT

OPERATIONS = {
    operation: camelcase_to_underscores(operation)
    for operation in (
        "BatchGetItem",
        "CreateTable",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "TransactWriteItems",
        "UpdateContinuousBackups",
        "UpdateItem",
        "UpdateTimeToLive",
    )
}

Answer = tuple[Any, dict[str, Any]]
"""What botocore takes for the answer to a call: the HTTP response, as far as it looks at it, and what was parsed."""


def ask(operation: Any, body: bytes, region: str) -> dict[str, Any] | None:
    """Ask moto, with a request as botocore has put it into JSON; None when it refuses, and has done nothing."""
    name = OPERATIONS.get(operation.name)
    if name is None or b'"B"' in body or b'"BS"' in body:
        return None
    handler = DynamoHandler()
    handler.region, handler.current_account = region, ACCOUNT
    handler.params = handler.body = json.loads(body)
    try:
        found = getattr(handler, name)().result
    except (HTTPException, ServiceException):
        return None
    known = operation.output_shape.members
    given = {field: value for field, value in (found or {}).items() if field in known and value is not None}
    # The caller must not hold what moto holds.
    copied: dict[str, Any] = json.loads(json.dumps(given, default=_marked), object_hook=_unmarked)
    return copied


def answer(parsed: dict[str, Any]) -> Answer:
    """Wrap what was asked for as a success."""
    metadata = {"RequestId": "local", "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
    http = SimpleNamespace(status_code=200, headers=HeadersDict(), raw=None)
    return http, {**parsed, "ResponseMetadata": metadata}


_BYTES, _TIME = "\0bytes", "\0time"


def _marked(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    return {_BYTES: base64.b64encode(value).decode()}


def _unmarked(value: dict[str, Any]) -> Any:
    if _TIME in value:
        return datetime.fromisoformat(value[_TIME]).replace(tzinfo=UTC)
    return base64.b64decode(value[_BYTES]) if _BYTES in value else value
