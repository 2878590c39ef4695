"""HTML and SVG as a reader sees them."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree


class Elements(HTMLParser):
    """Every element of a document as (name, attributes), and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._silent = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self.text += " "
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._silent else data

    @property
    def plain(self) -> str:
        return " ".join(self.text.split())

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]

    def classed(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.found if name in attributes.get("class", "").split()]


def framed_emails(page: str) -> list[Elements]:
    """Return the e-mails that a page shows in frames."""
    return [Elements(frame["srcdoc"]) for frame in Elements(page).named("iframe")]


def pixels(svg: str, scale: int = 4) -> memoryview:
    """Return an SVG of segno as a grey picture: a light square with dark strokes one unit wide."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    light, dark = (path for path in root.iter() if path.tag.endswith("path"))
    assert light.attrib["fill"] == "#fff"
    assert light.attrib["d"] == f"M0 0h{width}v{height}h-{width}z"
    assert dark.attrib["stroke"] == "#1d2023"
    picture = [bytearray(b"\xff" * width * scale) for _ in range(height * scale)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", dark.attrib["d"]):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            for line in range(int(y) * scale, int(y) * scale + scale):
                picture[line][int(x) * scale : int(x + values[0]) * scale] = bytes(int(values[0]) * scale)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    quiet = 4 * scale  # ISO/IEC 18004: four modules
    assert all(set(line[:quiet]) == set(line[-quiet:]) == {255} for line in picture)
    assert all(set(line) == {255} for line in (*picture[:quiet], *picture[-quiet:]))
    return memoryview(b"".join(picture)).cast("B", shape=[height * scale, width * scale])
