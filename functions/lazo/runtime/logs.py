"""The logger of every function: JSON of Powertools, with whatever looks personal replaced.

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


def logger() -> Logger:
    """Return the logger; name and level come from POWERTOOLS_SERVICE_NAME and LOG_LEVEL."""
    return Logger(json_serializer=_serialize)


def redact(text: str) -> str:
    """Replace e-mail addresses, phone numbers and tokens of links in a text."""
    for pattern, replacement in _PERSONAL:
        text = pattern.sub(replacement, text)
    return text


def _serialize(entry: dict[str, Any]) -> str:
    return redact(json.dumps(entry, ensure_ascii=False, default=str, separators=(",", ":")))
