"""Environment variables and AWS clients of a function."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

WITH_RETRIES: Final = "with retries"
"""For calls that may be repeated: reads, conditional writes, events whose receivers detect duplicates."""
WITHOUT_RETRIES: Final = "without retries"
"""For messages to people: SNS and SES have no idempotency key, so a retry after a lost answer could send twice."""
FOR_FILES: Final = "for files"
"""For files in S3; writing a part again is harmless."""

USER_AGENT: Final = "lazo"
"""In CloudTrail. botocore would put one together for each call, which is a third of a call's processor time."""

CLIENT_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    WITH_RETRIES: {
        "connect_timeout": 2,
        "read_timeout": 4,
        "retries": {"mode": "standard", "total_max_attempts": 3},
        "user_agent": USER_AGENT,
        # DynamoDB checks the same; the local cloud does for every test.
        "parameter_validation": False,
    },
    WITHOUT_RETRIES: {
        "connect_timeout": 2,
        "read_timeout": 5,
        "retries": {"total_max_attempts": 1},
        "user_agent": USER_AGENT,
    },
    FOR_FILES: {
        "connect_timeout": 2,
        "read_timeout": 10,
        "retries": {"mode": "standard", "total_max_attempts": 3},
        "user_agent": USER_AGENT,
        # Sign links for the bucket's region: the global endpoint redirects, and the signature no longer fits.
        "signature_version": "s3v4",
        "s3": {"addressing_style": "virtual"},
    },
}
"""Of `botocore.config.Config`, by what a client is for."""


def required(name: str) -> str:
    """Return the variable's value. Raises RuntimeError, which names it, if it is missing or empty."""
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"the environment lacks {name}")
    return value


def optional(name: str) -> str:
    """Return the variable's value, "" if it is missing."""
    return os.environ.get(name, "")


@cache
def client(service: str, purpose: str = WITH_RETRIES) -> Any:
    """Return botocore's client of a service in the function's region; one for each `purpose`."""
    from lazo.runtime import botocore_clients  # collect does without

    return botocore_clients.make_client(service, CLIENT_OPTIONS[purpose])


class ClientLater:
    """A client of `client` that is made when it is first asked for something: few requests need it."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:
        return getattr(client(self._service), name)
