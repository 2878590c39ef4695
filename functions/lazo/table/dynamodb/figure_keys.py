"""Keys of what is counted: by day and month of a store, and rolled up by month of stores and of groups of stores."""

import datetime as dt
from typing import Final

from lazo.table.dynamodb.keys import store, store_id_of
from lazo.table.dynamodb.writes import Key

DAY_PREFIX: Final = "DAY#"
RISING_PREFIX: Final = "WEEK#"
COUNTED_BY_MONTH: Final = ("DAY", "PROMISES", "RECOVERY", "TIMES", "VISITORS")
"""What the sort keys of a store's counters begin with, each followed by a month or day."""


def day_of_counters(sk: str) -> str:
    """Return the day (`2026-11-21`) in the sort key of a day's counters."""
    return sk.removeprefix(DAY_PREFIX)


def day(store_id: str, on: dt.date) -> Key:
    """Counters of a store's day, by its calendar."""
    return Key(store(store_id).pk, f"{DAY_PREFIX}{on.isoformat()}")


def recovery_of_month(store_id: str, month: str) -> Key:
    """Counts what became of a store's cases that were first resolved in a month (`2026-11`, by its calendar)."""
    return Key(store(store_id).pk, f"RECOVERY#{month}")


def times_of_month(store_id: str, month: str) -> Key:
    """Counts the times of a store's cases that opened in a month (`2026-11`, by its calendar)."""
    return Key(store(store_id).pk, f"TIMES#{month}")


def promises_of_month(store_id: str, month: str) -> Key:
    """Counts a store's promises by outcome in a month (`2026-11`, by its calendar)."""
    return Key(store(store_id).pk, f"PROMISES#{month}")


def visitors_of_month(store_id: str, month: str) -> Key:
    """The visitors of a store by day, in a month (`2026-11`, by its calendar)."""
    return Key(store(store_id).pk, f"VISITORS#{month}")


def month_of_visitors(key: Key) -> str:
    """Return the month in a key of `visitors_of_month`."""
    return key.sk.removeprefix("VISITORS#")


def days_of_month(month: str) -> str:
    """Return the prefix of the sort keys of a month's days (`2026-11`)."""
    return f"{DAY_PREFIX}{month}-"


def counted_month(key: Key) -> tuple[str, str] | None:
    """Return the store and month (`2026-11`) whose figures an item's counters are part of; None if it has none."""
    prefix, _, when = key.sk.partition("#")
    if not key.pk.startswith(store("").pk) or prefix not in COUNTED_BY_MONTH:
        return None
    return store_id_of(key), when[: len("2026-11")]


def store_month(store_id: str, month: str) -> Key:
    """The figures of a store in a month, rolled up. All stores of a month are in one partition."""
    return Key(f"MONTH#{month}", f"STORE#{store_id}")


def store_of_month(key: Key) -> str:
    """Return the store's id in a key of `store_month`, `store_weeks` or `touchpoint_signs`."""
    return key.sk.removeprefix("STORE#")


def month_of_store(key: Key) -> str:
    """Return the month in a key of `store_month`."""
    return key.pk.removeprefix("MONTH#")


def group_month(group: str, month: str) -> Key:
    """The figures of a group of stores in a month, rolled up. Its months are in one partition."""
    return Key(f"GROUP#{group}", f"MONTH#{month}")


def is_group_month(key: Key) -> bool:
    """Whether `key` is that of a group's month."""
    return key.pk.startswith("GROUP#") and key.sk.startswith("MONTH#")


def month_of_group(key: Key) -> str:
    """Return the month in a key of `group_month`."""
    return key.sk.removeprefix("MONTH#")


def group_stores(group: str, month: str, part: int) -> Key:
    """The answers by band of a part of the stores of a group in a month, in a partition of the group's own."""
    return Key(f"GROUP#{group}", f"STORES#{month}#{part:03}")


LAST_PART: Final = 999
"""The highest part of `group_stores` that sorts as it should."""


def month_of_group_stores(key: Key) -> str:
    """Return the month in a key of `group_stores`."""
    return key.sk.removeprefix("STORES#")[: len("2026-11")]


def group_stores_of(month: str) -> str:
    """Return the prefix of the sort keys of `group_stores`."""
    return f"STORES#{month}#"


def solved_of_week(store_id: str, week: str) -> Key:
    """Counts a store's cases that were first resolved in a week (`2026-W48`, by its calendar)."""
    return Key(store(store_id).pk, f"SOLVED#{week}")


def ended_promises_of_week(store_id: str, week: str) -> Key:
    """Counts a store's promises that ended in a week, by outcome."""
    return Key(store(store_id).pk, f"ENDED#{week}")


def store_week(store_id: str, week: str) -> Key:
    """The figures of a store in a week. All stores of a week are in one partition."""
    return Key(f"WEEKLY#{week}", f"STORE#{store_id}")


def store_of_week(key: Key) -> str:
    """Return the store's id in a key of `store_week`."""
    return key.sk.removeprefix("STORE#")


def store_weeks(week: str, store_id: str) -> Key:
    """The weeks of a store up to a Saturday (`2026-11-28`), as a look at rising themes needs them. All stores of a look
    are in one partition."""
    return Key(f"WEEK#{week}", f"STORE#{store_id}")


def rising_look(week: str) -> Key:
    """What rises in the weeks up to a Saturday (`2026-11-28`), in all stores. All looks are in one partition."""
    return Key("RISING", f"{RISING_PREFIX}{week}")


def is_rising_look(key: Key) -> bool:
    """Whether `key` is that of a look at rising themes."""
    return key.pk == "RISING"


def week_of_look(key: Key) -> str:
    """Return the Saturday in a key of `rising_look`."""
    return key.sk.removeprefix(RISING_PREFIX)


def source_marks(store_id: str, on: dt.date) -> Key:
    """Counts a store's answers of a day by the mark of where they came from, until its nightly look."""
    return Key(store(store_id).pk, f"MARKS#{on.isoformat()}")


def marked_days(store_id: str) -> Key:
    """What the nightly looks keep of the marks of the last days: how many were alike."""
    return Key(store(store_id).pk, "MARKED")


def benchmark() -> Key:
    """The published score that the operator entered for comparison."""
    return Key("BENCHMARK", "SCORE")


def touchpoint_signs(store_id: str) -> Key:
    """What is unusual at the touchpoints of a store. All stores where anything is are in one partition."""
    return Key("TOUCHPOINTS", f"STORE#{store_id}")
