"""The one logger of every function: JSON of Powertools, with what looks personal taken out, whoever wrote it there.

Code is to log nothing personal in the first place; this is for what slips through, an error's text that quotes a
request say.
"""

import json
import re
from typing import Any

from aws_lambda_powertools import Logger

_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[email]"),
    # Numbers as they are kept (E.164); ids of AWS and dates have no plus sign.
    (re.compile(r"\+[1-9]\d{7,14}\b"), "[phone]"),
    # What opens something: the links of managers and customers, and the link to sign in.
    (re.compile(r"/(f|m|in)/[\w-]{30,}"), r"/\1/[token]"),
)


def logger() -> Logger:
    """The logger of the function, at its level (POWERTOOLS_SERVICE_NAME, LOG_LEVEL)."""
    return Logger(json_serializer=_written)


def redacted(text: str) -> str:
    """The text without e-mail addresses, phone numbers and tokens of links."""
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text


def _written(entry: dict[str, Any]) -> str:
    return redacted(json.dumps(entry, ensure_ascii=False, default=str, separators=(",", ":")))
