"""`lazo stores`: imports stores from a spreadsheet, exports them to one, shows them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lazo import clock
from lazo.messaging.two_way_sms import parse_two_way_numbers
from lazo.store.model import Touchpoint
from lazo.table import stores as store_table
from ops.command_line import (
    EXIT_INTERRUPTED,
    EXIT_UNREACHABLE,
    EXIT_USAGE,
    Command,
    CommandContext,
    CommandError,
    StoreIds,
    no_such_store,
)
from ops.store_import import store_file
from ops.store_import.apply import ImportInterrupted, ImportPlan, StoreChange, plan_import, write_stores
from ops.store_import.columns import row_cells, used_columns
from ops.store_import.errors import BadSheet, BadStoreFile
from ops.store_import.sms_reach import SmsReach, check_sms_reach
from ops.store_import.spreadsheet import csv_text, read_sheet, xlsx_bytes
from ops.store_import.store_file import StoreEntry
from ops.store_import.validate_sheet import Mistake, check_sheet

app = typer.Typer(
    no_args_is_help=True, help="Stores: bring them in from a spreadsheet, get them out, look at one."
)

MAX_SHOWN = 20
"""Changed stores of which each difference is printed."""


@app.command("import", cls=Command)
def import_(
    context: CommandContext,
    file: Annotated[
        Path, typer.Argument(help="A sheet of stores: .csv or .xlsx, one row a store; or a .toml file.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
) -> None:
    """Write stores from a file, after checking all of it.

    With a single mistake in the file nothing is written, and each mistake is listed with its row, its column and the
    reason. What SMS cannot do in the stores' countries is told, and is a mistake where a contact has nothing else. Then
    what differs from the stores that are there is shown, and written. Only what differs is written, so running an
    interrupted import again continues it. Nothing is removed: stores and touchpoints that the file does not name stay
    as they are.
    """
    entries = _checked_entries(context, file)
    context.print_message(f"{_count(len(entries), 'store')} without a mistake; comparing with what is there.")
    plan = plan_import(context.installation.table, entries)
    reach = _sms_reach(context, entries)
    if plan.mistakes or reach.mistakes:
        _refuse(context, file, plan.mistakes + reach.mistakes)
    for warning in reach.warnings:
        context.print_message(f"SMS: {warning}")
    _show_plan(context, plan)
    to_write = [change for change in plan.changes if change.kind != "same"]
    if dry_run or not to_write:
        context.print_message(
            "Nothing was written: this was a dry run."
            if dry_run
            else "Nothing to write: all is as in the file."
        )
        context.print_result(_plan_as_json(plan, reach, written=0))
        return
    context.confirm(f"Write {_count(len(to_write), 'store')} into {context.installation.name}?", yes)
    _write(context, to_write)
    context.print_result(_plan_as_json(plan, reach, written=len(to_write)))


@app.command(cls=Command)
def export(
    context: CommandContext,
    file: Annotated[Path, typer.Argument(help="Where to: a name ending in .csv or .xlsx.")],
    stores: StoreIds = None,
) -> None:
    """Write the stores into a sheet that `stores import` reads: change it there, and bring it back."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise CommandError(f"{file.name} ends neither in .csv nor in .xlsx", EXIT_USAGE)
    table = context.installation.table
    wanted = stores or store_table.every_store_id(table)
    settings = store_table.imported_settings(table, wanted)
    missing = [store_id for store_id in wanted if store_id not in settings]
    if missing:
        raise no_such_store(missing[0])
    touchpoints: dict[str, list[Touchpoint]] = {}
    for touchpoint in store_table.list_touchpoints(table):
        touchpoints.setdefault(touchpoint.store_id, []).append(touchpoint)
    rows = [row_cells(settings[store_id], touchpoints.get(store_id, ())) for store_id in wanted]
    columns = used_columns(rows)
    cells = ([row.get(column, "") for column in columns] for row in rows)
    if file.suffix.lower() == ".csv":
        file.write_text(csv_text(columns, cells), encoding="utf-8", newline="")
    else:
        file.write_bytes(xlsx_bytes(columns, cells))
    context.print_result(
        {"file": str(file), "stores": len(rows)},
        as_text=lambda: context.out.print(f"{file}: {_count(len(rows), 'store')}"),
    )


@app.command(cls=Command)
def show(
    context: CommandContext,
    store: Annotated[
        str | None, typer.Argument(help="A store's store_id; without one all stores are listed.")
    ] = None,
) -> None:
    """List all stores, or show one with its settings and touchpoints."""
    table = context.installation.table
    wanted = [store] if store else store_table.every_store_id(table)
    settings = store_table.imported_settings(table, wanted)
    if store and not settings:
        raise no_such_store(store)
    if not store:
        listed = [settings[each] for each in wanted if each in settings]
        fields = ("store_id", "name", "language", "timezone")
        context.print_result(
            [{field: each[field] for field in fields} for each in listed],
            as_text=lambda: context.print_table(
                fields, [[each[field] for field in fields] for each in listed]
            ),
        )
        return
    touchpoints = store_table.list_touchpoints(table, store)
    cells = row_cells(settings[store], touchpoints)
    context.print_result(
        {**settings[store], "touchpoints": [asdict(touchpoint) for touchpoint in touchpoints]},
        as_text=lambda: context.print_table(("column", "value"), list(cells.items())),
    )


