"""Routes of an HTTP API ("Routes for HTTP APIs", API Gateway Developer Guide): which function takes a request."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.cloudformation.intrinsics import TemplateError
from infra.local.event_sources.lambda_runtime import Function

_INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    function: Function

    @property
    def key(self) -> str:
        return "$default" if self.path == "$default" else f"{self.method} {self.path}"

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the path parameters, or None when the route is not meant."""
        if self.path == "$default":
            return {}
        if self.method not in (method, "ANY"):
            return None
        found = self._pattern.fullmatch(path)
        return dict(zip(self._names, found.groups(), strict=True)) if found else None

    @functools.cached_property
    def _names(self) -> list[str]:
        return re.findall(r"\{([^}+]+)\+?\}", self.path)

    @functools.cached_property
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


def read_route(
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
