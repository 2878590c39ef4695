"""A cloud whose clock moves only when it is moved, and whose clients try again at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from infra.local.cloud import LocalCloud
from tests.simulation.shops import NUMBERS

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
BASE = "https://lazo.example"


class _Still(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC).astimezone(tz)


@contextmanager
def still_cloud(at: datetime) -> Iterator[LocalCloud]:
    """The product as template.yaml describes it, at `at`, without a shop."""
    parameters = {
        "SenderEmail": "lazo@example.com",
        "PublicBaseUrl": BASE,
        "TwoWayNumbers": NUMBERS,
        "Stage": "local",
        "LogLevel": "ERROR",
    }
    unhurried = SimpleNamespace(**{**vars(time), "sleep": lambda _seconds: None})
    with (
        mock.patch("lazo.clock.datetime", _Still),
        mock.patch("infra.local.pump.datetime", _Still),
        mock.patch("botocore.endpoint.time", unhurried),
        LocalCloud.start(TEMPLATE, parameters, at=at) as cloud,
    ):
        yield cloud
