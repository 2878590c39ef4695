"""`lazo followups`: what is open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, cast, get_args

import typer

from lazo import clock
from lazo.followup.model import FollowUp, Stage
from lazo.store.model import Store
from lazo.table import stores as store_table
from lazo.table.dynamodb.table import Table
from lazo.table.views import open_followups
from lazo.table.views.open_followups import Wanted
from ops.command_line import NOT_UNDERSTOOD, Here, Refusal, command

app = typer.Typer(no_args_is_help=True, help="Follow-ups: what is open, and who has it.")

COLUMNS = ("id", "shop", "place", "priority", "stage", "owner", "level", "deadline", "")


@app.callback()
def _only() -> None:
    """Follow-ups: what is open, and who has it."""


@command(app, "list")
def list_(
    here: Here,
    stores: Annotated[
        list[str] | None, typer.Option("--store", help="Only of this shop; may be repeated.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option(help="Only at this stage: open, taken_on, contacted, resolved.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this contact_id has taken on.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Only what nobody has taken on.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what has missed its deadline.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List the follow-ups that are not ended: dangers first, then by deadline, each by its shop's clock.

    Nothing of the customer is shown; that is for the desk.
    """
    if stage and stage not in get_args(Stage):
        raise Refusal(f"--stage {stage}: must be one of {', '.join(get_args(Stage))}", NOT_UNDERSTOOD)
    table, now = here.installation.table, clock.now()
    wanted = Wanted(frozenset(stores or store_table.every_store_id(table)), owner="" if nobody else owner)
    if stage:
        wanted = replace(wanted, stage=cast(Stage, stage))
    found: list[tuple[FollowUp, Store]] = []
    for each, shop in _open(table, wanted):
        if not overdue or (each.deadline and each.deadline < now):
            found.append((each, shop))
        if len(found) == limit:
            break
    here.show(
        [_told(each, shop, now) for each, shop in found],
        people=lambda: here.grid(COLUMNS, [_row(each, shop, now) for each, shop in found]),
    )
    if not here.json:
        here.say(
            f"{len(found)} follow-ups" + (", and there may be more: --limit" if len(found) == limit else "")
        )


def _open(table: Table, wanted: Wanted) -> Iterator[tuple[FollowUp, Store]]:
    after: str | None = None
    while True:
        page = open_followups.open_page(table, wanted, after)
        shops = open_followups.behind(table, page.followups).stores
        yield from ((each, shops[each.store_id]) for each in page.followups)
        if page.after is None:
            return
        after = page.after


def _told(followup: FollowUp, shop: Store, now: datetime) -> dict[str, Any]:
    deadline = followup.deadline
    return {
        "followup_id": followup.followup_id,
        "store_id": followup.store_id,
        "touchpoint": followup.touchpoint,
        "priority": followup.priority,
        "stage": followup.stage,
        "owner": followup.owner,
        "level": followup.level,
        "deadline": deadline and deadline.astimezone(shop.hours.zone).isoformat(timespec="minutes"),
        "overdue": bool(deadline and deadline < now),
        "themes": list(followup.themes),
        "urgency": list(followup.urgency),
    }


def _row(followup: FollowUp, shop: Store, now: datetime) -> list[object]:
    deadline = followup.deadline
    return [
        followup.followup_id,
        shop.name,
        followup.touchpoint,
        followup.priority,
        followup.stage,
        followup.owner or "nobody",
        followup.level,
        f"{deadline.astimezone(shop.hours.zone):%Y-%m-%d %H:%M}" if deadline else "",
        "overdue" if deadline and deadline < now else "",
    ]
