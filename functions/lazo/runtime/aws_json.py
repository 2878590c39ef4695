"""Call DynamoDB and Secrets Manager without botocore, which takes most of a cold start: a customer waits for it.

A client has the methods, answers and errors of boto3's for what it is asked, and repeats calls as botocore's standard
mode does. Requests are signed as "Create a signed AWS API request" (IAM User Guide) says.
"""

import hashlib
import hmac
import json
import os
import re
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache, partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from random import SystemRandom
from select import select
from typing import Any, Final
from urllib.parse import urlsplit

from lazo.clock import now
from lazo.runtime import amazon_roots
from lazo.runtime.aws_errors import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

TARGETS: Final = {"dynamodb": ("DynamoDB_20120810", "1.0"), "secretsmanager": ("secretsmanager", "1.1")}
"""Name in X-Amz-Target and version of the protocol, from botocore's models."""
ATTEMPTS: Final = 3
CONNECT_TIMEOUT, READ_TIMEOUT = 2, 4
"""Seconds; as `settings.WITH_RETRIES`."""
LONGEST_PAUSE: Final = 20
"""Seconds (botocore's standard mode)."""
REPEATED: Final = frozenset(
    {
        *("BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException"),
        *("PriorRequestNotComplete", "ProvisionedThroughputExceededException", "RequestLimitExceeded"),
        *("RequestThrottled", "RequestThrottledException", "RequestTimeout", "RequestTimeoutException"),
        *("SlowDown", "ThrottledException", "Throttling", "ThrottlingException"),
        *("TooManyRequestsException", "TransactionInProgressException"),
    }
)
"""Codes of errors after which botocore repeats a call, beside the statuses 500, 502, 503 and 504."""
_SKEWED: Final = frozenset(
    {"InvalidSignatureException", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"}
)
_SKEW: Final = timedelta(minutes=4)
"""A clock that is further off is set by AWS's; AWS takes requests of up to five minutes."""

_CODE: Final = re.compile("[^#:]+")
"""Behind its namespace: `com.amazonaws.dynamodb.v20120810#ThrottlingException`."""
_chance: Final = SystemRandom().random

Reply = tuple[int, Mapping[str, str], bytes]


class Client:
    """What boto3's client of a service is for the operations with JSON bodies: `get_item(TableName=...)`. `clock` gives
    the time in UTC, `pause` waits some seconds, `chance` gives a number from 0 to 1. Items have no bytes."""

    def __init__(
        self,
        service: str,
        *,
        clock: Callable[[], datetime] = now,
        pause: Callable[[float], None] | None = None,
        chance: Callable[[], float] = _chance,
    ) -> None:
        self.service = service
        self.region = os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
        self.exceptions = _Exceptions()
        self._target, self._version = TARGETS[service]
        self._clock, self._pause, self._chance = clock, pause, chance
        self._ahead = timedelta(0)
        """AWS's clock less ours, where ours was wrong."""
        self._idle: list[HTTPConnection] = []
        self._url = urlsplit(_endpoint(service, self.region))

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        if method.startswith("_"):
            raise AttributeError(method)
        return partial(self.call, "".join(map(str.capitalize, method.split("_"))))

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """Return the answer of AWS. Raises a ClientError, of a class for each code, or a NetworkError."""
        if operation == "TransactWriteItems":
            request.setdefault("ClientRequestToken", os.urandom(16).hex())
        body = json.dumps(request).encode()
        for attempt in range(1, ATTEMPTS + 1):
            error: Exception
            try:
                status, headers, content = self.exchange(operation, body)
            except (OSError, HTTPException) as lost:
                error, repeats = _network_error(lost), True
                error.__cause__ = lost
            else:
                if status < 300 and _is_whole(headers, content):
                    answer: dict[str, Any] = json.loads(content)
                    return answer
                error, repeats = self._refused(operation, status, headers, content, attempt)
            if not repeats or attempt == ATTEMPTS:
                error.aws_operation = f"{self.service}:{operation}"  # type: ignore[attr-defined] # as aws_errors reads it
                raise error
            (self._pause or time.sleep)(min(self._chance() * 2 ** (attempt - 1), LONGEST_PAUSE))
        raise AssertionError("the last attempt returns or raises")

    def exchange(self, operation: str, body: bytes) -> Reply:
        """Send one signed request and return the status, headers in lower case, and body of what comes back."""
        connection = self._connection()
        try:
            connection.request("POST", "/", body, self.signed_headers(operation, body))
            reply = connection.getresponse()
            content = reply.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, content

    def signed_headers(self, operation: str, body: bytes) -> dict[str, str]:
        """Return the headers of a request, with the signature by the function's own credentials."""
        at = (self._clock() + self._ahead).strftime("%Y%m%dT%H%M%SZ")
        access_key, secret, token = _credentials()
        headers = {
            "content-type": f"application/x-amz-json-{self._version}",
            "host": self._url.netloc,
            "x-amz-date": at,
            **({"x-amz-security-token": token} if token else {}),
            "x-amz-target": f"{self._target}.{operation}",
        }
        signed, digest = ";".join(headers), hashlib.sha256(body).hexdigest()
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        scope = f"{at[:8]}/{self.region}/{self.service}/aws4_request"
        hashed = hashlib.sha256(f"POST\n/\n\n{lines}\n{signed}\n{digest}".encode()).hexdigest()
        key = _signing_key(secret, at[:8], self.region, self.service)
        signature = _mac(key, f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashed}").hex()
        authorization = f"Credential={access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"
        return {**headers, "user-agent": "lazo", "authorization": f"AWS4-HMAC-SHA256 {authorization}"}

    def _connection(self) -> HTTPConnection:
        """Return an open connection that no other thread uses: one that was used before, unless the other side has
        closed it, or a new one."""
        while self._idle:
            with suppress(IndexError):  # another thread was quicker
                kept = self._idle.pop()
                if kept.sock and not select([kept.sock], [], [], 0)[0]:
                    return kept
                kept.close()
        if self._url.scheme == "https":
            made: HTTPConnection = HTTPSConnection(self._url.netloc, timeout=CONNECT_TIMEOUT, context=_tls())
        else:
            made = HTTPConnection(self._url.netloc, timeout=CONNECT_TIMEOUT)
        try:
            _connect(made)
        except TimeoutError as late:
            raise ConnectTimedOut from late
        made.sock.settimeout(READ_TIMEOUT)
        return made

    def _refused(
        self, operation: str, status: int, headers: Mapping[str, str], content: bytes, attempt: int
    ) -> tuple[Exception, bool]:
        """Return the error that an answer tells, and whether the call is repeated after it."""
        if status < 300:
            return ConnectionClosedError("not all of the answer came"), True
        found = json.loads(content) if content.startswith(b"{") else {}
        code = _CODE.findall(str(found.pop("__type", status)))[-1]
        response = {
            **found,
            "Error": {"Code": code, "Message": found.get("message", found.get("Message", ""))},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": headers.get("x-amzn-requestid", ""),
                "RetryAttempts": attempt - 1,
            },
        }
        error = self.exceptions.from_code(code)(response, operation)
        return error, code in REPEATED or status in (500, 502, 503, 504) or self._set_clock(code, headers)

    def _set_clock(self, code: str, headers: Mapping[str, str]) -> bool:
        """Take over AWS's time where a signature was refused because ours is wrong; return whether it was."""
        if code not in _SKEWED or "date" not in headers:
            return False
        ahead = parsedate_to_datetime(headers["date"]) - self._clock()
        wrong = abs(ahead - self._ahead) > _SKEW
        if wrong:
            self._ahead = ahead
        return wrong


