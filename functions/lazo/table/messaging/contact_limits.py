"""How many messages a customer gets in a week: counted by each of their keys, in the transaction that owes them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table, Update

KEPT_FOR = timedelta(days=21)


class WeekExhausted(Exception):
    """The customer gets no more messages in that week."""


def counted(messages: Iterable[CustomerMessage], store: Store) -> list[Update]:
    """The writes that count new messages, each refused where the customer's week has no room left. The week is that in
    which a message may be sent, by the shop's calendar."""
    owed = Counter((key, store.hours.local_date(m.starts_at)) for m in messages for key in m.customer_keys)
    weeks: Counter[tuple[str, str]] = Counter()
    ends: dict[str, int] = {}
    for (key, day), n in owed.items():
        weeks[key, _week(day)] += n
        ends[_week(day)] = int((datetime.fromisoformat(f"{day}T00:00:00+00:00") + KEPT_FOR).timestamp())
    return [_count(key, week, n, ends[week], store) for (key, week), n in sorted(weeks.items())]


def has_room(table: Table, customer_keys: Sequence[str], store: Store, at: datetime) -> bool:
    """Whether the customer may get one more message in the week of `at`."""
    week = _week(store.hours.local_date(at))
    items = (table.get(keys.customer_week(key, week)) for key in customer_keys)
    most = store.policy.customer_messages_per_week
    return most > 0 and all(item is None or item["n"] < most for item in items)


def _count(key: str, week: str, n: int, expires_at: int, store: Store) -> Update:
    room = store.policy.customer_messages_per_week - n
    # Of a week without messages there is no item, and what is not there is not below anything.
    condition = "attribute_not_exists(n) OR n <= :room" if room >= 0 else "n <= :room"
    return Update(
        keys.customer_week(key, week),
        "SET expires_at = :expires ADD n :n",
        {":n": n, ":expires": expires_at, ":room": room},
        condition=condition,
    )


def _week(day: date) -> str:
    """`2026-W47` (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
