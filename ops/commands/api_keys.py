"""`lazo api-keys`: who may tell of customers over the API."""

import os
from typing import Annotated

import typer

from lazo import clock
from lazo.table import api_keys as kept
from ops import api_keys
from ops.command_line import Here, Refusal, command

app = typer.Typer(no_args_is_help=True, help="Keys of systems that tell of customers over the API.")


@command(app)
def make(
    here: Here,
    name: Annotated[str, typer.Argument(help="Of the system that uses it: a-z, 0-9 and -.")],
) -> None:
    """Make a key. It is printed now and never again; the table keeps its hash."""
    try:
        key = api_keys.make(here.installation.table, name, clock.now(), os.urandom)
    except ValueError as error:
        raise Refusal(str(error)) from error
    here.show({"name": name, "key": key}, people=lambda: here.out.print(key, soft_wrap=True))
    if not here.json:
        here.say("It is shown only now. Keep it safe.")


@command(app, "list")
def list_(here: Here) -> None:
    """List the keys, retired ones included."""
    columns = ("key_id", "made", "state", "name")
    rows = [
        (key.key_id, f"{key.created_at:%Y-%m-%d}", "active" if key.active else "retired", key.name)
        for key in kept.every(here.installation.table)
    ]
    here.show([dict(zip(columns, row, strict=True)) for row in rows], people=lambda: here.grid(columns, rows))


@command(app)
def retire(
    here: Here,
    key_id: Annotated[str, typer.Argument(help="As the list shows it.")],
) -> None:
    """Retire a key: within a minute nothing is taken with it any more."""
    try:
        key = api_keys.retire(here.installation.table, key_id)
    except LookupError as error:
        raise Refusal(str(error.args[0])) from error
    here.show(
        {"key_id": key_id, "name": key.name},
        people=lambda: here.out.print(f"{key.name}: retired, within a minute"),
    )
