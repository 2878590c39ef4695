"""What a function is told by its environment, and the AWS clients made from it."""

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

QUICK = Config(connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 3})
"""For calls that may be repeated: reads, conditional writes, events that are recognised when they come twice."""

ONCE = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
"""For messages to people: SNS and SES know no idempotency, so a lost answer must not be retried unseen."""

FILES = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    # A link for the bucket's own region: one for S3 as a whole is redirected, and its signature no longer fits.
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
)
"""For files in S3; a part may be written again."""


def required(name: str) -> str:
    """The variable's value; RuntimeError, naming it, when it is missing or empty."""
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"the environment lacks {name}")
    return value


def optional(name: str) -> str:
    """The variable's value, "" when it is missing."""
    return os.environ.get(name, "")


@cache
def client(service: str, config: Config = QUICK) -> Any:
    """The boto3 client of a service in the function's own region; one for each way of calling it."""
    return boto3.client(service, config=config)  # type: ignore[call-overload]
