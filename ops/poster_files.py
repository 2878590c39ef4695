"""A poster as a file: PDF with its font in it, or SVG."""

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, UnidentifiedImageError
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ops.poster import HEIGHT, PAGES, WIDTH, Box, Line, Logo, Notice, Picture, Shape, Size, readable, shapes
from ops.poster_type import BOLD, Typeface

_FONTS: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def logo(path: Path) -> Logo:
    """The picture in a file; ValueError when it is neither PNG nor JPEG."""
    data = path.read_bytes()
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            media_type: Literal["image/png", "image/jpeg"] = (
                "image/png" if picture.format == "PNG" else "image/jpeg"
            )
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError(f"{path.name} is neither a PNG nor a JPEG picture") from error
    return Logo(data, media_type, width, height)


def pdf(notice: Notice, size: Size, typeface: Typeface) -> bytes:
    """The poster as a PDF of one page."""
    width, height = PAGES[size]
    scale = width / WIDTH
    written = BytesIO()
    canvas = Canvas(written, pagesize=(width * mm, height * mm), invariant=1, lang=notice.language)
    canvas.setTitle(f"{notice.shop}, {notice.place}")
    canvas.setAuthor(notice.brand)
    canvas.setSubject(readable(notice.url))
    canvas.scale(scale * mm, scale * mm)
    canvas.translate(0, -_cut(size))
    for shape in shapes(notice, typeface):
        _draw(canvas, shape, typeface)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def svg(notice: Notice, size: Size, typeface: Typeface) -> str:
    """The poster as SVG; its text is text, in a font of whoever looks at it."""
    width, height = PAGES[size]
    shown = f"0 {_cut(size):g} {WIDTH:g} {HEIGHT - 2 * _cut(size):g}"
    title = f"{notice.shop}, {notice.place}: {readable(notice.url)}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
            f'viewBox="{shown}" lang={quoteattr(notice.language)} role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>',
            *_elements(notice, typeface),
            "</svg>\n",
        ]
    )


def _cut(size: Size) -> float:
    """What a page lacks of the layout's height, above as well as below."""
    width, height = PAGES[size]
    return (HEIGHT - height * WIDTH / width) / 2


def _draw(canvas: Canvas, shape: Shape, typeface: Typeface) -> None:
    """PDF counts from the bottom."""
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
                ImageReader(BytesIO(shape.logo.data)),
                shape.x,
                HEIGHT - shape.y - shape.height,
                shape.width,
                shape.height,
                mask="auto",
            )


def _elements(notice: Notice, typeface: Typeface) -> Iterator[str]:
    """Neighbouring boxes of one colour are one path: without seams between the modules of the code."""
    path: list[str] = []
    fill = ""
    for shape in shapes(notice, typeface):
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
                data = base64.b64encode(shape.logo.data).decode()
                yield (
                    f'<image x="{shape.x:.4f}" y="{shape.y:.4f}" width="{shape.width:.4f}" '
                    f'height="{shape.height:.4f}" href="data:{shape.logo.media_type};base64,{data}"/>'
                )
    if path:
        yield _path(path, fill)


def _path(boxes: list[str], fill: str) -> str:
    return f'<path fill="{fill}" shape-rendering="crispEdges" d="{"".join(boxes)}"/>'
