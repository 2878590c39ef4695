"""How long a message waits that could be sent: from its time, or from the end of what held it, whichever is later."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from followup_scheduler.app import seconds_unsent
from lazo.followup import opening, staff_deliveries
from lazo.table.dynamodb.writes import Key
from lazo.table.messaging import deliveries
from lazo.timestamps import format_timestamp
from tests.builders import START, answer, classified, make_store, minutes


def item(not_before: datetime, lease_until: datetime | None = None) -> dict[str, Any]:
    store = make_store()
    followup = opening.open_for_answer(classified(answer(score=2)), store)
    assert followup is not None
    planned, *_ = staff_deliveries.plan_deliveries(followup, store, "alert", START)
    written = dict(deliveries.delivery_put(replace(planned, not_before=not_before)).item)
    return {
        **{name: value for name, value in written.items() if value is not None},
        **({"lease_until": format_timestamp(lease_until)} if lease_until else {}),
    }


@pytest.mark.parametrize(
    ("not_before", "lease_until", "seconds"),
    [
        (minutes(0), None, 600.0),
        (minutes(4), None, 360.0),
        (minutes(0), minutes(9), 60.0),
        (minutes(9), minutes(1), 60.0),
        (minutes(11), None, 0.0),
        (minutes(0), minutes(11), 0.0),
    ],
)
def test_seconds_unsent_after_ten_minutes(
    not_before: timedelta, lease_until: timedelta | None, seconds: float
) -> None:
    pending = item(START + not_before, None if lease_until is None else START + lease_until)
    assert seconds_unsent(Key.key_of(pending), pending, START + minutes(10)) == seconds


def test_an_item_that_is_no_message_is_not_unsent() -> None:
    other = {"pk": "FU#f", "sk": "DATE#reminder", "due_at": "2020-01-01T00:00:00Z"}
    assert seconds_unsent(Key.key_of(other), other, START) == 0.0
