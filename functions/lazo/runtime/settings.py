"""Environment variables and AWS clients of a function."""

import os
from functools import cache
from typing import Any, Final

WITH_RETRIES: Final = "with retries"
"""For calls that may be repeated: reads, conditional writes, events whose receivers detect duplicates."""
WITHOUT_RETRIES: Final = "without retries"
"""For messages to people: SNS and SES have no idempotency key, so a retry after a lost answer could send twice."""
FOR_FILES: Final = "for files"
"""For files in S3; writing a part again is harmless."""


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

    return botocore_clients.make_client(service, purpose)
