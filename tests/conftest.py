"""What the tests share: the product on the local cloud, a clock that stands still, and a watch over AWS calls."""

import gc
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.local.cloud import LocalCloud
from tests.aws_rules import Watch
from tests.builders import START
from tests.product import Product

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example", "Stage": "local"}

_WATCH = Watch()
_WATCH.install()

# What a cloud on moto leaves behind is collected in large lots: Python's default takes a tenth of the tests' time.
gc.set_threshold(200_000, 20, 50)

# The longest tests. pytest-xdist deals the list out in one run for each worker, and these begin the first runs in turn:
# started last, one of them would keep one core busy alone at the end. The browser's share one Chromium.
LONG = ("tests/browser", "tests/simulation", "tests/faults")


def _folder(item: pytest.Item) -> str:
    return "/".join(item.nodeid.split("/")[:2])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker start with long tests of its own. Without workers all stay in order."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    starts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for rank, folder in enumerate(LONG):
        starts[min(rank, workers - 1)] += [item for item in items if _folder(item) == folder]
    rest = [item for item in items if _folder(item) not in LONG]
    ordered: list[pytest.Item] = []
    for number, start in enumerate(starts, start=1):
        # Filled up to where the scheduler ends the worker's run (xdist/scheduler/worksteal.py).
        size = max(0, len(items) * number // workers - len(ordered) - len(start))
        ordered += [*start, *rest[:size]]
        rest = rest[size:]
    items[:] = [*ordered, *rest]


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
    """botocore tries again at once."""
    unhurried = SimpleNamespace(**{**vars(time), "sleep": lambda _seconds: None})
    monkeypatch.setattr("botocore.endpoint.time", unhurried)


@pytest.fixture
def product(still_clock: None, no_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product as template.yaml describes it, at START, without a store."""
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=START) as cloud:
        yield Product(cloud, monkeypatch)
