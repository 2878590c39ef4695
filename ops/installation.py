"""Where Lazo is installed: a stack in an AWS account, or a local cloud that runs on this machine."""

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
from lazo.timestamps import from_text

DEFAULT_STACK: Final = "lazo"
_CALLS: Final = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5}
)


class NotThere(Exception):
    """There is no such installation, or it cannot be reached; the message says what to do."""


@dataclass
class Installation:
    """A stack's parameters, outputs, and the physical id of each resource by its name in the template. `endpoint`:
    where its AWS is, unless it is AWS; the service's name follows."""

    name: str
    session: Any
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    endpoint: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """The boto3 client of a service, in the installation's region and account."""
        if service not in self._clients:
            url = f"{self.endpoint}{service}" if self.endpoint else None
            self._clients[service] = self.session.client(service, config=_CALLS, endpoint_url=url)
        return self._clients[service]

    @cached_property
    def table(self) -> Table:
        return Table(self.client("dynamodb"), self.resources["Table"])

    @property
    def base_url(self) -> str:
        """The address under which customers and managers see it, without a slash at the end."""
        return self.outputs["BaseUrl"]

    @property
    def region(self) -> str:
        region: str = self.session.region_name
        return region


def in_aws(stack: str, profile: str | None, region: str | None) -> Installation:
    """The installation of a CloudFormation stack; NotThere when there is none."""
    session = boto3.Session(profile_name=profile, region_name=region)
    if session.region_name is None:
        raise NotThere("no AWS region is set: say --region, or set AWS_REGION")
    return of_stack(stack, session)


def of_stack(stack: str, session: Any) -> Installation:
    """The same, by a boto3 session."""
    client = session.client("cloudformation", config=_CALLS)
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NotThere(
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


def local(port: int) -> Installation:
    """The local cloud that `make run` started on this port. The product's clock of this process follows its clock."""
    base = f"http://127.0.0.1:{port}"
    try:
        with urllib.request.urlopen(f"{base}/local/stack", timeout=5) as answer:  # noqa: S310 - here  # nosec B310
            told = json.load(answer)
    except (urllib.error.URLError, ValueError, OSError) as error:
        raise NotThere(
            f"no local cloud answers at {base}: start it with `make run`, or say --port"
        ) from error
    clock.shift(timedelta(0))
    clock.shift(from_text(told["now"]) - clock.now())
    session = boto3.Session("local", "local", region_name=told["region"])
    return Installation(
        "local",
        session,
        told["parameters"],
        told["outputs"],
        told["resources"],
        endpoint=f"{base}/local/aws/",
    )


def default_stack() -> str:
    """The stack that the environment names."""
    return os.environ.get("LAZO_STACK") or DEFAULT_STACK


def default_port() -> int:
    """The port that `make run` takes."""
    return int(os.environ.get("PORT") or 8000)
