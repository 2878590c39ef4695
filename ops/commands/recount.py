"""`lazo recount`: the counters, held against the answers."""

from typing import Annotated, Any

import typer
from rich.progress import track

from lazo.store.model import Store
from lazo.table import stores
from lazo.table.views import counter_repair
from lazo.table.views.counter_repair import Busy, Day
from ops.command_line import Here, Refusal


def recount(
    here: Here,
    wanted: Annotated[
        list[str] | None, typer.Option("--store", help="Only this shop; may be repeated.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write what the answers come to.")] = False,
) -> None:
    """Count the answers of each shop and day anew, and compare with the counters that the pages show.

    They agree, whatever failed on the way: each answer is counted in the transaction that marks it. A difference means
    that somebody wrote into the table by hand, or that a shop was given another time zone. Exit code 1 when there is
    one left.
    """
    table = here.installation.table
    ids = wanted or stores.every_store_id(table)
    number, wrong = 0, []
    for store_id in track(ids, "Counting", console=here.err, disable=here.json):
        store = stores.store(table, store_id, consistent=True)
        if store is None:
            raise Refusal(f"There is no shop {store_id!r}.")
        try:
            counted, days = counter_repair.differing(table, store)
        except Busy as error:
            raise Refusal(
                f"{store_id}: answers come in faster than they can be counted; try again."
            ) from error
        number += counted
        wrong += [(store, day, fix and counter_repair.correct(table, store, day)) for day in days]
    here.show(
        {"answers": number, "differences": [_told(*each) for each in wrong]},
        people=lambda: here.grid(
            ("shop", "day", "counter", "counted", "answers", ""),
            [row for each in wrong for row in _rows(*each)],
        ),
    )
    left = sum(1 for _, _, fixed in wrong if not fixed)
    if not here.json:
        here.say(
            f"{number} answers of {len(ids)} shops; {len(wrong)} days differ, {len(wrong) - left} were mended."
        )
    if left:
        raise Refusal("", 1)


def _told(store: Store, day: Day, fixed: bool) -> dict[str, Any]:
    return {
        "store_id": store.store_id,
        "day": day.on.isoformat(),
        "counters": {
            name: {"counted": day.counted.get(name, 0), "answers": day.answered.get(name, 0)}
            for name in day.differing
        },
        "fixed": fixed,
    }


def _rows(store: Store, day: Day, fixed: bool) -> list[list[object]]:
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
