"""Translate botocore's errors into those of `errors`; the same for SNS and SES."""

from collections.abc import Callable, Collection
from typing import Any

from botocore import exceptions

from lazo.channels.errors import PermanentFailure, SendError, TransientFailure, UnknownOutcome

_NEVER_LEFT = (
    exceptions.ConnectTimeoutError,
    exceptions.EndpointConnectionError,
    exceptions.NoCredentialsError,
)


def attempt(call: Callable[[], dict[str, Any]], refusals: Collection[str]) -> str:
    """Make the call once and return the provider's message id.

    Raises PermanentFailure for the error codes in `refusals`, by which the provider refuses this recipient;
    UnknownOutcome for a 5xx, a lost connection or a read time-out, since the provider may have accepted the message;
    TransientFailure for any other 4xx (throttled, paused, not allowed).
    """
    try:
        message_id: str = call()["MessageId"]
    except exceptions.ClientError as error:
        raise _send_error(error, refusals) from error
    except exceptions.ParamValidationError as error:
        raise PermanentFailure("ParamValidation") from error
    except exceptions.BotoCoreError as error:
        kind = TransientFailure if isinstance(error, _NEVER_LEFT) else UnknownOutcome
        raise kind(type(error).__name__) from error
    return message_id


def _send_error(error: exceptions.ClientError, refusals: Collection[str]) -> SendError:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    if code in refusals:
        return PermanentFailure(code)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return UnknownOutcome(code) if status >= 500 else TransientFailure(code)
