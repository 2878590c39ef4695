"""`lazo visitors`: enters how many visitors (or tickets) stores had, so that the response rate is known."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from lazo import clock
from lazo.insight.response_rate import MOST_VISITORS, last_day_begun
from lazo.table import stores as store_table
from lazo.table.visitors import enter_visitors, visitors_by_day
from ops.command_line import EXIT_USAGE, Command, CommandContext, CommandError, no_such_store
from ops.store_import.errors import BadSheet
from ops.store_import.spreadsheet import read_sheet
from ops.visitors_file import CheckedVisitors, check_visitors, day_mistake

app = typer.Typer(
    no_args_is_help=True, help="Visitors: how many came, so that it is known how many of them answer."
)


@app.command("import", cls=Command)
def import_(
    context: CommandContext,
    file: Annotated[
        Path, typer.Argument(help="A .csv or .xlsx with the columns store_id, day (2026-11-28) and visitors.")
    ],
) -> None:
    """Write the visitors (or tickets) of stores by day, after checking the whole file.

    With a single mistake nothing is written, and each is listed. What was entered for a day before is replaced, so the
    same file may be imported again. The figures follow within two hours.
    """
    now, table = clock.now(), context.installation.table
    try:
        sheet = read_sheet(file)
    except BadSheet as error:
        raise CommandError(f"Nothing was written. {file.name}: {error}") from error
    checked = check_visitors(sheet, set(store_table.every_store_id(table)), last_day_begun(now))
    if checked.mistakes:
        _refuse(context, file, checked)
    if not checked.visitors:
        raise CommandError(f"{file.name} has no visitors.")
    stores = sorted(checked.visitors)
    for store_id in track(stores, "Writing", console=context.err, disable=context.json):
        enter_visitors(table, store_id, checked.visitors[store_id], now)
    days = sum(len(of_store) for of_store in checked.visitors.values())
    context.print_result(
        {"mistakes": [], "stores": len(stores), "days": days},
        as_text=lambda: context.out.print(f"Days entered: {days}, of stores: {len(stores)}."),
    )


@app.command("set", cls=Command)
def set_(
    context: CommandContext,
    store: Annotated[str, typer.Argument(help="The store's store_id.")],
    day: Annotated[str, typer.Argument(help="The day, by the store's calendar: 2026-11-28.")],
    visitors: Annotated[int, typer.Argument(help="How many visitors, or tickets.", min=0, max=MOST_VISITORS)],
) -> None:
    """Write the visitors (or tickets) of one store and day, in place of what was entered before."""
    now, table = clock.now(), context.installation.table
    if why := day_mistake(day, last_day_begun(now)):
        raise CommandError(why, EXIT_USAGE)
    if not store_table.imported_settings(table, [store]):
        raise no_such_store(store)
    enter_visitors(table, store, {date.fromisoformat(day): visitors}, now)
    context.print_result(
        {"store_id": store, "day": day, "visitors": visitors},
        as_text=lambda: context.out.print(f"{store}, {day}: {visitors} visitors."),
    )


@app.command(cls=Command)
def show(
    context: CommandContext,
    store: Annotated[str, typer.Argument(help="The store's store_id.")],
    month: Annotated[
        datetime, typer.Argument(formats=["%Y-%m"], help="The month: 2026-11.", metavar="MONTH")
    ],
) -> None:
    """Show the visitors that were entered for a store and month, by day."""
    entered = visitors_by_day(context.installation.table, store, [f"{month:%Y-%m}"])
    context.print_rows(("day", "visitors"), [(day.isoformat(), n) for day, n in sorted(entered.items())])


def _refuse(context: CommandContext, file: Path, checked: CheckedVisitors) -> None:
    context.print_result(
        {"mistakes": [asdict(each) for each in checked.mistakes], "stores": 0, "days": 0},
        as_text=lambda: context.print_table(
            ("row", "column", "reason"), [(each.row, each.column, each.reason) for each in checked.mistakes]
        ),
    )
    n = len(checked.mistakes)
    raise CommandError(f"Nothing was written: {n} {'mistake' if n == 1 else 'mistakes'} in {file.name}.")