class ConnectTimedOut(OSError):
    """No connection in time."""


class _Exceptions:
    """`client.exceptions`: a class for each code, a ClientError."""

    def __init__(self) -> None:
        self._classes: dict[str, type[ClientError]] = {}

    def from_code(self, code: str) -> type[ClientError]:
        return self._classes.setdefault(code, type(code, (ClientError,), {}))

    __getattr__ = from_code


@cache
def client(service: str) -> Client:
    """Return the client of a service in the function's region."""
    return Client(service)


def _endpoint(service: str, region: str) -> str:
    given = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    china = ".cn" if region.startswith("cn-") else ""
    return given or f"https://{service}.{region}.amazonaws.com{china}"


def _credentials() -> tuple[str, str, str]:
    """Return key, secret and token: those of the environment, or else (SnapStart) those that botocore finds and
    renews."""
    env = os.environ
    if "AWS_ACCESS_KEY_ID" in env:
        return env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN", "")
    found = _found_credentials().get_frozen_credentials()
    return found.access_key, found.secret_key, found.token or ""


@cache
def _found_credentials() -> Any:
    from botocore.session import Session  # half a cold start, which a snapshot has behind it

    return Session().get_credentials()


def _connect(made: HTTPConnection) -> None:
    """Open a connection; where Amazon's roots do not vouch for the other side, all that the system trusts are asked."""
    try:
        made.connect()
    except ssl.SSLCertVerificationError:
        if not amazon_roots.bundle():
            raise
        made.close()
        _tls().load_default_certs()
        made.connect()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or amazon_roots.bundle())


@lru_cache(maxsize=4)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _network_error(lost: Exception) -> Exception:
    if isinstance(lost, ConnectTimedOut):
        return ConnectTimeoutError()
    if isinstance(lost, TimeoutError):
        return ReadTimeoutError()
    if isinstance(lost, (HTTPException, ConnectionError)) and not isinstance(lost, ConnectionRefusedError):
        return ConnectionClosedError()
    return EndpointConnectionError()


def _is_whole(headers: Mapping[str, str], content: bytes) -> bool:
    """Whether an answer came as it was sent: DynamoDB tells its CRC-32."""
    return headers.get("x-amz-crc32") in (None, str(zlib.crc32(content)))
