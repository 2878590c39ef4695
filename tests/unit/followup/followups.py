"""Open follow-ups, and a store that is open from nine to nine."""

from typing import Any

from lazo.followup import opening
from lazo.followup.model import FollowUp
from tests.builders import WEEK, answer, classified, make_store

NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}


def open_followup(score: int = 3, **changes: Any) -> FollowUp:
    found = opening.open_for_answer(classified(answer(score=score, **changes)), make_store())
    assert found is not None
    return found
