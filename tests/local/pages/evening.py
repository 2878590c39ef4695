"""A Saturday evening of the demo stores: its start, its answers and the pages after them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.demo.visitor import Visitor

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
BASE = "http://127.0.0.1:8123"
PARAMETERS = {
    "PublicBaseUrl": BASE,
    "SenderEmail": "lazo@example.com",
    "Stage": "local",
    "TwoWayNumbers": "CL=+56912340000",
}

SATURDAY_EVENING = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
"""20:00 in Santiago and São Paulo; 23:00 in London, where the store is closed until Sunday 10:00."""

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&lt; https://evil.example/f/x"
WAITED = "Esperé 25 minutos en la fila."
COLD = "The coffee was cold."


@dataclass(frozen=True)
class EveningPages:
    """The pages after an evening's answers, and the messages sent until then."""

    start: str
    outbox: str
    chosen: dict[str, str]
    sent: list[dict[str, Any]]


def submit(cloud: LocalCloud, code: str, query: str = "", **typed: str) -> None:
    customer = Visitor(cloud)
    page = customer.open(f"/s/{code}{query}")
    cloud.advance(20)
    assert customer.send(page, **typed).path.endswith("/thanks")
    cloud.drain()
