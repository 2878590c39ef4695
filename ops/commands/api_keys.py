"""`lazo api-keys`: makes, lists and retires the keys of other systems."""

import os
from typing import Annotated

import typer

from lazo import clock
from lazo.auth.api_rights import API_RIGHTS, POSTING
from lazo.table.api_keys import list_api_keys
from ops import api_keys
from ops.command_line import Command, CommandContext, CommandError

app = typer.Typer(
    no_args_is_help=True,
    help="Keys of systems that use the API: they post events, write visitors, or read figures.",
)


@app.command(cls=Command)
def make(
    context: CommandContext,
    name: Annotated[str, typer.Argument(help="Of the system that uses it: a-z, 0-9 and -.")],
    may: Annotated[
        list[str] | None,
        typer.Option(
            help=f"What it may do; may be repeated: {', '.join(API_RIGHTS)}. By default: post-events."
        ),
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option(help="Id of a store that it is good for; may be repeated. By default: all."),
    ] = None,
    brand: Annotated[
        list[str] | None,
        typer.Option(help="Brand whose stores it is good for, also later ones; may be repeated."),
    ] = None,
) -> None:
    """Make a key. It is printed now and never again; the table keeps its hash."""
    rights, stores, brands = may or sorted(POSTING), store or [], brand or []
    try:
        key = api_keys.make(context.installation.table, name, clock.now(), os.urandom, rights, stores, brands)
    except ValueError as error:
        raise CommandError(str(error)) from error
    context.print_result({"name": name, "key": key}, as_text=lambda: context.out.print(key, soft_wrap=True))
    if not context.json:
        context.print_message("It is shown only now. Keep it safe.")


@app.command("list", cls=Command)
def list_(context: CommandContext) -> None:
    """List the keys, retired ones included."""
    columns = ("key_id", "made", "state", "name", "may", "stores")
    rows = [
        (
            key.key_id,
            f"{key.created_at:%Y-%m-%d}",
            "active" if key.active else "retired",
            key.name,
            ", ".join(sorted(key.may)),
            "all" if key.stores is None else ", ".join((*sorted(key.stores), *sorted(key.brands))),
        )
        for key in list_api_keys(context.installation.table)
    ]
    context.print_rows(columns, rows)


@app.command(cls=Command)
def retire(
    context: CommandContext,
    key_id: Annotated[str, typer.Argument(help="As the list shows it.")],
) -> None:
    """Retire a key: within a minute it opens nothing any more."""
    try:
        key = api_keys.retire(context.installation.table, key_id)
    except LookupError as error:
        raise CommandError(str(error.args[0])) from error
    context.print_result(
        {"key_id": key_id, "name": key.name},
        as_text=lambda: context.out.print(f"{key.name}: retired, within a minute"),
    )
