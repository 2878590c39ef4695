"""The desk's stylesheet and script: files whose names follow from what they hold, so that whoever has one keeps it.

A page of another version may ask for a name that is no longer: it gets what there is now, and keeps that no longer
than its visit.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lazo.web.pages import compact

_HERE = Path(__file__).parents[1] / "static"
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""RFC 8246; a year is as long as RFC 9111 has caches count on."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of `static/`, without indentation and without lines that are only a comment."""

    name: str
    """`desk.1a2b3c4d5e6f7a8b.css`"""
    text: str
    media_type: str

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/desk/static/{self.name}"


def _asset(kind: str) -> Asset:
    text = compact((_HERE / f"desk.{kind}").read_text(encoding="utf-8"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Asset(f"desk.{digest}.{kind}", text, _TYPES[kind])


STYLE, SCRIPT = _asset("css"), _asset("js")


def find_asset(name: str) -> tuple[Asset, str] | None:
    """The asset of a name, with the cache-control of a reply; None for what was never a name of one."""
    shape = re.fullmatch(r"desk\.[0-9a-f]{16}\.(css|js)", name)
    if shape is None:
        return None
    asset = STYLE if shape[1] == "css" else SCRIPT
    return asset, FOR_EVER if asset.name == name else "no-store"


def named_in(event: Mapping[str, Any]) -> str:
    """The name that a request of the HTTP API (payload 2.0) asks for."""
    return str(event["pathParameters"]["name"])
