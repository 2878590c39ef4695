"""Compare what is counted of replies to improvements with what customers replied, and correct it.

What each customer replied stands with their follow-up, also once they are erased: then it is nobody's. How many were
told is not counted anew, since the messages go with the customer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lazo.table.dynamodb import improvement_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.improvement_resurveys import REPLY_COUNTERS, counters_of_reply
from lazo.table.improvements import every_improvement_id
from lazo.table.views.counter_repair import replace_counters


@dataclass(frozen=True, slots=True)
class ReplyDifference:
    """An improvement whose counters do not match what customers replied. Each mapping holds what differs, by counter,
    0 included."""

    improvement_id: str
    counted: Mapping[str, int]
    found: Mapping[str, int]


class ReplyCount:
    """Counts replies anew while somebody reads the whole table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._before = self._read_counters()
        self._found: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def count(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield all items as they come, and count those that are replies."""
        for item in items:
            if improvement_keys.is_resurvey(Key.key_of(item)):
                self._found[item["improvement_id"]].update(counters_of_reply(item))
            yield item

    def differences(self) -> tuple[list[ReplyDifference], int]:
        """Return what differs once all items were read, and how many improvements could not be compared since their
        counters changed meanwhile."""
        after = self._read_counters()
        wrong, changing = [], 0
        for improvement_id in sorted({*after, *self._found}):
            counted, found = after.get(improvement_id, {}), self._found[improvement_id]
            names = [name for name in REPLY_COUNTERS if counted.get(name, 0) != found[name]]
            if self._before.get(improvement_id, {}) != counted:
                changing += 1
            elif names:
                of_counters = {name: counted.get(name, 0) for name in names}
                of_replies = {name: found[name] for name in names}
                wrong.append(ReplyDifference(improvement_id, of_counters, of_replies))
        return wrong, changing

    def _read_counters(self) -> dict[str, dict[str, int]]:
        keys = {improvement_keys.customers_count(each): each for each in every_improvement_id(self._table)}
        return {
            keys[key]: {name: item[name] for name in REPLY_COUNTERS if item.get(name)}
            for key, item in self._table.batch_get(keys).items()
        }


def correct_replies(table: Table, wrong: ReplyDifference) -> bool:
    """Write what customers replied. Returns False if a counter changed since it was read."""
    key = improvement_keys.customers_count(wrong.improvement_id)
    return replace_counters(table, key, wrong.counted, wrong.found)
