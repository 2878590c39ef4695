"""Posters, read by an independent QR decoder."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import resvg_py
import zxingcpp
from PIL import Image

from lazo.phrases import wording_guard
from ops.posters.files import poster_pdf
from ops.posters.layout import Line, Poster, poster_shapes, texts_in
from ops.posters.typeface import load_typeface
from tests.ops.conftest import Lazo

DEMO = Path(__file__).parents[2] / "infra/local/stores.toml"
BASE = "https://lazo.example"


def picture(file: Path) -> Image.Image:
    """Return the file as printed at 72 dots an inch."""
    if file.suffix == ".pdf":
        (page,) = pypdfium2.PdfDocument(file)
        image: Image.Image = page.render(scale=1).to_pil()
        return image
    data = resvg_py.svg_to_bytes(svg_path=str(file), dpi=72, skip_system_fonts=True)
    return Image.open(BytesIO(bytes(data))).convert("RGB")


def text_of(file: Path) -> str:
    if file.suffix == ".svg":
        return file.read_text(encoding="utf-8")
    (page,) = pypdfium2.PdfDocument(file)
    found: str = page.get_textpage().get_text_range()
    return found


def test_each_touchpoint_in_use_gets_posters_that_decode_to_its_survey(lazo: Lazo, tmp_path: Path) -> None:
    lazo("stores", "import", str(DEMO), "--yes")
    logo = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), "#0f6b5c").save(logo)
    lazo("posters", "--out", str(tmp_path / "a"))
    lazo("posters", "--out", str(tmp_path / "b"), "--code", "mesa4", "--logo", str(logo))
    files = sorted(file for folder in "ab" for file in (tmp_path / folder).rglob("*.*"))
    assert len(files) == 7 * 4 + 4
    said = {
        "plaza-norte": "¿Cómo fue tu visita?",
        "covent-garden": "How was your visit?",
        "paulista": "Como foi sua visita?",
    }
    for file in files:
        code, _, size = file.stem.rpartition("-")
        (found,) = zxingcpp.read_barcodes(picture(file))
        assert found.text == f"{BASE}/s/{code}", file
        assert found.ec_level == "M"
        text = text_of(file)
        assert f"lazo.example/s/{code}" in text, "for whoever types"
        assert said[file.parent.name] in text
        if file.suffix == ".pdf":
            (page,) = pypdfium2.PdfDocument(file)
            millimetres = tuple(round(side * 25.4 / 72) for side in page.get_size())
            assert millimetres == {"a4": (210, 297), "a6": (105, 148)}[size]


def test_the_quiet_zone_is_four_modules_on_every_side(tmp_path: Path) -> None:
    poster = Poster(f"{BASE}/s/caja3", "Aurora Norte", "Aurora", "Caja 3", "es")
    file = tmp_path / "poster.pdf"
    file.write_bytes(poster_pdf(poster, "a4", load_typeface()))
    (page,) = pypdfium2.PdfDocument(file)
    image = page.render(scale=4).to_pil().convert("L")
    (found,) = zxingcpp.read_barcodes(image)
    corners = found.position
    left, right = corners.top_left.x, corners.top_right.x
    top, bottom = corners.top_left.y, corners.bottom_left.y
    modules = 29  # of version 3: with correction M version 2 holds 26 bytes, this 42, and the address has 28
    quiet = int(4 * (right - left) / modules) - 2
    around = [
        (left - quiet, top - quiet, right + quiet, top - 2),
        (left - quiet, bottom + 3, right + quiet, bottom + quiet),
        (left - quiet, top - quiet, left - 2, bottom + quiet),
        (right + 3, top - quiet, right + quiet, bottom + quiet),
    ]
    for side in around:
        darkest, lightest = image.crop(side).getextrema()
        assert (darkest, lightest) == (255, 255), side


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_a_poster_has_only_texts_for_customers(language: str) -> None:
    for text in texts_in(language).values():
        assert not wording_guard.find_blocked_words(text, language, ())


def test_a_poster_that_cannot_be_made_takes_no_other_with_it(lazo: Lazo, tmp_path: Path) -> None:
    lazo("stores", "import", str(DEMO), "--yes")
    lazo("touchpoints", "add", "covent-garden", "mesa9", "第九卓")
    ended = lazo("posters", "--out", str(tmp_path), "--json", code=1)
    assert len(ended.json["files"]) == 7 * 4
    assert all(Path(file).stat().st_size for file in ended.json["files"])
    (failed,) = ended.json["failed"]
    assert (failed["store_id"], failed["code"]) == ("covent-garden", "mesa9")
    assert "--font" in failed["reason"]
    assert "covent-garden, mesa9: the font has no" in ended.err
    assert "1 of 8 touchpoints have no poster" in ended.err


def test_a_long_address_stays_between_the_margins() -> None:
    url = "https://a1b2c3d4e5.execute-api.southamerica-east-1.amazonaws.com/s/caja-de-la-entrada-principal"
    poster = Poster(url, "A" * 60, "Aurora", "Caja 3", "es")
    typeface = load_typeface()
    for shape in poster_shapes(poster, typeface):
        if isinstance(shape, Line):
            assert typeface.width(shape.text, shape.weight, shape.size) <= 210 - 2 * 18 + 0.001
