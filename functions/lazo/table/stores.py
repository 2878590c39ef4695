"""Stores and touchpoints in the table."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, Final

from aws_lambda_powertools import Logger

from lazo.runtime.ttl_cache import TtlCache
from lazo.store.contacts import Contact
from lazo.store.model import Store, Touchpoint
from lazo.store.opening_hours import OpeningHours
from lazo.store.policy import Policy
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.table import HIGHEST, Table, TransactionRefused
from lazo.table.dynamodb.writes import Delete, Item, Put

TRIES = 3
"""Attempts to write a store that somebody else is writing."""

TRANSACTION_LIMIT = 100
"""Writes of one transaction (DynamoDB)."""


def get_store(table: Table, store_id: str, *, consistent: bool = False) -> Store | None:
    """Return the store, or None. An eventually consistent read is enough for what is cached for a minute anyway."""
    item = table.get(keys.store(store_id), consistent=consistent)
    return store_from_item(item) if item else None


def get_touchpoint(table: Table, code: str) -> Touchpoint | None:
    """Return the touchpoint of a QR code, also if retired, or None."""
    item = table.get(keys.touchpoint(code), consistent=False)
    return _touchpoint({"code": code, **item}) if item else None


def put_store(table: Table, settings: Mapping[str, Any]) -> None:
    """Write a store, replacing the old one, and who may sign in for it. `settings`: the plain values of a Store;
    `hours` as a dict, `country` and `subdivision` for its holidays.

    Raises TransactionRefused if others keep changing the same store.
    """
    from lazo.table import users  # only the import writes stores, and every function reads them

    for attempts_left in reversed(range(TRIES)):
        before = table.get(keys.store(settings["store_id"])) or {}
        try:
            left = _replace(table, before, settings)
        except TransactionRefused:
            if not attempts_left:
                raise
        else:
            users.forget_users_without_store(table, left)
            return


def _replace(table: Table, before: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Contact]:
    """Write all in one transaction, except for a store with more than 16 contacts of whom hardly one stays: then
    some deletions of addresses, the first writes, go ahead. Until the store itself is written, a repetition finds
    the old contacts and does it all again. Return the contacts who left."""
    from lazo.auth.users import user_id_of
    from lazo.table import users

    after = store_from_item(settings)
    contacts = [_contact(each) for each in before.get("contacts", ())]
    left = users.membership_deletes(after.store_id, contacts, after)
    position = listing.store_position(after.name, after.store_id)
    replaced = Put(
        keys.store(after.store_id).item(list_pk=listing.STORES_LIST, list_at=position, **settings),
        # Contacts decide which memberships to delete: fail if they changed since they were read.
        condition="contacts = :seen" if before else "attribute_not_exists(pk)",
        values={":seen": before["contacts"]} if before else None,
    )
    writes: list[Put | Delete] = [*left, *users.membership_puts(after), replaced]
    if ahead := writes[:-TRANSACTION_LIMIT]:
        table.transact(ahead)
    table.transact(writes[-TRANSACTION_LIMIT:])
    staying = {user_id_of(contact) for contact in after.contacts}
    return [contact for contact in contacts if user_id_of(contact) not in staying]


def put_touchpoint(table: Table, touchpoint: Touchpoint) -> None:
    """Write a touchpoint, replacing the old one."""
    table.put(Put(touchpoint_item(touchpoint)))


def store_from_item(item: Mapping[str, Any]) -> Store:
    """Return the store of an item. Ignores fields of newer versions, so that stores may be imported before the
    functions are deployed."""
    hours = OpeningHours.from_dict(
        item["hours"],
        item["timezone"],
        item["country"],
        item.get("subdivision"),
        # The import checked them; loading the holidays takes 0.1 s of every cold start.
        check_holidays=False,
    )
    contacts = tuple(map(_contact, item["contacts"]))
    policy = Policy(**_known(Policy, item.get("policy", {})))
    return Store(**{**_known(Store, item), "hours": hours, "contacts": contacts, "policy": policy})


def _contact(item: Mapping[str, Any]) -> Contact:
    away = tuple(
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in item.get("away", ())
    )
    return Contact(**{**_known(Contact, item), "away": away})


def _known(kind: type[Contact] | type[Policy] | type[Store], item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the item has, lists as tuples."""
    known = {field.name: item[field.name] for field in fields(kind) if field.name in item}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}


class UnknownStore(LookupError):
    """There is no such store."""


