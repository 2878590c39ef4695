"""Draws the icons of the installed desk from the product's own SVG, as PNG: phones take no other kind.

python -m infra.icons
"""

import re
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from resvg_py import svg_to_bytes

FUNCTIONS: Final = Path(__file__).parents[1] / "functions"
SOURCE: Final = FUNCTIONS / "collect" / "static" / "icon.svg"
TARGET: Final = FUNCTIONS / "desk" / "static"
ICONS: Final = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "icon-maskable-512.png": (512, True),
    "icon-touch-180.png": (180, True),
}
"""Width in pixels, and whether the icon fills its square, since the phone cuts it into its own shape."""

COLOURS: Final = 32
"""Two, and the shades between them."""


def full_bleed(svg: str) -> str:
    """Return the drawing with its ground up to the edges, and the mark within the circle that no phone cuts off: 80 %
    of the width (W3C, Web Application Manifest, icon masks)."""
    square = svg.replace(' rx="8"', "")
    return re.sub(r"(<path .*?/>)", r'<g transform="translate(4.8 4.8) scale(.7)">\1</g>', square)


def draw(name: str) -> bytes:
    """Return the PNG of an icon in ICONS."""
    width, fills = ICONS[name]
    svg = SOURCE.read_text(encoding="utf-8")
    drawn = bytes(svg_to_bytes(svg_string=full_bleed(svg) if fills else svg, width=width, height=width))
    small = BytesIO()
    Image.open(BytesIO(drawn)).quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(
        small, "PNG", optimize=True
    )
    return small.getvalue()


if __name__ == "__main__":
    for each in ICONS:
        (TARGET / each).write_bytes(draw(each))
