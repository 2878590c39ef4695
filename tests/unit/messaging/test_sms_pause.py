"""While SMS are paused one message tries every half hour; ten minutes without a report of it end the pause."""

from datetime import timedelta

import pytest

from lazo.messaging.sms_pause import SmsPause
from tests.builders import START, minutes

WAITING = SmsPause(since=START, probe_at=START + minutes(30))
TRIED = SmsPause(since=START, probe_at=START + minutes(30), probed_at=START + minutes(31))


@pytest.mark.parametrize(
    ("pause", "at", "closed_until", "may_probe", "is_over"),
    [
        (WAITING, minutes(0), minutes(30), False, False),
        (WAITING, minutes(29), minutes(30), False, False),
        (WAITING, minutes(30), None, True, False),
        (WAITING, minutes(600), None, True, False),  # nobody wanted to send
        (TRIED, minutes(31), minutes(41), False, False),
        (TRIED, minutes(40), minutes(41), False, False),
        (TRIED, minutes(41), None, False, True),
    ],
)
def test_when_a_message_may_be_sent(
    pause: SmsPause, at: timedelta, closed_until: timedelta | None, may_probe: bool, is_over: bool
) -> None:
    now = START + at
    assert pause.closed_until(now) == (None if closed_until is None else START + closed_until)
    assert (pause.may_probe(now), pause.is_over(now)) == (may_probe, is_over)


def test_only_a_report_of_the_message_that_tried_prolongs_the_pause() -> None:
    assert TRIED.probe_failed(START + minutes(31) - timedelta(seconds=5)), "the provider's clock may differ"
    assert not TRIED.probe_failed(START)
    assert not WAITING.probe_failed(START + minutes(31))
