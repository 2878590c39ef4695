"""Which reply to a resurvey counts: the first of that store that may be a customer's."""

from dataclasses import replace

import pytest

from lazo.followup.model import Resurvey
from lazo.followup.resurvey import record_reply, record_resurvey_answer
from tests.builders import START, answer, classified, minutes
from tests.unit.followup.followups import open_followup

ASKED = Resurvey(START)
REPLY = replace(classified(answer(score=8)), improved="little", at=START + minutes(5))


def test_the_first_reply_counts() -> None:
    replied = record_reply(ASKED, open_followup(), REPLY)
    assert replied
    assert replied == Resurvey(START, START + minutes(5), 8, "little")
    assert record_reply(replied, open_followup(), REPLY) is None


@pytest.mark.parametrize("why", ["unclassified", "suspect", "other store"])
def test_what_may_not_be_a_reply_does_not_count(why: str) -> None:
    found = REPLY.classification
    assert found
    given = {
        "unclassified": replace(REPLY, classification=None),
        "suspect": REPLY.with_classification(replace(found, suspect=("honeypot",))),
        "other store": replace(REPLY, store_id="sur"),
    }[why]
    assert record_reply(ASKED, open_followup(), given) is None
    assert record_resurvey_answer(open_followup().changed(again=ASKED), given) is None
