"""What a phone needs to install the desk: manifest, icons, service worker; and that nothing of a user is in them."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from infra import icons
from lazo.translations import LANGUAGES
from tests.desk import Desk, link_to
from tests.product import Product


@pytest.fixture
def page(product: Product) -> str:
    product.open_store()
    return Desk(product).get("/desk/sign-in").text


def linked(page: str, rel: str) -> str:
    found = re.search(rf'<link rel="{rel}" href="([^"]+)"', page)
    assert found
    return found[1]


def test_the_manifest_installs_the_board(product: Product, page: str) -> None:
    """The members that browsers ask for (W3C, Web Application Manifest)."""
    reply = product.cloud.request("GET", linked(page, "manifest"))
    assert (reply.status, reply.headers["content-type"]) == (200, "application/manifest+json; charset=utf-8")
    assert "immutable" in reply.headers["cache-control"]
    manifest = json.loads(reply.text)
    assert {key: manifest[key] for key in ("id", "name", "start_url", "scope", "display")} == {
        "id": "/desk",
        "name": "Lazo",
        "start_url": "/desk",
        "scope": "/desk",
        "display": "standalone",
    }
    kinds = [(each["sizes"], each["purpose"]) for each in manifest["icons"]]
    assert kinds == [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")]
    for each in manifest["icons"]:
        icon = product.cloud.request("GET", each["src"])
        assert icon.headers["content-type"] == "image/png"
        assert "x".join(map(str, Image.open(BytesIO(icon.body)).size)) == each["sizes"]
    touch = product.cloud.request("GET", linked(page, "apple-touch-icon"))
    assert Image.open(BytesIO(touch.body)).size == (180, 180)
    assert product.cloud.request("HEAD", linked(page, "manifest")).status == 200


def test_every_page_has_the_icon(product: Product, page: str) -> None:
    survey = product.cloud.request("GET", "/s/caja3").text
    for each in (page, survey):
        assert linked(each, "icon") == "/favicon.ico"
    assert product.cloud.request("GET", "/favicon.ico").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("name", icons.ICONS)
def test_icons_are_drawn_from_our_mark(name: str) -> None:
    width, fills = icons.ICONS[name]
    kept = Image.open(icons.TARGET / name).convert("RGBA")
    drawn = Image.open(BytesIO(icons.draw(name))).convert("RGBA")
    assert kept.size == (width, width)
    assert kept.tobytes() == drawn.tobytes(), "run python -m infra.icons"
    # A maskable icon is opaque to its corners; the other has round ones.
    assert kept.getpixel((0, 0))[3] == (255 if fills else 0)  # type: ignore[index]
    assert Path(icons.TARGET / name).stat().st_size < 8_000
    if fills:  # the mark stays within the circle of 80 %
        ground = kept.getpixel((0, 0))
        outside = [
            (x, y)
            for x in range(width)
            for y in range(width)
            if (x - width / 2) ** 2 + (y - width / 2) ** 2 > (0.4 * width) ** 2
        ]
        assert {kept.getpixel(at) for at in outside} == {ground}


def test_the_worker_may_control_the_desk_and_is_asked_for_anew(product: Product) -> None:
    product.open_store()
    reply = product.cloud.request("GET", "/desk/static/worker.js")
    assert reply.headers["service-worker-allowed"] == "/desk"
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.headers["content-type"].startswith("text/javascript")
    # A worker fetches by its own policy, not by that of the page.
    assert "connect-src 'self'" in reply.headers["content-security-policy"]
    assert "$" not in re.sub(r"\$\{", "", reply.text), "a placeholder is left"
    for path in re.findall(r'"(/desk/static/[^"]+)"', reply.text):
        assert product.cloud.request("GET", path).status == 200, path
    for language in LANGUAGES:
        page = product.cloud.request("GET", f"/desk/static/offline-{language}.html")
        assert f'<html lang="{language}">' in page.text
    assert product.cloud.request("GET", "/desk/static/offline-fr.html").status == 404


def test_only_the_pages_of_the_desk_may_have_a_worker(product: Product) -> None:
    product.open_store()
    product.accept(score=2)
    product.drain()
    desk = Desk(product)
    case = desk.open(link_to(product, "+56922345671"))
    policy = case.headers["content-security-policy"]
    assert "worker-src 'self'; " in policy
    assert "manifest-src 'self'; " in policy
    assert 'data-worker="/desk/static/worker.js"' in case.text
    stranger = Desk(product)
    assert "data-worker" not in stranger.get("/desk/sign-in").text
    assert "worker-src" not in desk.get("/desk/wall").headers["content-security-policy"]
    for path in ("/s/caja3", "/nothing"):
        assert "worker-src" not in product.cloud.request("GET", path).headers["content-security-policy"]
