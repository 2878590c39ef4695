"""The logger of every function: JSON of Powertools, with whatever looks personal replaced.

Lambda takes a line whose level it does not know, or whose time is not RFC 3339, for INFO, and drops it where the
parameter LogLevel is above ("Log-level filtering", AWS Lambda Developer Guide). So lines name levels as Lambda does.

Code must not log personal data. This catches what slips through, such as an error's text that quotes a request.
"""

import json
import re
from typing import Any

from aws_lambda_powertools import Logger

_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[email]"),
    # E.164, as stored; ids of AWS and dates have no plus sign.
    (re.compile(r"\+[1-9]\d{7,14}\b"), "[phone]"),
    # The tokens in links of managers and customers, and in the sign-in link.
    (re.compile(r"/(f|m|in)/[\w-]{30,}"), r"/\1/[token]"),
)


_LEVELS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
"""Lambda's name by Python's, where they differ."""


def logger() -> Logger:
    """Return the logger. Its name is POWERTOOLS_SERVICE_NAME; its level AWS_LAMBDA_LOG_LEVEL, which Lambda sets to the
    function's ApplicationLogLevel, and elsewhere LOG_LEVEL."""
    return Logger(json_serializer=_serialize, use_rfc3339=True, utc=True)


def redact(text: str) -> str:
    """Replace e-mail addresses, phone numbers and tokens of links in a text."""
    for pattern, replacement in _PERSONAL:
        text = pattern.sub(replacement, text)
    return text


def _serialize(entry: dict[str, Any]) -> str:
    entry["level"] = _LEVELS.get(entry["level"], entry["level"])
    return redact(json.dumps(entry, ensure_ascii=False, default=str, separators=(",", ":")))
