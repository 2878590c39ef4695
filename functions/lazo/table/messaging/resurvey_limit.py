"""When a customer was asked again last, by each of their keys: nobody is asked every other week how it is now."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table, Update
from lazo.timestamps import from_text, to_text

KEPT_FOR = timedelta(days=2 * 366)


def last(table: Table, customer_keys: Iterable[str]) -> datetime | None:
    """When it was, by whichever of the keys; None when never."""
    items = (table.get(keys.customer_asked(key)) for key in customer_keys)
    return max((from_text(item["asked_at"]) for item in items if item), default=None)


def noted(customer_keys: Sequence[str], at: datetime) -> list[Update]:
    """The writes that note it for a question that somebody asks by hand."""
    return [_note(key, at) for key in customer_keys]


def noted_once(customer_keys: Sequence[str], at: datetime, store: Store) -> list[Update]:
    """The same, each refused where the customer was asked too short a while ago for the shop's policy."""
    since = at - timedelta(days=store.policy.ask_again_every_days)
    return [_note(key, at, since) for key in customer_keys]


def _note(key: str, at: datetime, since: datetime | None = None) -> Update:
    values = {":at": to_text(at), ":expires": int((at + KEPT_FOR).timestamp())}
    return Update(
        keys.customer_asked(key),
        "SET asked_at = :at, expires_at = :expires",
        values | ({":since": to_text(since)} if since else {}),
        condition="attribute_not_exists(asked_at) OR asked_at <= :since" if since else None,
    )
