"""A cloud whose clock moves only when it is moved, whose clients try again at once, and whose ids and keys are the same
each time: what happens in a month hangs on nothing else than its seed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from unittest import mock

from moto.moto_api._internal import mock_random

from infra.local.cloud import LocalCloud
from tests.simulation.stores import NUMBERS
from tests.waiting import no_waiting

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
BASE = "https://lazo.example"


_STOPPED = datetime(2026, 1, 1, tzinfo=UTC)


class _Still(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return _STOPPED if tz is UTC else _STOPPED.astimezone(tz)


@contextmanager
def still_cloud(at: datetime) -> Iterator[LocalCloud]:
    """The product as template.yaml describes it, at `at`, without a store."""
    parameters = {
        "SenderEmail": "lazo@example.com",
        "PublicBaseUrl": BASE,
        "TwoWayNumbers": NUMBERS,
        "Stage": "local",
        "LogLevel": "ERROR",
    }
    # The first cloud of a process makes its resources in another order, and loads what draws numbers by chance: here it
    # is never the one that is lived in. What is loaded later still draws from `os.urandom`, ids from the other.
    with LocalCloud.start(TEMPLATE, parameters, at=at) as first:
        first.load_functions()
    of_the_machine, of_ids = random.Random(0).randbytes, random.Random(1).randbytes
    mock_random.seed(0)
    with (
        mock.patch("lazo.clock.datetime", _Still),
        mock.patch("infra.local.event_sources.pump.datetime", _Still),
        mock.patch("os.urandom", of_the_machine),
        mock.patch("random._urandom", of_ids),
        no_waiting(),
        LocalCloud.start(TEMPLATE, parameters, at=at) as cloud,
    ):
        yield cloud
