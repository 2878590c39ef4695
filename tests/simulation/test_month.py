"""A month of fifty stores: every date is handled, nobody is messaged twice, at night or against their will, and crashes
change nothing in the end. `make test-whole` has a fuller one too, `make simulate` the fullest."""

from datetime import UTC, datetime

import pytest

from tests import parts
from tests.simulation.end_state import differences
from tests.simulation.lived import lived, lived_again
from tests.simulation.stores import fifty
from tests.simulation.wall_clock import is_open, is_quiet, open_minutes

MONTHS = ((6, 9), (3, 4))
"""Seed and number of answers of months in which each kind of act is done. `make test` lives through the first, a whole
run through both."""
CRASH = 0.01


@pytest.mark.long
@pytest.mark.parametrize(("seed", "answers"), MONTHS if parts.WHOLE else MONTHS[:1])
def test_a_month_and_the_same_month_while_functions_die(seed: int, answers: int) -> None:
    with lived(seed, answers) as calm:
        assert calm.problems == []
        kinds = {act.kind for act in calm.script}
        assert kinds == {"answer", "desk", "sms", "page", "again"}, "the month has everything in it"
    with lived_again(calm.script, seed, answers, CRASH) as stormy:
        assert stormy.chaos is not None
        assert stormy.chaos.crashes > 50
        assert stormy.chaos.second_sweeps > 10
        assert stormy.problems == []
    assert differences(calm.state, stormy.state) == []


@pytest.mark.parametrize(
    ("store", "at", "opens"),
    [
        (0, "2026-03-16T12:00", True),  # Santiago, UTC-3: 09:00
        (0, "2026-03-16T11:59", False),
        (0, "2026-04-06T12:59", False),  # UTC-4 since 5 April: 08:59
        (0, "2026-04-06T13:00", True),
        (10, "2026-03-30T07:00", True),  # Madrid, summer time since 29 March: 09:00
        (10, "2026-03-28T07:00", False),  # 08:00
        (10, "2026-04-03T10:00", False),  # Good Friday
        (12, "2026-03-16T13:30", False),  # between two shifts
        (13, "2026-03-18T00:30", True),  # 01:30 of the night that began on Tuesday
        (13, "2026-03-17T00:30", False),  # on Mondays it does not open
    ],
)
def test_the_clock_on_the_wall(store: int, at: str, opens: bool) -> None:
    assert is_open(fifty()[store], datetime.fromisoformat(at).replace(tzinfo=UTC)) is opens


def test_opening_minutes_and_quiet_hours() -> None:
    start, end = (datetime(2026, 3, day, hour, 50, tzinfo=UTC) for day, hour in ((16, 23), (17, 12)))
    # Santiago: 20:50 to 21:00, and 09:00 to 09:50 the next day.
    assert open_minutes(fifty()[0], start, end, 1000) == 60
    assert is_quiet(("22:00", "08:00"), "America/Santiago", datetime(2026, 3, 17, 1, 0, tzinfo=UTC))
    assert not is_quiet(("22:00", "08:00"), "America/Santiago", datetime(2026, 3, 17, 11, 0, tzinfo=UTC))
