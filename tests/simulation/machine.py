"""A cloud whose clock moves only when it is moved, whose clients try again at once, and whose ids and keys are the same
each time: what happens in a month hangs on nothing else than its seed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from unittest import mock

from moto.moto_api._internal import mock_random

from infra.local.cloud import LocalCloud
from tests.simulation.stores import NUMBERS
from tests.waiting import no_waiting

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
BASE = "https://lazo.example"
PARAMETERS = {
    "SenderEmail": "lazo@example.com",
    "PublicBaseUrl": BASE,
    "TwoWayNumbers": NUMBERS,
    "Stage": "local",
    "LogLevel": "ERROR",
}

_STOPPED = datetime(2026, 1, 1, tzinfo=UTC)


class _Still(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return _STOPPED if tz is UTC else _STOPPED.astimezone(tz)


@cache
def _let_a_cloud_be_first() -> None:
    """The first cloud of a process makes its resources in another order, and loads what draws numbers by chance: it is
    never the one that is lived in."""
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=_STOPPED) as first:
        first.load_functions()


@contextmanager
def still_cloud(at: datetime) -> Iterator[LocalCloud]:
    """The product as template.yaml describes it, at `at`, without a store."""
    _let_a_cloud_be_first()
    # What is loaded later still draws from `os.urandom`, ids from the other.
    of_the_machine, of_ids = random.Random(0).randbytes, random.Random(1).randbytes
    mock_random.seed(0)
    with (
        mock.patch("lazo.clock.datetime", _Still),
        mock.patch("infra.local.event_sources.pump.datetime", _Still),
        mock.patch("os.urandom", of_the_machine),
        mock.patch("random._urandom", of_ids),
        no_waiting(),
        LocalCloud.start(TEMPLATE, PARAMETERS, at=at) as cloud,
    ):
        yield cloud
