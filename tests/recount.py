"""Day counters as they stand in the table, and counted anew from the answers."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.product import Item

NOT_COUNTED = ("pk", "sk", "changes", "due_pk", "due_at", "due_failures", "failed_after")
"""Attributes of an item with counters that count nothing."""


def counters_of(item: Item) -> Counter[str]:
    """Return what an item counts, by name."""
    return Counter({name: n for name, n in item.items() if name not in NOT_COUNTED})


def recount(items: Iterable[Item], timezone: str) -> dict[str, Counter[str]]:
    """Day counters, counted anew from the answers: by the day's sort key."""
    days: dict[str, Counter[str]] = {}
    for item in items:
        if not item["sk"].startswith("ANSWER#") or "classified_at" not in item:
            continue
        local = datetime.fromisoformat(item["at"]).astimezone(ZoneInfo(timezone))
        day = days.setdefault(f"DAY#{local.date()}", Counter())
        odd = bool(item["suspect"])
        day[f"{'x' if odd else 's'}{item['score']}"] += 1
        day[f"{'y' if odd else 'h'}{local.hour:02}"] += 1
        day[f"q#{item['code']}#{'suspect' if odd else item['band']}"] += 1
        if not odd:
            day[f"h{local.hour:02}#{item['band']}"] += 1
        for sign in set(item["suspect"]):
            day[f"z#{sign}"] += 1
        for mark, said in (("t", "themes"), ("p", "praised"), ("m", "mentioned")):
            for theme in [] if odd else item.get(said, ()):
                day[f"{mark}#{theme}#{item['band']}"] += 1
    return days


def counted(items: Iterable[Item]) -> dict[str, Counter[str]]:
    """Day counters as they stand in the table: by the day's sort key."""
    return {item["sk"]: counters_of(item) for item in items if item["sk"].startswith("DAY#")}
