"""`lazo answers`: exports what customers answered."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lazo import clock
from ops.answers_csv import AnswerSelection, csv_lines
from ops.command_line import (
    EXIT_USAGE,
    Command,
    CommandContext,
    CommandError,
    StoreIds,
    chosen_stores,
)

app = typer.Typer(no_args_is_help=True, help="Answers: get them out for a spreadsheet.")


@app.callback()
def _only() -> None:
    """Answers: get them out for a spreadsheet."""


@app.command(cls=Command)
def export(
    context: CommandContext,
    file: Annotated[Path, typer.Argument(help="Where to: a name ending in .csv.")],
    stores: StoreIds = None,
    since: Annotated[
        str | None, typer.Option(help="From this day on, by each store's calendar: 2026-11-01.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Up to this day, that day included.")] = None,
) -> None:
    """Write answers into a CSV file, the newest first.

    The file has scores, comments, themes and reasons, with names of people masked; nobody's name, phone or
    e-mail. It is there once all of it is: when this ends on the way, there is none.
    """
    first, last = parse_days(since, until)
    table = context.installation.table
    selection = AnswerSelection(chosen_stores(table, stores), first, last)
    part = file.with_name(f"{file.name}.part")
    number = -1  # the first line names the columns
    with part.open("w", encoding="utf-8", newline="") as out:
        for line in csv_lines(table, selection, clock.now()):
            out.write(line)
            number += 1
    part.replace(file)
    context.print_result(
        {"file": str(file), "answers": number},
        as_text=lambda: context.out.print(f"{file}: {number} answers"),
    )


def parse_days(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """Return the days of `--since` and `--until`. CommandError if one is none, or they are the wrong way round."""
    first, last = _parse_day("--since", since), _parse_day("--until", until)
    require_order(first, last)
    return first, last


def require_order(first: date | None, last: date | None) -> None:
    """Raise CommandError if the days are the wrong way round: nothing lies between them, which reads like an answer."""
    if first and last and last < first:
        raise CommandError(f"--until {last} is before --since {first}", EXIT_USAGE)


def _parse_day(option: str, given: str | None) -> date | None:
    """Return the day of an option. Raises CommandError if it is none."""
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise CommandError(f"{option} {given}: must be a day like 2026-11-01", EXIT_USAGE) from error
