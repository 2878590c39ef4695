"""`lazo recount --followups`: lists follow-ups for the API that were opened before it had a list."""

from collections.abc import Collection

from rich.progress import track

from lazo.ids import is_followup_id
from lazo.table import followups
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.scan import every_item
from lazo.table.views.every_followup import find_unlisted
from ops.command_line import EXIT_USAGE, CommandContext, CommandError, chosen_stores


def relist(
    context: CommandContext, selected: Collection[str] | None, after: str | None, *, fix: bool
) -> None:
    """Find the follow-ups of the selected stores, or of all, that are not listed, and list them with `fix`. Each is
    listed once, so it may be stopped and repeated; `after` goes on behind a follow-up."""
    if after is not None and not is_followup_id(after):
        raise CommandError(f"--from {after}: must be the id of a follow-up.", EXIT_USAGE)
    selected = chosen_stores(context.installation.table, selected) if selected else None
    table, start = context.installation.table, keys.followup(after) if after else None
    items = every_item(context.installation.client("dynamodb"), table.name, ("opened_at",), start)
    shown = track(items, "Reading the table", total=None, console=context.err, disable=context.json)
    read, unlisted, listed, reached = 0, 0, 0, after
    try:
        for found, missing in find_unlisted(table, shown):
            wanted = [each for each in missing if not selected or each.store_id in selected]
            listed += sum(fix and followups.list_again(table, each) for each in wanted)
            read, unlisted, reached = read + len(found), unlisted + len(wanted), found[-1].followup_id
    except BaseException:
        if reached:
            context.print_message(f"Stopped: `--followups --from {reached}` goes on from there.")
        raise
    context.print_result(
        {"followups": read, "unlisted": unlisted, "listed": listed},
        as_text=lambda: context.out.print(
            f"{read} follow-ups were read; {unlisted} were not listed, {listed} of them are now."
        ),
    )
    if unlisted > listed:
        raise CommandError("", 1)
