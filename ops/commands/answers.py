"""`lazo answers`: what customers said."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lazo import clock
from lazo.table import stores as store_table
from ops import answers_file
from ops.answers_file import Asked
from ops.command_line import NOT_UNDERSTOOD, Here, Refusal, command

app = typer.Typer(no_args_is_help=True, help="Answers: get them out for a spreadsheet.")


@app.callback()
def _only() -> None:
    """Answers: get them out for a spreadsheet."""


@command(app)
def export(
    here: Here,
    file: Annotated[Path, typer.Argument(help="Where to: a name ending in .csv.")],
    stores: Annotated[
        list[str] | None, typer.Option("--store", help="Only of this shop; may be repeated.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="From this day on, by each shop's calendar: 2026-11-01.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Up to this day, that day included.")] = None,
) -> None:
    """Write answers into a CSV file, the newest first.

    The file has scores, comments, themes and reasons, with the names of the staff masked; nobody's name, phone or
    e-mail. It is there once all of it is: when this ends on the way, there is none.
    """
    asked_first, asked_last = _day("--since", since), _day("--until", until)
    table = here.installation.table
    known = store_table.every_store_id(table)
    missing = [store for store in stores or () if store not in known]
    if missing:
        raise Refusal(f"There is no shop {missing[0]!r}.")
    asked = Asked(frozenset(stores or known), asked_first, asked_last)
    part = file.with_name(f"{file.name}.part")
    number = -1  # the first line names the columns
    with part.open("w", encoding="utf-8", newline="") as out:
        for line in answers_file.lines(table, asked, clock.now()):
            out.write(line)
            number += 1
    part.replace(file)
    here.show(
        {"file": str(file), "answers": number},
        people=lambda: here.out.print(f"{file}: {number} answers"),
    )


def _day(option: str, given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Refusal(f"{option} {given}: must be a day like 2026-11-01", NOT_UNDERSTOOD) from error
