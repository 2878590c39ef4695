"""What the routes under /local take of a request: who may ask, and the fields of its body."""

import math
import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

HOST: Final = "127.0.0.1"
_FURTHEST = timedelta(days=366)
LONGEST_SENDER, LONGEST_SMS = 40, 1600
"""Characters: more than a number has, and more than a phone sends in one message of many parts."""
FORM = "application/x-www-form-urlencoded"


class HttpError(Exception):
    """An error of a /local route: HTTP status, code, message, field."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message, "field": field}}


def network_address() -> str | None:
    """Return the address by which other devices of the local network reach this machine; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(
                ("192.0.2.1", 9)
            )  # RFC 5737: leads nowhere. UDP sends nothing to connect, it picks a way.
        except OSError:
            return None
        address: str = asking.getsockname()[0]
    return None if address.startswith(("127.", "0.")) else address


def check_host(request: Request) -> None:
    """Raises HttpError unless the request names this machine: a foreign name may lead here by DNS."""
    if urlsplit(f"//{request.host}").hostname not in (HOST, "localhost"):
        raise HttpError(403, "foreign_host", "the local cloud answers to 127.0.0.1 and localhost only")


def check_origin(request: Request) -> None:
    """Raises HttpError when a page of another site sends the request."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if (origin is not None and origin != f"http://{request.host}") or site not in ("same-origin", "none"):
        raise HttpError(403, "foreign_origin", "a page of another site may not do this")


def advance_seconds(request: Request) -> float:
    """Read how far the clock is to move on. Raises HttpError for what is no number from 0 to a year's seconds."""
    field = "advance_seconds"
    if request.mimetype == FORM:
        given: Any = request.form.get(field)
    else:
        body = request.get_json(force=True, silent=True)
        given = body.get(field) if isinstance(body, dict) else None
        if isinstance(given, (str, bool)):
            given = None
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        raise HttpError(400, "invalid", f"{field} must be a number of seconds", field) from None
    if not math.isfinite(seconds) or not 0 <= seconds <= _FURTHEST.total_seconds():
        raise HttpError(
            400, "out_of_range", f"{field} must be from 0 to {_FURTHEST.total_seconds():.0f}", field
        )
    return seconds


def sender_and_text(request: Request) -> tuple[str, str]:
    """Read the fields `from` and `text` of an SMS, from a form or JSON. Raises HttpError."""
    body: Any = request.form if request.mimetype == FORM else request.get_json(force=True, silent=True)
    if not isinstance(body, Mapping):
        body = {}

    def text(name: str, most: int) -> str:
        value = body.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            raise HttpError(400, "invalid", f"{name} must be a text of 1 to {most} characters", name)
        return value.strip()

    return text("from", LONGEST_SENDER), text("text", LONGEST_SMS)


def target_of(request: Request) -> str:
    """Return path and query as they stood in the request line."""
    raw = str(request.environ.get("RAW_URI") or request.full_path)
    if raw.startswith("/"):
        return raw
    parts = urlsplit(raw)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def wants_html(request: Request, *, by_default: bool) -> bool:
    """Tell whether the client prefers a page to JSON; `by_default`: also when it does not say."""
    kinds = ["text/html", "application/json"] if by_default else ["application/json", "text/html"]
    return request.accept_mimetypes.best_match(kinds, default=kinds[0]) == "text/html"
