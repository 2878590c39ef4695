"""The month as a picture: how far its follow-ups had come by each day (SVG)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from xml.etree import ElementTree as ET

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 420, 50, 150, 50, 40
COLOURS = ("#b3261e", "#b26a00", "#1565c0", "#6a1b9a", "#2e7d32")
NAMES = {
    "opened_at": "opened",
    "taken_on_at": "taken on",
    "contacted_at": "contacted",
    "resolved_at": "resolved",
    "ended_at": "ended",
}
APART = 16
"""Pixels between the names at the lines' ends."""


def draw(stages: Mapping[str, Sequence[int]], first: date, title: str) -> str:
    """One line a stage; the distance between two lines is what waits in between."""
    svg = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img")
    style = "font-family: sans-serif; font-size: 13px; background: #fff"
    svg.set("style", style)
    ET.SubElement(svg, "title").text = title
    _text(svg, LEFT, 26, title, size="16")
    most = max(1, *(n for counts in stages.values() for n in counts))
    days = max(2, *(len(counts) for counts in stages.values()))

    def x(day: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * day / (days - 1)

    def y(n: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * n / most

    for n in sorted({round(most * part / 4) for part in range(5)}):
        _line(svg, LEFT, y(n), WIDTH - RIGHT, y(n), "#ddd")
        _text(svg, LEFT - 8, y(n) + 4, str(n), anchor="end")
    for day in range(0, days, 5):
        _text(svg, x(day), HEIGHT - 14, f"{first + timedelta(days=day):%d %b}", anchor="middle")
    for change, what in ((13, "Madrid, London +1 h"), (20, "Santiago -1 h")):
        if change < days:
            _line(svg, x(change), TOP, x(change), HEIGHT - BOTTOM, "#999", dashes="3 4")
            _text(svg, x(change) + 4, TOP + 10, what, colour="#555")
    below = 0.0
    for (stage, counts), colour in zip(stages.items(), COLOURS, strict=True):
        points = " ".join(f"{x(day):.1f},{y(n):.1f}" for day, n in enumerate(counts))
        ET.SubElement(
            svg, "polyline", {"points": points, "fill": "none", "stroke": colour, "stroke-width": "2.5"}
        )
        below = max(y(counts[-1]) + 4, below + APART)
        _text(svg, WIDTH - RIGHT + 8, below, f"{NAMES[stage]} {counts[-1]}", colour=colour)
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _line(svg: ET.Element, x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "") -> None:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}", "stroke": colour}
    ET.SubElement(svg, "line", ends | ({"stroke-dasharray": dashes} if dashes else {}))


def _text(
    svg: ET.Element,
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: str = "13",
    colour: str = "#222",
) -> None:
    given = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "font-size": size, "fill": colour}
    ET.SubElement(svg, "text", given).text = text
