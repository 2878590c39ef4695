"""From an answer to its alert as few calls one after another as possible: the customer is still in the store."""

import pytest

from tests.surveys import Survey

EVA = {"name": "Eva", "phone": "+56922345671", "email": "eva@example.com", "consent": "on"}
INES = {"name": "Inés", "phone": "+56922345672", "email": "ines@example.com", "consent": "on"}


def calls_up_to_the_sms(survey: Survey, **typed: str) -> list[tuple[str, str]]:
    """Function and operation of each call, in order, until the SMS is handed over: none is made beside another."""
    page = survey.open(after=10)
    survey.product.cloud.faults.clear()
    sent = len(survey.product.outbox())
    assert survey.send(page, score="2", **typed).status == 303
    survey.product.drain()
    assert len(survey.product.outbox()) > sent
    calls = (call for call in survey.product.cloud.faults.calls if call.operation != "Deliver")
    made = [(call.function, call.operation) for call in calls if call.function]
    return made[: made.index(("Notify", "Publish")) + 1]


@pytest.mark.parametrize("typed", [{}, INES], ids=["anonymous", "with a contact"])
def test_at_most_eight_once_the_functions_are_warm(survey: Survey, typed: dict[str, str]) -> None:
    calls_up_to_the_sms(survey, **EVA)
    about_the_customer = [("Classify", "Query")] if typed else []
    assert calls_up_to_the_sms(survey, **typed) == [
        ("Collect", "PutItem"),
        *about_the_customer,
        ("Classify", "TransactWriteItems"),
        ("Classify", "Publish"),
        ("Notify", "Query"),  # the follow-up and its deliveries
        ("Notify", "BatchGetItem"),  # its answer, and what is known of the contact
        ("Notify", "TransactWriteItems"),  # the claim, counted within the limits
        ("Notify", "Publish"),
    ]
