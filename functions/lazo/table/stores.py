"""Shops and touchpoints in the table."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from lazo.hours import OpeningHours
from lazo.store import Contact, Policy, Store, Touchpoint
from lazo.table import keys
from lazo.table.dynamo import Put, Table


def store(table: Table, store_id: str) -> Store | None:
    """The shop, or None; an eventually consistent read, for what is kept in memory for a minute anyway."""
    item = table.get(keys.store(store_id), consistent=False)
    return read(item) if item else None


def touchpoint(table: Table, code: str) -> Touchpoint | None:
    """The touchpoint of a QR code, retired ones included, or None."""
    item = table.get(keys.touchpoint(code), consistent=False)
    return Touchpoint(code, item["store_id"], item["label"], item["active"]) if item else None


def put_store(table: Table, settings: Mapping[str, Any]) -> None:
    """Write a shop, replacing what was there. `settings`: the plain values of a Store; `hours` as a dict,
    `country` and `subdivision` for its holidays."""
    table.put(Put({"pk": keys.store(settings["store_id"]).pk, "sk": "STORE", **settings}))


def put_touchpoint(table: Table, place: Touchpoint) -> None:
    """Write a touchpoint, replacing what was there."""
    key = keys.touchpoint(place.code)
    table.put(Put({"pk": key.pk, "sk": key.sk, **asdict(place)}))


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
        policy=Policy(**_known(Policy, item.get("policy", {}))),
        competitors=tuple(item.get("competitors", ())),
        question=item.get("question", {}),
        staff=tuple(item.get("staff", ())),
    )


def _contact(item: Mapping[str, Any]) -> Contact:
    quiet = item.get("quiet")
    return Contact(**{**_known(Contact, item), "quiet": (quiet[0], quiet[1]) if quiet else None})


def _known(kind: type[Contact] | type[Policy], item: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: item[field.name] for field in fields(kind) if field.name in item}
