"""A stack of the product, deployed or local, as the journey sees it: over HTTP and through its table."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

import boto3

from infra.local.cloud import LocalCloud
from lazo import clock
from lazo.auth import keyring
from lazo.auth.keyring import KeyRing
from lazo.store.model import Store, Touchpoint
from lazo.table import stores, users
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, to_dynamo

DEAD_LETTERS = "DeadLetters"
POLL_SECONDS = 2
PATIENCE = float(os.environ.get("LAZO_PATIENCE", "1"))
"""By how much longer a deployed stack may take than a test allows: more than 1 where it shares a slow machine."""

T = TypeVar("T")


@dataclass(frozen=True)
class Reply:
    """`headers` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Stack(Protocol):
    """`until` waits for a result, and fails when there is none after so many seconds."""

    base_url: str
    table: Table
    ring: KeyRing

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply: ...
    def until(self, found: Callable[[], T], seconds: float) -> T: ...
    def left_behind(self) -> dict[str, int]: ...
    def forget(self, partitions: Iterable[str]) -> None: ...


class Deployed:
    """The CloudFormation stack of this name, with the credentials and the region that boto3 finds."""

    def __init__(self, name: str) -> None:
        self._session = boto3.Session()
        self._name = name
        client = self._session.client("cloudformation")
        found = client.describe_stacks(StackName=name)["Stacks"][0]
        given = {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}
        if given["Stage"] == "prod":
            raise RuntimeError(f"{name} is in use (Stage is prod): the journey would stand among its figures")
        self._outputs = {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}
        pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
        self._resources = {
            each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
            for page in pages
            for each in page["StackResourceSummaries"]
        }
        self.base_url = self._outputs["BaseUrl"]
        self._dynamo = self._session.client("dynamodb")
        self.table = Table(self._dynamo, self._outputs["TableName"])
        secrets = self._session.client("secretsmanager")
        self.ring = keyring.keyring_from_secret(secrets, self._resources["LinkKey"], clock.now, _raised)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        request = urllib.request.Request(
            self.base_url + path, data=body or None, headers=dict(headers or {}), method=method
        )
        try:
            with _opener().open(request, timeout=30) as reply:
                return _reply(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            return _reply(error.code, error.headers, error.read())

    def until(self, found: Callable[[], T], seconds: float) -> T:
        ends = time.monotonic() + seconds * PATIENCE
        while not (result := found()):
            assert time.monotonic() < ends, f"it has not happened within {seconds * PATIENCE:.0f} seconds"
            time.sleep(POLL_SECONDS)
        return result

    def left_behind(self) -> dict[str, int]:
        client = self._session.client("sqs")
        queues = {name: url for name, url in self._resources.items() if name.endswith(DEAD_LETTERS)}
        found: dict[str, int] = {}
        for name, url in queues.items():
            attributes = client.get_queue_attributes(
                QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
            )
            found[name] = int(attributes["Attributes"]["ApproximateNumberOfMessages"])
        return found

    def forget(self, partitions: Iterable[str]) -> None:
        for pk in partitions:
            for item in list(self.table.query_prefix(pk)):
                key = to_dynamo({"pk": item["pk"], "sk": item["sk"]})
                self._dynamo.delete_item(TableName=self._outputs["TableName"], Key=key)


class Local:
    """The product on this machine; its clock is moved instead of waiting."""

    base_url = "https://lazo.example"

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self.table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        secrets = cloud.client("secretsmanager")
        self.ring = keyring.keyring_from_secret(secrets, cloud.physical_id("LinkKey"), cloud.now, _raised)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        reply = self._cloud.request(method, path, {"x-forwarded-proto": "https", **(headers or {})}, body)
        return Reply(reply.status, reply.headers, list(reply.cookies), reply.body)

    def until(self, found: Callable[[], T], seconds: float) -> T:
        self._cloud.drain()
        waited = 0.0
        while not (result := found()):
            assert waited < seconds, f"it has not happened within {seconds} seconds"
            self._cloud.advance(10)
            waited += 10
        return result

    def left_behind(self) -> dict[str, int]:
        names = [name for name in self._cloud.resources if name.endswith(DEAD_LETTERS)]
        return {name: len(self._cloud.queue_messages(name)) for name in names}

    def forget(self, partitions: Iterable[str]) -> None:
        """Do nothing: the items are gone with the cloud."""


@dataclass
class JourneyStore:
    """A store of the journey's own in a stack; `partitions` are those that it leaves things in."""

    stack: Stack
    store: Store
    code: str
    partitions: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, stack: Stack, settings: dict[str, Any], code: str) -> "JourneyStore":
        stores.put_store(stack.table, settings)
        stores.put_touchpoint(stack.table, Touchpoint(code, settings["store_id"], "Caja 1", active=True))
        store = cls(stack, stores.store_from_item(settings), code)
        store.partitions |= {keys.store(settings["store_id"]).pk, keys.touchpoint(code).pk}
        return store

    def close(self) -> None:
        """Delete everything of the store, its users included."""
        leaving = users.membership_deletes(
            self.store.store_id, self.store.contacts, stores.store_from_item(self._nobody)
        )
        self.stack.table.transact(leaving)
        self.stack.forget(self.partitions)

    @cached_property
    def _nobody(self) -> Item:
        item = self.stack.table.get(keys.store(self.store.store_id))
        assert item is not None
        return {**item, "contacts": []}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirects)


def _reply(status: int, headers: Any, body: bytes) -> Reply:
    return Reply(
        status,
        {name.lower(): value for name, value in headers.items()},
        headers.get_all("set-cookie") or [],
        body,
    )


def _raised(error: Exception) -> None:
    raise error
