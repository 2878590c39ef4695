"""`lazo doctor` compares what an alias runs with what was set, and asks the API itself."""

import http.server
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ops.doctor.checks import CHECKS
from ops.doctor.finding import Finding

SET = {"ORIGIN_DIGESTS": "a" * 64, "LOG_LEVEL": "INFO", "STAGE": "prod", "TABLE_NAME": "lazo-Table"}


def configuration(version: str, variables: dict[str, str] | None = None, **changed: Any) -> dict[str, Any]:
    """An answer of GetFunctionConfiguration (AWS Lambda API Reference)."""
    return {
        "Version": version,
        "Environment": {"Variables": SET | (variables or {})},
        "CodeSha256": "c1",
        "TracingConfig": {"Mode": "PassThrough"},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "Timeout": 29,
        **changed,
    }


def versions(
    live: dict[str, Any],
    latest: dict[str, Any] | None = None,
    digests: str = "a" * 64,
    weights: dict[str, float] | None = None,
) -> Finding:
    """The finding where one function has an alias, and the stack these parameters."""
    aws = SimpleNamespace(
        get_alias=lambda **_: (
            {"FunctionVersion": live["Version"]}
            | ({"RoutingConfig": {"AdditionalVersionWeights": weights}} if weights else {})
        ),
        get_function_configuration=lambda **asked: (
            live if asked.get("Qualifier") == "live" else latest or configuration("$LATEST")
        ),
    )
    target = SimpleNamespace(
        client=lambda _service: aws,
        resources={"Desk": "lazo-Desk-1", "DeskAliaslive": "arn", "Notify": "lazo-Notify-1"},
        parameters={"OriginDigests": digests, "LogLevel": "INFO", "Stage": "prod"},
    )
    return CHECKS["versions"](target)


def test_a_function_that_runs_with_what_was_set_is_in_order() -> None:
    """A version may have a snapshot, which the function itself never has."""
    snapped = {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
    asked = configuration("$LATEST", SnapStart={**snapped, "OptimizationStatus": "Off"})
    assert versions(configuration("7", SnapStart=snapped), asked).state == "ok"


@pytest.mark.parametrize(
    ("live", "named"),
    [
        (configuration("7", {"ORIGIN_DIGESTS": ""}), "OriginDigests"),
        (configuration("7", {"LOG_LEVEL": "DEBUG", "TABLE_NAME": "old"}), "LogLevel, TABLE_NAME"),
        (configuration("7", TracingConfig={"Mode": "Active"}), "TracingConfig"),
        (configuration("7", SnapStart={"ApplyOn": "PublishedVersions"}), "SnapStart"),
        (configuration("7", CodeSha256="c0", Timeout=3), "CodeSha256, Timeout"),
    ],
)
def test_what_a_version_does_not_run_with_is_named(live: dict[str, Any], named: str) -> None:
    finding = versions(live)
    assert finding.state == "failed"
    assert finding.message == f"not what was set: Desk (version 7): {named}"
    assert "make deploy" in finding.todo


def test_parameters_count_more_than_a_function_that_was_changed_by_hand() -> None:
    by_hand = configuration("7", {"ORIGIN_DIGESTS": ""})
    finding = versions(by_hand, configuration("$LATEST", {"ORIGIN_DIGESTS": ""}))
    assert (finding.state, "OriginDigests" in finding.message) == ("failed", True)


def test_a_version_that_is_taking_over_is_no_failure() -> None:
    assert versions(configuration("7", {"ORIGIN_DIGESTS": ""}), weights={"8": 0.1}).state == "warning"


@pytest.fixture
def api() -> Iterator[tuple[str, list[int]]]:
    """An API on this machine, and the statuses that it answers with, one after another."""
    statuses: list[int] = []

    class Api(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuses.pop(0))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", statuses
    server.shutdown()
    server.server_close()


def test_an_api_behind_an_edge_has_to_turn_strangers_away(api: tuple[str, list[int]]) -> None:
    url, statuses = api
    statuses += [403, 200]

    def origin(digests: str) -> Finding:
        target = SimpleNamespace(parameters={"OriginDigests": digests}, outputs={"ApiUrl": url})
        return CHECKS["origin"](target)

    assert origin("").state == "ok"
    assert origin("a" * 64).state == "ok"
    beside = origin("a" * 64)
    assert (beside.state, "200" in beside.message) == ("failed", True)
    assert statuses == [], "without digests nothing is asked"
