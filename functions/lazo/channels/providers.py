"""What botocore's errors mean for a message to a person; the same for SNS and SES."""

from collections.abc import Callable, Collection
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from lazo.channels.errors import NotNow, Refused, SendError, Unclear

_NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)


def attempt(call: Callable[[], dict[str, Any]], refusals: Collection[str]) -> str:
    """Make the one call and return the provider's message id; every error comes out as a SendError.

    `refusals` are the error codes that mean this recipient. A 5xx, a lost connection or a read time-out can come
    after the message was taken, so those are Unclear; any other 4xx (throttled, paused, not allowed) is NotNow.
    """
    try:
        message_id: str = call()["MessageId"]
    except ClientError as error:
        raise _meaning(error, refusals) from error
    except ParamValidationError as error:
        raise Refused("ParamValidation") from error
    except BotoCoreError as error:
        kind = NotNow if isinstance(error, _NEVER_LEFT) else Unclear
        raise kind(type(error).__name__) from error
    return message_id


def _meaning(error: ClientError, refusals: Collection[str]) -> SendError:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    if code in refusals:
        return Refused(code)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return Unclear(code) if status >= 500 else NotNow(code)
