"""`lazo customer`: one customer, by what they left."""

from dataclasses import asdict
from typing import Annotated

import typer

from lazo import clock
from lazo.customer.timeline import Entry
from ops import customer_records
from ops.command_line import NOT_UNDERSTOOD, Here, Refusal, command
from ops.customer_records import Customer, NotAnAddress

app = typer.Typer(no_args_is_help=True, help="A customer: what is known of them, and erasing it.")

Who = Annotated[
    str | None,
    typer.Argument(help="Phone with its country code, or e-mail; asked for when left out."),
]


@command(app)
def show(here: Here, who: Who = None) -> None:
    """Show what is known of a customer: answers, follow-ups, and what other systems told, the newest first."""
    customer = _found(here, who)
    here.show(
        {
            "stopped": customer.stopped,
            "entries": [_told(entry) for entry in customer.history.entries],
        },
        people=lambda: here.grid(
            ("when", "what", "shop", "score", "words"), [_row(entry) for entry in customer.history.entries]
        ),
    )
    if customer.stopped and not here.json:
        here.say("They want no messages.")


@command(app)
def erase(
    here: Here,
    who: Who = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Erase without asking.")] = False,
) -> None:
    """Erase a customer: their words, their name, phone and e-mail, and whose their answers are.

    Scores and themes stay counted, as nobody's. An open follow-up of theirs ends. Make sure first that whoever asks is
    the customer: it cannot be undone, and backups (PITR) forget it within 35 days.
    """
    customer = _found(here, who)
    known = customer_records.counts(customer.history.entries)
    if not here.json:
        here.say("Known of them: " + ", ".join(f"{kind} {number}" for kind, number in known.items()))
    here.sure("Erase all of it? It cannot be undone.", yes)
    removed = sum(customer_records.erase(here.installation.table, customer, clock.now))
    here.show(
        {"removed": removed, "known": known},
        people=lambda: here.out.print(f"Erased: {removed} items. For five minutes the sweep looks for more."),
    )


def _found(here: Here, who: str | None) -> Customer:
    try:
        customer = customer_records.find(here.installation, who or typer.prompt("Phone or e-mail", err=True))
    except NotAnAddress as error:
        raise Refusal(f"It {error}.", NOT_UNDERSTOOD) from error
    if not customer.anything:
        raise Refusal("Nothing is known of this customer." + (" They want no messages." * customer.stopped))
    return customer


def _told(entry: Entry) -> dict[str, object]:
    said = {name: value for name, value in asdict(entry).items() if value not in (None, "", (), False)}
    return {**said, "at": entry.at.isoformat()}


def _row(entry: Entry) -> list[object]:
    what = f"{entry.kind} {entry.stage}" if entry.stage else entry.kind
    score = "" if entry.score is None else entry.score
    return [f"{entry.at:%Y-%m-%d %H:%M}", what, entry.store_id or "", score, entry.text]
