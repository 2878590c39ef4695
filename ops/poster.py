"""Posters: a QR code with what is to be known around it, laid out once and drawn as PDF or SVG.

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

from ops.poster_type import BOLD, REGULAR, Typeface

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
"""Side of the code with its quiet zone."""
_CODE_TOP: Final = 98.0


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture: PNG or JPEG, and its size in pixels."""

    data: bytes
    media_type: Literal["image/png", "image/jpeg"]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What one poster is for. `url` is what the code holds; `place` is the touchpoint's label."""

    url: str
    shop: str
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
    """A line of text, centred on the page; `y` is its base line, `size` its font's height."""

    y: float
    size: float
    text: str
    weight: str = REGULAR
    fill: str = INK


@dataclass(frozen=True, slots=True)
class Picture:
    """The logo, and where it stands."""

    x: float
    y: float
    width: float
    height: float
    logo: Logo


Shape = Box | Line | Picture


def address(base_url: str, code: str) -> str:
    """Where the survey of a touchpoint is."""
    return f"{base_url}/s/{quote(code)}"


def readable(url: str) -> str:
    """An address as people type it."""
    return url.removeprefix("https://").removeprefix("http://")


def shapes(notice: Notice, typeface: Typeface) -> Iterator[Shape]:
    """The poster, in the order of drawing."""
    text = words(notice.language)
    yield Box(0, 0, WIDTH, 5, ACCENT)
    yield from _head(notice, typeface)
    yield _fitted(Line(74, 15, text["headline"], BOLD), typeface)
    yield _fitted(Line(87, 7.2, text["invitation"], fill=SOFT), typeface)
    yield from _code(notice.url)
    below = _CODE_TOP + _CODE
    yield _fitted(Line(below + 13, 6.6, text["scan"]), typeface)
    yield _fitted(Line(below + 22, 6.6, text["type"]), typeface)
    yield _fitted(Line(below + 36, 10, readable(notice.url), BOLD, ACCENT), typeface)
    yield _fitted(Line(HEIGHT - 15, 5.2, f"{notice.shop} · {notice.place}", fill=SOFT), typeface)
    yield Box(0, HEIGHT - 5, WIDTH, 5, ACCENT)


@cache
def words(language: str) -> Mapping[str, str]:
    """What posters say in a language."""
    told = tomllib.loads((Path(__file__).parent / "data" / "poster.toml").read_text(encoding="utf-8"))
    found: Mapping[str, str] = told[language]
    return found


def _head(notice: Notice, typeface: Typeface) -> Iterator[Shape]:
    """The logo, or the brand's name."""
    logo = notice.logo
    if logo is None:
        yield _fitted(Line(41, 12, notice.brand, BOLD, ACCENT), typeface)
        return
    factor = min((WIDTH - 4 * _MARGIN) / logo.width, 34 / logo.height)
    width, height = logo.width * factor, logo.height * factor
    yield Picture((WIDTH - width) / 2, 17 + (34 - height) / 2, width, height, logo)


def _code(url: str) -> Iterator[Shape]:
    """The QR code in a frame that leaves its quiet zone free."""
    left, frame = (WIDTH - _CODE) / 2, 1.2
    yield Box(left - frame, _CODE_TOP - frame, _CODE + 2 * frame, _CODE + 2 * frame, ACCENT)
    yield Box(left, _CODE_TOP, _CODE, _CODE, PAPER)
    # No better correction than asked for, though there may be room: fewer bits are told apart from further off.
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
    """First place and length of each run of dark modules."""
    start: int | None = None
    for place, dark in enumerate([*modules, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def _fitted(line: Line, typeface: Typeface) -> Line:
    """The line, smaller if it would not fit between the margins."""
    width = typeface.width(line.text, line.weight, line.size)
    room = WIDTH - 2 * _MARGIN
    if width <= room:
        return line
    return Line(line.y, line.size * room / width, line.text, line.weight, line.fill)
