"""Errors of AWS are known, whichever client raised them."""

import pytest
from botocore import exceptions as botocore

from lazo.runtime import aws_errors
from lazo.runtime.aws_errors import is_aws_error, is_network_error, refusal

REFUSED = {"Error": {"Code": "Slow", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 400}}


@pytest.mark.parametrize("client", [aws_errors, botocore])
def test_a_refusal(client: object) -> None:
    error = type("Slow", (client.ClientError,), {})(REFUSED, "GetItem")  # type: ignore[attr-defined]
    assert refusal(error) == REFUSED
    assert (is_aws_error(error), is_network_error(error)) == (True, False)


@pytest.mark.parametrize(
    "error",
    [
        aws_errors.ReadTimeoutError(),
        aws_errors.ConnectTimeoutError(),
        botocore.ReadTimeoutError(endpoint_url="https://example.com"),
        botocore.ConnectTimeoutError(endpoint_url="https://example.com"),
        botocore.EndpointConnectionError(endpoint_url="https://example.com"),
        botocore.ConnectionClosedError(endpoint_url="https://example.com"),
    ],
    ids=lambda error: f"{type(error).__module__}.{type(error).__name__}",
)
def test_aws_out_of_reach(error: Exception) -> None:
    assert (is_aws_error(error), is_network_error(error), refusal(error)) == (True, True, None)


def test_a_call_that_could_not_be_made() -> None:
    error = botocore.NoCredentialsError()
    assert (is_aws_error(error), is_network_error(error), refusal(error)) == (True, False, None)


@pytest.mark.parametrize("error", [ValueError("x"), ConnectionError(), TimeoutError(), None])
def test_errors_of_others(error: Exception | None) -> None:
    assert (is_aws_error(error), is_network_error(error), refusal(error)) == (False, False, None)
