"""`lazo recount`: compares the counters with the answers."""

from typing import Annotated, Any

import typer
from rich.progress import track

from lazo.store.model import Store
from lazo.table import stores as store_table
from lazo.table.views.counter_repair import (
    CountersKeepChanging,
    DayDifference,
    correct_counters,
    find_differences,
)
from ops.command_line import CommandContext, CommandError, StoreIds, no_such_store


def recount(
    context: CommandContext,
    selected: StoreIds = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write what the answers come to.")] = False,
) -> None:
    """Count the answers of each store and day anew, and compare with the counters that the pages show.

    They agree, whatever failed on the way: each answer is counted in the transaction that marks it. A difference means
    that somebody wrote into the table by hand, or that a store was given another time zone. Exit code 1 when there is
    one left.
    """
    table = context.installation.table
    ids = selected or store_table.every_store_id(table)
    number, wrong = 0, []
    for store_id in track(ids, "Counting", console=context.err, disable=context.json):
        store = store_table.get_store(table, store_id, consistent=True)
        if store is None:
            raise no_such_store(store_id)
        try:
            counted, days = find_differences(table, store)
        except CountersKeepChanging as error:
            raise CommandError(
                f"{store_id}: answers come in faster than they can be counted; try again."
            ) from error
        number += counted
        wrong += [(store, day, fix and correct_counters(table, store, day)) for day in days]
    context.print_result(
        {"answers": number, "differences": [_day_as_json(*each) for each in wrong]},
        as_text=lambda: context.print_table(
            ("store", "day", "counter", "counted", "answers", ""),
            [row for each in wrong for row in _rows(*each)],
        ),
    )
    left = sum(1 for _, _, fixed in wrong if not fixed)
    if not context.json:
        context.print_message(
            f"{number} answers of {len(ids)} stores; {len(wrong)} days differ, {len(wrong) - left} were mended."
        )
    if left:
        raise CommandError("", 1)


def _day_as_json(store: Store, day: DayDifference, fixed: bool) -> dict[str, Any]:
    return {
        "store_id": store.store_id,
        "day": day.on.isoformat(),
        "counters": {
            name: {"counted": day.counted.get(name, 0), "answers": day.answered.get(name, 0)}
            for name in day.differing
        },
        "fixed": fixed,
    }


def _rows(store: Store, day: DayDifference, fixed: bool) -> list[list[object]]:
    return [
        [
            store.store_id,
            day.on,
            name,
            day.counted.get(name, 0),
            day.answered.get(name, 0),
            "mended" if fixed else "",
        ]
        for name in day.differing
    ]
