"""The client without botocore says on the wire what botocore says, and behaves as its standard mode when AWS fails."""

import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.retries import standard
from hypothesis import given
from hypothesis import strategies as st

from lazo.runtime import aws_json
from lazo.runtime.aws_errors import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from lazo.runtime.aws_json import Client, Reply
from lazo.runtime.error_logging import error_fields, is_transient

AT = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
NAMES = st.text("abcXYZ019/+=", min_size=1, max_size=40)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "sa-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")


class Aws:
    """Answers a client from a list, and keeps what was asked and waited."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *replies: Reply | Exception) -> None:
        self.bodies: list[Any] = []
        self.pauses: list[float] = []
        self._replies = list(replies)
        monkeypatch.setattr(Client, "exchange", self._exchange)
        self.client = Client("dynamodb", clock=lambda: AT, pause=self.pauses.append, chance=lambda: 0.5)

    def _exchange(self, operation: str, body: bytes) -> Reply:
        self.bodies.append(json.loads(body))
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def refused(code: str, status: int = 400, **more: Any) -> Reply:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no", **more}
    return status, {"x-amzn-requestid": "R1"}, json.dumps(body).encode()


DONE: Reply = (200, {}, b'{"Item": {"pk": {"S": "a"}}}')


class TestSignature:
    @given(
        secret=NAMES,
        token=st.one_of(st.just(""), NAMES),
        body=st.binary(max_size=200),
        seconds=st.integers(0, 10**9),
        service=st.sampled_from(["dynamodb", "secretsmanager"]),
        region=st.sampled_from(["us-east-1", "sa-east-1", "cn-north-1"]),
    )
    def test_is_botocores(
        self, secret: str, token: str, body: bytes, seconds: int, service: str, region: str
    ) -> None:
        at = AT + timedelta(seconds=seconds)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_REGION", region)
            patch.setenv("AWS_SECRET_ACCESS_KEY", secret)
            patch.setenv("AWS_SESSION_TOKEN", token)
            ours = Client(service, clock=lambda: at).signed_headers("GetItem", body)
            patch.setattr(botocore.auth, "get_current_datetime", lambda: at.replace(tzinfo=None))
            asked = AWSRequest(
                "POST",
                f"https://{ours['host']}/",
                {name: ours[name] for name in ("content-type", "x-amz-target", "user-agent")},
                body,
            )
            SigV4Auth(Credentials("AKIDEXAMPLE", secret, token or None), service, region).add_auth(asked)
        assert ours["authorization"] == asked.headers["Authorization"]
        assert ours["x-amz-date"] == asked.headers["X-Amz-Date"]
        assert ours.get("x-amz-security-token") == asked.headers.get("X-Amz-Security-Token")

    def test_without_keys_in_the_environment_those_of_botocore(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With SnapStart, Lambda gives them over HTTP, and they change."""
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        found = SimpleNamespace(
            get_frozen_credentials=lambda: SimpleNamespace(access_key="AK2", secret_key="s", token="t2")
        )
        monkeypatch.setattr(aws_json, "_found_credentials", lambda: found)
        headers = Client("dynamodb", clock=lambda: AT).signed_headers("GetItem", b"{}")
        assert "Credential=AK2/20260310/sa-east-1/dynamodb/aws4_request" in headers["authorization"]
        assert headers["x-amz-security-token"] == "t2"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("sa-east-1", "dynamodb.sa-east-1.amazonaws.com"),
        ("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_address_is_the_regions(region: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", region)
    assert Client("dynamodb").signed_headers("GetItem", b"")["host"] == host


class TestAnswers:
    def test_a_method_is_an_operation(self, monkeypatch: pytest.MonkeyPatch) -> None:
        aws = Aws(monkeypatch, DONE)
        asked = {"TableName": "t", "Key": {"pk": {"S": "a"}}}
        assert aws.client.get_item(**asked) == {"Item": {"pk": {"S": "a"}}}
        assert (aws.bodies, aws.pauses) == ([asked], [])

    def test_a_refusal_is_boto3s_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        aws = Aws(monkeypatch, refused("ConditionalCheckFailedException", Item={"pk": {"S": "a"}}))
        with pytest.raises(aws.client.exceptions.ConditionalCheckFailedException) as raised:
            aws.client.put_item(TableName="t")
        error: Any = raised.value
        assert isinstance(error, ClientError)
        assert error.response["Error"] == {"Code": "ConditionalCheckFailedException", "Message": "no"}
        assert error.response["Item"] == {"pk": {"S": "a"}}
        assert not is_transient(error)
        told = error_fields(error)
        assert (told["operation"], told["aws_request_id"]) == ("dynamodb:PutItem", "R1")

    def test_a_transaction_is_repeated_with_its_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        aws = Aws(monkeypatch, TimeoutError(), DONE)
        aws.client.transact_write_items(TransactItems=[])
        first, again = (body["ClientRequestToken"] for body in aws.bodies)
        assert first == again


