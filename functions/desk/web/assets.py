"""The desk's stylesheet and script, under names that contain a hash of their content, so that browsers cache them.

A page of an earlier version may ask for an earlier name: it gets the present file, which the browser must not store.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lazo.web.pages import compact
from lazo.web.responses import Response

_HERE = Path(__file__).parents[1] / "static"
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""`immutable` is RFC 8246; caches need not honour more than a year (RFC 9111)."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of `static/`, without indentation and comment lines."""

    name: str
    """`desk.1a2b3c4d5e6f7a8b.css`"""
    text: str
    media_type: str

    @property
    def path(self) -> str:
        """The path that serves it."""
        return f"/desk/static/{self.name}"


def _asset(kind: str) -> Asset:
    text = compact((_HERE / f"desk.{kind}").read_text(encoding="utf-8"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Asset(f"desk.{digest}.{kind}", text, _TYPES[kind])


STYLE, SCRIPT = _asset("css"), _asset("js")


def asset_response(name: str) -> Response | None:
    """Return the response with the asset for a name; None if the name has another form."""
    shape = re.fullmatch(r"desk\.[0-9a-f]{16}\.(css|js)", name)
    if shape is None:
        return None
    asset = STYLE if shape[1] == "css" else SCRIPT
    cached = IMMUTABLE if asset.name == name else "no-store"
    return Response(200, asset.text, {"content-type": asset.media_type, "cache-control": cached})
