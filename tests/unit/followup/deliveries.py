"""The first delivery of an alert to Ana."""

from dataclasses import replace
from typing import Any

from lazo.followup import opening, staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from tests.builders import START, answer, classified, consent, make_store


def open_reachable_followup(score: int = 3, **found: Any) -> FollowUp:
    given = answer(score=score, phone="+56911111111", consent=consent())
    opened = opening.open_for_answer(classified(given, **found), make_store())
    assert opened is not None
    return opened


def first_delivery(**changes: Any) -> Delivery:
    (first, _) = staff_deliveries.plan_deliveries(open_reachable_followup(), make_store(), "alert", START)
    return replace(first, **changes)
