"""`lazo customer`: shows one customer, found by phone or e-mail, and does what they have a right to."""

from dataclasses import asdict
from typing import Annotated

import typer

from lazo import clock
from lazo.customer.rights import NO_WISHES, OBJECTIONS
from lazo.customer.timeline import TimelineEntry
from lazo.table import customer_rights
from ops.command_line import EXIT_USAGE, Command, CommandContext, CommandError
from ops.customer_records import (
    Customer,
    InvalidContactDetail,
    acknowledgement_of_erasure,
    change_restriction,
    count_by_kind,
    erase_customer,
    find_customer,
    record_objections,
)

app = typer.Typer(
    no_args_is_help=True, help="A customer: what is known of them, erasing it, keeping it unused."
)

Who = Annotated[
    str | None,
    typer.Argument(help="Phone with its country code, or e-mail; asked for when left out."),
]

OnlyThis = Annotated[bool, typer.Option("--only-this", help="Not what was left with a linked address alone.")]


@app.command(cls=Command)
def show(context: CommandContext, who: Who = None) -> None:
    """Show what is known of a customer: answers, follow-ups, and what other systems told, the newest first."""
    customer = _found(context, who)
    context.print_result(
        {
            "stopped": customer.opted_out,
            "restricted": customer.history.rights.restricted_at is not None,
            "objections": list(customer.history.rights.objections),
            "entries": [_as_json(entry) for entry in customer.history.entries],
        },
        as_text=lambda: context.print_table(
            ("when", "what", "store", "score", "words"), [_row(entry) for entry in customer.history.entries]
        ),
    )
    if customer.opted_out and not context.json:
        context.print_message("They want no messages.")
    if customer.history.rights.restricted_at and not context.json:
        context.print_message("They want what they left until now stored and not used: it is not shown.")


@app.command(cls=Command)
def erase(
    context: CommandContext,
    who: Who = None,
    only_this: OnlyThis = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Erase without asking.")] = False,
) -> None:
    """Erase a customer: their words, their name, phone and e-mail, and whose their answers are.

    Answers left with another address alone go too, if one answer linked it with this one. Anybody can type a phone and
    an e-mail together: with --only-this they stay, if only the one address was shown to be theirs.

    They are told once that it is done, at the address that was given, unless they want no messages or none reach it.

    Scores and themes stay counted, as nobody's. An open follow-up of theirs ends. Make sure first that whoever asks is
    the customer: it cannot be undone, and backups (PITR) forget it within 35 days.
    """
    customer = _found(context, who)
    known = count_by_kind(customer.history.entries)
    if not context.json:
        context.print_message(
            "Known of them: " + ", ".join(f"{kind} {number}" for kind, number in known.items())
        )
    context.confirm("Erase all of it? It cannot be undone.", yes)
    table = context.installation.table
    told = acknowledgement_of_erasure(table, customer, clock.now())
    removed = sum(erase_customer(table, customer, clock.now, linked=not only_this, told=told))
    said = (
        f"They are told by {'e-mail' if told.channel == 'email' else 'SMS'}."
        if told
        else "No message goes to them: tell them yourself."
    )
    context.print_result(
        {"removed": removed, "known": known, "told": told.channel if told else None},
        as_text=lambda: context.out.print(
            f"Erased: {removed} items. For five minutes the sweep looks for more. {said}"
        ),
    )


@app.command(cls=Command)
def restrict(context: CommandContext, who: Who = None, only_this: OnlyThis = False) -> None:
    """Keep a customer's data and use it for nothing, until they or `unrestrict` lift that.

    No messages go to them, nothing of theirs is counted anew, and the desk, exports and lists say of it only that it is
    restricted. An open follow-up of theirs pauses. What they tell from now on is another matter.
    """
    _change_restriction(context, who, only_this, restrict=True)


@app.command(cls=Command)
def unrestrict(context: CommandContext, who: Who = None, only_this: OnlyThis = False) -> None:
    """Use a customer's data again. A follow-up that was paused is where it was, and its deadline starts anew."""
    _change_restriction(context, who, only_this, restrict=False)


def _change_restriction(context: CommandContext, who: str | None, only_this: bool, *, restrict: bool) -> None:
    customer = _found(context, who)
    changed = change_restriction(
        context.installation, customer, clock.now(), restrict=restrict, linked=not only_this
    )
    done = "Restricted" if restrict else "Lifted"
    context.print_result(
        {"changed": changed},
        as_text=lambda: context.out.print(
            f"{done}: {changed} answers. For five minutes the sweep looks for more."
        ),
    )


@app.command("object", cls=Command)
def object_(
    context: CommandContext,
    who: Who = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help=f"{', '.join(OBJECTIONS)}; none: to nothing any more.")
    ] = None,
) -> None:
    """Record what a customer objects to, in place of what they objected to before: to being asked again, to automatic
    messages, to early signs being weighed."""
    unknown = [each for each in to or () if each not in OBJECTIONS]
    if unknown:
        raise CommandError(f"--to {unknown[0]}: must be one of {', '.join(OBJECTIONS)}", EXIT_USAGE)
    chosen = [each for each in OBJECTIONS if each in (to or ())]
    record_objections(context.installation.table, _found(context, who), chosen, clock.now())
    context.print_result({"objections": chosen}, as_text=lambda: context.out.print("Recorded."))


@app.command("revoke-link", cls=Command)
def revoke_link(context: CommandContext, who: Who = None) -> None:
    """End every link to a customer's page that went to this phone or e-mail until now: a message was forwarded, a phone
    was lost or sold. Messages from tomorrow (UTC) on bring links that work. Links know only the day they were made."""
    until = customer_rights.end_links(context.installation.table, _found(context, who).keys, clock.now())
    context.print_result(
        {"links_work_from": until.isoformat()},
        as_text=lambda: context.out.print(f"Ended. Links sent from {until:%Y-%m-%d %H:%M} UTC on work."),
    )


def _found(context: CommandContext, who: str | None) -> Customer:
    try:
        customer = find_customer(context.installation, who or typer.prompt("Phone or e-mail", err=True))
    except InvalidContactDetail as error:
        raise CommandError(f"It {error}.", EXIT_USAGE) from error
    if not customer.history.entries and customer.history.rights == NO_WISHES:
        raise CommandError(
            "Nothing is known of this customer." + (" They want no messages." * customer.opted_out)
        )
    return customer


def _as_json(entry: TimelineEntry) -> dict[str, object]:
    filled = {name: value for name, value in asdict(entry).items() if value not in (None, "", (), False)}
    return {**filled, "at": entry.at.isoformat()}


def _row(entry: TimelineEntry) -> list[object]:
    what = f"{entry.kind} {entry.stage}" if entry.stage else entry.kind
    score = "" if entry.score is None else entry.score
    return [f"{entry.at:%Y-%m-%d %H:%M}", what, entry.store_id or "", score, entry.text]
