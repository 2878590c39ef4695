"""Count the work of our own code, so that a test can bound it without a clock."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import lazo

_OURS = str(Path(lazo.__path__[0]))
_TOOL = 4
"""One of the numbers that `sys.monitoring` leaves to anybody (PEP 669)."""


def count_steps(work: Callable[[], object]) -> int:
    """Return how many lines of functions/lazo were run by `work`, each as often as it was run."""
    steps = 0

    def on_line(code: CodeType, _line: int) -> Any:
        nonlocal steps
        if not code.co_filename.startswith(_OURS):
            return sys.monitoring.DISABLE
        steps += 1
        return None

    events = sys.monitoring
    events.use_tool_id(_TOOL, "steps")
    try:
        events.register_callback(_TOOL, events.events.LINE, on_line)
        events.set_events(_TOOL, events.events.LINE)
        work()
    finally:
        events.set_events(_TOOL, 0)
        events.free_tool_id(_TOOL)
    return steps
