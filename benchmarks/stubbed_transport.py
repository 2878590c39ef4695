"""AWS without a network: botocore does all its work but the sending, and gets canned responses."""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from lazo.runtime import aws_json, botocore_clients

SECRET = json.dumps({"SecretString": "0123456789abcdef" * 4})


class StubbedTransport:
    """Answers GetItem, BatchGetItem, PutItem and GetSecretValue for the clients that boto3's default session and the
    functions make from now on.

    `items` (typed: stores and touchpoints) can be read; of those that are put the latest is kept, in `latest`.
    """

    def __init__(self, items: Iterable[dict[str, Any]]) -> None:
        self.latest: dict[str, Any] = {}
        self._items = {_key(item): item for item in items}
        session: Any = boto3.Session()
        session.events.register("before-send", self._answer)
        boto3.DEFAULT_SESSION = session
        botocore_clients.session = lambda: session._session  # type: ignore[assignment]
        setattr(aws_json.Client, "exchange", lambda *asked: self._exchange(*asked))  # noqa: B010 - mypy takes no other way

    def _answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        headers: Any = {"content-type": "application/x-amz-json-1.0"}
        content = self._content(event_name.rpartition(".")[2], request.body)
        return AWSResponse(request.url, 200, headers, _Raw(content.encode()))

    def _exchange(self, client: aws_json.Client, operation: str, body: bytes) -> aws_json.Reply:
        client.signed_headers(operation, body)  # all but the sending
        return 200, {}, self._content(operation, body).encode()

    def _content(self, operation: str, asked: bytes) -> str:
        if operation == "GetSecretValue":
            return SECRET
        body = json.loads(asked)
        if operation == "GetItem":
            found = self._items.get(_key(body["Key"]))
            return json.dumps({"Item": found} if found else {})
        if operation == "BatchGetItem":
            ((table, wanted),) = body["RequestItems"].items()
            there = [self._items[_key(each)] for each in wanted["Keys"] if _key(each) in self._items]
            return json.dumps({"Responses": {table: there}, "UnprocessedKeys": {}})
        if operation != "PutItem":
            raise LookupError(f"no canned response for {operation}")
        self.latest = body["Item"]
        return "{}"


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.getvalue()
