"""Tell the audit trail of what a user asked for and may not see. Only what exists is told: guessing fills no table."""

from typing import Any, Final
from urllib.parse import parse_qs

from desk.account.access import Access
from desk.deps import Deps
from desk.web.request import body_text
from lazo.auth.audit import AuditEntry
from lazo.ids import is_store_id

_NAME_A_STORE: Final = ("shop", "store_id")
"""Fields of the desk's addresses and forms."""


def record_refused_stores(event: dict[str, Any], deps: Deps, access: Access) -> None:
    """Record the store that an address or a form names, if it is not the user's. What the page says of it is up to the
    page, which shows nothing of it."""
    if access.session.link is not None:
        return  # The board of a link has its own stores alone, whatever else is its reader's.
    text = event.get("rawQueryString") or "" if event["routeKey"].startswith("GET ") else body_text(event)
    given = parse_qs(text)
    for store_id in {given[name][0] for name in _NAME_A_STORE if name in given}:
        known = access.scope.store(store_id) is not None or not is_store_id(store_id)
        if not known and deps.stores.find(store_id, deps.clock()):
            record_refusal(deps, access, store_id)


def record_refusal(deps: Deps, access: Access, store_id: str, subject: str = "") -> None:
    """Record that a user was refused a store, or something of it: a case or an improvement, by its id."""
    deps.audit.record_hourly(AuditEntry("refused", deps.clock(), access.session.user_id, store_id, subject))
