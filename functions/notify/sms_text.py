"""Fit the beginning of an SMS into one segment."""

from collections.abc import Mapping
from typing import Any

from lazo.text.gsm7 import SEGMENT, excerpt, septet_count, to_gsm7
from notify.rendering import render_line

SHORTEST_NAME = 8
"""Septets that an SMS leaves of a store's name and of a touchpoint's, however long its other parts are."""


def render_head(line: str, values: Mapping[str, Any], tail: str) -> str:
    """Render `line` so that one segment has room for it and for `tail`.

    The names in it are cut as far as needed, the store's first: the score, which stands behind them, must not be lost.
    """
    head = render_line(line, values)
    for name in ("shop", "place"):
        excess = septet_count(to_gsm7(head)) + len(" ") + septet_count(tail) - SEGMENT
        if excess > 0 and name in values:
            room = septet_count(to_gsm7(values[name])) - excess
            values = {**values, name: excerpt(values[name], max(room, SHORTEST_NAME))}
            head = render_line(line, values)
    return head
