"""The names of a stack and of what belongs to it: account, partition, region, ARNs."""

import secrets
from collections.abc import Callable
from typing import Any

ACCOUNT = "123456789012"
PARTITION = "aws"
STACK_NAME = "lazo"

Client = Callable[[str], Any]
"""Gives a boto3 client of a service."""


class StackScope:
    """Where a stack's resources are created: `client(service)` gives a boto3 client."""

    def __init__(self, region: str, client: Client) -> None:
        self.region = region
        self.client = client
        self._suffix = secrets.token_hex(6).upper()

    def arn(self, service: str, path: str) -> str:
        return f"arn:{PARTITION}:{service}:{self.region}:{ACCOUNT}:{path}"

    def physical_name(self, logical_id: str) -> str:
        """Return a name in CloudFormation's style: stack, logical id, chance."""
        return f"{STACK_NAME}-{logical_id}-{self._suffix}"
