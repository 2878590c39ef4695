"""Environment variables and AWS clients of a function."""

import os
from functools import cache
from typing import Any, Final

USER_AGENT: Final = "lazo"
"""In CloudTrail. botocore would put one together for each call, which is a third of a call's processor time."""

WITH_RETRIES: Final = "with retries"
"""For calls that may be repeated: reads, conditional writes, events whose receivers detect duplicates."""
WITHOUT_RETRIES: Final = "without retries"
"""For messages to people: SNS and SES have no idempotency key, so a retry after a lost answer could send twice."""
FOR_FILES: Final = "for files"
"""For files in S3; writing a part again is harmless."""

_RETRIES: Final = {"mode": "standard", "total_max_attempts": 3}
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    WITH_RETRIES: {
        "read_timeout": 4,
        "retries": _RETRIES,
        # DynamoDB checks the same; the local cloud does for every test.
        "parameter_validation": False,
    },
    WITHOUT_RETRIES: {"read_timeout": 5, "retries": {"total_max_attempts": 1}},
    FOR_FILES: {
        "read_timeout": 10,
        "retries": _RETRIES,
        # Sign links for the bucket's region: the global endpoint redirects, and the signature no longer fits.
        "signature_version": "s3v4",
        "s3": {"addressing_style": "virtual"},
    },
}


def required(name: str) -> str:
    """Return the variable's value. Raises RuntimeError, which names it, if it is missing or empty."""
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"the environment lacks {name}")
    return value


def optional(name: str) -> str:
    """Return the variable's value, "" if it is missing."""
    return os.environ.get(name, "")


def config(purpose: str) -> Any:
    """Return the configuration of a client, a `botocore.config.Config`: `WITH_RETRIES`, `WITHOUT_RETRIES`,
    `FOR_FILES`."""
    from botocore.config import Config  # with boto3 most of a cold start, which collect does without

    return Config(connect_timeout=2, user_agent=USER_AGENT, **_OPTIONS[purpose])


@cache
def client(service: str, purpose: str = WITH_RETRIES) -> Any:
    """Return the boto3 client of a service in the function's region; one for each `purpose`."""
    import boto3

    return boto3.client(service, config=config(purpose))  # type: ignore[call-overload]
