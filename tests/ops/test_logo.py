"""Logos on posters: as a viewer shows them. Colours are read off the PDF and the SVG by other programs."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import resvg_py
from PIL import Image, ImageCms

from ops.posters.files import poster_pdf, poster_svg
from ops.posters.layout import Picture, Poster, poster_shapes
from ops.posters.logo import read_logo
from ops.posters.typeface import load_typeface
from tests.ops.conftest import Lazo

RED, GREEN, BLUE, GREY, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (255, 255, 255)
Colour = tuple[int, int, int]


def png(
    width: int, height: int, depth: int, colour_type: int, row: bytes, *chunks: tuple[bytes, bytes]
) -> bytes:
    """Write a PNG of equal rows (ISO/IEC 15948), with more chunks before its pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    pixels = zlib.compress((b"\0" + row) * height)
    written = b"\x89PNG\r\n\x1a\n"
    for name, content in ((b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")):
        written += struct.pack(">I", len(content)) + name + content
        written += struct.pack(">I", zlib.crc32(name + content))
    return written


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def halves(mode: str, left: object, right: object) -> Image.Image:
    """Return a picture of 40 by 20 pixels with a colour on each side."""
    picture = Image.new(mode, (40, 20), left)
    picture.paste(right, (20, 0, 40, 20))
    return picture


def swapped_profile() -> bytes:
    """Return a colour profile in which red means green and green means red."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return srgb.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")


def turned() -> bytes:
    """Red is on the left of the file and, after turning it as its EXIF says, at the top (6, EXIF 2.32, 4.6.4)."""
    picture = halves("RGB", RED, BLUE)
    exif = picture.getexif()
    exif[0x0112] = 6
    return saved(picture, "JPEG", exif=exif, quality=100, subsampling=0)


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 20), colour) for colour in (RED, BLUE)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


LOGOS: dict[str, tuple[Callable[[], bytes], tuple[Colour, Colour]]] = {
    "RGB": (lambda: saved(halves("RGB", RED, BLUE), "PNG"), (RED, BLUE)),
    "CMYK": (
        lambda: saved(halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0)), "JPEG", quality=100),
        (RED, BLUE),
    ),
    "grey": (lambda: saved(halves("L", 128, 255), "JPEG", quality=100), (GREY, WHITE)),
    "transparent": (lambda: saved(halves("RGBA", (*RED, 255), (*BLUE, 0)), "PNG"), (RED, WHITE)),
    "half transparent": (lambda: saved(halves("RGBA", (*RED, 255), (0, 0, 0, 127)), "PNG"), (RED, GREY)),
    "palette": (
        lambda: png(
            40, 20, 8, 3, b"\0" * 20 + b"\1" * 20, (b"PLTE", bytes((*RED, *BLUE))), (b"tRNS", b"\xff\0")
        ),
        (RED, WHITE),
    ),
    "16 bits of grey": (lambda: png(40, 20, 16, 0, b"\x80\x80" * 20 + b"\xff\xff" * 20), (GREY, WHITE)),
    "16 bits of grey, one transparent": (
        lambda: png(40, 20, 16, 0, b"\x80\x80" * 20 + b"\0\0" * 20, (b"tRNS", b"\0\0")),
        (GREY, WHITE),
    ),
    "16 bits a colour, one transparent": (
        lambda: png(
            40, 20, 16, 2, b"\xff\xff\0\0\0\0" * 20 + b"\0\0\0\0\x80\x80" * 20, (b"tRNS", b"\0\0\0\0\x80\x80")
        ),
        (RED, WHITE),
    ),
    "two bits, one transparent": (
        lambda: png(40, 20, 2, 0, b"\x55" * 5 + b"\0" * 5, (b"tRNS", b"\0\1")),
        (WHITE, (0, 0, 0)),
    ),
    "one bit, one transparent": (
        lambda: png(40, 20, 1, 0, b"\xff\xff\xf0\0\0", (b"tRNS", b"\0\0")),
        (WHITE, WHITE),
    ),
    "one bit": (lambda: png(40, 20, 1, 0, b"\0\0\x0f\xff\xff"), ((0, 0, 0), WHITE)),
    "profile": (lambda: saved(halves("RGB", RED, BLUE), "PNG", icc_profile=swapped_profile()), (GREEN, BLUE)),
    "profile and transparency": (
        lambda: saved(halves("RGBA", (*RED, 255), (*BLUE, 0)), "PNG", icc_profile=swapped_profile()),
        (GREEN, WHITE),
    ),
    "profile that is none": (
        lambda: saved(halves("RGB", RED, BLUE), "PNG", icc_profile=b"none"),
        (RED, BLUE),
    ),
    "profile of another kind": (
        lambda: saved(halves("L", 128, 255), "JPEG", quality=100, icc_profile=swapped_profile()),
        (GREY, WHITE),
    ),
    "EXIF that is none": (
        lambda: saved(halves("RGB", RED, BLUE), "JPEG", quality=100, subsampling=0, exif=b"Exif\0\0MM\0"),
        (RED, BLUE),
    ),
    "animated": (animated, (RED, RED)),
    "4000 pixels wide": (lambda: saved(halves("RGB", RED, BLUE).resize((4000, 2000), 0), "PNG"), (RED, BLUE)),
}


def drawn(tmp_path: Path, content: bytes) -> list[Image.Image]:
    """Return the logo's place on a poster, as PDF and as SVG."""
    file = tmp_path / "logo.png"
    file.write_bytes(content)
    poster = Poster("https://lazo.example/s/c1", "Aurora", "Aurora", "Caja", "es", read_logo(file))
    typeface = load_typeface()
    (place,) = (shape for shape in poster_shapes(poster, typeface) if isinstance(shape, Picture))
    (page,) = pypdfium2.PdfDocument(poster_pdf(poster, "a4", typeface))
    svg = resvg_py.svg_to_bytes(svg_string=poster_svg(poster, "a4", typeface), dpi=72, skip_system_fonts=True)
    pages = [page.render(scale=1).to_pil(), Image.open(BytesIO(bytes(svg)))]
    point = 72 / 25.4
    box = (place.x, place.y, place.x + place.width, place.y + place.height)
    return [each.convert("RGB").crop(tuple(round(side * point) for side in box)) for each in pages]


def near(found: object, colour: Colour) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) <= 4 for one, other in zip(found, colour, strict=True))


