"""When a message can be claimed, when its attempts are exhausted, and the pauses between them."""

from datetime import timedelta
from typing import Any

import pytest

from lazo.messaging.send_state import State, backoff_delay, is_claimable, is_exhausted
from tests.builders import START, minutes
from tests.unit.followup.deliveries import first_delivery

TICK = timedelta(microseconds=1)


def test_a_delivery_can_be_claimed_from_its_time_and_after_its_lease() -> None:
    waiting = first_delivery(not_before=START + minutes(5))
    assert not is_claimable(waiting, waiting.not_before, START + minutes(5) - TICK)
    assert is_claimable(waiting, waiting.not_before, START + minutes(5))
    for state in ("sending", "pending"):  # by a sender, or by a refusal for the time being
        held = first_delivery(state=state, lease_until=START + minutes(1))
        assert not is_claimable(held, held.not_before, START + minutes(1) - TICK)
        assert is_claimable(held, held.not_before, START + minutes(1))


@pytest.mark.parametrize("state", ["sent", "failed", "cancelled", "digested"])
def test_a_finished_delivery_cannot_be_claimed(state: State) -> None:
    assert not is_claimable(first_delivery(state=state, lease_until=START), START, START + timedelta(days=9))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"attempts": 9}, False),
        ({"attempts": 10}, True),
        ({"unclear": 1, "attempts": 2}, False),
        ({"unclear": 2, "attempts": 2}, True),
        # Found in the hands of a sender that is gone: that attempt, too, may have arrived.
        ({"state": "sending", "attempts": 1}, False),
        ({"state": "sending", "attempts": 2, "unclear": 1}, True),
    ],
)
def test_limits_of_attempts(changes: dict[str, Any], expected: bool) -> None:
    assert is_exhausted(first_delivery(**changes)) is expected


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 600), (7, 600), (10, 600), (500, 600)],
)
def test_backoff_after_a_transient_failure(attempts: int, seconds: int) -> None:
    assert backoff_delay(attempts) == timedelta(seconds=seconds)
