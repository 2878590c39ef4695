"""Tells a story in a terminal: headings, lines with a time, and messages in a box."""

import os
import textwrap
from typing import TextIO

WIDTH = 78
_INDENT = "   "

BOLD, FAINT, GREEN, RED = "1", "2", "32", "31"


class Teller:
    """Writes to `out`; with colours only where somebody sees them."""

    def __init__(self, out: TextIO, *, colours: bool) -> None:
        self._out = out
        self._colours = colours
        self._after_gap = True

    @classmethod
    def on(cls, out: TextIO) -> "Teller":
        """Coloured when `out` is a terminal, unless NO_COLOR is set (no-color.org) or the terminal is dumb."""
        wanted = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(out, colours=wanted)

    def title(self, text: str, below: str) -> None:
        self._gap()
        self._write(f"{self._paint(text, BOLD)}\n{_wrapped(below, '')}")

    def chapter(self, number: int, text: str) -> None:
        self._gap()
        self._write(self._paint(f"{number}  {text}", BOLD, GREEN))
        self._gap()

    def line(self, when: str, text: str) -> None:
        """Write a line about what happened at `when` (`20:13`, or a date before it)."""
        lead = f"{_INDENT}{when}  "
        told = _wrapped(text, " " * len(lead))
        self._write(_INDENT + self._paint(when, FAINT) + "  " + told.lstrip())

    def box(self, top: str, text: str, bottom: str) -> None:
        """Write a message as it arrived, line breaks kept."""
        inner = WIDTH - len(_INDENT) - 4
        self._gap()
        self._write(self._edge("┌", top, "┐"))
        for paragraph in text.splitlines():
            for piece in textwrap.wrap(paragraph, inner, break_on_hyphens=False) or [""]:
                side = self._paint("│", FAINT)
                self._write(f"{_INDENT}{side} {piece:<{inner}} {side}")
        self._write(self._edge("└", bottom, "┘"))
        self._gap()

    def end(self, text: str) -> None:
        self._gap()
        self._write(text)

    def failure(self, text: str) -> None:
        self._gap()
        self._write(self._paint(f"This did not happen: {text}", BOLD, RED))

    def _edge(self, left: str, text: str, right: str) -> str:
        label = f" {text} " if text else ""
        rule = "─" * (WIDTH - len(_INDENT) - 3 - len(label))
        return _INDENT + self._paint(f"{left}─", FAINT) + label + self._paint(f"{rule}{right}", FAINT)

    def _paint(self, text: str, *codes: str) -> str:
        return f"\033[{';'.join(codes)}m{text}\033[0m" if self._colours else text

    def _write(self, text: str) -> None:
        print(text, file=self._out, flush=True)
        self._after_gap = not text

    def _gap(self) -> None:
        if not self._after_gap:
            self._write("")


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
