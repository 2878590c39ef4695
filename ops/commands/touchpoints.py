"""`lazo touchpoints`: the QR codes, one at a time."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated

import typer
from pydantic import ValidationError

from lazo.store.model import Touchpoint
from lazo.table import stores
from lazo.table.stores import CodeTaken, TouchpointChanged
from ops import poster
from ops.command_line import NOT_UNDERSTOOD, Here, Refusal, command
from ops.store_file import TouchpointRow

app = typer.Typer(
    no_args_is_help=True, help="Touchpoints: the places in a shop that have a QR code of their own."
)

Code = Annotated[str, typer.Argument(help="The touchpoint's code, as in its address.")]


@command(app, "list")
def list_(
    here: Here,
    store: Annotated[str | None, typer.Argument(help="Only those of this shop.")] = None,
) -> None:
    """List the touchpoints with the addresses of their surveys, retired ones included."""
    places = stores.touchpoints_of(here.installation.table, store)
    if store and not places:
        raise Refusal(f"There is no touchpoint in the shop {store!r}.")
    columns = ("shop", "code", "label", "state", "address")
    rows = [
        (
            p.store_id,
            p.code,
            p.label,
            "in use" if p.active else "retired",
            poster.address(_base(here), p.code),
        )
        for p in places
    ]
    here.show([dict(zip(columns, row, strict=True)) for row in rows], people=lambda: here.grid(columns, rows))


@command(app)
def add(
    here: Here,
    store: Annotated[str, typer.Argument(help="The shop's store_id.")],
    code: Annotated[
        str, typer.Argument(help="A code that no other touchpoint has: 3 to 40 letters, digits, hyphens.")
    ],
    label: Annotated[str, typer.Argument(help="Where it hangs, as managers read it: 'Caja 3'.")],
) -> None:
    """Give a shop one more touchpoint; its survey answers within a minute. `lazo posters --code` makes its poster."""
    try:
        row = TouchpointRow(code=code, label=label)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise Refusal(f"{problem['loc'][0]}: {problem['msg']}", NOT_UNDERSTOOD) from error
    _shop(here, store)
    place = Touchpoint(row.code, store, row.label)
    try:
        stores.add_touchpoint(here.installation.table, place)
    except CodeTaken as taken:
        raise Refusal(f"The code {row.code!r} is at {taken.held_by!r} already.") from taken
    _told(here, place, f"{poster.address(_base(here), place.code)} is {place.label} of {store}.")


@command(app)
def retire(here: Here, code: Code) -> None:
    """Take a touchpoint out of use: its poster's code then leads to a friendly page that says so.

    What was answered there stays. Answers from pages that were open before are still taken.
    """
    _change(here, code, lambda before: replace(before, active=False), "is retired, within a minute.")


@command(app)
def restore(here: Here, code: Code) -> None:
    """Take a retired touchpoint into use again."""
    _change(here, code, lambda before: replace(before, active=True), "is in use, within a minute.")


@command(app)
def move(
    here: Here,
    code: Code,
    store: Annotated[str, typer.Argument(help="The shop that it hangs in from now on.")],
    label: Annotated[
        str | None, typer.Option(help="What it is called there; as before, if left out.")
    ] = None,
) -> None:
    """Move a touchpoint, with its printed code, to another shop, or rename it.

    Answers from now on count there; those that were given stay where they were given.
    """
    _shop(here, store)
    try:
        name = TouchpointRow(code=code, label=label).label if label is not None else None
    except ValidationError as error:
        raise Refusal(f"label: {error.errors(include_url=False)[0]['msg']}", NOT_UNDERSTOOD) from error
    _change(
        here,
        code,
        lambda before: replace(before, store_id=store, label=name or before.label),
        f"is at {store}.",
    )


def _change(here: Here, code: str, changed: Callable[[Touchpoint], Touchpoint], what: str) -> None:
    table = here.installation.table
    before = stores.touchpoints(table, [code]).get(code)
    if before is None:
        raise Refusal(f"There is no touchpoint with the code {code!r}. `lazo touchpoints list` lists all.")
    after = changed(before)
    try:
        stores.change_touchpoint(table, before, after)
    except TouchpointChanged as error:
        raise Refusal(f"Somebody else changed {code!r} in the same moment; look at it again.") from error
    _told(here, after, f"{after.code} ({after.label}) {what}")


def _shop(here: Here, store: str) -> None:
    if not stores.imported_settings(here.installation.table, [store]):
        raise Refusal(f"There is no shop {store!r}. `lazo stores show` lists all.")


def _base(here: Here) -> str:
    return here.installation.base_url


def _told(here: Here, place: Touchpoint, text: str) -> None:
    here.show(asdict(place), people=lambda: here.out.print(text, soft_wrap=True))
