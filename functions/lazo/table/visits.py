"""A visit: what a known customer answered at a store within minutes is about one thing, and leads to one follow-up.

An item for each of the customer's keys names the follow-up. It is written on the condition that it is as it was read,
so that two answers at the same moment cannot open two.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lazo.survey.answer import Answer
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put
from lazo.timestamps import format_timestamp, parse_timestamp

VISIT_LENGTH: Final = timedelta(minutes=10)
"""An answer of the same customer at the same store within this time is about the same visit."""
_KEPT_FOR: Final = timedelta(days=1)
"""Only to be found: an item older than a visit is overwritten."""


class VisitChanged(Exception):
    """Another answer of the customer was classified since the visit was read."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What the items at a customer's keys hold, as read. `followup_id` and `answer_ulid` name what the visit led to and
    its latest answer, None if there is none that `answer` belongs to."""

    answer: Answer
    found: dict[Key, Item]
    followup_id: str | None
    answer_ulid: str | None
    begun_at: datetime

    def puts(self, followup_id: str) -> Iterable[Put]:
        """Yield the writes that name the follow-up and the answer. Their error is VisitChanged."""
        for key in _keys(self.answer):
            seen = self.found.get(key, {}).get("answer_ulid")
            item = key.item(
                store_id=self.answer.store_id,
                followup_id=followup_id,
                answer_ulid=self.answer.ulid,
                begun_at=format_timestamp(self.begun_at),
                expires_at=int((self.begun_at + _KEPT_FOR).timestamp()),
            )
            condition = "answer_ulid = :seen" if seen else "attribute_not_exists(pk)"
            yield Put(item, condition, {":seen": seen} if seen else None, error=VisitChanged(followup_id))


def presume_none(answer: Answer) -> Visit:
    """Return the visit of an answer whose customer was not here in the last day, as hardly any was. Nothing is read: if
    it is not so, writing says VisitChanged."""
    return Visit(answer, {}, None, None, answer.at)


def load_visit(table: Table, answer: Answer) -> Visit:
    """Return the visit that an answer belongs to: that of another answer which its customer gave at this store at most
    ten minutes before or after. Without a key of the customer it is empty, and writes nothing."""
    keys = _keys(answer)
    read = table.batch_get(keys)
    found = {key: read[key] for key in keys if key in read}
    for item in found.values():
        begun = parse_timestamp(item["begun_at"])
        if abs(answer.at - begun) <= VISIT_LENGTH and item["answer_ulid"] != answer.ulid:
            return Visit(answer, found, item["followup_id"], item["answer_ulid"], begun)
    return replace(presume_none(answer), found=found)


def _keys(answer: Answer) -> list[Key]:
    both = (answer.customer_key, answer.customer_also)
    return [customer_partition.customer_visit(key, answer.store_id) for key in dict.fromkeys(both) if key]
