"""Reading a form that the HTTP API hands over (payload format 2.0)."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from lazo.web.requests import body_bytes

LARGEST: Final = 48 * 1024
"""Bytes as sent: a text of 2000 characters with every byte escaped, and room."""


def form_of(event: Mapping[str, Any]) -> dict[str, str] | None:
    """The first value of each field; None for what is no form of ours: too large, or not to be read."""
    try:
        sent = body_bytes(event)
        if len(sent) > LARGEST:
            return None
        fields = parse_qs(sent.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}
