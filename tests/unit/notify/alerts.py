"""The parts of an alert to staff."""

from datetime import datetime
from typing import Any

from lazo.followup import opening, staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery, Purpose
from lazo.store.model import Store
from lazo.survey.answer import Answer
from tests.builders import ANA, START, answer, classified, make_store

LINK = "https://lazo.example/f/AAECAwQFBgcICSTUuQeEp0ETTKCGwiOKui8"
LONG_LINK = (
    "https://a1b2c3d4e5.execute-api.ap-southeast-1.amazonaws.com/f/AAECAwQFBgcICSTUuQeEp0ETTKCGwiOKui8"
)


def alert_parts(
    purpose: Purpose = "alert",
    language: str = "es",
    found: dict[str, Any] | None = None,
    at: datetime = START,
    store_changes: dict[str, Any] | None = None,
    **changes: Any,
) -> tuple[Delivery, FollowUp, Answer, Store]:
    """Return delivery, follow-up, answer and store of an alert; by default answered at 12:00 in Santiago."""
    store = make_store(contacts=[{**ANA, "language": language}], **(store_changes or {}))
    given = classified(answer(**{"score": 2, **changes}), **(found or {}), at=at)
    about = opening.open_for_answer(given, store)
    assert about is not None
    delivery = staff_deliveries.plan_deliveries(about, store, purpose, at)[0]
    return delivery, about, given, store
