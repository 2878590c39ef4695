"""Shops and touchpoints in the table."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from lazo.hours import OpeningHours
from lazo.store import Contact, Policy, Store, Touchpoint
from lazo.table import chain, keys, persons
from lazo.table.dynamo import Delete, Put, Table, TransactionRefused

TRIES = 3
"""How often a shop is written anew when somebody else wrote it in the same moment."""

MOST_WRITES = 100
"""Of one transaction (DynamoDB)."""


def store(table: Table, store_id: str, *, consistent: bool = False) -> Store | None:
    """The shop, or None; an eventually consistent read does for what is kept in memory for a minute anyway."""
    item = table.get(keys.store(store_id), consistent=consistent)
    return read(item) if item else None


def touchpoint(table: Table, code: str) -> Touchpoint | None:
    """The touchpoint of a QR code, retired ones included, or None."""
    item = table.get(keys.touchpoint(code), consistent=False)
    return Touchpoint(code, item["store_id"], item["label"], item["active"]) if item else None


def put_store(table: Table, settings: Mapping[str, Any]) -> None:
    """Write a shop, replacing what was there, together with who may sign in for it. `settings`: the plain values of
    a Store; `hours` as a dict, `country` and `subdivision` for its holidays.

    TransactionRefused when others go on changing the same shop meanwhile.
    """
    for attempts_left in reversed(range(TRIES)):
        before = table.get(keys.store(settings["store_id"])) or {}
        try:
            _replace(table, before, settings)
        except TransactionRefused:
            if not attempts_left:
                raise
        else:
            return


def _replace(table: Table, before: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    """All in one transaction, but for a shop with more than 16 contacts of whom hardly one stays: then some addresses
    of those who leave, the first of the writes, go ahead. Until the shop itself is written a repetition finds the
    old contacts, and does it all again."""
    after = read(settings)
    left = persons.leave(after.store_id, map(_contact, before.get("contacts", ())), after)
    key = keys.store(after.store_id)
    shop = Put(
        {
            "pk": key.pk,
            "sk": key.sk,
            "list_pk": keys.STORES_LIST,
            "list_at": keys.store_place(after.name, after.store_id),
            **settings,
        },
        condition="contacts = :seen" if before else "attribute_not_exists(pk)",
        values={":seen": before["contacts"]} if before else None,
    )
    writes: list[Put | Delete] = [*left, *persons.join(after), shop]
    if ahead := writes[:-MOST_WRITES]:
        table.transact(ahead)
    table.transact(writes[-MOST_WRITES:])


def put_touchpoint(table: Table, place: Touchpoint) -> None:
    """Write a touchpoint, replacing what was there."""
    table.put(Put(chain.item(place)))


def read(item: Mapping[str, Any]) -> Store:
    """A shop from its item; fields that only a newer version knows are left out, so that shops may be imported
    before the functions are deployed."""
    return Store(
        store_id=item["store_id"],
        name=item["name"],
        brand=item["brand"],
        language=item["language"],
        timezone=item["timezone"],
        country=item["country"],
        hours=OpeningHours.from_dict(
            item["hours"],
            item["timezone"],
            item["country"],
            item.get("subdivision"),
            # The file of shops was checked; loading the holidays takes 0.1 s of every cold start.
            check_holidays=False,
        ),
        contacts=tuple(_contact(c) for c in item["contacts"]),
        policy=_policy(item.get("policy", {})),
        competitors=tuple(item.get("competitors", ())),
        question=item.get("question", {}),
        staff=tuple(item.get("staff", ())),
        review_link=item.get("review_link", ""),
    )


def _policy(item: Mapping[str, Any]) -> Policy:
    known = _known(Policy, item)
    known |= {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
    return Policy(**known)


def _contact(item: Mapping[str, Any]) -> Contact:
    quiet = item.get("quiet")
    away = tuple(
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in item.get("away", ())
    )
    known = _known(Contact, item)
    return Contact(**{**known, "quiet": (quiet[0], quiet[1]) if quiet else None, "away": away})


def _known(kind: type[Contact] | type[Policy], item: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: item[field.name] for field in fields(kind) if field.name in item}