class StoreCache:
    """Reads each store at most once a minute, and uses an old copy while the table cannot be read."""

    def __init__(self, table: Table, logger: Logger) -> None:
        self._kept: TtlCache[Store] = TtlCache(lambda store_id: get_store(table, store_id), logger)

    def find(self, store_id: str | None, now: datetime) -> Store | None:
        """Return the store, None if there is none."""
        return self._kept.get(store_id, now) if store_id else None

    def get(self, store_id: str, now: datetime) -> Store:
        """Return the store. Raises UnknownStore."""
        store = self.find(store_id, now)
        if store is None:
            raise UnknownStore(store_id)
        return store


_OF_THE_TABLE: Final = ("pk", "sk", "list_pk", "list_at")


class CodeTaken(Exception):
    """Another touchpoint has the code; `held_by` is its store."""

    def __init__(self, held_by: str) -> None:
        super().__init__(held_by)
        self.held_by = held_by


class TouchpointChanged(Exception):
    """Somebody else changed or removed the touchpoint since it was read."""


def imported_settings(table: Table, store_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the settings of those stores that exist, as they were imported, by id."""
    found = table.batch_get(keys.store(store_id) for store_id in store_ids)
    return {item["store_id"]: _settings(item) for item in found.values()}


def every_store_id(table: Table) -> list[str]:
    """Return the ids of all stores, by name. The index is eventually consistent."""
    return [row["store_id"] for row in table.every_entry(listing.STORES_LIST)]


def brands_of_stores(table: Table, store_ids: Iterable[str]) -> dict[str, str]:
    """Return the brand of each of these stores that exists, by id; one batch for each hundred."""
    found = table.batch_get(map(keys.store, store_ids))
    return {item["store_id"]: item["brand"] for item in found.values()}


def get_touchpoints(table: Table, codes: Iterable[str]) -> dict[str, Touchpoint]:
    """Return the touchpoints of these codes, also retired ones, by code."""
    found = table.batch_get(keys.touchpoint(code) for code in codes)
    return {item["code"]: _touchpoint(item) for item in found.values()}


def list_touchpoints(table: Table, store_id: str | None = None) -> list[Touchpoint]:
    """Return the touchpoints of a store, or of all stores: by store, then by code. The index finds them, the items say
    which store they belong to."""
    span = [listing.touchpoint_position(store_id, code) for code in ("", HIGHEST)] if store_id else []
    rows = table.every_entry(listing.TOUCHPOINTS_LIST, *span)
    codes = (listing.code_at(row["list_at"]) for row in rows)
    found = [
        touchpoint
        for touchpoint in get_touchpoints(table, codes).values()
        if store_id in (None, touchpoint.store_id)
    ]
    return sorted(found, key=lambda touchpoint: (touchpoint.store_id, touchpoint.code))


def touchpoint_codes(table: Table, store_ids: Collection[str]) -> list[tuple[str, str]]:
    """Return store id and code of each touchpoint of these stores, also of retired ones, by store, then by code. One
    query for each 1 MB of the index, which is eventually consistent."""
    span: list[str] = []
    if store_ids:
        lowest, highest = min(store_ids), max(store_ids)
        span = [listing.touchpoint_position(lowest, ""), listing.touchpoint_position(highest, HIGHEST)]
    rows = table.every_entry(listing.TOUCHPOINTS_LIST, *span) if span else ()
    found = ((row["store_id"], listing.code_at(row["list_at"])) for row in rows)
    return sorted(each for each in found if each[0] in store_ids)


def add_touchpoint(table: Table, touchpoint: Touchpoint) -> None:
    """Write a new touchpoint. Raises CodeTaken."""
    before = table.put_or_get(Put(touchpoint_item(touchpoint), condition="attribute_not_exists(pk)"))
    if before is not None:
        raise CodeTaken(before["store_id"])


def change_touchpoint(table: Table, before: Touchpoint, after: Touchpoint) -> None:
    """Replace a touchpoint. Raises TouchpointChanged."""
    table.put(
        Put(
            touchpoint_item(after),
            condition="store_id = :store AND active = :active",
            values={":store": before.store_id, ":active": before.active},
            error=TouchpointChanged(before.code),
        )
    )


def touchpoint_item(touchpoint: Touchpoint) -> Item:
    """Return a touchpoint's item."""
    return keys.touchpoint(touchpoint.code).item(
        list_pk=listing.TOUCHPOINTS_LIST,
        list_at=listing.touchpoint_position(touchpoint.store_id, touchpoint.code),
        **{name: value for name, value in asdict(touchpoint).items() if name != "test" or value},
    )


def _touchpoint(item: Item) -> Touchpoint:
    return Touchpoint(item["code"], item["store_id"], item["label"], item["active"], item.get("test", False))


def _settings(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in _OF_THE_TABLE}
