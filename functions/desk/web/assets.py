"""The desk's stylesheets and scripts, under names that contain a hash of their content, so that browsers cache them.

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
    """`desk.1a2b3c4d5e6f7a8b.css`, made of `desk.css`."""
    text: str
    media_type: str

    @property
    def path(self) -> str:
        """The path that serves it."""
        return f"/desk/static/{self.name}"


def _asset(stem: str, kind: str) -> Asset:
    text = compact((_HERE / f"{stem}.{kind}").read_text(encoding="utf-8"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Asset(f"{stem}.{digest}.{kind}", text, _TYPES[kind])


ASSETS: Final = {path.name: _asset(path.stem, path.suffix[1:]) for path in sorted(_HERE.iterdir())}
"""By the name of the file (`desk.css`)."""
STYLE, SCRIPT = ASSETS["desk.css"], ASSETS["desk.js"]
LISTS_STYLE, LISTS_SCRIPT = ASSETS["lists.css"], ASSETS["lists.js"]
LISTS: Final = {"style": LISTS_STYLE.path, "script": LISTS_SCRIPT.path}
"""Paths for the pages with lists: the board, the responses and the promises."""


def asset_response(name: str) -> Response | None:
    """Return the response with the asset for a name; None if there is no such file."""
    shape = re.fullmatch(r"([a-z]+)\.[0-9a-f]{16}\.(css|js)", name)
    asset = ASSETS.get(f"{shape[1]}.{shape[2]}") if shape else None
    if asset is None:
        return None
    cached = IMMUTABLE if asset.name == name else "no-store"
    return Response(200, asset.text, {"content-type": asset.media_type, "cache-control": cached})
