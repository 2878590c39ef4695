"""An HTTP API: finds the route of a request, runs its function and makes the response of what it returns."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import unquote

from infra.local.cloudformation.intrinsics import reject_unknown
from infra.local.cloudformation.resources import Resource
from infra.local.event_sources.gateway_payloads import BadResponse, Request, Response, event_of, response_of
from infra.local.event_sources.gateway_routes import Route, read_route
from infra.local.event_sources.lambda_runtime import SYNCHRONOUS_LIMIT, Function, FunctionError

REQUEST_LIMIT = 10 * 1024 * 1024
"""Bytes of a request's body (API Gateway quotas: 10 MB)."""

logger = logging.getLogger(__name__)


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
        reject_unknown(api.logical_id, body, {"openapi", "info", "paths", "tags"})
        self.routes = sorted(
            (
                read_route(method, path, operation, function_by_arn)
                for path, operations in body.get("paths", {}).items()
                for method, operation in operations.items()
            ),
            key=lambda route: route.rank,
        )

    def request(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, source_ip: str
    ) -> Response:
        """Answers a request; `target` is the path with its query as it stands in the request line."""
        if len(body) > REQUEST_LIMIT:
            return _message(413, "Request Entity Too Large")
        raw_path, _, query = target.partition("?")
        request = Request(method, unquote(raw_path), query, headers, body, source_ip, self._now())
        for route in self.routes:
            parameters = route.match(method, request.path)
            if parameters is not None:
                return self._answer(request, route, parameters)
        return _message(404, "Not Found")

    def _answer(self, request: Request, route: Route, parameters: Mapping[str, str]) -> Response:
        event = event_of(request, route.key, self._api_id, self._region)
        if parameters:
            event["pathParameters"] = parameters
        if len(json.dumps(event).encode()) > SYNCHRONOUS_LIMIT:
            return _message(413, "Request Entity Too Large")
        try:
            response = response_of(route.function.invoke(event))
        except FunctionError:
            response = _message(500, "Internal Server Error")
        except BadResponse as error:
            logger.warning("%s: API Gateway cannot read the response: %s", route.function.logical_id, error)
            response = _message(500, "Internal Server Error")
        response.headers["apigw-requestid"] = event["requestContext"]["requestId"]
        return response


def _message(status: int, text: str) -> Response:
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Response(status, {"content-type": "application/json"}, [], body)
