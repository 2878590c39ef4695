"""The desk's stylesheets, scripts, icons and manifest, under names that contain a hash of their content.

So browsers cache them.

A page of an earlier version may ask for an earlier name: it gets the present file, which the browser must not store.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lazo.web.pages import compact
from lazo.web.responses import Response

_HERE = Path(__file__).parents[1] / "static"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "png": "image/png",
    "webmanifest": "application/manifest+json; charset=utf-8",
}
_NAME: Final = re.compile(r"([a-z]+(?:-[a-z0-9]+)*)\.[0-9a-f]{16}\.([a-z]+)")
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""`immutable` is RFC 8246; caches need not honour more than a year (RFC 9111)."""
PATH: Final = "/desk/static/"
GROUND: Final = {"light": "#f3f1ed", "dark": "#14171a"}
"""The colour behind each page (`--paper` of desk.css), which the phone gives its own bar."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the desk's pages load."""

    name: str
    """`desk.1a2b3c4d5e6f7a8b.css`, made of `desk.css`."""
    text: str
    media_type: str
    binary: bytes = b""
    """Its content, where it is no text."""

    @property
    def path(self) -> str:
        """The path that serves it."""
        return PATH + self.name


def _asset(name: str, content: bytes) -> Asset:
    stem, _, kind = name.rpartition(".")
    name = f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
    if kind == "png":
        return Asset(name, "", _TYPES[kind], content)
    return Asset(name, content.decode(), _TYPES[kind])


def _text_asset(name: str) -> Asset:
    """Return a style or script without indentation and comment lines."""
    return _asset(name, compact((_HERE / name).read_text(encoding="utf-8")).encode())


def _manifest(icons: dict[str, Asset]) -> Asset:
    """Return the web app manifest (W3C), by which a phone installs the desk."""
    offered = (("icon-192.png", "any"), ("icon-512.png", "any"), ("icon-maskable-512.png", "maskable"))
    content = {
        "id": "/desk",
        "name": "Lazo",
        "short_name": "Lazo",
        "start_url": "/desk",
        "scope": "/desk",
        "display": "standalone",
        "background_color": GROUND["light"],
        "theme_color": GROUND["light"],
        "icons": [
            {
                "src": icons[name].path,
                "sizes": "x".join(re.findall(r"\d+", name) * 2),
                "type": "image/png",
                "purpose": purpose,
            }
            for name, purpose in offered
        ],
    }
    return _asset("manifest.webmanifest", json.dumps(content).encode())


_ICONS: Final = {
    name: _asset(name, (_HERE / name).read_bytes())
    for name in ("icon-192.png", "icon-512.png", "icon-maskable-512.png", "icon-touch-180.png")
}
ASSETS: Final = {
    **{
        name: _text_asset(name)
        for name in ("desk.css", "desk.js", "pages.css", "lists.css", "lists.js", "case.css", "case.js")
    },
    **_ICONS,
    "manifest.webmanifest": _manifest(_ICONS),
}
"""Each by its name without the hash. Every page has desk.css and desk.js. The case has case.css and case.js beside
them, each other page pages.css, and the board, the responses and the promises lists.css and lists.js too."""
OF_THE_BOARD: Final = tuple(
    ASSETS[name] for name in ("desk.css", "pages.css", "lists.css", "desk.js", "lists.js")
)
"""What a board that was kept needs."""


def asset_response(name: str) -> Response | None:
    """Return the response with the asset for a name; None if there is no such asset."""
    shape = _NAME.fullmatch(name)
    asset = ASSETS.get(f"{shape[1]}.{shape[2]}") if shape else None
    if asset is None:
        return None
    headers = {
        "content-type": asset.media_type,
        "cache-control": IMMUTABLE if asset.name == name else "no-store",
    }
    return Response(200, asset.text, headers, binary=asset.binary)
