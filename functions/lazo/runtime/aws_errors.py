"""Errors of AWS, whichever client raised them. Botocore's are known by their classes' names: importing these would cost
every cold start."""

from collections.abc import Mapping
from typing import Any, Final

_BOTOCORE: Final = "botocore.exceptions"


class ClientError(Exception):
    """AWS refused a call. `response` has its code (`Error`), status and id (`ResponseMetadata`), and what else it said,
    as botocore's error of this name."""

    def __init__(self, response: Mapping[str, Any], operation: str) -> None:
        told = response["Error"]
        super().__init__(f"{operation}: {told['Code']}: {told['Message']}")
        self.response = response
        self.operation_name = operation


class NetworkError(Exception):
    """AWS could not be reached, or its answer did not come."""


class ConnectTimeoutError(NetworkError):
    """No connection in time: AWS knows nothing of the call."""


class EndpointConnectionError(NetworkError):
    """No connection: AWS knows nothing of the call."""


class ReadTimeoutError(NetworkError):
    """No answer in time: AWS may have done what was asked."""


class ConnectionClosedError(NetworkError):
    """The connection ended before the answer: AWS may have done what was asked."""


def is_aws_error(error: BaseException | None) -> bool:
    """Whether AWS refused a call or could not be reached, or botocore could not make one."""
    return isinstance(error, (ClientError, NetworkError)) or bool(_names(error))


def is_network_error(error: BaseException | None) -> bool:
    """Whether AWS could not be reached, or its answer did not come."""
    return isinstance(error, NetworkError) or not _names(error).isdisjoint(
        {"ConnectionError", "HTTPClientError"}
    )


def refusal(error: BaseException | None) -> Mapping[str, Any] | None:
    """Return what AWS said when it refused a call (`ClientError.response`); None of other errors."""
    if isinstance(error, ClientError) or "ClientError" in _names(error):
        response: Mapping[str, Any] = error.response  # type: ignore[union-attr] # by its name, without importing botocore
        return response
    return None


def _names(error: BaseException | None) -> set[str]:
    """Return the names of an error's classes that are botocore's."""
    return {each.__name__ for each in type(error).__mro__ if each.__module__ == _BOTOCORE}
