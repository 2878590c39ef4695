"""Rolled up months of several stores are read together, over as many pages as DynamoDB makes of them."""

import json
from typing import Any

from lazo.insight.bands import BandCounts
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import to_dynamo
from lazo.table.views.month_figures import StoreAnswers, group_stores_by_month, total_store_months


class _Client:
    """DynamoDB's client: a query's second page follows the key that the first one ends with, and is the rest."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = {(item["pk"], item["sk"]): item for item in items}
        self.asked: list[dict[str, Any]] = []

    def query(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        first, last = (request["ExpressionAttributeValues"][name]["S"] for name in (":first", ":last"))
        found = sorted(sk for _, sk in self.items if first <= sk <= last)
        page = found[:2] if len(self.asked) == 1 else found
        items = [to_dynamo(item) for (_, sk), item in self.items.items() if sk in page]
        stopped = (
            {"LastEvaluatedKey": to_dynamo({"pk": "GROUP#all", "sk": page[-1]})} if page != found else {}
        )
        return {"Items": items, **stopped}

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in request["RequestItems"]["table"]["Keys"]]
        self.asked.append(request)
        return {"Responses": {"table": [to_dynamo(self.items[key]) for key in keys if key in self.items]}}


def of_group(month: str, part: int, **stores: list[int]) -> dict[str, Any]:
    return {"pk": "GROUP#all", "sk": f"STORES#{month}#{part:03}", "stores": json.dumps(stores)}


def of_store(store_id: str, month: str, read_at: str, **answers: int) -> dict[str, Any]:
    counts = json.dumps({"answers": answers, "promises": {"kept": 1}})
    return {"pk": f"MONTH#{month}", "sk": f"STORE#{store_id}", "counts": counts, "read_at": read_at}


def test_stores_of_a_group_are_read_month_by_month_over_parts_and_pages() -> None:
    client = _Client(
        of_group("2026-01", 0, a=[5, 2, 1, 0], b=[1, 1, 1, 1]),
        of_group("2026-01", 1, z=[0, 0, 9, 2]),
        of_group("2026-02", 0, a=[6, 0, 0, 0]),
        of_group("2026-03", 0, a=[9, 9, 9, 9]),
    )
    found = group_stores_by_month(Table(client, "table"), "all", "2026-01", "2026-02", frozenset(["a", "z"]))
    assert found == {
        "2026-01": {"a": StoreAnswers(BandCounts(5, 2, 1), 0), "z": StoreAnswers(BandCounts(0, 0, 9), 2)},
        "2026-02": {"a": StoreAnswers(BandCounts(6, 0, 0), 0)},
    }
    assert len(client.asked) == 2


def test_months_of_stores_add_up_in_one_batch_and_say_when_the_last_was_rolled_up() -> None:
    client = _Client(
        of_store("a", "2026-01", "2026-02-01T00:00:00.000Z", s10=3),
        of_store("b", "2026-01", "2026-01-20T00:00:00.000Z", s10=1, s0=2),
        of_store("b", "2026-02", "2026-02-03T00:00:00.000Z", s7=4),
    )
    found = total_store_months(Table(client, "table"), ["a", "b", "c"], ["2026-01", "2026-02"])
    assert {month: each.answers.bands for month, each in found.items()} == {
        "2026-01": BandCounts(4, 0, 2),
        "2026-02": BandCounts(0, 4, 0),
    }
    january = found["2026-01"]
    assert january.promises.kept == 2
    assert january.read_at
    assert january.read_at.isoformat() == "2026-02-01T00:00:00+00:00"
    assert len(client.asked) == 1
