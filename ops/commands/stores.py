"""`lazo stores`: the shops, from a spreadsheet and back."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lazo import clock
from lazo.store.model import Touchpoint
from lazo.table import stores as store_table
from ops import sheet, store_columns, store_file, store_import, store_sheet
from ops.command_line import INTERRUPTED, NOT_REACHED, Here, Refusal, command
from ops.sheet import BadSheet
from ops.store_columns import contact_columns
from ops.store_errors import BadStoreFile
from ops.store_file import StoreEntry
from ops.store_import import Plan, ShopChange, Stopped
from ops.store_sheet import Mistake

app = typer.Typer(
    no_args_is_help=True, help="Shops: bring them in from a spreadsheet, get them out, look at one."
)

SHOWN = 20
"""Changed shops of which each difference is printed."""


@command(app, "import")
def import_(
    here: Here,
    file: Annotated[
        Path, typer.Argument(help="A sheet of shops: .csv or .xlsx, one row a shop; or a .toml file.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
) -> None:
    """Write shops from a file, after checking all of it.

    With a single mistake in the file nothing is written, and each mistake is listed with its row, its column and the
    reason. Else what differs from the shops that are there is shown, and then written. Only what differs is written, so
    an import that was ended is gone on with by running it again. Nothing is removed: shops and touchpoints that the
    file does not name stay as they are.
    """
    entries = _entries(here, file)
    here.say(f"{_count(len(entries), 'shop')} without a mistake; comparing with what is there.")
    found = store_import.plan(here.installation.table, entries)
    if found.mistakes:
        _refuse(here, file, found.mistakes)
    _show_plan(here, found)
    to_write = [shop for shop in found.shops if shop.kind != "same"]
    if dry_run or not to_write:
        here.say(
            "Nothing was written: this was a dry run."
            if dry_run
            else "Nothing to write: all is as in the file."
        )
        here.show(_told(found, written=0))
        return
    here.sure(f"Write {_count(len(to_write), 'shop')} into {here.installation.name}?", yes)
    _write(here, to_write)
    here.show(_told(found, written=len(to_write)))


@command(app)
def export(
    here: Here,
    file: Annotated[Path, typer.Argument(help="Where to: a name ending in .csv or .xlsx.")],
    stores: Annotated[
        list[str] | None, typer.Option("--store", help="Only this shop; may be repeated.")
    ] = None,
) -> None:
    """Write the shops into a sheet that `stores import` reads: change it there, and bring it back."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise Refusal(f"{file.name} ends neither in .csv nor in .xlsx", 2)
    table = here.installation.table
    wanted = stores or store_table.every_store_id(table)
    settings = store_table.imported_settings(table, wanted)
    missing = [store_id for store_id in wanted if store_id not in settings]
    if missing:
        raise Refusal(f"There is no shop {missing[0]!r}.")
    places: dict[str, list[Touchpoint]] = {}
    for place in store_table.touchpoints_of(table):
        places.setdefault(place.store_id, []).append(place)
    rows = [store_columns.shown(settings[store_id], places.get(store_id, ())) for store_id in wanted]
    columns = _columns(rows)
    cells = ([row.get(column, "") for column in columns] for row in rows)
    if file.suffix.lower() == ".csv":
        file.write_text(sheet.csv_text(columns, cells), encoding="utf-8", newline="")
    else:
        file.write_bytes(sheet.xlsx_bytes(columns, cells))
    here.show(
        {"file": str(file), "stores": len(rows)},
        people=lambda: here.out.print(f"{file}: {_count(len(rows), 'shop')}"),
    )


@command(app)
def show(
    here: Here,
    store: Annotated[
        str | None, typer.Argument(help="A shop's store_id; without one all shops are listed.")
    ] = None,
) -> None:
    """List all shops, or show one with its settings and touchpoints."""
    table = here.installation.table
    wanted = [store] if store else store_table.every_store_id(table)
    settings = store_table.imported_settings(table, wanted)
    if store and not settings:
        raise Refusal(f"There is no shop {store!r}. `lazo stores show` lists all.")
    if not store:
        listed = [settings[each] for each in wanted if each in settings]
        fields = ("store_id", "name", "language", "timezone")
        here.show(
            [{field: each[field] for field in fields} for each in listed],
            people=lambda: here.grid(fields, [[each[field] for field in fields] for each in listed]),
        )
        return
    places = store_table.touchpoints_of(table, store)
    cells = store_columns.shown(settings[store], places)
    here.show(
        {**settings[store], "touchpoints": [asdict(place) for place in places]},
        people=lambda: here.grid(("column", "value"), list(cells.items())),
    )


