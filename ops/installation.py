"""Finds an installation of Lazo: a stack in an AWS account, or the local cloud that runs on this machine."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from lazo import clock
from lazo.table.dynamodb.table import Table
from lazo.timestamps import parse_timestamp

DEFAULT_STACK: Final = "lazo"
_CALLS: Final = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5}
)


class InstallationNotFound(Exception):
    """No such installation exists, or it cannot be reached; the message says what to do."""


@dataclass
class Installation:
    """The parameters and outputs of a stack, and the physical id of each resource by its logical id. `endpoint`: the
    base URL of the local cloud, to which the service's name is added; None for AWS."""

    name: str
    session: Any
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    endpoint: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """The boto3 client of a service, in the region and account of the installation."""
        if service not in self._clients:
            url = f"{self.endpoint}{service}" if self.endpoint else None
            self._clients[service] = self.session.client(service, config=_CALLS, endpoint_url=url)
        return self._clients[service]

    @cached_property
    def table(self) -> Table:
        return Table(self.client("dynamodb"), self.resources["Table"])

    @property
    def base_url(self) -> str:
        """The URL that customers and managers open, without a slash at the end."""
        return self.outputs["BaseUrl"]


def aws_installation(stack: str, profile: str | None, region: str | None) -> Installation:
    """Find the installation of a CloudFormation stack; InstallationNotFound when there is none."""
    session = boto3.Session(profile_name=profile, region_name=region)
    if session.region_name is None:
        raise InstallationNotFound("no AWS region is set: say --region, or set AWS_REGION")
    return stack_installation(stack, session)


def stack_installation(stack: str, session: Any) -> Installation:
    """Find the installation of a stack with a boto3 session; InstallationNotFound when there is none."""
    client = session.client("cloudformation", config=_CALLS)
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise InstallationNotFound(
            f"there is no stack {stack!r} in {session.region_name}: say --stack, --region or --profile"
        ) from error
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if "PhysicalResourceId" in each
    }
    return Installation(
        stack,
        session,
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", ())},
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())},
        resources,
    )


def local_installation(port: int) -> Installation:
    """Find the local cloud that `make run` started on this port, and set this process's clock by its clock."""
    base = f"http://127.0.0.1:{port}"
    try:
        with urllib.request.urlopen(f"{base}/local/stack", timeout=5) as answer:  # noqa: S310 - this machine  # nosec B310
            stack = json.load(answer)
    except (urllib.error.URLError, ValueError, OSError) as error:
        raise InstallationNotFound(
            f"no local cloud answers at {base}: start it with `make run`, or say --port"
        ) from error
    clock.shift(timedelta(0))
    clock.shift(parse_timestamp(stack["now"]) - clock.now())
    session = boto3.Session("local", "local", region_name=stack["region"])
    return Installation(
        "local",
        session,
        stack["parameters"],
        stack["outputs"],
        stack["resources"],
        endpoint=f"{base}/local/aws/",
    )


def default_stack() -> str:
    """The stack that LAZO_STACK names, or `lazo`."""
    return os.environ.get("LAZO_STACK") or DEFAULT_STACK


def default_port() -> int:
    """The port of the local cloud: PORT, or 8000."""
    return int(os.environ.get("PORT") or 8000)
