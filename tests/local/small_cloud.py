"""The small template of the tests, and the notes that its handlers take."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.cloud import LocalCloud

TEMPLATE = Path(__file__).parent / "small_template.yaml"
START = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)

StartCloud = Callable[..., LocalCloud]
Put = Callable[..., None]

NOTES = """
SEEN = []
def note(what):
    SEEN.append(what)
def keys(event):
    return [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
"""


def notes_of(module: str) -> list[Any]:
    """Return what the handler of this module noted."""
    noted: list[Any] = sys.modules[module].SEEN
    return noted
