"""Payload format 2.0 between an HTTP API and its functions: a request as an event, a handler's result as a response.

Source: "Create AWS Lambda proxy integrations for HTTP APIs" (API Gateway Developer Guide). What it leaves open is taken
from captures of the real service: a body is text only for text/*, application/json, application/xml and
application/javascript; any other, forms too, arrives as base64; rawPath is percent-decoded.
"""

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from infra.local.cloudformation.stack_scope import ACCOUNT
from infra.local.event_sources.lambda_runtime import SYNCHRONOUS_LIMIT

_TEXT = re.compile(r"text/.*|application/(json|xml|javascript)")
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}


@dataclass(frozen=True)
class Response:
    """What the client gets. Header names are in lower case; each cookie is the value of one Set-Cookie."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Request:
    """An HTTP request as it reaches the API: `path` is percent-decoded, `query` is not; `at` is when it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str
    at: datetime


def event_of(request: Request, route_key: str, api_id: str, region: str) -> dict[str, Any]:
    """Make the event that the function of this route gets, path parameters apart."""
    names = {name.lower(): value for name, value in request.headers.items()}
    cookies = names.pop("cookie", "")
    domain = names.setdefault("host", f"{api_id}.execute-api.{region}.amazonaws.com")
    forwarded = names.get("x-forwarded-for")
    names["x-forwarded-for"] = f"{forwarded}, {request.source_ip}" if forwarded else request.source_ip
    names.setdefault("x-forwarded-proto", "http")
    names["content-length"] = str(len(request.body))
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": {name: value for name, value in sorted(names.items()) if name not in _HOP_BY_HOP},
        "requestContext": _context(request, route_key, api_id, domain, names.get("user-agent", "")),
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = [each.strip() for each in cookies.split(";")]
    if request.query:
        event["queryStringParameters"] = _joined(parse_qsl(request.query, keep_blank_values=True))
    if request.body:
        kind = names.get("content-type", "").split(";")[0].strip().lower()
        event["isBase64Encoded"] = not _TEXT.fullmatch(kind)
        event["body"] = (
            base64.b64encode(request.body).decode()
            if event["isBase64Encoded"]
            else request.body.decode("utf-8", errors="replace")
        )
    return event


def _context(request: Request, route_key: str, api_id: str, domain: str, user_agent: str) -> dict[str, Any]:
    return {
        "accountId": ACCOUNT,
        "apiId": api_id,
        "domainName": domain,
        "domainPrefix": domain.split(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": user_agent,
        },
        "requestId": f"{secrets.token_urlsafe(11)}=",
        "routeKey": route_key,
        "stage": "$default",
        "time": request.at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(request.at.timestamp() * 1000),
    }


class BadResponse(ValueError):
    """API Gateway cannot make a response of what the handler returned."""


def response_of(result: Any) -> Response:
    """Make the HTTP response that a handler's result stands for. Raises BadResponse."""
    if not isinstance(result, dict) or "statusCode" not in result:
        inferred = result if isinstance(result, str) else json.dumps(result)
        return Response(200, {"content-type": "application/json"}, [], _limited(inferred.encode()))
    status = result["statusCode"]
    if isinstance(status, str) and status.isdigit():
        status = int(status)
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        raise BadResponse(f"statusCode {status!r}")
    text = result.get("body") or ""
    if not isinstance(text, str):
        raise BadResponse(f"body is {type(text).__name__}, not a text")
    if len(json.dumps(result).encode()) > SYNCHRONOUS_LIMIT:
        raise BadResponse("more than 6 MB")
    body = text.encode()
    if result.get("isBase64Encoded"):
        try:
            body = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise BadResponse("body is not base64") from error
    headers = {str(name).lower(): _header(value) for name, value in (result.get("headers") or {}).items()}
    if body:
        headers.setdefault("content-type", "text/plain;charset=UTF-8")
    cookies = result.get("cookies") or []
    if not isinstance(cookies, list) or not all(isinstance(each, str) for each in cookies):
        raise BadResponse("cookies is no list of texts")
    return Response(status, headers, cookies, body)


def _limited(body: bytes) -> bytes:
    if len(body) > SYNCHRONOUS_LIMIT:
        raise BadResponse("more than 6 MB")
    return body


def _header(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)) or "\n" in str(value) or "\r" in str(value):
        raise BadResponse(f"header value {value!r}")
    return str(value)


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(each) for name, each in values.items()}
