"""Lays out a poster: the QR code, the invitation, the address, the store's name. files.py draws it as PDF or SVG.

Measures are millimetres from the top left corner of an A4 page; an A6 page is the same at half the size, less half a
millimetre of its height.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import segno

from ops.posters.typeface import BOLD, REGULAR, Typeface

Size = Literal["a4", "a6"]
PAGES: Final[Mapping[Size, tuple[float, float]]] = {"a4": (210, 297), "a6": (105, 148)}
"""Width and height in millimetres (ISO 216)."""
WIDTH, HEIGHT = PAGES["a4"]

QUIET_ZONE: Final = 4
"""Light modules around the code (ISO/IEC 18004: four)."""

INK: Final = "#1d2023"
SOFT: Final = "#4a4f55"
ACCENT: Final = "#0f6b5c"
PAPER: Final = "#ffffff"

_MARGIN: Final = 18.0
_CODE: Final = 128.0
"""Side of the code, quiet zone included."""
_CODE_TOP: Final = 98.0


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as PNG, and its size in pixels."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Poster:
    """What one poster says. `url` is the content of the QR code, `place` the touchpoint's label."""

    url: str
    store_name: str
    brand: str
    place: str
    language: str
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, centred on the page; `y` is its base line, `size` the height of its font."""

    y: float
    size: float
    text: str
    weight: str = REGULAR
    fill: str = INK


@dataclass(frozen=True, slots=True)
class Picture:
    """The logo and its place on the page."""

    x: float
    y: float
    width: float
    height: float
    logo: Logo


Shape = Box | Line | Picture


def survey_url(base_url: str, code: str) -> str:
    """The address of a touchpoint's survey."""
    return f"{base_url}/s/{quote(code)}"


def without_scheme(url: str) -> str:
    """The address without `https://`, as people type it."""
    return url.removeprefix("https://").removeprefix("http://")


def poster_shapes(poster: Poster, typeface: Typeface) -> Iterator[Shape]:
    """Yield the shapes of the poster in the order of drawing. NoSuchLetter when the typeface lacks a letter."""
    text = texts_in(poster.language)
    yield Box(0, 0, WIDTH, 5, ACCENT)
    yield from _head(poster, typeface)
    yield _fitted(Line(74, 15, text["headline"], BOLD), typeface)
    yield _fitted(Line(87, 7.2, text["invitation"], fill=SOFT), typeface)
    yield from _code(poster.url)
    below = _CODE_TOP + _CODE
    yield _fitted(Line(below + 13, 6.6, text["scan"]), typeface)
    yield _fitted(Line(below + 22, 6.6, text["type"]), typeface)
    yield _fitted(Line(below + 36, 10, without_scheme(poster.url), BOLD, ACCENT), typeface)
    yield _fitted(Line(HEIGHT - 15, 5.2, f"{poster.store_name} · {poster.place}", fill=SOFT), typeface)
    yield Box(0, HEIGHT - 5, WIDTH, 5, ACCENT)


@cache
def texts_in(language: str) -> Mapping[str, str]:
    """Read what posters say in a language: texts.toml by key."""
    told = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
    found: Mapping[str, str] = told[language]
    return found


def _head(poster: Poster, typeface: Typeface) -> Iterator[Shape]:
    """Yield the logo, or else the brand's name."""
    logo = poster.logo
    if logo is None:
        yield _fitted(Line(41, 12, poster.brand, BOLD, ACCENT), typeface)
        return
    factor = min((WIDTH - 4 * _MARGIN) / logo.width, 34 / logo.height)
    width, height = logo.width * factor, logo.height * factor
    yield Picture((WIDTH - width) / 2, 17 + (34 - height) / 2, width, height, logo)


def _code(url: str) -> Iterator[Shape]:
    """Yield the QR code and a frame outside its quiet zone."""
    left, frame = (WIDTH - _CODE) / 2, 1.2
    yield Box(left - frame, _CODE_TOP - frame, _CODE + 2 * frame, _CODE + 2 * frame, ACCENT)
    yield Box(left, _CODE_TOP, _CODE, _CODE, PAPER)
    # segno would raise the error correction where there is room. Larger modules are read from further away.
    matrix = segno.make(url, error="m", boost_error=False, micro=False).matrix
    module = _CODE / (len(matrix) + 2 * QUIET_ZONE)
    for row, modules in enumerate(matrix):
        for first, length in _runs(modules):
            yield Box(
                left + (first + QUIET_ZONE) * module,
                _CODE_TOP + (row + QUIET_ZONE) * module,
                length * module,
                module,
                INK,
            )


def _runs(modules: bytearray) -> Iterator[tuple[int, int]]:
    """Yield start and length of each run of dark modules."""
    start: int | None = None
    for place, dark in enumerate([*modules, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def _fitted(line: Line, typeface: Typeface) -> Line:
    """Shrink the line until it fits between the margins."""
    width = typeface.width(line.text, line.weight, line.size)
    room = WIDTH - 2 * _MARGIN
    if width <= room:
        return line
    return Line(line.y, line.size * room / width, line.text, line.weight, line.fill)
