"""`lazo audit`: who came in, was refused, took data or opened whose case, from the audit trail."""

from datetime import timedelta
from typing import Annotated

import typer

from lazo import clock
from lazo.auth.audit import AuditEntry
from lazo.table import audit as trail
from lazo.table import users
from lazo.text.contact_details import normalize_address
from ops.command_line import EXIT_USAGE, CommandContext, CommandError, StoreIds

MOST_DAYS = 180


def audit(
    context: CommandContext,
    days: Annotated[int, typer.Option(help="How many days back, today included (UTC).")] = 7,
    user: Annotated[
        str | None,
        typer.Option(help="Only this user: a user id, as the list shows it, or a phone or e-mail."),
    ] = None,
    store: StoreIds = None,
    case: Annotated[
        str | None, typer.Option(help="Only this case: who opened it, and who was refused.")
    ] = None,
) -> None:
    """List who signed in, exported answers or opened a case, what was refused to whom, and how often keys or sign-in
    links were tried.

    Entries hold ids and no names. With --store: what is of that store, and exports of all stores at once.
    """
    if not 1 <= days <= MOST_DAYS:
        raise CommandError(f"--days is a number from 1 to {MOST_DAYS}.", EXIT_USAGE)
    table, today = context.installation.table, clock.now().date()
    address = normalize_address(user) if user else None
    wanted = {user, *(users.users_at_address(table, address) if address else ())} if user else None
    found = [
        entry
        for day in (today - timedelta(days=n) for n in range(days - 1, -1, -1))
        for entry in trail.list_entries(table, day)
        if (wanted is None or entry.user_id in wanted)
        and (not store or _is_about(entry, store))
        and case in (None, entry.subject)
    ]
    rows = [(f"{e.at:%Y-%m-%d %H:%M}", e.kind, e.user_id, e.store_id, e.subject, e.count) for e in found]
    context.print_rows(("at", "what", "user_id", "store_id", "subject", "count"), rows)


def _is_about(entry: AuditEntry, store_ids: list[str]) -> bool:
    return entry.store_id in store_ids or (entry.kind == "exported" and entry.store_id == "")
