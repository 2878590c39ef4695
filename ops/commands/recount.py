"""`lazo recount`: compares the counters with the answers, and the figures of months with the counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.progress import track

from lazo import clock
from lazo.store.model import Store
from lazo.table import stores as store_table
from lazo.table.dynamodb.table import Table
from lazo.table.views import rollup_repair
from lazo.table.views.counter_repair import (
    CountersKeepChanging,
    DayDifference,
    correct_counters,
    find_differences,
)
from ops.command_line import EXIT_USAGE, CommandContext, CommandError, StoreIds, chosen_stores, no_such_store
from ops.commands.recount_lists import FOLLOWUPS, PROMISES, relist
from ops.commands.recount_table import count_table, month_as_json, month_rows, reply_rows


@dataclass(frozen=True, slots=True)
class StoreCount:
    """What a count of a store found: `answers`, the days that differ with whether they were mended, and the months
    whose roll-up is wrong or missing."""

    store: Store
    answers: int
    days: Sequence[tuple[DayDifference, bool]]
    months: Sequence[str]


def recount(
    context: CommandContext,
    selected: StoreIds = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write what the answers come to.")] = False,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m", "%Y-%m-%d"], help="Only from this month or day on.")
    ] = None,
    cases: Annotated[
        bool,
        typer.Option(
            "--cases",
            help="Count cases, promises and replies to improvements anew as well. Reads the whole table, and says how"
            " many items that were.",
        ),
    ] = False,
    followups: Annotated[
        bool,
        typer.Option(
            "--followups",
            help="Instead, look for follow-ups that the API does not list, since they are older than its list. Reads"
            " the whole table.",
        ),
    ] = False,
    promises: Annotated[
        bool,
        typer.Option(
            "--promises",
            help="Instead, look for promises that ended before the desk listed those. Reads the whole table.",
        ),
    ] = False,
    resume_at: Annotated[
        str | None,
        typer.Option(
            "--from", help="Begin with this store (or follow-up): what a count that was stopped says."
        ),
    ] = None,
) -> None:
    """Count the answers of each store and day anew, and compare with the counters that the pages show, and these with
    the figures of months.

    They agree, whatever failed on the way: each answer is counted in the transaction that marks it, and each case in
    the one that changes it. A difference means that somebody wrote into the table by hand, that a store was given
    another time zone, or that the answers are older than a counter: with --fix they are then counted for it too. The
    sweep rolls up what was mended within a minute or two. Exit code 1 when there is a difference left.
    """
    for what in (each for each, chosen in ((FOLLOWUPS, followups), (PROMISES, promises)) if chosen):
        if cases or since or (followups and promises):
            raise CommandError(f"--{what.option} goes with --store, --fix and --from alone.", EXIT_USAGE)
        relist(context, what, selected, resume_at, fix=fix)
        return
    table, now = context.installation.table, clock.now()
    ids = _stores_to_count(table, selected, resume_at)
    first = since.date() if since else None
    counted: list[StoreCount] = []
    for store_id in track(ids, "Counting", console=context.err, disable=context.json):
        try:
            counted.append(_count(table, store_id, first, now, fix=fix))
        except BaseException:
            context.print_message(f"Stopped: `--from {store_id}` goes on with this store.")
            raise
    whole = count_table(context, [each.store for each in counted], now, fix=fix) if cases else None
    months, replies = (whole.months, whole.replies) if whole else ([], [])
    groups = _stale_groups(table, first, now, fix=fix) if not selected else []
    wrong = [(each.store, day, fixed) for each in counted for day, fixed in each.days]
    stale = [(each.store.store_id, month) for each in counted for month in each.months]
    stale += [("(all)", month) for month in groups]
    context.print_result(
        {
            "answers": sum(each.answers for each in counted),
            "differences": [
                *(_day_as_json(*each) for each in wrong),
                *(month_as_json(*each) for each in months),
            ],
            "months": [{"store_id": store_id, "month": month, "fixed": fix} for store_id, month in stale],
            **(whole.as_json() if whole else {}),
        },
        as_text=lambda: context.print_table(
            ("store", "day", "counter", "counted", "found", ""),
            [
                *(row for each in wrong for row in _rows(*each)),
                *(row for each in months for row in month_rows(*each)),
                *(row for each in replies for row in reply_rows(*each)),
            ],
        ),
    )
    left = sum(1 for _, _, fixed in wrong if not fixed)
    if whole and not context.json:
        context.print_message(whole.sentence())
    if not context.json:
        context.print_message(
            f"{sum(each.answers for each in counted)} answers of {len(ids)} stores; "
            f"{len(wrong)} days differ, {len(wrong) - left} were mended; "
            f"{len(stale)} months are to be rolled up{', and will be' if fix and stale else ''}."
        )
    if left or not all(fixed for _, fixed in (*months, *replies)) or (stale and not fix):
        raise CommandError("", 1)


def _stores_to_count(table: Table, selected: Sequence[str] | None, resume_at: str | None) -> list[str]:
    """Return the ids of the selected stores, or of all, from `resume_at` on. CommandError if one does not exist: a slip
    in an id would pass over stores."""
    if resume_at:
        chosen_stores(table, [resume_at])
    return sorted(each for each in chosen_stores(table, selected) if each >= (resume_at or ""))


def _count(table: Table, store_id: str, since: date | None, now: datetime, *, fix: bool) -> StoreCount:
    store = store_table.get_store(table, store_id, consistent=True)
    if store is None:
        raise no_such_store(store_id)
    try:
        answers, days = find_differences(table, store, since)
    except CountersKeepChanging as error:
        raise CommandError(
            f"{store_id}: answers come in faster than they can be counted; try again."
        ) from error
    fixed = [(day, fix and correct_counters(table, store, day, now)) for day in days]
    months = rollup_repair.stale_store_months(table, store_id, f"{since:%Y-%m}" if since else None)
    for month in months if fix else ():
        rollup_repair.mark_store_month(table, store_id, month, now)
    return StoreCount(store, answers, fixed, months)


def _stale_groups(table: Table, since: date | None, now: datetime, *, fix: bool) -> list[str]:
    """Return the months whose roll-up of all stores is wrong; those of stores that are marked come by themselves."""
    months = rollup_repair.rolled_months(table, f"{since:%Y-%m}" if since else None)
    stale = rollup_repair.stale_group_months(table, months)
    for month in stale if fix else ():
        rollup_repair.mark_group_month(table, month, now)
    return stale


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
