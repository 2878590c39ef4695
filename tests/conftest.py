"""What the tests share: the product on the local cloud, a clock that stands still, and a watch over AWS calls."""

import gc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to other commits what they have, and begin with what takes long: else one worker ends alone."""
    kept, left = parts.keep_part(items)
    if left:
        config.hook.pytest_deselected(items=left)
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was done in part (tests/parts.py): `record_property("part", (what, how many there are, how many were
    done))`."""
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    there, done = Counter[str](), Counter[str]()
    for each in reports:
        for name, value in each.user_properties:
            if name == "part":
                there[value[0]] += value[1]
                done[value[0]] += value[2]
    for what in there:
        if done[what] < there[what]:
            terminalreporter.write_line(f"{done[what]} of {there[what]} {what}")
    if not parts.WHOLE:
        terminalreporter.write_line(
            "A part of what is many, another one for each commit: make test-whole has all of it"
        )


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
