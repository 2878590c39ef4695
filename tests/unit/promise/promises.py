"""A promise of Ana for Friday, and changes of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lazo.errors import Problem, Rejected
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import Promise, PromiseRequest, ways_to_hear
from tests.builders import START, answer, consent, make_store

HOUR = timedelta(hours=1)
FRIDAY, WEDNESDAY = date(2026, 3, 13), date(2026, 3, 11)
DUE = datetime.fromisoformat("2026-03-13T23:59:00-03:00")
"""The last minute of Friday in Santiago; the store never closes."""
STORE = make_store()
ANA_CONTACT = STORE.contacts[0]
REACHED = answer(phone="+56911112222", email="eva@correo.example", consent=consent(), name="Eva")


def promise_with(**changes: Any) -> Promise:
    values = {"what": "Una mesa nueva", "when": FRIDAY, "owner": "ana", "hears_by": "phone", **changes}
    return promise_lifecycle.make_promise(
        PromiseRequest(**values),
        "P1",
        "f1",
        STORE,
        ways_to_hear(REACHED, opted_out=False),
        {},
        ANA_CONTACT,
        START,
    )


def rejection_of(doing: Callable[[], object]) -> Problem:
    with pytest.raises(Rejected) as found:
        doing()
    (problem,) = found.value.problems
    return problem


def promise_moved_to(promise: Promise, day: date, now: datetime = START, owner: str = "ana") -> Promise:
    return promise_lifecycle.move_promise(
        promise, day, owner, "Falta una pieza", None, STORE, {}, ANA_CONTACT, now
    )
