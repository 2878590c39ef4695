"""Reads a brand's logo for the pages that customers open: small, and with nothing in it that acts or loads."""

import re
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from PIL import Image

from lazo.store.brand_look import LogoType
from ops.posters.logo import read_logo

LARGEST: Final = 3_000
"""Bytes of a logo as it is served: with the page, 27 KB, it stays below 30 KB."""
SHOWN: Final = (240, 80)
"""Pixels of a PNG: the place of the logo at twice its size, for sharp screens."""
_SVG: Final = "{http://www.w3.org/2000/svg}"
_ELEMENTS: Final = frozenset(
    (
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
        *(
            "defs",
            "linearGradient",
            "radialGradient",
            "stop",
            "clipPath",
            "mask",
            "title",
            "desc",
            "use",
            "symbol",
        ),
    )
)
_URL: Final = re.compile(r"url\s*\(\s*['\"]?\s*(?!#)", re.IGNORECASE)
_UNWANTED: Final = re.compile(r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet", re.IGNORECASE)


def read_brand_logo(path: Path) -> tuple[bytes, LogoType, int, int]:
    """Return the bytes to serve, their type, and width and height. Raises ValueError, in a sentence, when the file
    cannot be used; OSError when it cannot be opened."""
    data = path.read_bytes()
    if path.suffix.lower() == ".svg" or data.lstrip()[:5] in (b"<?xml", b"<svg "):
        return (*_checked_svg(data, path.name),)
    logo = read_logo(path)
    picture = Image.open(BytesIO(logo.png))
    picture.thumbnail(SHOWN, Image.Resampling.LANCZOS)
    smallest = _png(picture)
    for colours in (128, 32, 16):
        if len(smallest) > LARGEST:
            smallest = _png(picture.quantize(colours, method=Image.Quantize.FASTOCTREE))
    if len(smallest) > LARGEST:
        raise ValueError(
            f"{path.name} has {len(smallest)} bytes when made small; {LARGEST} are the most: simplify it"
        )
    return smallest, "image/png", picture.width, picture.height


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _checked_svg(data: bytes, name: str) -> tuple[bytes, LogoType, int, int]:
    if len(data) > LARGEST:
        raise ValueError(f"{name} has {len(data)} bytes; {LARGEST} are the most: simplify it, or use a PNG")
    try:
        text = data.decode()
        if _UNWANTED.search(text):
            raise ValueError(f"{name} has a DOCTYPE, an entity or a style sheet: save it as a plain SVG")
        root = ElementTree.fromstring(text)  # noqa: S314  # nosec B314: no DOCTYPE, no entities
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise ValueError(f"{name} is no SVG in UTF-8: {error}") from error
    if root.tag != f"{_SVG}svg":
        raise ValueError(f"{name} is no SVG")
    for element in root.iter():
        _check_element(element, name)
    width, height = _size_of(root, name)
    return data, "image/svg+xml", width, height


def _check_element(element: ElementTree.Element, name: str) -> None:
    tag = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else "comment"
    if tag not in _ELEMENTS:
        raise ValueError(
            f"{name} has an element <{tag.rpartition('}')[2]}>, which a logo may not have: save it without"
        )
    for attribute, value in element.attrib.items():
        own = attribute.rpartition("}")[2].lower()
        if own.startswith("on"):
            raise ValueError(f"{name} has a script ({own}): save it without")
        if (own == "href" and value[:1] != "#") or _URL.search(value) or "\\" in value:
            raise ValueError(f"{name} refers to something outside of it ({own}): save it without")


def _size_of(root: ElementTree.Element, name: str) -> tuple[int, int]:
    """Return width and height, as SHOWN has room for them."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        width, height = (float(box[n]) for n in (2, 3))
        if not (width > 0 and height > 0):
            raise ValueError("no size")
    except (ValueError, IndexError) as error:
        raise ValueError(f"{name} has no viewBox, so its size is unknown: save it with one") from error
    factor = min(SHOWN[0] / width, SHOWN[1] / height)
    return max(1, round(width * factor)), max(1, round(height * factor))
