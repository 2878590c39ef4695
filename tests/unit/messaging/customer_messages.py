"""A message of Ana to Eva, an unhappy customer."""

from typing import Any

import pytest

from lazo.errors import Rejected
from lazo.followup import opening
from lazo.messaging.customer_message import CustomerMessage, compose
from lazo.messaging.customer_templates import MessageContent
from lazo.survey.answer import Answer
from tests.builders import START, answer, classified, consent, make_store

LANGUAGES = ("es", "en", "pt")
LINK = "https://lazo.example/s/caja3"
STORE = make_store()
(MANAGER, *_) = STORE.contacts


def answer_of_eva(**changes: Any) -> Answer:
    contact = {"name": "Eva Soto", "phone": "+56987650001", "email": "eva@example.org", "consent": consent()}
    return answer(**{**contact, **changes})


def composed_message(given: Answer | None = None, channel: Any = "sms", **changes: Any) -> CustomerMessage:
    given = given or answer_of_eva()
    about = opening.open_for_answer(classified(given), STORE)
    assert about is not None
    writing = {"text": "Hola, Eva: ya lo arreglamos.", "subject": "Tu visita", **changes}
    return compose(
        MessageContent(channel=channel, **writing),
        about.followup_id,
        given,
        STORE,
        MANAGER,
        message_id="01J",
        now=START,
    )


def rejected_problems(**changes: Any) -> list[tuple[str, str | None, Any]]:
    with pytest.raises(Rejected) as refused:
        composed_message(**changes)
    return [(p.code, p.field, p.facts.get("most")) for p in refused.value.problems]
