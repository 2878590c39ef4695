"""Loads the typeface of posters: the layout measures it, a PDF embeds it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR: Final = "regular"
BOLD: Final = "bold"

_OWN: Final = {REGULAR: "Vera.ttf", BOLD: "VeraBd.ttf"}
"""Bitstream Vera comes with ReportLab and has the letters of Western Europe and the Americas."""


class NoSuchLetter(ValueError):
    """The typeface lacks a letter."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """The names under which ReportLab knows a regular and a bold font."""

    regular: str
    bold: str

    def name(self, weight: str) -> str:
        return self.bold if weight == BOLD else self.regular

    def width(self, text: str, weight: str, size: float) -> float:
        """Measure a text, in the unit of `size`; NoSuchLetter when the font lacks one of its letters."""
        name = self.name(weight)
        glyphs = pdfmetrics.getFont(name).face.charToGlyph
        missing = next((letter for letter in text if ord(letter) not in glyphs), None)
        if missing:
            raise NoSuchLetter(f"the font has no {missing!r}, which {text!r} needs: say --font FILE.ttf")
        width: float = pdfmetrics.stringWidth(text, name, size)
        return width


@cache
def load_typeface(font: Path | None = None, bold: Path | None = None) -> Typeface:
    """Load the typeface of these TrueType files, or Bitstream Vera. ValueError for a file that is no TrueType font."""
    names = {}
    for weight, file in ((REGULAR, font), (BOLD, bold or font)):
        name = f"lazo-{weight}-{file or _OWN[weight]}"
        try:
            pdfmetrics.registerFont(TTFont(name, str(file or _OWN[weight])))
        except TTFError as error:
            raise ValueError(f"{file} is no TrueType font that can be used: {error}") from error
        names[weight] = name
    return Typeface(names[REGULAR], names[BOLD])
