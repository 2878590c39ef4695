"""What the meter counts of reads: what DynamoDB looks at, on items whose sizes were added up by hand."""

from collections.abc import Iterator

import pytest

from benchmarks.backlog import running
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.metering import Meter
from benchmarks.write_units import AT
from infra.local.cloud import LocalCloud
from lazo.runtime import settings
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put, Where


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud:
        yield cloud


def test_a_query_is_charged_for_what_it_scans(cloud: LocalCloud) -> None:
    def entry(n: int) -> Item:
        # In the index: pk 2 + 3, sk 2 + 2, list_pk 7 + 1, list_at 7 + 2, stage 5 + 2017, which is 2,048 bytes.
        key = {"pk": f"i{n}", "sk": "FU", "list_pk": "L", "list_at": f"{n}"}
        return {**key, "stage": "x" * 2017, "comment": "not in the index" * 500}

    with Meter.on(cloud) as meter:
        table = Table(settings.client("dynamodb"), cloud.physical_id("Table"))
        for n in range(10, 22):
            table.put(Put(entry(n)))
        where = Where("stage = :stage", {":stage": "open"}, {})
        with running("Desk"):
            rows, _ = table.query_listing("L", "0", "~", where=where, limit=10)
    (call,) = meter.calls
    assert rows == []
    # 10 × 2,048 bytes are five times 4 KB, at half a unit each.
    assert (call.operation, call.scanned, call.read) == ("Query", 10, 2.5)


def test_a_batch_is_charged_item_by_item(cloud: LocalCloud) -> None:
    with Meter.on(cloud) as meter:
        table = Table(settings.client("dynamodb"), cloud.physical_id("Table"))
        # pk 2 + 1, sk 2 + 1, and a text with its name: 4,097 bytes, and a few.
        table.put(Put({"pk": "a", "sk": "a", "text": "x" * (4097 - 6 - 4)}))
        table.put(Put({"pk": "b", "sk": "b"}))
        with running("Desk"):
            table.batch_get([Key("a", "a"), Key("b", "b"), Key("nobody", "there")])
    (call,) = meter.calls
    assert (call.operation, call.scanned, call.read) == ("BatchGetItem", 3, 2 + 1 + 1)
