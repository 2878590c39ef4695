"""The answer whose contact may be used for a follow-up, and what is read to find it."""

from collections import Counter
from datetime import timedelta
from typing import Any

from lazo.followup.model import FollowUp
from lazo.survey.answer import Answer
from lazo.table import customers, followups
from lazo.table.dynamodb.table import Table
from tests.builders import consent
from tests.product import Product

PHONE, EMAIL = "+56987654321", "eva@example.org"


class CountingClient:
    """DynamoDB's client; `calls` counts what is asked of it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._client, name)


def reached(product: Product) -> tuple[Answer | None, Counter[str]]:
    client = CountingClient(product.cloud.client("dynamodb"))
    found = customers.reachable_answer(Table(client, product.cloud.physical_id("Table")), unhappy(product))
    return found, client.calls


def unhappy(product: Product) -> FollowUp:
    product.drain()
    return followups.followup_from_item(product.followup())


def test_the_answer_of_the_follow_up_comes_first_for_one_read(product: Product) -> None:
    product.open_store()
    product.accept(score=9, phone=PHONE, consent=consent(), customer_key="k1")
    product.wait(timedelta(days=1))
    own = product.accept(score=2, phone=PHONE, consent=consent(), customer_key="k1")
    found, calls = reached(product)
    assert found
    assert found.ulid == own.ulid
    assert calls == {"get_item": 1}


def test_otherwise_the_newest_answer_by_any_key_of_the_customer(product: Product) -> None:
    """Of each of the two keys the links and the answers are read, and the follow-up's own answer."""
    product.open_store()
    product.accept(score=9, phone=PHONE, consent=consent(), customer_key="k1")
    product.wait(timedelta(days=1))
    newest = product.accept(score=9, email=EMAIL, consent=consent(), customer_key="k2")
    product.wait(timedelta(days=1))
    product.accept(score=2, phone=PHONE, email=EMAIL, customer_key="k1", customer_also="k2")
    found, calls = reached(product)
    assert found
    assert found.ulid == newest.ulid
    assert calls == {"get_item": 1, "query": 4}


def test_without_any_consent_the_answer_has_none(product: Product) -> None:
    product.open_store()
    own = product.accept(score=2, phone=PHONE, customer_key="k1")
    found, _ = reached(product)
    assert found
    assert (found.ulid, found.wants_contact) == (own.ulid, False)


def test_a_customer_without_an_address_costs_no_further_read(product: Product) -> None:
    product.open_store()
    own = product.accept(score=2)
    found, calls = reached(product)
    assert found
    assert found.ulid == own.ulid
    assert calls == {"get_item": 1}
