"""What the tests share: the product on the local cloud, a clock that stands still, and a watch over AWS calls."""

import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.cloud import LocalCloud
from lazo.table.dynamodb.table import Table
from tests.aws_rules import Watch
from tests.builders import START
from tests.product import Product

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example", "Stage": "local"}

_WATCH = Watch()
_WATCH.install()

# What a cloud on moto leaves behind is collected in large lots: Python's default takes a tenth of the tests' time.
gc.set_threshold(200_000, 20, 50)


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: no collection of garbage looks at them again (a third of what they take)."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many pairs of a call and a fault were struck, of how many (tests/faults/test_pairs.py)."""
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    counted = [value for each in reports for name, value in each.user_properties if name == "pairs"]
    if counted:
        there, struck = (sum(each[n] for each in counted) for n in (0, 1))
        terminalreporter.write_line(
            f"{struck} of {there} pairs of a call and a fault struck: make soak strikes all"
        )


class _StillDatetime(datetime):
    """The machine's clock, stopped: only the product's own offset moves."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC).astimezone(tz)


@pytest.fixture(autouse=True)
def watch() -> Iterator[Watch]:
    """What was asked of AWS; a test fails when AWS would have refused any of it, whatever moto said."""
    _WATCH.clear()
    yield _WATCH
    assert not _WATCH.problems


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's clock moves only when a test moves it."""
    monkeypatch.setattr("lazo.clock.datetime", _StillDatetime)
    monkeypatch.setattr("infra.local.event_sources.pump.datetime", _StillDatetime)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore and the table try again at once."""
    unhurried = SimpleNamespace(**{**vars(time), "sleep": lambda _seconds: None})
    monkeypatch.setattr("botocore.endpoint.time", unhurried)
    monkeypatch.setattr("lazo.runtime.aws_json.time", unhurried)
    monkeypatch.setitem(Table.__init__.__kwdefaults__, "pause", unhurried.sleep)


@pytest.fixture
def product(still_clock: None, no_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product as template.yaml describes it, at START, without a store."""
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=START) as cloud:
        yield Product(cloud, monkeypatch)
