"""What an operator sets as LogLevel is what Lambda and Powertools log, and no level loses a metric."""

import io
import json
import logging
import re
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from infra.local.cloudformation.intrinsics import Resolver
from infra.local.cloudformation.template import load
from lazo.runtime import logs, metrics

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = load(ROOT / "template.yaml", {"SenderEmail": "lazo@example.com"}, "us-east-1")
FUNCTIONS: dict[str, dict[str, Any]] = {
    name: resource["Properties"]
    for name, resource in TEMPLATE.resources.items()
    if resource["Type"] == "AWS::Lambda::Function"
}

LAMBDA_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
"""ApplicationLogLevel (LoggingConfig, AWS Lambda API Reference), the most detailed first."""
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def kept(line: str, application_level: str) -> bool:
    """Whether Lambda hands a line on to CloudWatch: without a level that it knows and a time in RFC 3339 the line is
    INFO ("Log-level filtering", AWS Lambda Developer Guide)."""
    entry = json.loads(line)
    known = entry.get("level") in LAMBDA_LEVELS and RFC_3339.fullmatch(str(entry.get("timestamp", "")))
    level = entry["level"] if known else "INFO"
    return LAMBDA_LEVELS.index(level) >= LAMBDA_LEVELS.index(application_level)


def settings(function: str, level: str) -> tuple[str, str]:
    """LOG_LEVEL and ApplicationLogLevel of a function, where the parameter LogLevel is `level`."""
    known = {**TEMPLATE.parameters, "LogLevel": level}
    resolver = Resolver(lambda name: known.get(name, name), lambda name, path: name, TEMPLATE.conditions)
    config = resolver.resolve(FUNCTIONS[function]["LoggingConfig"])
    assert config["LogFormat"] == "JSON"
    assert config["SystemLogLevel"] == "INFO", "the line on each call, with its duration and memory"
    variables = resolver.resolve(FUNCTIONS[function]["Environment"]["Variables"])
    return variables["LOG_LEVEL"], config["ApplicationLogLevel"]


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_what_is_set_is_what_both_log(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (pair,) = {settings(function, level) for function in FUNCTIONS}
    log_level, application_level = pair
    assert application_level in LAMBDA_LEVELS
    monkeypatch.setenv("LOG_LEVEL", log_level)
    monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", application_level)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"test-level-{level}")
    stream = io.StringIO()
    monkeypatch.setattr("lazo.runtime.logs.Logger", lambda **options: Logger(stream=stream, **options))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Powertools warns where the two differ
        logger = logs.logger()
    assert logger.log_level == logging.getLevelNamesMapping()[level]
    said = ["debug", "info", "warning", "error", "critical"]
    for each in said:
        getattr(logger, each)(each)
    lines = stream.getvalue().splitlines()
    expected = said[["DEBUG", "INFO", "WARNING", "ERROR"].index(level) :]
    assert [json.loads(line)["message"] for line in lines] == expected
    assert all(kept(line, application_level) for line in lines)


def test_metrics_are_kept_at_every_level() -> None:
    with redirect_stdout(io.StringIO()) as printed:
        metrics.failed_message_counter("Lazo/test", "notify")("sms")
    (line,) = printed.getvalue().splitlines()
    assert all(kept(line, settings("Notify", level)[1]) for level in ("DEBUG", "INFO", "WARNING", "ERROR"))
    entry = json.loads(line)
    # An alarm goes by these lines of collect's log.
    assert entry["level"] != "ERROR"
    assert entry["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["channel", "service"]]
