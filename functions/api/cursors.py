"""Cursors as a client gets them: text that says nothing to it. What comes back is checked like any other input, and
opens nothing that the key and the parameters do not open, so it needs no signature."""

import base64
import binascii
from typing import Literal

from lazo.errors import Problem, Rejected

Kind = Literal["scores", "answers", "followups"]


def invalid_cursor() -> Rejected:
    """Return the error for a cursor that is none of this list."""
    return Rejected(Problem("cursor_invalid", "cursor"))


def encode_cursor(kind: Kind, position: str | None) -> str | None:
    """Return the cursor of a position in a list, None for none."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(f"{kind}:{position}".encode()).decode().rstrip("=")


def decode_cursor(kind: Kind, cursor: str | None) -> str | None:
    """Return the untrusted position in a cursor, None without one. Raises Rejected for what is no cursor of this
    list."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise invalid_cursor() from error
    if not text.startswith(f"{kind}:"):
        raise invalid_cursor()
    return text.removeprefix(f"{kind}:")
