"""Reads the logo of posters as a viewer shows it: upright, in sRGB with eight bits, with its transparency."""

import struct
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from ops.posters.layout import Logo

MAX_FILE_BYTES: Final = 30_000_000
MAX_PIXELS: Final = 25_000_000
PRINTED: Final = (1650, 410)
"""Pixels that the logo's place on an A4 page has at 300 dots an inch. A larger logo is made smaller."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_BIT_DEPTH: Final = 24
"""Where a PNG says how many bits a sample has (ISO/IEC 15948, 11.2.1)."""
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def read_logo(path: Path) -> Logo:
    """Read a PNG or a JPEG, of an animated one the first picture. ValueError, in a sentence, when it cannot be used;
    OSError when the file cannot be opened."""
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise ValueError(f"{path.name} has more than {MAX_FILE_BYTES // 1_000_000} MB: save it smaller")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of metadata that is broken
        picture = _opened(data, path.name)
        with suppress(SyntaxError, ValueError, TypeError, KeyError, struct.error):
            picture = ImageOps.exif_transpose(picture)
    picture = _in_srgb(_eight_bits(picture, data))
    picture.thumbnail(PRINTED, Image.Resampling.LANCZOS)
    written = BytesIO()
    picture.save(written, "PNG")
    return Logo(written.getvalue(), picture.width, picture.height)


def _opened(data: bytes, name: str) -> Image.Image:
    """Decode a picture. ValueError, in a sentence, when that fails or takes too much."""
    too_large = f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels: save it smaller"
    try:
        picture = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if fits := picture.width * picture.height <= MAX_PIXELS:
            picture.load()
    except Image.DecompressionBombError as error:
        raise ValueError(too_large) from error
    except UnidentifiedImageError as error:
        raise ValueError(f"{name} is neither a PNG nor a JPEG picture") from error
    except (OSError, SyntaxError, EOFError, ValueError, struct.error) as error:
        raise ValueError(f"{name} is damaged: {error}") from error
    if not fits:
        raise ValueError(too_large)
    return picture


def _eight_bits(picture: Image.Image, data: bytes) -> Image.Image:
    """Scale samples of 16 bits, which Pillow would cut off, and the transparent colour to eight bits."""
    depth = data[_BIT_DEPTH] if data.startswith(_PNG) else 8
    transparent = picture.info.get("transparency")
    info = picture.info
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value * (1 / 257)).convert("L")
        picture.info = info
    if picture.mode in ("L", "RGB") and transparent is not None and depth != 8:
        top = 2**depth - 1
        many = transparent if isinstance(transparent, tuple) else (transparent,)
        scaled = tuple(round(value * 255 / top) for value in many)
        picture.info["transparency"] = scaled if picture.mode == "RGB" else scaled[0]
    return picture


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Convert to RGB, or to RGBA where something is transparent; by the colour profile if it has a usable one."""
    profile = picture.info.get("icc_profile")
    alpha = None
    if picture.has_transparency_data:
        with_alpha = picture.convert("RGBA")
        alpha = with_alpha.getchannel("A")
        picture = picture.convert("L") if picture.mode in ("L", "LA") else with_alpha.convert("RGB")
    elif picture.mode not in ("L", "CMYK"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    shown = None
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            shown = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB, outputMode="RGB"
            )
    shown = shown or picture.convert("RGB")
    shown.info.clear()
    if alpha and alpha.getextrema() != (255, 255):
        shown.putalpha(alpha)
    return shown
