"""Customers who agreed to it are told of an improvement: once, of what they complained about, and when they may be."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lazo.insight.improvements import Improvement
from lazo.table import erasure, followups, improvements, interested_customers
from lazo.table.dynamodb import customer_partition, improvement_keys
from lazo.table.dynamodb.writes import set_attributes
from lazo.table.improvement_resurveys import improvement_replies
from lazo.table.messaging import opt_outs
from tests.builders import WEEK, consent
from tests.functions.test_improvements_table import made
from tests.product import AFTER, Product

EVA = "+56987650001"
DAY = timedelta(days=1)


def interested_case(product: Product, number: int, store_id: str = "norte", **answer: Any) -> str:
    """A case of a customer of their own who agreed to hear of improvements; return its id."""
    reach = {"phone": f"+5698765000{number}", "customer_key": f"{number}b" * 16}
    given = product.accept(
        **{
            "score": 2,
            "comment": "La espera es larga",
            "store_id": store_id,
            "consent": consent(),
            **reach,
            **answer,
        }
    )
    assert product.classify(given) == []
    before = next(
        each
        for each in map(followups.followup_from_item, product.followups())
        if each.answer_ulid == given.ulid
    )
    assert "waiting_time" in before.themes
    after = before.changed(interested=True)
    followups.replace_followup(
        product.table, before, after, more=interested_customers.interest_puts(before, after)
    )
    return before.followup_id


def publish(product: Product, number: int = 1, **changes: Any) -> Improvement:
    dates = {"published_at": product.now(), "in_place_from": product.now().date()}
    improvement = made(number, **dates | changes)
    improvements.save_improvement(product.table, None, improvement, product.now())
    return improvement


def news(product: Product) -> dict[str, str]:
    """The text of what customers were told of an improvement, by address; each was told once."""
    found = [m for m in product.cloud.outbox() if "de las mejoras" in m["text"]]
    assert len({m["to"] for m in found}) == len(found)
    return {m["to"]: m["text"] for m in found}


@pytest.fixture
def stores(product: Product) -> Product:
    product.open_store(policy={"tell_customer": False})
    product.open_store(store_id="sur", name="Aurora Sur", policy={"tell_customer": False})
    product.open_store(store_id="boreal", brand="Boreal", policy={"tell_customer": False})
    return product


def test_each_is_told_once_who_is_to_be_told(stores: Product) -> None:
    product, table = stores, stores.table
    interested_case(product, 1)
    by_email = interested_case(product, 2, phone=None, email="bruno@example.org", name="Bruno Paz")
    interested_case(product, 3, store_id="sur")
    interested_case(product, 4)
    interested_case(product, 5)
    restricted = interested_case(product, 6)
    erased = interested_case(product, 7)
    interested_case(product, 1, store_id="sur")
    interested_case(product, 8, store_id="boreal")
    product.drain()
    table.put(opt_outs.record_opt_out("4b" * 16, "page", product.now()))
    rights = {"objections": ["automatic_messages"], "way": "page"}
    table.update(set_attributes(customer_partition.customer_rights("5b" * 16), rights))
    for followup_id, mark in ((restricted, "restricted_at"), (erased, "erased_at")):
        item = next(i for i in product.followups() if i["followup_id"] == followup_id)
        product.change(item, **{mark: "2026-03-10T15:00:00.000Z"})
    other_theme = publish(product, 2, theme="price")
    in_place_before = publish(product, 4, in_place_from=product.now().date() - DAY)
    first = publish(product)
    product.advance(timedelta(minutes=5))
    assert set(news(product)) == {EVA, "bruno@example.org"}
    assert "Ya cambiamos algo de lo que nos contaste" in news(product)[EVA]
    assert "Hola, Bruno:" in news(product)["bruno@example.org"]
    assert "Otra caja." in news(product)["bruno@example.org"]
    found = re.search(r"/m/[\w-]+", news(product)[EVA])
    assert found
    page = product.cloud.request("GET", found[0])
    assert 'href="/s/caja3/changes?lang=es"' in page.text
    portuguese = product.cloud.request("GET", f"{found[0]}?lang=pt")
    assert "O que mudamos com o que nos contam" in portuguese.text
    three = [each.improvement_id for each in (first, other_theme, in_place_before)]
    counts = improvement_replies(table, three)
    assert [each.told for each in counts.values()] == [2, 0, 0]

    # The same brand once more: who was not told of this one by then is, in each store of the brand.
    everywhere = publish(product, 3, store_ids=())
    product.advance(timedelta(minutes=5))
    messages = [i for i in product.items("MESSAGE#") if i.get("improvement_id") == everywhere.improvement_id]
    assert {i["followup_id"] for i in messages} >= {by_email}
    assert len(messages) == 3, "Eva once, for her two cases; Bruno; and the one of the other store"
    assert {i["state"] for i in messages} == {"sent"}
    assert not [
        i for i in product.items("DATE#improvement") if i["sk"] == "DATE#improvement" and "due_at" in i
    ]


def test_their_week_quiet_hours_and_a_withdrawal_are_respected(product: Product) -> None:
    """START is Tuesday noon; the store is open from nine to nine, and a week allows one message."""
    product.open_store(
        hours={**WEEK, "holidays": "as_usual"},
        policy={"tell_customer": False, "customer_messages_per_week": 1},
    )
    interested_case(product, 1)
    product.drain()
    product.wait(timedelta(hours=10))
    publish(product, 1)
    second = publish(product, 2)
    product.advance(timedelta(hours=1))
    assert news(product) == {}, "it is eleven at night"
    product.advance(timedelta(hours=11))
    assert set(news(product)) == {EVA}
    (date,) = [
        i for i in product.items("DATE#improvement") if i["sk"] == "DATE#improvement" and "due_at" in i
    ]
    assert date["improvement_id"] == second.improvement_id

    product.advance(datetime.fromisoformat("2026-03-15T23:30:00+00:00") - product.now())
    assert len(product.items("MESSAGE#")) == 1, "the week is not over"
    product.advance(DAY)
    messages = {i["improvement_id"]: i["state"] for i in product.items("MESSAGE#")}
    assert messages.keys() == {"01KKC2X0000000000000000001", "01KKC2X0000000000000000002"}


def test_what_is_withdrawn_before_it_is_sent_is_not_told(product: Product) -> None:
    product.open_store(hours={**WEEK, "holidays": "as_usual"}, policy={"tell_customer": False})
    interested_case(product, 1)
    product.drain()
    product.wait(timedelta(hours=10))
    improvement = publish(product)
    product.advance(timedelta(minutes=5))
    improvements.save_improvement(
        product.table, improvement, replace(improvement, published_at=None, version=2), product.now()
    )
    product.advance(DAY)
    (message,) = product.items("MESSAGE#")
    assert message["state"] == "cancelled"
    assert news(product) == {}


@pytest.mark.parametrize("nth", range(1, 6))
def test_a_crash_between_two_customers_tells_nobody_twice_and_nobody_never(stores: Product, nth: int) -> None:
    product = stores
    for number in (1, 2, 3):
        interested_case(product, number)
    product.drain()
    improvement = publish(product)
    product.crash("FollowupScheduler", nth, AFTER)
    product.advance(timedelta(minutes=10))
    assert set(news(product)) == {f"+5698765000{number}" for number in (1, 2, 3)}
    (counted,) = improvement_replies(product.table, [improvement.improvement_id]).values()
    assert counted.told == 3


def test_two_sweeps_at_once_tell_once(stores: Product) -> None:
    product = stores
    interested_case(product, 1)
    product.drain()
    publish(product)
    met = product.just_before("UpdateItem", product.scheduler, function="FollowupScheduler", nth=1)
    product.advance(timedelta(minutes=5))
    assert set(news(product)) == {EVA}
    assert met["done"]


def test_erasing_a_customer_takes_their_case_out_of_the_list(stores: Product) -> None:
    product = stores
    followup_id = interested_case(product, 1)
    product.drain()
    publish(product)
    product.advance(timedelta(minutes=2))
    about = followups.get_followup(product.table, followup_id)
    assert about
    assert product.items("INTERESTED#")
    assert product.items("TOLD#")
    erasure.request_erasure(product.table, about, ["1b" * 16], product.now())
    product.advance(timedelta(minutes=10))
    assert product.items("INTERESTED#") == []
    assert product.items("TOLD#") == []


def test_cases_are_read_in_rounds(product: Product) -> None:
    table = product.table
    every = [("norte", f"n{n}") for n in range(5)] + [("norte-2", "x"), ("sur", "y")]
    for store_id, followup_id in every:
        key = improvement_keys.interested(store_id, followup_id)
        product.change(key.item(store_id=store_id, followup_id=followup_id))

    def read(*store_ids: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        came_to: str | None = ""
        while came_to is not None:
            some, came_to = interested_customers.next_interested(table, store_ids, came_to, 2)
            found += some
        return found

    assert sorted(read()) == sorted(every)
    assert read("sur", "norte") == [*every[:5], ("sur", "y")]
    assert read("oeste") == []
