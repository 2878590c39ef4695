"""What `lazo recount --cases` compares by reading the whole table: counters of cases, promises, and replies to
improvements."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.progress import track

from lazo.store.model import Store
from lazo.table.dynamodb.scan import every_item
from lazo.table.dynamodb.writes import Item
from lazo.table.views.case_repair import MonthDifference, correct_month, find_case_differences
from lazo.table.views.reply_repair import ReplyCount, ReplyDifference, correct_replies
from ops.command_line import CommandContext


@dataclass(frozen=True, slots=True)
class TableCount:
    """What a count found: months and improvements whose counters differ, each with whether it was mended; how many
    `changed` while they were counted, and how many items were read."""

    months: Sequence[tuple[MonthDifference, bool]]
    replies: Sequence[tuple[ReplyDifference, bool]]
    changed: int
    items_read: int

    def as_json(self) -> dict[str, Any]:
        """Return what a count of answers does not have, as JSON."""
        replies = [
            {
                "improvement_id": each.improvement_id,
                "counters": {
                    name: {"counted": n, "found": each.found[name]} for name, n in each.counted.items()
                },
                "fixed": fixed,
            }
            for each, fixed in self.replies
        ]
        return {"improvements": replies, "items_read": self.items_read}

    def sentence(self) -> str:
        """Return what was found in a sentence."""
        mended = sum(fixed for _, fixed in (*self.months, *self.replies))
        return (
            f"{self.items_read} items were read. Of cases and promises {len(self.months)} months differ, of replies"
            f" {len(self.replies)} improvements; {mended} were mended; {self.changed} changed while they were counted."
        )


class _Counted:
    """Counts items as they pass."""

    n = 0

    def count(self, items: Iterable[Item]) -> Iterator[Item]:
        for self.n, item in enumerate(items, start=1):
            yield item


def count_table(context: CommandContext, stores: Sequence[Store], now: datetime, *, fix: bool) -> TableCount:
    """Compare the counters of cases and promises of these stores, and of all improvements; with `fix` write what is
    right."""
    table = context.installation.table
    items, read = every_item(context.installation.client("dynamodb"), table.name, _COUNTED), _Counted()
    shown = track(items, "Reading the table", total=None, console=context.err, disable=context.json)
    replies = ReplyCount(table)
    of_stores = (item for item in replies.count(read.count(shown)) if "store_id" in item)
    months, changing = find_case_differences(table, stores, of_stores)
    wrong, more_changing = replies.differences()
    return TableCount(
        [(each, fix and correct_month(table, each, now)) for each in months],
        [(each, fix and correct_replies(table, each)) for each in wrong],
        changing + more_changing,
        read.n,
    )


_COUNTED = ("store_id", "improvement_id")
"""One of these has whatever is counted."""


def month_as_json(month: MonthDifference, fixed: bool) -> dict[str, Any]:
    """Return a month that differs."""
    return {
        "store_id": month.store_id,
        "month": month.month,
        "counters": {name: {"counted": n, "found": month.found[name]} for name, n in month.counted.items()},
        "fixed": fixed,
    }


def month_rows(month: MonthDifference, fixed: bool) -> list[list[object]]:
    """Return a line for each counter of a month that differs."""
    mended = "mended" if fixed else ""
    return [
        [month.store_id, month.month, name, n, month.found[name], mended] for name, n in month.counted.items()
    ]


def reply_rows(improvement: ReplyDifference, fixed: bool) -> list[list[object]]:
    """Return a line for each counter of an improvement that differs."""
    mended = "mended" if fixed else ""
    return [
        ["(improvement)", improvement.improvement_id, name, n, improvement.found[name], mended]
        for name, n in improvement.counted.items()
    ]
