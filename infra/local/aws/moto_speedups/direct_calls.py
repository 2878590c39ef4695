"""Calls that go straight to moto's handler.

On the usual way botocore resolves an endpoint, signs, and sends a request that moto takes apart again: two thirds of
what a read costs here, nine tenths of a message. Parameters are checked by botocore before this. What moto refuses goes
the usual way, errors and retries too; the refusals that the product lives with are given as they are.
"""

import base64
import copy
import functools
import json
import marshal
from typing import Any

from botocore.parsers import create_parser
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.responses import DynamoHandler, DynamoResult
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.sesv2.responses import SESV2Response
from moto.sns.responses import SNSResponse
from moto.sqs.responses import SQSResponse
from werkzeug.exceptions import HTTPException

from infra.local.cloudformation.stack_scope import ACCOUNT

HANDLERS: dict[str, type[BaseResponse]] = {
    "cloudwatch": CloudWatchResponse,
    "dynamodb": DynamoHandler,
    "secrets-manager": SecretsManagerResponse,
    "sesv2": SESV2Response,
    "sns": SNSResponse,
    "sqs": SQSResponse,
}
"""By service, as botocore hyphenates it."""

METHODS = {
    operation: camelcase_to_underscores(operation)
    for operation in (
        *(
            "BatchGetItem",
            "BatchWriteItem",
            "CreateTable",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
        ),
        *("TransactWriteItems", "UpdateContinuousBackups", "UpdateItem", "UpdateTimeToLive"),
        "GetSecretValue",
        "PutMetricAlarm",
        "SendEmail",
        "Publish",
        *("ChangeMessageVisibility", "DeleteMessage", "DeleteMessageBatch", "ReceiveMessage", "SendMessage"),
    )
}

_REQUEST_ID = "local-" + "0" * 46
_TAKES_TEXT = {"secrets-manager", "sesv2"}
_BLOBS = (b"\x01B", b"\x02BS")
"""How the type of binary values looks in marshal's form."""

REFUSALS = ("ConditionalCheckFailedException", "ResourceNotFoundException", "TransactionCanceledException")
"""Errors that botocore does not try again."""


def ask(service: str, operation: Any, params: dict[str, Any], region: str) -> dict[str, Any] | None:
    """Ask moto, with parameters as a client takes them. Return what a client gives, an error's response too; None when
    moto refuses otherwise, and has done nothing."""
    method = METHODS.get(operation.name)
    if method is None:
        return None
    asked = marshal.dumps(params)
    if service == "dynamodb" and any(mark in asked for mark in _BLOBS):
        return None
    handler: Any = HANDLERS[service]()
    handler.region, handler.current_account = region, ACCOUNT
    handler.params, handler.querystring, handler.uri_match = marshal.loads(asked), {}, {}  # nosec B302
    handler.body = json.dumps(params, default=_base64) if service in _TAKES_TEXT else handler.params
    try:
        found = getattr(handler, method)()
    except JsonRESTError as error:
        return _refused(operation, error) if error.error_type.endswith(REFUSALS) else None
    except (HTTPException, ServiceException):
        return None
    if not isinstance(found, ActionResult):
        return _parsed(operation, operation.output_shape, 200, found)
    members = operation.output_shape.members if operation.output_shape else {}
    result: Any = found.result or {}
    given = {name: value for name, value in result.items() if name in members and value is not None}
    copied = given if isinstance(found, DynamoResult) else _copied(given)  # DynamoResult is a copy
    return {**copied, "ResponseMetadata": _metadata(200)}


def _copied(given: dict[str, Any]) -> dict[str, Any]:
    """Copy what moto gives, so that the caller does not hold what moto holds. marshal is the fastest copy of plain data
    in the library; it knows no times."""
    try:
        copied: dict[str, Any] = marshal.loads(marshal.dumps(given))  # nosec B302
    except ValueError:
        return copy.deepcopy(given)
    return copied


def _refused(operation: Any, error: JsonRESTError) -> dict[str, Any]:
    status, said = error.code or 400, error.description
    parsed = _parsed(operation, operation.output_shape, status, said)
    shape = operation.service_model.shape_for_error_code(parsed["Error"]["Code"])
    return {**parsed, **_parsed(operation, shape, status, said)}


def _parsed(operation: Any, shape: Any, status: int, body: str) -> dict[str, Any]:
    response = {"status_code": status, "headers": {}, "body": body.encode()}
    parsed: dict[str, Any] = _parser(operation.service_model.resolved_protocol).parse(response, shape)
    return parsed | {"ResponseMetadata": _metadata(status)}


_parser = functools.cache(create_parser)


def _metadata(status: int) -> dict[str, Any]:
    return {"RequestId": _REQUEST_ID, "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
