"""What a user may see and open, read from the table at each request, so that a removed contact loses it at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desk.web.reader_language import reader_language, switched_language
from desk.web.session import Sessions
from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Principal
from lazo.auth.users import Scope, user_id_of
from lazo.ids import is_store_id
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import followups, stores, users
from lazo.table.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Access:
    """A signed-in user: their session, and the stores that they may see now."""

    session: Principal
    scope: Scope


def access_for_request(
    event: Mapping[str, Any], table: Table, sessions: Sessions, now: datetime
) -> Access | None:
    """Return the access of the user who sent a request, in the language that they chose, or read on this device; None
    if the cookie holds no valid session, the session was ended, or no store names the user any more."""
    session = sessions.from_cookies(event.get("cookies", []), now)
    user = current_access(session, table) if session else None
    # What they chose holds on every device; what was chosen on this one, for those who chose nothing.
    chose = user is not None and user.scope.chose_language
    reads = switched_language(event) if chose else reader_language(event)
    return replace(user, scope=replace(user.scope, language=reads.language)) if user and reads else user


def current_access(session: Principal, table: Table) -> Access | None:
    """Return the access of a session; None if it was ended or no store names the user any more."""
    scope, session_version = users.current_user(table, session.user_id)
    return Access(session, scope) if scope and session_version == session.session_version else None


def with_all_stores(access: Access, table: Table) -> Access:
    """Return the access with all stores that the user may see, for pages that list them."""
    return replace(access, scope=users.with_all_stores(table, access.scope))


def store_and_contact(table: Table, access: Access, store_id: str) -> tuple[Store, Contact] | None:
    """Return a store and the user's contact there, read consistently; None if the user may not see the store.

    The store's own contacts decide, not the scope, which may be older. A head may see every store: where the escalation
    levels do not name them, they get a contact on a level of its own, with their user id as its id.
    """
    store = stores.get_store(table, store_id, consistent=True) if is_store_id(store_id) else None
    if store is None:
        return None
    contact = next((c for c in store.contacts if user_id_of(c) == access.session.user_id), None)
    if contact is None and access.scope.role == "head":
        contact = _guest(access.scope, store)
    return (store, contact) if contact else None


def _guest(head: Scope, store: Store) -> Contact:
    level = max((c.level for c in store.contacts), default=0) + 1
    return Contact(head.user_id, head.name, "head", level, head.language)


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What an alert's link opens: a new session, the follow-up to go to, and the `language` of the alert."""

    session: Principal
    followup_id: str
    language: str


def access_by_link(token: str, table: Table, ring: KeyRing, now: datetime) -> OpenedLink | None:
    """Return what an alert's link opens. None if the link is
    invalid, expired or ended, or if its contact has left the store or has another phone or e-mail now."""
    link = links.read_alert_link(ring, token, now)
    found = followups.get_followup(table, link.followup_id) if link else None
    store = stores.get_store(table, found.store_id, consistent=True) if found else None
    if link is None or found is None or store is None:
        return None
    # The link holds only a short tag of the user id: compare it with each contact's.
    known = ((user_id_of(contact), contact.language) for contact in store.contacts)
    named = next((each for each in known if links.user_tag_of(each[0]) == link.user_tag), None)
    if named is None:
        return None
    user_id, language = named
    session_version = users.session_version(table, user_id)
    if session_version % links.SESSION_VERSIONS_IN_LINK != link.session_version:
        return None
    return OpenedLink(Principal(user_id, session_version), found.followup_id, language)
