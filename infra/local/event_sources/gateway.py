"""The HTTP API: routes to handlers, requests and responses in payload format 2.0.

Sources: "Create AWS Lambda proxy integrations for HTTP APIs" and "Routes for HTTP APIs" (API Gateway Developer Guide).
What they leave open is taken from captures of the real service: a body is text only for text/*, application/json,
application/xml and application/javascript, all else, forms too, arrives base64; rawPath is percent-decoded.
"""

import base64
import binascii
import json
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.cloudformation.intrinsics import TemplateError, only
from infra.local.cloudformation.resources import ACCOUNT, Resource
from infra.local.event_sources.lambda_runtime import SYNCHRONOUS_LIMIT, Function, FunctionError

REQUEST_LIMIT = 10 * 1024 * 1024
"""Bytes of a request's body (API Gateway quotas: 10 MB)."""

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
_INTEGRATION = "x-amazon-apigateway-integration"

logger = logging.getLogger(__name__)


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
class Route:
    method: str
    path: str
    function: Function

    @property
    def key(self) -> str:
        return "$default" if self.path == "$default" else f"{self.method} {self.path}"

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The path parameters, or None when the route is not meant."""
        if self.path == "$default":
            return {}
        if self.method not in (method, "ANY"):
            return None
        found = self._pattern.fullmatch(path)
        return dict(zip(self._names, found.groups(), strict=True)) if found else None

    @property
    def _names(self) -> list[str]:
        return re.findall(r"\{([^}+]+)\+?\}", self.path)

    @property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"(\{[^}]+\})", self.path)
        return re.compile("".join(self._part(part) for part in parts), re.DOTALL)

    @staticmethod
    def _part(part: str) -> str:
        if not part.startswith("{"):
            return re.escape(part)
        return "(.+)" if part.endswith("+}") else "([^/]+)"

    @property
    def rank(self) -> tuple[Any, ...]:
        """The most specific route wins: text before a parameter before a greedy one, the named method before ANY,
        $default last."""
        segments = [2 if each.endswith("+}") else 1 if "{" in each else 0 for each in self.path.split("/")]
        return (self.path == "$default", max(segments, default=0) == 2, segments, self.method == "ANY")


class Gateway:
    """One HTTP API. `now` gives the product's clock."""

    def __init__(
        self,
        api: Resource,
        function_by_arn: Callable[[str], Function],
        region: str,
        now: Callable[[], datetime],
    ) -> None:
        self._api_id = api.ref
        self._region = region
        self._now = now
        body = api.properties.get("Body", {})
        only(api.logical_id, body, {"openapi", "info", "paths", "tags"})
        self.routes = sorted(
            (
                _route(method, path, operation, function_by_arn)
                for path, operations in body.get("paths", {}).items()
                for method, operation in operations.items()
            ),
            key=lambda route: route.rank,
        )

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        source_ip: str,
    ) -> Response:
        """`target` is the path with its query as it stands in the request line."""
        if len(body) > REQUEST_LIMIT:
            return _message(413, "Request Entity Too Large")
        raw_path, _, query = target.partition("?")
        path = unquote(raw_path)
        for route in self.routes:
            parameters = route.match(method, path)
            if parameters is not None:
                break
        else:
            return _message(404, "Not Found")
        event = self._event(route, method, path, query, headers, body, source_ip)
        if parameters:
            event["pathParameters"] = parameters
        if len(json.dumps(event).encode()) > SYNCHRONOUS_LIMIT:
            return _message(413, "Request Entity Too Large")
        request_id = event["requestContext"]["requestId"]
        try:
            response = response_of(route.function.invoke(event))
        except FunctionError:
            response = _message(500, "Internal Server Error")
        except BadResponse as error:
            logger.warning("%s: API Gateway cannot read the response: %s", route.function.logical_id, error)
            response = _message(500, "Internal Server Error")
        response.headers["apigw-requestid"] = request_id
        return response

    def _event(
        self,
        route: Route,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        source_ip: str,
    ) -> dict[str, Any]:
        now = self._now()
        names = {name.lower(): value for name, value in headers.items()}
        cookies = names.pop("cookie", "")
        domain = names.setdefault("host", f"{self._api_id}.execute-api.{self._region}.amazonaws.com")
        forwarded = names.get("x-forwarded-for")
        names["x-forwarded-for"] = f"{forwarded}, {source_ip}" if forwarded else source_ip
        names.setdefault("x-forwarded-proto", "http")
        names["content-length"] = str(len(body))
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route.key,
            "rawPath": path,
            "rawQueryString": query,
            "headers": {name: value for name, value in sorted(names.items()) if name not in _HOP_BY_HOP},
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": self._api_id,
                "domainName": domain,
                "domainPrefix": domain.split(".")[0],
                "http": {
                    "method": method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": source_ip,
                    "userAgent": names.get("user-agent", ""),
                },
                "requestId": f"{secrets.token_urlsafe(11)}=",
                "routeKey": route.key,
                "stage": "$default",
                "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "timeEpoch": int(now.timestamp() * 1000),
            },
            "isBase64Encoded": False,
        }
        if cookies:
            event["cookies"] = [each.strip() for each in cookies.split(";")]
        if query:
            event["queryStringParameters"] = _joined(parse_qsl(query, keep_blank_values=True))
        if body:
            kind = names.get("content-type", "").split(";")[0].strip().lower()
            event["isBase64Encoded"] = not _TEXT.fullmatch(kind)
            event["body"] = base64.b64encode(body).decode() if event["isBase64Encoded"] else _text(body)
        return event


class BadResponse(ValueError):
    """API Gateway cannot make a response of what the handler returned."""


def response_of(result: Any) -> Response:
    """The HTTP response that a handler's result stands for. Raises BadResponse."""
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


def _message(status: int, text: str) -> Response:
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Response(status, {"content-type": "application/json"}, [], body)


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(each) for name, each in values.items()}


def _route(
    method: str, path: str, operation: Mapping[str, Any], function_by_arn: Callable[[str], Function]
) -> Route:
    where = f"route {method} {path}"
    if operation.get("security"):
        raise TemplateError(f"{where}: authorizers are not supported")
    integration = operation.get(_INTEGRATION, {})
    if integration.get("payloadFormatVersion") != "2.0" or integration.get("type") != "aws_proxy":
        raise TemplateError(f"{where}: only Lambda proxies of payload format 2.0 are supported")
    arn = re.search(r"functions/(arn:[^/]+)/invocations", integration["uri"])
    if arn is None:
        raise TemplateError(f"{where}: no function in {integration['uri']}")
    name = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    return Route(name, path, function_by_arn(arn.group(1)))