@pytest.mark.parametrize("kind", LOGOS)
def test_a_logo_looks_as_in_a_viewer(tmp_path: Path, kind: str) -> None:
    content, (left, right) = LOGOS[kind]
    for picture in drawn(tmp_path, content()):
        assert picture.width == pytest.approx(2 * picture.height, abs=2)
        middle = picture.height // 2
        found = [picture.getpixel((picture.width * quarter // 4, middle)) for quarter in (1, 3)]
        assert near(found[0], left), found
        assert near(found[1], right), found


def test_a_logo_stands_upright(tmp_path: Path) -> None:
    for picture in drawn(tmp_path, turned()):
        assert picture.height == pytest.approx(2 * picture.width, abs=2)
        middle = picture.width // 2
        assert near(picture.getpixel((middle, picture.height // 4)), RED)
        assert near(picture.getpixel((middle, picture.height * 3 // 4)), BLUE)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            lambda: png(40_000, 40_000, 8, 0, b"\0")[:200],
            "logo.png has more than 25 million pixels: save it smaller",
        ),
        (
            lambda: png(9000, 9000, 8, 0, b"\0" * 9000),
            "logo.png has more than 25 million pixels: save it smaller",
        ),
        (lambda: saved(halves("RGB", RED, BLUE), "GIF"), "logo.png is neither a PNG nor a JPEG picture"),
        (lambda: b"", "logo.png is neither a PNG nor a JPEG picture"),
        (lambda: saved(Image.effect_noise((200, 200), 90), "PNG")[:2000], "logo.png is damaged"),
        (lambda: saved(Image.effect_noise((200, 200), 90), "JPEG")[:2000], "logo.png is damaged"),
        (lambda: png(40, 20, 8, 0, b"\0" * 40)[:20] + b"\0" * 4, "logo.png is"),
        (lambda: b"\0" * 30_000_001, "logo.png has more than 30 MB: save it smaller"),
    ],
    ids=[
        "1600 million pixels",
        "81 million pixels",
        "GIF",
        "empty",
        "half a PNG",
        "half a JPEG",
        "a header cut off",
        "31 MB",
    ],
)
def test_a_logo_that_cannot_be_used_is_told_in_one_line(
    lazo: Lazo, tmp_path: Path, content: Callable[[], bytes], why: str
) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(content())
    ended = lazo("posters", "--logo", str(file), "--out", str(tmp_path), code=1)
    assert why in ended.err
    assert "Traceback" not in ended.err
