"""AWS without a network: botocore does all its work but the sending, and gets canned responses."""

import json
from io import BytesIO
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

SECRET = json.dumps({"SecretString": "0123456789abcdef" * 4})


class StubbedTransport:
    """Answers GetItem, PutItem and GetSecretValue for the clients made from boto3's default session from now on.

    Shops and touchpoints that are put can be read; of other items only the latest is kept, in `latest`.
    """

    def __init__(self) -> None:
        self.latest: dict[str, Any] = {}
        self._kept: dict[tuple[str, str], dict[str, Any]] = {}
        boto3.setup_default_session()
        boto3.DEFAULT_SESSION.events.register("before-send", self._answer)

    def _answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        if operation == "GetSecretValue":
            return _response(request, SECRET)
        body = json.loads(request.body)
        if operation == "GetItem":
            return _response(request, json.dumps({"Item": self._kept[_key(body["Key"])]}))
        if operation != "PutItem":
            raise LookupError(f"no canned response for {event_name}")
        item = body["Item"]
        if item["sk"]["S"] in ("STORE", "QR"):
            self._kept[_key(item)] = item
        else:
            self.latest = item
        return _response(request, "{}")


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _response(request: Any, body: str) -> AWSResponse:
    return AWSResponse(request.url, 200, {"content-type": "application/x-amz-json-1.0"}, _Raw(body.encode()))


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.getvalue()
