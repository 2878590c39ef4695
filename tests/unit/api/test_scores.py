"""Rows of scores and their pages, from counters of days as DynamoDB holds them."""

import json
from typing import Any

import pytest

from api.parameters import ScoresQuery, read_query
from api.rows import row_json
from api.scores import ScoresPage, list_scores
from api.stores_asked import StoresAsked
from lazo.errors import Rejected
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import to_dynamo

COUNTERS: dict[str, dict[str, dict[str, int]]] = {
    "norte": {
        "2026-10-31": {"s0": 9},
        "2026-11-01": {"s10": 10, "s9": 3, "s8": 4, "x10": 1},
        "2026-11-30": {"s10": 5, "s7": 2, "s6": 4, "s0": 2, "x0": 1},
        "2026-12-01": {"s6": 1},
    },
    "sur": {"2026-12-31": {"s3": 19}, "2027-01-01": {"s10": 50}},
}


class _Days:
    """DynamoDB's client: the counters of a store from one day to another."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    def query(self, ExpressionAttributeValues: Any, **_: Any) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        pk, first, last = (ExpressionAttributeValues[name]["S"] for name in (":pk", ":first", ":last"))
        self.asked.append((pk, first, last))
        days = COUNTERS.get(pk.removeprefix("STORE#"), {})
        items = [
            {"sk": f"DAY#{day}", **counts} for day, counts in days.items() if first <= f"DAY#{day}" <= last
        ]
        return {"Items": [to_dynamo(item) for item in items]}


def scores(query: str, client: _Days | None = None) -> ScoresPage:
    return list_scores(
        Table(client or _Days(), "table"),
        StoresAsked(["sur", "norte", "este"]),
        read_query(ScoresQuery, query),
    )


def test_the_score_of_a_month() -> None:
    """18 promoters, 6 passives, 6 detractors: 100 * 12 / 30 = 40. With three answers added 12 / 33 = 0.36364, its
    standard error the root of ((18.75 + 6.75) / 33 - 0.36364^2) / 33, which is 0.13931: 36.364 -+ 1.95996 * 13.931
    is 9.06 to 63.67 (Rocks 2016, adjusted Wald, by hand)."""
    (row,) = scores("from=2026-11-01&to=2026-12-01").items[1:2]
    assert json.loads(row_json(row)) == {
        "store_id": "norte",
        "brand": None,
        "touchpoint": None,
        "label": None,
        "from": "2026-11-01",
        "to": "2026-12-01",
        "bands": {"promoters": 18, "passives": 6, "detractors": 6},
        "n": 30,
        "score": 40.0,
        "lower": 9.1,
        "upper": 63.7,
        "enough": True,
        "not_counted": {"suspect": 2},
    }


def test_fewer_than_twenty_answers_are_not_enough_and_none_have_no_score() -> None:
    page = scores("from=2026-12-01&to=2027-01-01")
    assert [(row.store_id, row.n, row.score, row.enough) for row in page.items] == [
        ("este", 0, None, False),
        ("norte", 1, -100.0, False),
        ("sur", 19, -100.0, False),
    ]
    assert (page.items[0].lower, page.items[0].upper) == (None, None)


def test_pages_add_up_to_the_whole_and_read_no_more_than_they_show() -> None:
    query = "from=2026-10-31&to=2027-01-02&period=month"
    whole = scores(query)
    assert len(whole.items) == 3 * 4
    assert whole.next_cursor is None
    for limit in (1, 2, 5, 12):
        found, cursor, asked = [], "", _Days()
        for _ in range(-(-12 // limit)):
            page = scores(f"{query}&limit={limit}{cursor}", asked)
            found += page.items
            cursor = f"&cursor={page.next_cursor}"
        assert found == whole.items
        assert page.next_cursor is None
    asked = _Days()
    scores(f"{query}&limit=2", asked)
    assert asked.asked == [("STORE#este", "DAY#2026-10-31", "DAY#2026-11-30")]


@pytest.mark.parametrize(
    "cursor", ["x", "c2NvcmVzOm5vcnRlOjp0b2RheQ", "YW5zd2VyczpY", "%20", "ñ", "c2NvcmVz"]
)
def test_cursors_that_are_none(cursor: str) -> None:
    """`scores:norte::today`, `answers:X` and `scores`, in base64."""
    with pytest.raises(Rejected, match="cursor_invalid"):
        scores(f"from=2026-11-01&to=2026-12-01&cursor={cursor}")


def test_a_cursor_of_a_store_that_is_not_read_opens_nothing() -> None:
    """`scores:secreta::2026-01-01`, in base64: goes on behind that store's place."""
    page = scores("from=2026-11-01&to=2026-12-01&cursor=c2NvcmVzOnNlY3JldGE6OjIwMjYtMDEtMDE")
    assert [row.store_id for row in page.items] == ["sur"]
