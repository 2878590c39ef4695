"""What the tests share: the product on the local cloud, a clock that stands still, and a watch over AWS calls."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import hypothesis
import pytest

from infra.local.cloud import LocalCloud
from tests import parts, waiting
from tests.aws_rules import Watch
from tests.builders import START
from tests.product import Product

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
PARAMETERS = {"SenderEmail": "lazo@example.com", "PublicBaseUrl": "https://lazo.example", "Stage": "local"}

_WATCH = Watch()
_WATCH.install()

hypothesis.settings.register_profile("lazo", max_examples=parts.EXAMPLES)
hypothesis.settings.load_profile("lazo")

# What a cloud on moto leaves behind is collected in large lots: Python's default takes a tenth of the tests' time.
gc.set_threshold(500_000, 20, 50)


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: no collection of garbage looks at them again (a third of what they take)."""
    gc.freeze()


def pytest_sessionfinish() -> None:
    """What is garbage is told of once: pytest collects five times more, all that the tests have left."""
    gc.collect()
    gc.freeze()


_STOPPED = datetime(2026, 1, 1, tzinfo=UTC)


class _StillDatetime(datetime):
    """The machine's clock, stopped: only the product's own offset moves."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return _STOPPED if tz is UTC else _STOPPED.astimezone(tz)


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
def no_waiting() -> Iterator[None]:
    """Clients of AWS and the table try again at once."""
    with waiting.no_waiting():
        yield


@pytest.fixture
def product(still_clock: None, no_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product as template.yaml describes it, at START, without a store."""
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=START) as cloud:
        yield Product(cloud, monkeypatch)
