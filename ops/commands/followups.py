"""`lazo followups`: lists what is open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, cast, get_args

import typer

from lazo import clock
from lazo.followup.deadlines import has_missed_deadline
from lazo.followup.model import FollowUp, Stage
from lazo.store.model import Store
from lazo.table.dynamodb.table import Table
from lazo.table.views import open_followups
from lazo.table.views.open_followups import FollowUpQuery
from ops.command_line import EXIT_USAGE, Command, CommandContext, CommandError, StoreIds, chosen_stores

app = typer.Typer(no_args_is_help=True, help="Follow-ups: what is open, and who has it.")

COLUMNS = ("id", "store", "place", "priority", "stage", "owner", "level", "deadline", "")


@app.callback()
def _only() -> None:
    """Follow-ups: what is open, and who has it."""


@app.command("list", cls=Command)
def list_(
    context: CommandContext,
    stores: StoreIds = None,
    stage: Annotated[
        str | None, typer.Option(help="Only at this stage: open, taken_on, contacted, resolved.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this contact_id has taken on.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Only what nobody has taken on.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what has missed a deadline.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List the follow-ups that are not ended: what nobody attends, then dangers, then the rest, each by deadline.

    Times are by each store's clock. Nothing of the customer is shown; that is for the desk.
    """
    if stage and stage not in get_args(Stage):
        raise CommandError(f"--stage {stage}: must be one of {', '.join(get_args(Stage))}", EXIT_USAGE)
    if nobody and owner:
        raise CommandError("--nobody and --owner: nothing is both.", EXIT_USAGE)
    table, now = context.installation.table, clock.now()
    wanted = FollowUpQuery(
        chosen_stores(table, stores),
        owner="" if nobody else owner,
        overdue_at=now if overdue else None,
    )
    if stage:
        wanted = replace(wanted, stage=cast(Stage, stage))
    found = list(islice(_open_followups(table, wanted), limit))
    context.print_result(
        [_as_json(each, store, now) for each, store in found],
        as_text=lambda: context.print_table(COLUMNS, [_row(each, store, now) for each, store in found]),
    )
    if not context.json:
        context.print_message(
            f"{len(found)} follow-ups" + (", and there may be more: --limit" if len(found) == limit else "")
        )


def _open_followups(table: Table, wanted: FollowUpQuery) -> Iterator[tuple[FollowUp, Store]]:
    after: str | None = None
    while True:
        page = open_followups.list_open_followups(table, wanted, after)
        stores = open_followups.load_related(table, page.followups).stores
        yield from ((each, stores[each.store_id]) for each in page.followups)
        if page.cursor is None:
            return
        after = page.cursor


def _since(followup: FollowUp, store: Store) -> str | None:
    since = followup.unattended_since
    return since.astimezone(store.hours.zone).isoformat(timespec="minutes") if since else None


def _as_json(followup: FollowUp, store: Store, now: datetime) -> dict[str, Any]:
    deadline = followup.deadline
    return {
        "followup_id": followup.followup_id,
        "store_id": followup.store_id,
        "touchpoint": followup.touchpoint,
        "priority": followup.priority,
        "stage": followup.stage,
        "owner": followup.owner,
        "level": followup.level,
        "deadline": deadline and deadline.astimezone(store.hours.zone).isoformat(timespec="minutes"),
        "overdue": has_missed_deadline(followup, now),
        "unattended_since": _since(followup, store),
        "themes": list(followup.themes),
        "urgency": list(followup.urgency),
    }


def _row(followup: FollowUp, store: Store, now: datetime) -> list[object]:
    deadline = followup.deadline
    return [
        followup.followup_id,
        store.name,
        followup.touchpoint,
        followup.priority,
        followup.stage,
        followup.owner or "nobody",
        followup.level,
        f"{deadline.astimezone(store.hours.zone):%Y-%m-%d %H:%M}" if deadline else "",
        "overdue" if has_missed_deadline(followup, now) else "",
    ]
