"""Errors as logs may show them: class and place, never the message, which can quote a customer."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)


def error_fields(error: BaseException) -> dict[str, Any]:
    """Return `error` (the class), `where` (file:line of the last three frames, innermost first) and, for an error of
    AWS, `code`."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    found = {
        "error": type(error).__name__,
        "where": " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames)),
    }
    if isinstance(error, ClientError):
        found["code"] = error.response.get("Error", {}).get("Code", "")
    return found


def is_transient(error: BaseException) -> bool:
    """Whether the same call may work in a moment: AWS cannot be reached, throttles or fails."""
    if isinstance(error, ClientError):
        response = error.response
        code, status = response["Error"].get("Code"), response["ResponseMetadata"]["HTTPStatusCode"]
        return code in _THROTTLED or status >= 500
    return isinstance(error, (ConnectionError, HTTPClientError))


def stale_key_logger(logger: Logger) -> Callable[[Exception], None]:
    """Return what a key ring calls when it cannot read its secret and keeps the keys that it has."""
    return lambda error: logger.warning("keys not read anew", **error_fields(error))
