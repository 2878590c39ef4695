"""What the tests build: a store, its contacts, an answer. Each takes what differs, the rest is ordinary."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from lazo import ids
from lazo.store.model import Store
from lazo.survey.answer import Answer, Classification, Consent
from lazo.survey.nps import band_of_score
from lazo.table import stores

START = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
"""A Tuesday; 12:00 in Santiago (UTC-3 until 4 April 2026), no holiday."""

_NINE_TO_NINE = [["09:00", "21:00"]]
WEEK: dict[str, Any] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), _NINE_TO_NINE)

ANA = {
    "contact_id": "ana",
    "name": "Ana",
    "role": "store",
    "level": 0,
    "language": "es",
    "phone": "+56922345671",
    "email": "ana@aurora.example",
}
DIEGO = {
    "contact_id": "diego",
    "name": "Diego",
    "role": "area",
    "level": 1,
    "language": "en",
    "phone": "+56922345672",
    "email": "diego@aurora.example",
}
MARTA = {
    "contact_id": "marta",
    "name": "Marta",
    "role": "head",
    "level": 2,
    "language": "pt",
    "email": "marta@aurora.example",
}

_number = count(1)


def settings(**changes: Any) -> dict[str, Any]:
    """A store as it is written into the table: Ana, above her Diego, above him Marta, who has no phone."""
    return {
        "store_id": "norte",
        "name": "Aurora Norte",
        "brand": "Aurora",
        "language": "es",
        "timezone": "America/Santiago",
        "country": "CL",
        "hours": {"always": True},
        "contacts": [ANA, DIEGO, MARTA],
        "policy": {},
        "competitors": [],
        **changes,
    }


def make_store(**changes: Any) -> Store:
    """The store of `settings`."""
    return stores.store_from_item(settings(**changes))


def answer(**changes: Any) -> Answer:
    """An unclassified answer of `store`, given at START unless `at` says otherwise, with an id of its own."""
    at = changes.get("at", START)
    ulid = ids.new_ulid(at, next(_number).to_bytes(ids.ENTROPY_BYTES))
    values: dict[str, Any] = {
        "answer_id": ulid,
        "ulid": ulid,
        "store_id": "norte",
        "code": "caja3",
        "touchpoint": "Caja 3",
        "score": 3,
        "language": "es",
        "at": at,
    }
    return Answer(**{**values, **changes})


def consent(at: datetime = START) -> Consent:
    return Consent("2026-01", "es", at)


def classified(given: Answer, **changes: Any) -> Answer:
    """The answer as understood at its own instant, with nothing found in it but `changes`."""
    found: Mapping[str, Any] = {
        "band": band_of_score(given.score),
        "themes": (),
        "urgency": (),
        "leaving": False,
        "competitors": (),
        "suspect": given.suspect,
        "at": given.at,
    }
    return given.with_classification(Classification(**{**found, **changes}))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
