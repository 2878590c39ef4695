"""`lazo brand`: colour and logo, what is refused, and the page that shows them."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from lazo.store.model import Touchpoint
from lazo.table import brand_looks
from lazo.table import stores as store_table
from ops.brand_logo import LARGEST
from tests.customer import Customer
from tests.ops.conftest import Lazo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 48">{}</svg>'
A_MINUTE = timedelta(minutes=1, seconds=1)
CIRCLE = '<circle cx="24" cy="24" r="20" fill="#0a5"/>'


@pytest.fixture
def aurora(lazo: Lazo) -> Lazo:
    lazo.product.open_store()
    store_table.put_touchpoint(lazo.product.table, Touchpoint("caja3", "norte", "Caja 3"))
    return lazo


def test_a_page_has_the_colour_and_the_logo_of_its_brand(aurora: Lazo, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG.format(CIRCLE))
    request = aurora.product.cloud.request
    plain = request("GET", "/s/caja3?lang=es")
    assert request("GET", "/s/caja3/logo").status == 404
    said = aurora("brand", "set", "Aurora", "--colour", "#0a5", "--logo", str(logo)).out
    assert "#00aa55" in said
    assert "to 1 on the page" in said
    aurora.product.wait(A_MINUTE)
    page = request("GET", "/s/caja3?lang=es")
    (source,) = re.findall(r'<img src="([^"]+)" width="100" height="40" alt="">', page.text)
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert ":root{--accent:#" in style
    assert len(page.body) - len(plain.body) < 400
    assert len(page.body) + LARGEST < 30 * 1024, "the survey has 30 KB in all, its logo too"
    shown = request("GET", source)
    assert (shown.status, shown.body) == (200, logo.read_bytes())
    assert shown.headers["content-type"] == "image/svg+xml"
    assert shown.headers["content-security-policy"].endswith("sandbox")
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashlib.sha256(shown.body).hexdigest().startswith(source.partition("v=")[2])
    assert request("GET", source, {"if-none-match": shown.headers["etag"]}).status == 304
    assert request("HEAD", source).body == b""
    aurora("brand", "set", "Aurora", "--colour", "#123456")
    shown_to_eva = request("GET", Customer(aurora.product).link()).text
    assert f'<img src="{source}"' in shown_to_eva
    assert ":root{--accent:#" in shown_to_eva
    kept = brand_looks.get_look(aurora.product.table, "Aurora")
    assert (kept.colour, kept.logo) == ("#123456", logo.read_bytes())
    aurora("brand", "clear", "Aurora")
    aurora.product.wait(A_MINUTE)
    assert re.sub(rb'value="\w+"', b"", request("GET", "/s/caja3?lang=es").body) == re.sub(
        rb'value="\w+"', b"", plain.body
    )


def test_a_png_is_made_small_and_a_large_one_is_refused(aurora: Lazo, tmp_path: Path) -> None:
    logo, noise = tmp_path / "logo.png", tmp_path / "noise.png"
    Image.new("RGBA", (1600, 400), (0, 170, 85, 255)).save(logo)
    aurora("brand", "set", "Aurora", "--logo", str(logo))
    look = brand_looks.get_look(aurora.product.table, "Aurora")
    assert (look.logo_type, look.width, look.height) == ("image/png", 240, 60)
    assert look.logo.startswith(b"\x89PNG")
    aurora.product.wait(A_MINUTE)
    assert aurora.product.cloud.request("GET", "/s/caja3/logo").body == look.logo
    Image.merge("RGB", [Image.effect_noise((320, 96), 90) for _ in range(3)]).save(noise)
    assert "simplify it" in aurora("brand", "set", "Aurora", "--logo", str(noise), code=2).err


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<script>alert(1)</script>", "an element <script>"),
        ("<foreignObject/>", "an element <foreignObject>"),
        ("<style>@import 'https://x.example'</style>", "an element <style>"),
        ("<image href='https://x.example/a.png'/>", "an element <image>"),
        ("<g onload='alert(1)'/>", "a script (onload)"),
        ("<use href='https://x.example/a.svg#b'/>", "outside of it (href)"),
        ("<rect fill='url(https://x.example/a)'/>", "outside of it (fill)"),
        ("<rect style='fill: u\\72l(//x.example)'/>", "outside of it (style)"),
        ("<g>", "no SVG in UTF-8"),
        ("<!-- -->" + "<g/>" * 4000, "3000 are the most"),
    ],
)
def test_an_svg_that_acts_or_loads_is_refused_in_plain_words(
    aurora: Lazo, tmp_path: Path, inside: str, reason: str
) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG.format(inside))
    assert reason in " ".join(aurora("brand", "set", "Aurora", "--logo", str(logo), code=2).err.split())
    assert not brand_looks.get_look(aurora.product.table, "Aurora").logo


def test_entities_and_sizes_are_refused_too(aurora: Lazo, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    for text, reason in (
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), "DOCTYPE"),
        (SVG.replace(' viewBox="0 0 120 48"', "").format(CIRCLE), "no viewBox"),
        ("<html/>", "is no SVG"),
    ):
        logo.write_text(text)
        assert reason in aurora("brand", "set", "Aurora", "--logo", str(logo), code=2).err


def test_what_is_no_colour_or_no_brand_is_said(aurora: Lazo) -> None:
    assert "a colour is written as" in aurora("brand", "set", "Aurora", "--colour", "green", code=2).err
    assert "there are: Aurora" in aurora("brand", "set", "Boreal", "--colour", "#0a5", code=1).err
    aurora("brand", "set", "Aurora", code=2)
    assert aurora("brand", "show", "Aurora", "--json").json["colour"] is None
    assert "no colour of its own, no logo" in aurora("brand", "show", "Aurora").out
    assert (
        aurora("brand", "set", "Aurora", "--logo", "gone.png", code=1).err
        == "gone.png: No such file or directory\n"
    )
