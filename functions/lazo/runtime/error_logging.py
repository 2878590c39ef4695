"""What a log may say of a failure: where and of what kind, never the message, which can quote a customer."""

import traceback
from collections.abc import Callable
from pathlib import Path

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)


def error_fields(error: BaseException) -> dict[str, str]:
    """`error` (its class), `where` (file:line of the last frames, ours first) and, from AWS, `code`."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    found = {
        "error": type(error).__name__,
        "where": " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames)),
    }
    if isinstance(error, ClientError):
        found["code"] = error.response.get("Error", {}).get("Code", "")
    return found


def is_transient(error: BaseException) -> bool:
    """Whether the same may work in a moment: AWS is out of reach, busy or failing."""
    if isinstance(error, ClientError):
        told = error.response
        return told["Error"].get("Code") in _THROTTLED or told["ResponseMetadata"]["HTTPStatusCode"] >= 500
    return isinstance(error, (ConnectionError, HTTPClientError))


def log_key_not_read(logger: Logger) -> Callable[[Exception], None]:
    """What a key ring calls when its secret cannot be read and it goes on with the keys at hand."""
    return lambda error: logger.warning("keys not read anew", extra=error_fields(error))


def log_numbers_not_read(logger: Logger) -> Callable[[Exception], None]:
    """What is called when the installation's numbers for replies (`TwoWayNumbers`) make no sense; they are nobody's
    secret, so the message says which."""
    return lambda error: logger.error(
        "no SMS can be answered", extra={**error_fields(error), "reason": str(error)}
    )
