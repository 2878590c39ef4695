"""How a brand looks on the pages for customers: its colour, made readable where it is not, and its logo.

Contrast is that of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances (w3.org/TR/WCAG22, 1.4.3)."""

import colorsys
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

LogoType = Literal["image/svg+xml", "image/png"]
ENOUGH: Final = 4.5
"""The contrast of text (1.4.3), which that of edges and of the focus (3 to 1) follows from."""
LIGHT_PAPER, DARK_PAPER = "#ffffff", "#1f2429"
INK, WHITE = "#0d1b1e", "#ffffff"
_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEP: Final = 0.01


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour for buttons and links, the colour of text `on` it, and a `tint` of it behind plain text."""

    accent: str
    on: str
    tint: str


@dataclass(frozen=True)
class BrandLook:
    """The look of a brand. `colour` as `#rrggbb`, None for ours; `logo`: a picture of `logo_type`, empty for none, as
    `width` × `height`."""

    colour: str | None = None
    logo: bytes = b""
    logo_type: LogoType = "image/png"
    width: int = 0
    height: int = 0

    @property
    def logo_id(self) -> str:
        """Which picture it is, for caches; "" without one."""
        return hashlib.sha256(self.logo).hexdigest()[:16] if self.logo else ""

    @cached_property
    def style(self) -> str:
        """The style that gives pages the brand's colours, light and dark; "" without a colour of its own."""
        if self.colour is None:
            return ""
        light, dark = shades_of(self.colour)
        return (
            f":root{{{_properties(light)}}}@media (prefers-color-scheme:dark){{:root{{{_properties(dark)}}}}}"
        )


PLAIN: Final = BrandLook()
"""The look of a brand that has none of its own."""


def parse_colour(text: str) -> str:
    """Return `#0a5` or `#00AA55` as `#00aa55`. Raises ValueError."""
    if not _COLOUR.fullmatch(text.strip()):
        raise ValueError(f"{text}: a colour is written as #0a5 or #00aa55")
    digits = text.strip()[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def shades_of(colour: str) -> tuple[Shade, Shade]:
    """Return the shades for a light and a dark page: the colour itself where it has enough contrast with the page,
    else the nearest darker or lighter one of the same hue that has."""
    return _shade(colour, LIGHT_PAPER, -_STEP, 0.9), _shade(colour, DARK_PAPER, _STEP, 0.82)


def _shade(colour: str, paper: str, step: float, thin: float) -> Shade:
    accent = colour
    while contrast(accent, paper) < ENOUGH:
        accent = _lighter(accent, step)
    on = max((WHITE, INK), key=lambda text: contrast(text, accent))
    return Shade(accent, on, _mixed(accent, paper, thin))


def _lighter(colour: str, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    return _hex(colorsys.hls_to_rgb(hue, min(max(lightness + step, 0), 1), saturation))


def _mixed(colour: str, paper: str, thin: float) -> str:
    mixed = (a * (1 - thin) + b * thin for a, b in zip(_channels(colour), _channels(paper), strict=True))
    red, green, blue = mixed
    return _hex((red, green, blue))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _properties(shade: Shade) -> str:
    return f"--accent:{shade.accent};--on:{shade.on};--tint:{shade.tint}"
