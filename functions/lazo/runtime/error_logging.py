"""Errors as logs may show them: class, place and the call of AWS, never the message, which can quote a customer."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from aws_lambda_powertools import Logger

from lazo.runtime.aws_errors import is_network_error, refusal

_TRANSIENT: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
    }
)
_CODE: Final = Path(__file__).parents[2]
"""The folder that functions are loaded from: `functions/`, and in Lambda `/var/task`, where packages lie too."""

MOST_FRAMES: Final = 8


def error_fields(error: BaseException) -> dict[str, Any]:
    """Return what a log line says of an error.

    error: its class
    where: `collect/recording.py:120 < collect/app.py:117`, the last eight places in our own code, innermost first; the
        last of all if there is none
    operation: the call of AWS that failed, `dynamodb:PutItem`, also one that timed out
    code: AWS's code of the error
    reasons: why DynamoDB cancelled a transaction, a code for each of its writes
    aws_request_id: what AWS's support asks for

    The last four are of `error` or of the one that it was raised from, and absent if AWS had no part in it.
    """
    found: dict[str, Any] = {"error": type(error).__name__, "where": _places(error)}
    while error.__cause__ is not None and not _aws_operation(error):
        error = error.__cause__
    if operation := _aws_operation(error):
        found["operation"] = operation
    if response := refusal(error):
        found["code"] = response.get("Error", {}).get("Code", "")
        if reasons := response.get("CancellationReasons"):
            found["reasons"] = ",".join(str(reason.get("Code")) for reason in reasons)
        if request_id := response.get("ResponseMetadata", {}).get("RequestId"):
            found["aws_request_id"] = request_id
    return found


def _places(error: BaseException) -> str:
    frames = [(Path(f.f_code.co_filename), line) for f, line in traceback.walk_tb(error.__traceback__)]
    ours = [f"{file.relative_to(_CODE)}:{line}" for file, line in frames if _is_ours(file)]
    last = [f"{file.name}:{line}" for file, line in frames[-1:]]
    return " < ".join(reversed(ours[-MOST_FRAMES:] or last))


def _is_ours(file: Path) -> bool:
    if not file.is_relative_to(_CODE):
        return False
    top = file.relative_to(_CODE).parts[0]
    return top == "lazo" or (_CODE / top / "app.py").is_file()


def _aws_operation(error: BaseException) -> str:
    """Return the call that raised the error, service and operation as boto3 names them; "" if it was none of AWS.

    An error of botocore does not know its service, and a time-out not even its operation; botocore's frame does.
    """
    if own := getattr(error, "aws_operation", ""):  # aws_json
        return str(own)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == "_make_api_call":
            service = frame.f_locals["self"].meta.service_model.service_name
            return f"{service}:{frame.f_locals['operation_name']}"
    return getattr(error, "operation_name", "")


def is_transient(error: BaseException) -> bool:
    """Whether the same call may work in a moment: AWS cannot be reached, is busy or fails."""
    # The table's own error for a write that kept meeting transactions.
    if response := refusal(error.__cause__) or refusal(error):
        code, status = response["Error"].get("Code"), response["ResponseMetadata"]["HTTPStatusCode"]
        return code in _TRANSIENT or status >= 500
    return is_network_error(error)


def stale_key_logger(logger: Logger) -> Callable[[Exception], None]:
    """Return what a key ring calls when it cannot read its secret and keeps the keys that it has."""
    return lambda error: logger.warning("keys not read anew", **error_fields(error))
