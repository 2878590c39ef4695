"""`lazo touchpoints`: lists, adds, retires and moves touchpoints."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated

import typer
from pydantic import ValidationError

from lazo.store.model import Touchpoint
from lazo.table import stores as store_table
from lazo.table.stores import CodeTaken, TouchpointChanged
from ops.command_line import EXIT_USAGE, Command, CommandContext, CommandError, no_such_store
from ops.posters.layout import survey_url
from ops.store_import.errors import plain_reason
from ops.store_import.store_file import TouchpointRow

app = typer.Typer(
    no_args_is_help=True, help="Touchpoints: the places in a store that have a QR code of their own."
)

Code = Annotated[str, typer.Argument(help="The touchpoint's code, as in its address.")]


@app.command("list", cls=Command)
def list_(
    context: CommandContext,
    store: Annotated[str | None, typer.Argument(help="Only those of this store.")] = None,
) -> None:
    """List the touchpoints with the addresses of their surveys, retired ones included."""
    touchpoints = store_table.list_touchpoints(context.installation.table, store)
    if store and not touchpoints:
        raise CommandError(f"There is no touchpoint in the store {store!r}.")
    columns = ("shop", "code", "label", "state", "address")
    rows = [
        (
            p.store_id,
            p.code,
            p.label,
            "retired" if not p.active else "test" if p.test else "in use",
            survey_url(_base(context), p.code),
        )
        for p in touchpoints
    ]
    context.print_rows(columns, rows)


@app.command(cls=Command)
def add(
    context: CommandContext,
    store: Annotated[str, typer.Argument(help="The store's store_id.")],
    code: Annotated[
        str, typer.Argument(help="A code that no other touchpoint has: 3 to 40 letters, digits, hyphens.")
    ],
    label: Annotated[str, typer.Argument(help="Where it hangs, as managers read it: 'Caja 3'.")],
    test: Annotated[
        bool, typer.Option("--test", help="To try things out: its answers are counted apart.")
    ] = False,
) -> None:
    """Give a store one more touchpoint; its survey answers within a minute. `lazo posters --code` makes its poster."""
    try:
        row = TouchpointRow(code=code, label=label)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise CommandError(f"{problem['loc'][0]}: {plain_reason(problem)}", EXIT_USAGE) from error
    _require_store(context, store)
    touchpoint = Touchpoint(row.code, store, row.label, test=test)
    try:
        store_table.add_touchpoint(context.installation.table, touchpoint)
    except CodeTaken as taken:
        raise CommandError(f"The code {row.code!r} is at {taken.held_by!r} already.") from taken
    _print_touchpoint(
        context,
        touchpoint,
        f"{survey_url(_base(context), touchpoint.code)} is {touchpoint.label} of {store}.",
    )


@app.command(cls=Command)
def retire(context: CommandContext, code: Code) -> None:
    """Take a touchpoint out of use: its poster's code then leads to a friendly page that says so.

    What was answered there stays. Answers from pages that were open before are still taken.
    """
    _replace(context, code, lambda before: replace(before, active=False), "is retired, within a minute.")


@app.command(cls=Command)
def restore(context: CommandContext, code: Code) -> None:
    """Take a retired touchpoint into use again."""
    _replace(context, code, lambda before: replace(before, active=True), "is in use, within a minute.")


@app.command(cls=Command)
def move(
    context: CommandContext,
    code: Code,
    store: Annotated[str, typer.Argument(help="The store that it hangs in from now on.")],
    label: Annotated[
        str | None, typer.Option(help="What it is called there; as before, if left out.")
    ] = None,
) -> None:
    """Move a touchpoint, with its printed code, to another store, or rename it.

    Answers from now on count there; those that were given stay where they were given.
    """
    _require_store(context, store)
    try:
        name = TouchpointRow(code=code, label=label).label if label is not None else None
    except ValidationError as error:
        raise CommandError(
            f"label: {plain_reason(error.errors(include_url=False)[0])}", EXIT_USAGE
        ) from error
    _replace(
        context,
        code,
        lambda before: replace(before, store_id=store, label=name or before.label),
        f"is at {store}.",
    )


def _replace(context: CommandContext, code: str, edit: Callable[[Touchpoint], Touchpoint], what: str) -> None:
    table = context.installation.table
    before = store_table.get_touchpoints(table, [code]).get(code)
    if before is None:
        raise CommandError(
            f"There is no touchpoint with the code {code!r}. `lazo touchpoints list` lists all."
        )
    after = edit(before)
    try:
        store_table.change_touchpoint(table, before, after)
    except TouchpointChanged as error:
        raise CommandError(f"Somebody else changed {code!r} in the same moment; look at it again.") from error
    _print_touchpoint(context, after, f"{after.code} ({after.label}) {what}")


def _require_store(context: CommandContext, store: str) -> None:
    if not store_table.imported_settings(context.installation.table, [store]):
        raise no_such_store(store)


def _base(context: CommandContext) -> str:
    return context.installation.base_url


def _print_touchpoint(context: CommandContext, touchpoint: Touchpoint, text: str) -> None:
    context.print_result(asdict(touchpoint), as_text=lambda: context.out.print(text, soft_wrap=True))
