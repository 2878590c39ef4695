"""Draws a poster as a file: PDF with its font embedded, or SVG."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ops.posters.layout import (
    HEIGHT,
    PAGES,
    WIDTH,
    Box,
    Line,
    Picture,
    Poster,
    Shape,
    Size,
    poster_shapes,
    without_scheme,
)
from ops.posters.typeface import BOLD, Typeface

_FONTS: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def poster_pdf(poster: Poster, size: Size, typeface: Typeface) -> bytes:
    """Draw the poster as a PDF of one page."""
    width, height = PAGES[size]
    scale = width / WIDTH
    written = BytesIO()
    canvas = Canvas(written, pagesize=(width * mm, height * mm), invariant=1, lang=poster.language)
    canvas.setTitle(f"{poster.store_name}, {poster.place}")
    canvas.setAuthor(poster.brand)
    canvas.setSubject(without_scheme(poster.url))
    canvas.scale(scale * mm, scale * mm)
    canvas.translate(0, -_cut(size))
    for shape in poster_shapes(poster, typeface):
        _draw(canvas, shape, typeface)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def poster_svg(poster: Poster, size: Size, typeface: Typeface) -> str:
    """Draw the poster as SVG. Its text stays text, in a font of the viewer's machine."""
    width, height = PAGES[size]
    shown = f"0 {_cut(size):g} {WIDTH:g} {HEIGHT - 2 * _cut(size):g}"
    title = f"{poster.store_name}, {poster.place}: {without_scheme(poster.url)}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
            f'viewBox="{shown}" lang={quoteattr(poster.language)} role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>',
            *_elements(poster, typeface),
            "</svg>\n",
        ]
    )


def _cut(size: Size) -> float:
    """Millimetres of the layout that are cut off at top and bottom each: A6 is lower than half of A4."""
    width, height = PAGES[size]
    return (HEIGHT - height * WIDTH / width) / 2


def _draw(canvas: Canvas, shape: Shape, typeface: Typeface) -> None:
    """Draw one shape. PDF counts from the bottom of the page."""
    match shape:
        case Box():
            canvas.setFillColor(HexColor(shape.fill))
            canvas.rect(shape.x, HEIGHT - shape.y - shape.height, shape.width, shape.height, stroke=0, fill=1)
        case Line():
            canvas.setFillColor(HexColor(shape.fill))
            canvas.setFont(typeface.name(shape.weight), shape.size)
            canvas.drawCentredString(WIDTH / 2, HEIGHT - shape.y, shape.text)
        case Picture():
            canvas.drawImage(
                ImageReader(BytesIO(shape.logo.png)),
                shape.x,
                HEIGHT - shape.y - shape.height,
                shape.width,
                shape.height,
                mask="auto",
            )


def _elements(poster: Poster, typeface: Typeface) -> Iterator[str]:
    """Yield SVG elements. Neighbouring boxes of one colour become one path, so that no seams show in the code."""
    path: list[str] = []
    fill = ""
    for shape in poster_shapes(poster, typeface):
        if path and (not isinstance(shape, Box) or shape.fill != fill):
            yield _path(path, fill)
            path = []
        match shape:
            case Box():
                fill = shape.fill
                path.append(
                    f"M{shape.x:.4f} {shape.y:.4f}h{shape.width:.4f}v{shape.height:.4f}H{shape.x:.4f}z"
                )
            case Line():
                weight = ' font-weight="bold"' if shape.weight == BOLD else ""
                yield (
                    f'<text x="{WIDTH / 2:g}" y="{shape.y:g}" font-size="{shape.size:.3g}" fill="{shape.fill}" '
                    f'text-anchor="middle" font-family="{_FONTS}"{weight}>{escape(shape.text)}</text>'
                )
            case Picture():
                data = base64.b64encode(shape.logo.png).decode()
                yield (
                    f'<image x="{shape.x:.4f}" y="{shape.y:.4f}" width="{shape.width:.4f}" '
                    f'height="{shape.height:.4f}" href="data:image/png;base64,{data}"/>'
                )
    if path:
        yield _path(path, fill)


def _path(boxes: list[str], fill: str) -> str:
    return f'<path fill="{fill}" shape-rendering="crispEdges" d="{"".join(boxes)}"/>'
