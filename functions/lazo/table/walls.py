"""The link that shows a store's wall without signing in: at most one a store, and which version it has."""

from dataclasses import dataclass
from datetime import datetime

from lazo.auth.links import WallLink
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update
from lazo.timestamps import format_timestamp, parse_timestamp


@dataclass(frozen=True, slots=True)
class StoreWall:
    """The link of a store, made at `made_at` by a user with the name `made_by`."""

    link: WallLink
    made_at: datetime
    made_by: str


def get_wall(table: Table, store_id: str) -> StoreWall | None:
    """Return the store's link; None if there is none, or it was ended."""
    item = table.get(keys.wall(store_id))
    if item is None or "made_at" not in item:
        return None
    return StoreWall(WallLink(store_id, item["n"]), parse_timestamp(item["made_at"]), item["made_by"])


def make_wall_link(table: Table, store_id: str, made_by: str, now: datetime, request_id: str) -> None:
    """Make a new link, which ends the one before it. The same request again, by its id, does nothing."""
    values = {":one": 1, ":at": format_timestamp(now), ":by": made_by, ":request": request_id}
    table.update_if(
        Update(
            keys.wall(store_id),
            "SET made_at = :at, made_by = :by, request_id = :request ADD n :one",
            values,
            condition="attribute_not_exists(request_id) OR request_id <> :request",
        )
    )


def end_wall_link(table: Table, store_id: str) -> None:
    """End the store's link: screens that show it show nothing any more."""
    table.update(Update(keys.wall(store_id), "REMOVE made_at, made_by ADD n :one", {":one": 1}))