class TestRepetition:
    @pytest.mark.parametrize(
        "reply",
        [
            refused("ThrottlingException"),
            refused("ProvisionedThroughputExceededException"),
            refused("InternalServerError", 500),
            (503, {}, b"<html>"),
            (200, {"x-amz-crc32": str(zlib.crc32(b"{}") + 1)}, b"{}"),
            TimeoutError(),
            ConnectionResetError(),
        ],
        ids=str,
    )
    def test_three_attempts_with_pauses_that_double(
        self, reply: Reply | Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        aws = Aws(monkeypatch, reply, reply, DONE)
        assert "Item" in aws.client.get_item()
        assert aws.pauses == [0.5, 1.0]  # chance 0.5 of 2**0 and of 2**1 seconds
        last = Aws(monkeypatch, reply, reply, reply, DONE)
        with pytest.raises((ClientError, ConnectionClosedError, ReadTimeoutError)) as raised:
            last.client.get_item()
        assert len(last.bodies) == 3
        assert is_transient(raised.value)
        assert error_fields(raised.value)["operation"] == "dynamodb:GetItem"

    def test_what_botocore_does_not_repeat(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for code in ("ValidationException", "AccessDeniedException", "TransactionConflictException"):
            aws = Aws(monkeypatch, refused(code), DONE)
            with pytest.raises(ClientError):
                aws.client.get_item()
            assert len(aws.bodies) == 1

    def test_the_codes_are_botocores(self) -> None:
        theirs = {
            *standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
            *standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES,
        }
        assert theirs == aws_json.REPEATED
        assert set(standard.TransientRetryableChecker._TRANSIENT_STATUS_CODES) == {500, 502, 503, 504}


class TestClock:
    """AWS takes no signature that is more than five minutes off."""

    def skewed(self, at: datetime) -> Reply:
        status, headers, body = refused("InvalidSignatureException")
        return status, {**headers, "date": format_datetime(at, usegmt=True)}, body

    def test_a_wrong_one_is_set_and_the_call_repeated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        aws = Aws(monkeypatch, self.skewed(AT + timedelta(hours=2)), DONE)
        aws.client.get_item()
        assert len(aws.bodies) == 2
        assert aws.client.signed_headers("GetItem", b"")["x-amz-date"] == "20260310T170000Z"

    def test_a_right_one_says_that_the_key_is_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        aws = Aws(monkeypatch, self.skewed(AT + timedelta(minutes=3)), DONE)
        with pytest.raises(ClientError):
            aws.client.get_item()
        assert len(aws.bodies) == 1


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    said: bytes | None = b'{"ok": 1}'
    connections = 0

    def setup(self) -> None:
        super().setup()
        type(self).connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.said is None:
            self.rfile.read(1)  # until the other side gives up
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.said)))
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Server]]:
    handler = type("Handler", (_Server,), {"connections": 0})
    listening = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listening.server_port}")
    yield handler
    listening.shutdown()
    listening.server_close()


class TestNetwork:
    def test_a_connection_is_kept(self, server: type[_Server]) -> None:
        client = Client("secretsmanager")
        assert [client.get_secret_value(SecretId="s") for _ in range(3)] == [{"ok": 1}] * 3
        assert server.connections == 1
        client._connection().close()

    def test_other_threads_use_it_when_it_is_free(self, server: type[_Server]) -> None:
        client = Client("secretsmanager")
        for _ in range(3):
            with ThreadPoolExecutor(1) as another:
                assert another.submit(client.get_secret_value, SecretId="s").result() == {"ok": 1}
        assert server.connections == 1
        client._connection().close()

    def test_one_that_was_closed_is_made_anew(self, server: type[_Server]) -> None:
        client = Client("secretsmanager", pause=lambda _seconds: pytest.fail("nothing was sent in vain"))
        server.protocol_version = "HTTP/1.0"  # closes after each answer
        assert [client.get_secret_value(SecretId="s") for _ in range(3)] == [{"ok": 1}] * 3
        assert server.connections == 3

    def test_who_does_not_answer_in_time(
        self, server: type[_Server], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(aws_json, "READ_TIMEOUT", 0.02)
        server.said = None
        with pytest.raises(ReadTimeoutError):
            Client("dynamodb", pause=lambda _seconds: None).get_item()
        assert server.connections == 3

    def test_who_cannot_be_reached(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        with pytest.raises(EndpointConnectionError) as raised:
            Client("dynamodb", pause=lambda _seconds: None).get_item()
        assert is_transient(raised.value)

    def test_who_does_not_connect_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def late(_self: Any) -> None:
            raise TimeoutError

        monkeypatch.setattr("http.client.HTTPSConnection.connect", late)
        with pytest.raises(ConnectTimeoutError):
            Client("dynamodb", pause=lambda _seconds: None).get_item()
