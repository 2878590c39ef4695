"""Limits on messages to a customer: per week, and between two resurveys, by each of their keys.

Both are counted in the transaction that enqueues the message.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update, count_within, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

WEEK_KEPT_FOR = timedelta(days=21)
RESURVEY_KEPT_FOR = timedelta(days=2 * 366)


class WeekExhausted(Exception):
    """The customer's limit of messages for that week is reached."""


def count_messages(
    messages: Iterable[CustomerMessage], store: Store, unsent: Iterable[CustomerMessage] = ()
) -> list[Update]:
    """Return the writes that count new messages, and those that are `unsent` no more; their error is WeekExhausted. A
    message counts in the week, by the store's calendar, in which it may first be sent. What a customer is owed counts,
    and is never one too many."""
    weeks: Counter[tuple[str, str]] = Counter()
    limited: set[tuple[str, str]] = set()
    ends: dict[str, datetime] = {}
    for message, n in (*((each, 1) for each in messages), *((each, -1) for each in unsent)):
        day = store.hours.local_date(message.starts_at)
        ends[_week(day)] = datetime.combine(day, time.min, UTC) + WEEK_KEPT_FOR
        counted = {(key, _week(day)) for key in message.customer_keys}
        weeks.update(dict.fromkeys(counted, n))
        if not message.owed:
            limited |= counted
    most = store.policy.customer_messages_per_week
    return [
        count_within(
            customer_partition.customer_week(key, week),
            most if n > 0 and (key, week) in limited else None,
            ends[week],
            n=n,
            error=WeekExhausted(week),
        )
        for (key, week), n in sorted(weeks.items())
        if n
    ]


def has_room(table: Table, customer_keys: Sequence[str], store: Store, at: datetime) -> bool:
    """Whether the customer may get one more message that they are not owed in the week of `at`."""
    week = _week(store.hours.local_date(at))
    items = (table.get(customer_partition.customer_week(key, week)) for key in customer_keys)
    most = store.policy.customer_messages_per_week
    return most > 0 and all(item is None or item["n"] < most for item in items)


def _week(day: date) -> str:
    """`2026-W47` (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def last_resurvey(table: Table, customer_keys: Iterable[str]) -> datetime | None:
    """Return when the customer was last asked again, by any of the keys, or None."""
    items = (table.get(customer_partition.customer_resurvey(key)) for key in customer_keys)
    return max((parse_timestamp(item["asked_at"]) for item in items if item), default=None)


def record_resurvey(customer_keys: Sequence[str], at: datetime) -> list[Update]:
    """Return the writes that record a resurvey that somebody requests."""
    return [_resurvey_item(key, at) for key in customer_keys]


def record_resurvey_once(customer_keys: Sequence[str], at: datetime, store: Store) -> list[Update]:
    """Return the writes that record an automatic resurvey. Each fails if the last one is more recent than the store's
    policy allows."""
    since = at - timedelta(days=store.policy.ask_again_every_days)
    return [_resurvey_item(key, at, since) for key in customer_keys]


def _resurvey_item(key: str, at: datetime, since: datetime | None = None) -> Update:
    return set_attributes(
        customer_partition.customer_resurvey(key),
        {"asked_at": format_timestamp(at), "expires_at": int((at + RESURVEY_KEPT_FOR).timestamp())},
        condition="attribute_not_exists(asked_at) OR asked_at <= :since" if since else None,
        values={":since": format_timestamp(since)} if since else None,
    )
