"""Counters of days add up to months, over as many pages as DynamoDB makes of them."""

from datetime import date
from typing import Any

from lazo.insight.answer_counts import AnswerCounts, ThemeOpinions
from lazo.insight.bands import BandCounts
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import to_dynamo
from lazo.table.views.answer_counts import counts_by_month


class _TwoPages:
    """DynamoDB's client: the second page follows the key that the first one ends with."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def query(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if "ExclusiveStartKey" in request:
            days = [{"sk": "DAY#2026-02-01", "s9": 2, "x10": 1}]
            return {"Items": [to_dynamo(day) for day in days]}
        days = [
            {"sk": "DAY#2026-01-30", "s10": 1, "s7": 2, "s6": 3, "t#price#detractor": 2},
            {"sk": "DAY#2026-01-31", "s0": 1, "x0": 4, "t#price#detractor": 1},
        ]
        return {"Items": [to_dynamo(day) for day in days], "LastEvaluatedKey": {"pk": {"S": "p"}}}


def test_days_add_up_to_months() -> None:
    client = _TwoPages()
    counts = counts_by_month(
        Table(client, "table"), ["norte"], date(2026, 1, 1), date(2026, 2, 28), ["price", "waiting_time"]
    )
    assert counts == {
        "norte": {
            "2026-01": AnswerCounts(
                BandCounts(1, 2, 4), {"price": ThemeOpinions(BandCounts(detractors=3))}, suspect=4
            ),
            "2026-02": AnswerCounts(BandCounts(2, 0, 0), {}, suspect=1),
        }
    }
    assert len(client.asked) == 2
