"""`lazo themes`: tries rules of themes before they go live."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lazo import clock
from lazo.phrases.theme_rules import read_theme_rules
from lazo.table.views import answer_feed
from lazo.translations import LANGUAGES
from ops.answers_csv import AnswerSelection
from ops.command_line import (
    EXIT_USAGE,
    Command,
    CommandContext,
    CommandError,
    StoreIds,
    chosen_stores,
)
from ops.commands.answers import parse_days
from ops.theme_trial import Trial, try_rules

app = typer.Typer(no_args_is_help=True, help="Themes: try rules before they go live.")


@app.callback()
def _only() -> None:
    """Themes: try rules before they go live."""


@app.command("try", cls=Command)
def try_file(
    context: CommandContext,
    file: Annotated[Path, typer.Argument(help="The rules of a language: es.toml, en.toml or pt.toml.")],
    stores: StoreIds = None,
    since: Annotated[
        str | None, typer.Option(help="From this day on, by each store's calendar: 2026-11-01.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Up to this day, that day included.")] = None,
    at_most: Annotated[int, typer.Option(min=1, help="The newest so many comments are read.")] = 2000,
) -> None:
    """Read past comments by the rules in a file, and show what would change.

    For each theme and danger: how many answers would newly have it, and how many no longer, with examples in which the
    names of the staff are masked. Nothing is written. With a mistake in the file nothing is read, and all are listed.
    """
    if file.stem not in LANGUAGES:
        raise CommandError(f"{file}: its name must say its language: es.toml, en.toml or pt.toml", EXIT_USAGE)
    days, rules = parse_days(since, until), read_theme_rules(file)
    if rules.problems:
        raise CommandError("\n".join(rules.problems))
    table = context.installation.table
    selection = AnswerSelection(chosen_stores(table, stores), *days)
    rows = answer_feed.iterate_answers(table, selection.query(clock.now()), selection.includes)
    trial = try_rules(rows, rules, file.stem, at_most)
    context.print_result(asdict(trial), as_text=lambda: _print(context, trial))


def _print(context: CommandContext, trial: Trial) -> None:
    rows: list[tuple[object, ...]] = []
    for what, change in sorted(trial.changes.items()):
        rows.append((what, f"+{change.gained}", f"-{change.lost}", ""))
        for mark, examples in (("+", change.gained_examples), ("-", change.lost_examples)):
            rows.extend(("", mark, "", " ".join(comment.split())) for comment in examples)
    context.print_table(("what", "newly", "no longer", "for example"), rows)
    context.print_message(
        f"{trial.read} comments read; {len(trial.changes)} themes and dangers would change."
    )
