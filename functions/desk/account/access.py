"""Who is at the desk, and what they may open, asked anew with each request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desk.web.session import Session, Sessions
from lazo.auth import links
from lazo.auth.users import Scope, user_id_of
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import followups, stores, users
from lazo.table.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody who is signed in, and what they may see now."""

    session: Session
    scope: Scope


@dataclass(frozen=True, slots=True)
class LinkAccess:
    """What the link of an alert opened: a session to be kept, and the follow-up to go to."""

    session: Session
    followup_id: str


def access_for_request(
    event: Mapping[str, Any], table: Table, sessions: Sessions, now: datetime
) -> Access | None:
    """Who sends this request; None for anybody whose session is none of ours, is over, was ended, or whom no shop
    names any more."""
    session = sessions.from_cookies(event.get("cookies", []), now)
    return current_access(session, table) if session else None


def current_access(session: Session, table: Table) -> Access | None:
    """The visit that a session still makes, by the table as it is now."""
    scope, epoch = users.current_user(table, session.user_id)
    return Access(session, scope) if scope and epoch == session.session_version else None


def with_all_stores(visit: Access, table: Table) -> Access:
    """The visit with all shops that it may see: for pages that list them."""
    return replace(visit, scope=users.with_all_stores(table, visit.scope))


def store_for(table: Table, visit: Access, store_id: str) -> tuple[Store, Contact] | None:
    """The shop and the contact that the visitor is there, as they stand in the table now; None when they are not
    of this shop. The shop decides, whatever the scope says; but a head is at home in every shop, as a guest (a contact
    with the person's id for its own) where the chain does not name them."""
    store = stores.get_store(table, store_id, consistent=True)
    if store is None:
        return None
    contact = next((c for c in store.contacts if user_id_of(c) == visit.session.user_id), None)
    if contact is None and visit.scope.role == "head":
        contact = _guest(visit.scope, store)
    return (store, contact) if contact else None


def _guest(head: Scope, store: Store) -> Contact:
    level = max((c.level for c in store.contacts), default=0) + 1
    return Contact(head.user_id, head.name, "head", level, head.language)


def access_by_link(token: str, table: Table, sessions: Sessions, now: datetime) -> LinkAccess | None:
    """What the link of an alert opens; None when it is broken, foreign, over or ended, or its contact has left the
    shop or is reached elsewhere now."""
    link = sessions.link(token, now)
    found = followups.get_followup(table, link.followup_id) if link else None
    store = stores.get_store(table, found.store_id, consistent=True) if found else None
    if link is None or found is None or store is None:
        return None
    people = (user_id_of(contact) for contact in store.contacts)
    person_id = next((p for p in people if links.user_tag_of(p) == link.user_tag), None)
    if person_id is None:
        return None
    epoch = users.session_version(table, person_id)
    if epoch % links.SESSION_VERSIONS_IN_LINK != link.session_version:
        return None
    return LinkAccess(Session(person_id, epoch), found.followup_id)
