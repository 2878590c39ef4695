"""Personal data and tokens are redacted from log lines."""

import io
import json

import pytest
from aws_lambda_powertools import Logger

from lazo.runtime import logs


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Invalid parameter: +56922345671", "Invalid parameter: [phone]"),
        ("no mailbox eva.soto+caja@correo.example.org here", "no mailbox [email] here"),
        ("GET /f/AbCdEfGhIjKlMnOpQrStUvWxYz012345678 failed", "GET /f/[token] failed"),
        ("GET /m/AbCdEfGhIjKlMnOpQrStUvWxYz01-_ failed", "GET /m/[token] failed"),
        ("/desk/in/AbCdEfGhIjKlMnOpQrStUvWxYz012345678", "/desk/in/[token]"),
    ],
)
def test_personal_data_and_tokens_are_redacted(said: str, written: str) -> None:
    assert logs.redact(said) == written


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-21T22:07:39.123+00:00",
        "2026-11-21 22:07:39,123+0000",
        "arn:aws:sns:us-east-1:123456789012:lazo-Events",
        "01JD8Z9K3M4N5P6Q7R8S9T0V1W",
        "app.py:45 < dispatch.py:166",
        "attempts: 12345678901",
    ],
)
def test_times_ids_and_counts_are_kept(said: str) -> None:
    assert logs.redact(said) == said


def test_every_line_is_redacted_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test-redaction")
    stream = io.StringIO()
    monkeypatch.setattr("lazo.runtime.logs.Logger", lambda **options: Logger(stream=stream, **options))
    logger = logs.logger()
    try:
        raise ValueError("not for eva@example.org")
    except ValueError:
        logger.exception("refused by +56922345671", extra={"told": {"to": "eva@example.org"}})
    line = json.loads(stream.getvalue())
    assert line["message"] == "refused by [phone]"
    assert line["told"] == {"to": "[email]"}
    assert "eva@" not in stream.getvalue()
    assert line["exception_name"] == "ValueError"
