"""Which alerts a recount expects after many answers, and where it finds them (`benchmarks.recount`)."""

import pytest

from benchmarks.recount import channels_owed, channels_told

ANSWER = {"score": 3, "comment": "Fila lenta", "reasons": [], "suspect": []}


@pytest.mark.parametrize(
    ("said", "channels"),
    [
        ({}, {"sms", "email"}),
        ({"score": 8}, set()),
        ({"score": 9, "email": "rosa@example.com"}, {"email"}),
        ({"suspect": ["honeypot"]}, {"email"}),
        ({"suspect": ["honeypot"], "comment": ""}, set()),
        ({"suspect": ["honeypot"], "score": 9}, set()),
    ],
)
def test_who_must_be_told(said: dict[str, object], channels: set[str]) -> None:
    assert channels_owed({**ANSWER, **said}) == channels


def test_alone_and_in_a_bundle() -> None:
    collecting = {
        "sk": "COLLECTING#email",
        "delivery_names": {"fu2#DELIVERY#0#0#email#ana", "fu3#DELIVERY#0#0#email#ana"},
    }
    told = channels_told([collecting, {"sk": "STORE"}], [("fu1", "sms"), ("fu2", "email")])
    assert told == {("fu1", "sms"): 1, ("fu2", "email"): 2, ("fu3", "email"): 1}
