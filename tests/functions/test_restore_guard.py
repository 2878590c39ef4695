"""A table restored from backup sends nothing that its original has sent since."""

from datetime import timedelta

import pytest

from lazo.table.dynamodb.table import Table
from ops import restore
from tests.builders import DIEGO, minutes
from tests.product import Product, output

WORKERS = ("FollowupScheduler", "Notify", "Classify")


def fill_table(product: Product) -> None:
    """What stands in the table at the moment that is restored: an alert to be sent, one that waits, a message to a
    customer, a deadline that has passed, an answer nobody has read."""
    product.open_store(policy={"take_on_minutes": 10})
    product.unhappy()
    product.accept(score=1)


def restored(product: Product) -> Table:
    """A copy of the table as a restore makes it: another name, the same items and indexes, no stream."""
    client = product.cloud.client("dynamodb")
    there = client.describe_table(TableName=product.table.name)["Table"]
    client.create_table(
        TableName="lazo-restored",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=there["KeySchema"],
        AttributeDefinitions=there["AttributeDefinitions"],
        GlobalSecondaryIndexes=[
            {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}
            for index in there["GlobalSecondaryIndexes"]
        ],
    )
    for page in client.get_paginator("scan").paginate(TableName=product.table.name):
        for item in page["Items"]:
            client.put_item(TableName="lazo-restored", Item=item)
    return Table(client, "lazo-restored")


def work_on(product: Product, table: Table) -> None:
    """Make the functions work on another table."""
    for name in WORKERS:
        product.cloud.functions[name].environment["TABLE_NAME"] = table.name
        product.restart(name)


@pytest.fixture
def copy(product: Product) -> Table:
    """The copy, an hour after the moment it shows; the original has done its work since, and the functions work on
    the copy now."""
    fill_table(product)
    product.scheduler()
    made = restored(product)
    product.drain()
    product.advance(minutes(60))
    assert product.outbox()
    product.cloud._outbox._messages.clear()
    work_on(product, made)
    return made


def sweep(product: Product, times: int = 3) -> None:
    for _ in range(times):
        product.scheduler()
        product.drain()
        product.wait(minutes(1))


def test_a_restored_copy_sends_nothing(product: Product, copy: Table) -> None:
    with output() as written:
        sweep(product)
    assert product.outbox() == []
    assert "this table is a copy" in written.getvalue()
    assert "OldestDueSeconds" not in written.getvalue(), "the alarm DueItemsLate goes off"


def test_an_adopted_copy_sends_nothing_twice_and_resumes_deadlines(product: Product, copy: Table) -> None:
    scan = restore.scanner(product.cloud.client("dynamodb"))
    done = restore.adopt(copy, product.now() + timedelta(minutes=30), scan)
    assert done["muted"] >= 3
    deliveries = [i for i in scan(copy) if i["sk"].startswith("DELIVERY#")]
    assert {(i["state"], i.get("failure")) for i in deliveries} == {("cancelled", "restored")}
    assert not any("due_at" in i for i in deliveries)
    sweep(product)
    assert product.outbox() == []
    product.wait(minutes(30))
    sweep(product)
    receivers = {to for _, to in product.outbox()}
    assert DIEGO["email"] in receivers, "nobody has taken it on, so it goes up"


def test_items_that_were_lost_come_back_and_send_nothing(product: Product) -> None:
    """Somebody deleted a partition of the stack's own table; it comes back out of the copy."""
    fill_table(product)
    product.scheduler()
    copy = restored(product)
    product.drain()
    product.advance(minutes(5))
    before = product.outbox()
    client = product.cloud.client("dynamodb")
    lost = [i for i in product.cloud.items() if i["pk"].startswith("FU#")]
    assert lost
    for item in lost:
        client.delete_item(TableName=product.table.name, Key={k: {"S": item[k]} for k in ("pk", "sk")})
    kept = len(product.cloud.items())
    scan = restore.scanner(client)
    done = restore.copy(copy, product.table, product.now() + timedelta(minutes=30), scan)
    assert done["copied"] > 0
    assert done["there"] > 0
    assert len(product.cloud.items()) == kept + done["copied"]
    sweep(product)
    assert product.outbox() == before
    again = restore.copy(copy, product.table, product.now(), scan)
    assert again["copied"] == 0


def test_a_table_records_its_identity_at_the_first_sweep(product: Product) -> None:
    product.open_store()
    product.scheduler()
    (item,) = product.items("HOME")
    assert item["name"] == product.table.name
    product.restart("FollowupScheduler")
    assert product.scheduler() == {"acted": 0, "failed": 0}
