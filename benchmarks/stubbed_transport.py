"""AWS without a network: botocore does all its work but the sending, and gets canned responses."""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

SECRET = json.dumps({"SecretString": "0123456789abcdef" * 4})


class StubbedTransport:
    """Answers GetItem, BatchGetItem, PutItem and GetSecretValue for the clients made from boto3's default session from
    now on.

    `items` (typed: stores and touchpoints) can be read; of those that are put the latest is kept, in `latest`.
    """

    def __init__(self, items: Iterable[dict[str, Any]]) -> None:
        self.latest: dict[str, Any] = {}
        self._items = {_key(item): item for item in items}
        session: Any = boto3.Session()
        session.events.register("before-send", self._answer)
        boto3.DEFAULT_SESSION = session

    def _answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        if operation == "GetSecretValue":
            return _response(request, SECRET)
        body = json.loads(request.body)
        if operation == "GetItem":
            return _response(request, json.dumps({"Item": self._items[_key(body["Key"])]}))
        if operation == "BatchGetItem":
            ((table, wanted),) = body["RequestItems"].items()
            found = [self._items[_key(each)] for each in wanted["Keys"] if _key(each) in self._items]
            return _response(request, json.dumps({"Responses": {table: found}, "UnprocessedKeys": {}}))
        if operation != "PutItem":
            raise LookupError(f"no canned response for {event_name}")
        self.latest = body["Item"]
        return _response(request, "{}")


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _response(request: Any, body: str) -> AWSResponse:
    headers: Any = {"content-type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, 200, headers, _Raw(body.encode()))


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.getvalue()
