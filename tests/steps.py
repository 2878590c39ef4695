"""Count the work of our own code, so that a test can bound it without a clock."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType
from typing import Any

import lazo

_OURS = str(Path(lazo.__path__[0]))
_TOOL = 4
"""One of the numbers that `sys.monitoring` leaves to anybody (PEP 669)."""


def count_steps(work: Callable[[], object]) -> int:
    """Return how many lines of functions/lazo were run by `work`, each as often as it was run."""
    return count_steps_of_each(lambda _: work(), [""])[""]


def count_steps_of_each(work: Callable[[str], object], texts: Iterable[str]) -> dict[str, int]:
    """Return, for each text, how many lines of functions/lazo `work(text)` ran, each as often as it was run."""
    steps = 0
    ours: list[CodeType] = []
    events = sys.monitoring

    def on_start(code: CodeType, _offset: int) -> Any:
        if code.co_filename.startswith(_OURS):
            ours.append(code)
            events.set_local_events(_TOOL, code, events.events.LINE)
        return events.DISABLE

    def on_line(_code: CodeType, _line: int) -> None:
        nonlocal steps
        steps += 1

    def steps_of(text: str) -> int:
        nonlocal steps
        steps = 0
        work(text)
        return steps

    events.use_tool_id(_TOOL, "steps")
    try:
        events.register_callback(_TOOL, events.events.PY_START, on_start)
        events.register_callback(_TOOL, events.events.LINE, on_line)
        events.set_events(_TOOL, events.events.PY_START)
        events.restart_events()
        return {text: steps_of(text) for text in texts}
    finally:
        events.set_events(_TOOL, 0)
        for code in ours:
            events.set_local_events(_TOOL, code, 0)
        events.free_tool_id(_TOOL)
