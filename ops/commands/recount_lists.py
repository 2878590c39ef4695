"""`lazo recount --followups` and `--promises`: list what is older than the list that it belongs to."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.progress import track

from lazo.ids import is_followup_id
from lazo.table import followups, promises
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.scan import every_item
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item
from lazo.table.views import ended_promises, every_followup
from ops.command_line import EXIT_USAGE, CommandContext, CommandError, chosen_stores


@dataclass(frozen=True, slots=True)
class ListedLater:
    """What a list has only since some version: the `option` of the command, its `name`, the `attribute` that its items
    have, and how to `find` those that are not listed among items, a lot at once, and `list_again` one of them."""

    option: str
    name: str
    attribute: str
    find: Callable[[Table, Iterable[Item]], Iterator[tuple[Sequence[Any], Sequence[Any]]]]
    list_again: Callable[[Table, Any], bool]


FOLLOWUPS: Final = ListedLater(
    "followups",
    "follow-ups",
    "opened_at",
    every_followup.find_unlisted,
    lambda table, each: followups.list_again(table, each),
)
PROMISES: Final = ListedLater(
    "promises",
    "promises that ended",
    "settled_at",
    ended_promises.find_unlisted,
    lambda table, each: promises.list_again(table, each),
)


def relist(
    context: CommandContext,
    what: ListedLater,
    selected: Collection[str] | None,
    after: str | None,
    *,
    fix: bool,
) -> None:
    """Find what is not listed of the selected stores, or of all, and list it with `fix`. Each is listed once, so it may
    be stopped and repeated; `after` goes on behind a follow-up."""
    if after is not None and not is_followup_id(after):
        raise CommandError(f"--from {after}: must be the id of a follow-up.", EXIT_USAGE)
    selected = chosen_stores(context.installation.table, selected) if selected else None
    table, start = context.installation.table, keys.followup(after) if after else None
    items = every_item(context.installation.client("dynamodb"), table.name, (what.attribute,), start)
    shown = track(items, "Reading the table", total=None, console=context.err, disable=context.json)
    read, unlisted, listed, reached = 0, 0, 0, after
    try:
        for found, missing in what.find(table, shown):
            wanted = [each for each in missing if not selected or each.store_id in selected]
            listed += sum(fix and what.list_again(table, each) for each in wanted)
            read, unlisted, reached = read + len(found), unlisted + len(wanted), found[-1].followup_id
    except BaseException:
        if reached:
            context.print_message(f"Stopped: `--{what.option} --from {reached}` goes on from there.")
        raise
    context.print_result(
        {what.option: read, "unlisted": unlisted, "listed": listed},
        as_text=lambda: context.out.print(
            f"{read} {what.name} were read; {unlisted} were not listed, {listed} of them are now."
        ),
    )
    if unlisted > listed:
        raise CommandError("", 1)
