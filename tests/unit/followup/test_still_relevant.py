"""Which messages to staff still hold when they are about to be sent: resolved wins, and an owner is told less."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lazo.followup import lifecycle
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery, is_still_relevant
from tests.builders import START, make_store, minutes
from tests.unit.followup.deliveries import first_delivery, open_reachable_followup

STORE = make_store()
OPEN = open_reachable_followup()
ANAS = lifecycle.take_on(OPEN, "ana", STORE, START)
SPOKEN = lifecycle.record_contact(ANAS, STORE, START, reached=True)
RESOLVED = lifecycle.resolve(SPOKEN, STORE, START, root_cause_theme="service", root_cause="x", done="y")
CONFIRMED = lifecycle.confirm(RESOLVED, STORE, START)
RESTRICTED = lifecycle.restrict(ANAS, START)
ERASED = lifecycle.erase_customer(ANAS, START)
SITUATIONS = {
    "open": OPEN,
    "Ana's": ANAS,
    "spoken": SPOKEN,
    "resolved": RESOLVED,
    "confirmed": CONFIRMED,
    "restricted": RESTRICTED,
    "erased": ERASED,
}


def to_ana(purpose: Any, **changes: Any) -> Delivery:
    return first_delivery(purpose=purpose, contact_id="ana", **changes)


@pytest.mark.parametrize(
    ("delivery", "holds_in"),
    [
        (to_ana("alert"), {"open"}),
        (to_ana("assigned"), {"Ana's", "spoken"}),
        (to_ana("released"), {"open"}),
        (to_ana("customer_waits"), {"open", "Ana's", "spoken"}),
        (to_ana("not_solved"), {"open", "Ana's", "spoken"}),
        (to_ana("danger"), {"open", "Ana's", "spoken", "resolved"}),
        (to_ana("customer_wrote"), {"open", "Ana's", "spoken", "resolved"}),
        (to_ana("due_soon", until=ANAS.deadline), {"Ana's"}),
        (to_ana("late", ref=str(ANAS.version)), {"Ana's"}),
        (to_ana("concern_missed"), {"open", "Ana's", "spoken", "resolved"}),
        (to_ana("promise_at_risk"), {"open", "Ana's", "spoken", "resolved", "confirmed"}),
        (to_ana("promises_open"), {"confirmed"}),
    ],
    ids=lambda each: each.purpose if isinstance(each, Delivery) else "",
)
def test_a_message_holds_in_these_situations_and_no_other(delivery: Delivery, holds_in: set[str]) -> None:
    assert {name for name, each in SITUATIONS.items() if is_still_relevant(delivery, each)} == holds_in


def test_an_alert_holds_until_a_later_reminder_of_its_level_repeats_it() -> None:
    first, again = to_ana("alert", level=0, round=0), to_ana("alert", level=0, round=1)
    reminded: FollowUp = replace(OPEN, level=0, round=1)
    assert not is_still_relevant(first, reminded)
    assert is_still_relevant(again, reminded)
    assert is_still_relevant(first, replace(OPEN, level=1, round=1)), "those below may still act"


def test_a_reminder_holds_for_the_deadline_that_it_names() -> None:
    moved = lifecycle.move_deadline(ANAS, START + timedelta(days=2), START + minutes(1))
    assert not is_still_relevant(to_ana("due_soon", until=ANAS.deadline), moved)
    assert is_still_relevant(to_ana("due_soon", until=START + timedelta(days=2)), moved)
