"""What a shop's day brought, in one item: enough to recompute any score without reading the answers again.

`s0`..`s10` count answers by score, `x0`..`x10` those that may not be a customer's; `h00`..`h23` and `y00`..`y23` the
same two by the hour of the shop's clock; `t#THEME#BAND` counts answers by theme and band.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lazo.store.model import Store
from lazo.survey import suspicious_volume
from lazo.survey.answer import Answer, Classification
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Update


def count(answer: Answer, found: Classification, store: Store) -> Update:
    """The write that counts one classified answer; only ever part of the transaction that marks it."""
    local = answer.at.astimezone(ZoneInfo(store.timezone))
    names = (
        [f"x{answer.score}", f"y{local:%H}"]
        if found.suspect
        else [f"s{answer.score}", f"h{local:%H}", *(f"t#{theme}#{found.band}" for theme in found.themes)]
    )
    placeholders = {f"#n{i}": name for i, name in enumerate(names)}
    return Update(
        keys.day(answer.store_id, local.date()),
        "ADD " + ", ".join(f"{p} :one" for p in placeholders),
        {":one": 1},
        names=placeholders,
    )


def this_hour(table: Table, store: Store, at: datetime) -> int:
    """How many answers the shop's present hour has brought so far, suspects included."""
    local = at.astimezone(ZoneInfo(store.timezone))
    item = table.get(keys.day(store.store_id, local.date())) or {}
    return int(item.get(f"h{local:%H}", 0)) + int(item.get(f"y{local:%H}", 0))


def last_weeks(table: Table, store: Store, at: datetime) -> list[Item]:
    """The day items of the four weeks before today."""
    today = at.astimezone(ZoneInfo(store.timezone)).date()
    first = today - timedelta(weeks=suspicious_volume.WEEKS_LOOKED_BACK)
    return table.between(
        keys.day(store.store_id, first).pk,
        keys.day(store.store_id, first).sk,
        keys.day(store.store_id, today - timedelta(days=1)).sk,
    )
