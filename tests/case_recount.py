"""Counters of recovery and times as they stand in the table, and counted anew from the follow-ups."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from lazo.followup.recovery import counted_as
from lazo.insight.case_counts import case_counts
from lazo.table.followups import followup_from_item
from tests.product import Item
from tests.recount import counters_of


def recount_cases(items: Iterable[Item]) -> dict[tuple[str, str], Counter[str]]:
    """Counters of recovery and times, counted anew from the follow-ups: by the key of the month's item. Of cases that
    ended unanswered a follow-up does not tell the month, since its store's calendar does."""
    months: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for item in items:
        if item["sk"] == "FU":
            case, store = followup_from_item(item), f"STORE#{item['store_id']}"
            for group, n in counted_as(case).items():
                months[store, f"RECOVERY#{case.recovery_month}"][f"case#{group}"] += n
            for counted_case, n in case_counts(case).items():
                months[store, f"TIMES#{case.opened_month}"]["#".join(counted_case)] += n
    return dict(months)


def counted_cases(items: Iterable[Item]) -> dict[tuple[str, str], Counter[str]]:
    """The same as they stand in the table, without months in which all is 0."""
    found = {
        (item["pk"], item["sk"]): +counters_of(item)
        for item in items
        if item["sk"].startswith(("RECOVERY#", "TIMES#"))
    }
    for counts in found.values():
        counts.pop("case#unanswered", None)
    return {key: counts for key, counts in found.items() if counts}
