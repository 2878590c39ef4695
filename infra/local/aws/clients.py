"""boto3 clients of the local cloud. They are made once in a process and outlive each local cloud."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import boto3
import botocore.session
from botocore.config import Config

from infra.local.aws import downloads

_dynamodb_takers: list[Callable[..., Any]] = []
"""What is offered each call of DynamoDB before botocore makes it, while a local cloud runs."""


@functools.cache
def client(service: str, region: str) -> Any:
    """Return a client that calls the local cloud."""
    return _session(region).client(service)


@contextmanager
def default_session(region: str, take_dynamodb_call: Callable[..., Any]) -> Iterator[None]:
    """For the time of the block all clients come of one session, the handlers' too: what botocore reads of the
    services is read once. `take_dynamodb_call` is offered each call of DynamoDB (`before-call` of botocore)."""
    _dynamodb_takers.append(take_dynamodb_call)
    try:
        with mock.patch("boto3.DEFAULT_SESSION", _session(region)):
            yield
    finally:
        _dynamodb_takers.clear()


def _offer(**call: Any) -> Any:
    return _dynamodb_takers[0](**call) if _dynamodb_takers else None


@functools.cache
def _session(region: str) -> Any:
    core = botocore.session.Session()
    # Left alone botocore works out anew, twice for each call, on which machine and Python it runs.
    core.set_default_client_config(Config(user_agent="lazo-local"))
    session = boto3.Session("local", "local", region_name=region, botocore_session=core)
    session.events.register("before-sign.s3.GetObject", downloads.redirect_presigned)
    session.events.register("before-call.dynamodb", _offer)
    return session
