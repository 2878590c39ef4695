"""Read a form from a request of the HTTP API (payload format 2.0)."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from lazo.web.requests import body_bytes

LARGEST_BODY: Final = 48 * 1024
"""Bytes as sent: a text of 2000 characters with every byte escaped, and some more."""


def read_form(event: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the first value of each field; None when the form is too large or cannot be parsed."""
    try:
        sent = body_bytes(event)
        if len(sent) > LARGEST_BODY:
            return None
        fields = parse_qs(sent.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}