def _checked_entries(context: CommandContext, file: Path) -> list[tuple[int, StoreEntry]]:
    """Read the stores of a file with their rows; CommandError, after listing the mistakes, when there are any."""
    if file.suffix.lower() == ".toml":
        try:
            return list(enumerate(store_file.load(file), start=1))
        except BadStoreFile as error:
            context.print_result(
                {"mistakes": [{"reason": problem} for problem in error.problems], "written": 0}
            )
            for problem in error.problems:
                context.print_message(problem)
            raise CommandError(
                f"Nothing was written: {_count(len(error.problems), 'mistake')} in {file.name}."
            ) from error
        except ValueError as error:
            raise CommandError(f"{file.name} is no TOML: {error}") from error
    try:
        sheet = read_sheet(file)
    except BadSheet as error:
        raise CommandError(f"Nothing was written. {file.name}: {error}") from error
    if sheet.not_read:
        context.print_message(
            f"Only the sheet {sheet.name!r} is read. Stores stand in {', '.join(map(repr, sheet.not_read))} too."
        )
    checked = check_sheet(sheet)
    if checked.mistakes:
        _refuse(context, file, checked.mistakes, sheet.name)
    if not checked.entries:
        raise CommandError(f"{file.name} has no stores.")
    return list(checked.entries)


def _refuse(context: CommandContext, file: Path, mistakes: tuple[Mistake, ...], sheet: str = "") -> None:
    context.print_result(
        {"mistakes": [asdict(mistake) for mistake in mistakes], "written": 0},
        as_text=lambda: context.print_table(
            ("row", "column", "reason"), [(each.row, each.column, each.reason) for each in mistakes]
        ),
    )
    rows = len({mistake.row for mistake in mistakes})
    where = f"{file.name}, sheet {sheet!r}" if sheet else file.name
    what = f"{_count(len(mistakes), 'mistake')} in {_count(rows, 'row')} of {where}"
    raise CommandError(f"Nothing was written: {what}.")


def _show_plan(context: CommandContext, plan: ImportPlan) -> None:
    if context.json:
        return
    new, changed = plan.of_kind("new"), plan.of_kind("changed")
    lines: list[tuple[str, str, str, str]] = []
    for change in changed[:MAX_SHOWN]:
        lines += [(change.store_id, each.column, each.before, each.after) for each in change.differences]
        lines += [
            (change.store_id, "touchpoints", "", _touchpoint_text(touchpoint))
            for touchpoint in change.touchpoints
        ]
    if lines:
        context.print_table(("store", "column", "is", "will be"), lines)
    if len(changed) > MAX_SHOWN:
        context.print_message(
            f"... and {_count(len(changed) - MAX_SHOWN, 'more changed store')}; --json shows all."
        )
    same = len(plan.of_kind("same"))
    context.print_message(
        f"{len(new)} new, {len(changed)} changed, {same} as they are; {len(plan.not_in_file)} not in the file."
    )


def _touchpoint_text(touchpoint: Touchpoint) -> str:
    return f"{touchpoint.code}: {touchpoint.label}" + ("" if touchpoint.active else " (retired)")


def _sms_reach(context: CommandContext, entries: list[tuple[int, StoreEntry]]) -> SmsReach:
    parameters = context.installation.parameters
    try:
        numbers = parse_two_way_numbers(parameters.get("TwoWayNumbers", ""))
    except ValueError as error:
        raise CommandError(
            f"Nothing was written. TwoWayNumbers of {context.installation.name}: {error}"
        ) from error
    return check_sms_reach(entries, parameters.get("SmsSenderId", ""), numbers)


def _plan_as_json(plan: ImportPlan, reach: SmsReach, written: int) -> dict[str, Any]:
    return {
        "mistakes": [],
        "warnings": list(reach.warnings),
        "new": [change.store_id for change in plan.of_kind("new")],
        "changed": {change.store_id: _change_as_json(change) for change in plan.of_kind("changed")},
        "same": len(plan.of_kind("same")),
        "not_in_file": list(plan.not_in_file),
        "written": written,
    }


def _change_as_json(change: StoreChange) -> dict[str, Any]:
    return {
        "row": change.row,
        "columns": [asdict(each) for each in change.differences],
        "touchpoints": [asdict(touchpoint) for touchpoint in change.touchpoints],
    }


def _write(context: CommandContext, changes: list[StoreChange]) -> None:
    bar = Progress(
        TextColumn("Writing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=context.err
    )
    with bar:
        task = bar.add_task("", total=len(changes))
        try:
            write_stores(context.installation.table, changes, clock.now(), lambda _change: bar.advance(task))
        except ImportInterrupted as error:
            bar.stop()
            why = error.__cause__
            told = "Ended by Ctrl-C" if isinstance(why, KeyboardInterrupt) else f"Stopped: {why}"
            code = EXIT_INTERRUPTED if isinstance(why, KeyboardInterrupt) else EXIT_UNREACHABLE
            raise CommandError(
                f"{told}. {error.written} of {error.of} stores were written. "
                "Run the same command again: it goes on where this ended.",
                code,
            ) from error
    context.print_message(f"{_count(len(changes), 'store')} written.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