def _entries(here: Here, file: Path) -> list[tuple[int, StoreEntry]]:
    """The file's shops with their rows, if there is nothing wrong in it."""
    if file.suffix.lower() == ".toml":
        try:
            return list(enumerate(store_file.load(file), start=1))
        except BadStoreFile as error:
            here.show({"mistakes": [{"reason": problem} for problem in error.problems], "written": 0})
            for problem in error.problems:
                here.say(problem)
            raise Refusal(
                f"Nothing was written: {_count(len(error.problems), 'mistake')} in {file.name}."
            ) from error
        except ValueError as error:
            raise Refusal(f"{file.name} is no TOML: {error}") from error
    try:
        checked = store_sheet.check(sheet.read(file))
    except BadSheet as error:
        raise Refusal(f"Nothing was written. {file.name}: {error}") from error
    if checked.mistakes:
        _refuse(here, file, checked.mistakes)
    if not checked.entries:
        raise Refusal(f"{file.name} has no shops.")
    return list(checked.entries)


def _refuse(here: Here, file: Path, mistakes: tuple[Mistake, ...]) -> None:
    here.show(
        {"mistakes": [asdict(mistake) for mistake in mistakes], "written": 0},
        people=lambda: here.grid(
            ("row", "column", "reason"), [(each.row, each.column, each.reason) for each in mistakes]
        ),
    )
    rows = len({mistake.row for mistake in mistakes})
    what = f"{_count(len(mistakes), 'mistake')} in {_count(rows, 'row')} of {file.name}"
    raise Refusal(f"Nothing was written: {what}.")


def _show_plan(here: Here, found: Plan) -> None:
    if here.json:
        return
    new, changed = found.of_kind("new"), found.of_kind("changed")
    lines: list[tuple[str, str, str, str]] = []
    for shop in changed[:SHOWN]:
        lines += [(shop.store_id, each.column, each.before, each.after) for each in shop.differences]
        lines += [(shop.store_id, "touchpoints", "", _place(place)) for place in shop.touchpoints]
    if lines:
        here.grid(("shop", "column", "is", "will be"), lines)
    if len(changed) > SHOWN:
        here.say(f"... and {_count(len(changed) - SHOWN, 'more changed shop')}; --json shows all.")
    same = len(found.of_kind("same"))
    here.say(
        f"{len(new)} new, {len(changed)} changed, {same} as they are; {len(found.not_in_file)} not in the file."
    )


def _place(place: Touchpoint) -> str:
    return f"{place.code}: {place.label}" + ("" if place.active else " (retired)")


def _told(found: Plan, written: int) -> dict[str, Any]:
    return {
        "mistakes": [],
        "new": [shop.store_id for shop in found.of_kind("new")],
        "changed": {shop.store_id: _change_told(shop) for shop in found.of_kind("changed")},
        "same": len(found.of_kind("same")),
        "not_in_file": list(found.not_in_file),
        "written": written,
    }


def _change_told(shop: ShopChange) -> dict[str, Any]:
    return {
        "row": shop.row,
        "columns": [asdict(each) for each in shop.differences],
        "touchpoints": [asdict(place) for place in shop.touchpoints],
    }


def _write(here: Here, shops: list[ShopChange]) -> None:
    bar = Progress(
        TextColumn("Writing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=here.err
    )
    with bar:
        task = bar.add_task("", total=len(shops))
        try:
            store_import.write(here.installation.table, shops, clock.now(), lambda _shop: bar.advance(task))
        except Stopped as error:
            bar.stop()
            why = error.__cause__
            told = "Ended by Ctrl-C" if isinstance(why, KeyboardInterrupt) else f"Stopped: {why}"
            code = INTERRUPTED if isinstance(why, KeyboardInterrupt) else NOT_REACHED
            raise Refusal(
                f"{told}. {error.written} of {error.of} shops were written. "
                "Run the same command again: it goes on where this ended.",
                code,
            ) from error
    here.say(f"{_count(len(shops), 'shop')} written.")


def _columns(rows: list[dict[str, str]]) -> list[str]:
    """All columns that have something in a row, in the order of a file; those of contacts before the touchpoints."""
    used = {column for row in rows for column in row}
    contacts = [
        c
        for number in range(1, store_columns.MOST_CONTACTS + 1)
        for c in contact_columns(number)
        if c in used
    ]
    at = store_columns.FIXED.index("touchpoints")
    return [
        *(c for c in store_columns.FIXED[:at] if c in used),
        *contacts,
        *(c for c in store_columns.FIXED[at:] if c in used),
    ]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
