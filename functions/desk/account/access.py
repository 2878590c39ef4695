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
from lazo.auth.sessions import BOARD_OPEN_FOR, LinkReach, Session
from lazo.auth.users import Scope, user_id_of
from lazo.ids import is_store_id
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import followups, stores, users
from lazo.table.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Access:
    """A user with a session, and the stores that they may see now."""

    session: Session
    scope: Scope


def access_for_request(
    event: Mapping[str, Any], table: Table, sessions: Sessions, now: datetime
) -> Access | None:
    """Return the access of the user who signed in and sent a request, in the language that they chose, or read on this
    device; None if no cookie holds a valid session of theirs, it was ended, or no store names the user any more."""
    session = sessions.held(event, now).signed_in
    return _current(event, session, table) if session else None


def access_to_case(
    event: Mapping[str, Any], table: Table, sessions: Sessions, now: datetime, followup_id: str
) -> Access | None:
    """Return the access of the user who may open this case: they signed in, or came by the link of its alert, or by the
    link of a bundle that is fresh. `store_and_contact` says whether the case is of their stores."""
    for session in sessions.held(event, now).all:
        link = session.link
        fresh_bundle = link is not None and link.bundle and now < link.board_until
        opens = link is None or link.followup_id == followup_id or fresh_bundle
        if opens and (user := _current(event, session, table)):
            return user
    return None


def access_to_board(
    event: Mapping[str, Any], table: Table, sessions: Sessions, now: datetime
) -> Access | None:
    """Return the access to the board: to all their stores for who signed in, else to the stores of fresh links."""
    held = sessions.held(event, now)
    if user := access_for_request(event, table, sessions, now):
        return with_all_stores(user, table)
    fresh = [each for each in held.links if each.link and now < each.link.board_until]
    users_of_links = list(filter(None, (_current(event, each, table) for each in fresh)))
    if not users_of_links:
        return None
    newest = users_of_links[0]
    same = [each for each in users_of_links if each.session.user_id == newest.session.user_id]
    visible = frozenset[str]().union(*(_stores_of_link(each, table) for each in same))
    refs = tuple(ref for ref in newest.scope.member_stores if ref.store_id in visible)
    # Not as a head, who would see every store.
    return replace(newest, scope=replace(newest.scope, stores=refs, role="store")) if refs else None


def any_access(event: Mapping[str, Any], table: Table, sessions: Sessions, now: datetime) -> Access | None:
    """Return the user of the request, however little their sessions open."""
    found = (_current(event, each, table) for each in sessions.held(event, now).all)
    return next(filter(None, found), None)


def _stores_of_link(user: Access, table: Table) -> frozenset[str]:
    link = user.session.link
    if link is None or link.bundle:
        return frozenset(ref.store_id for ref in user.scope.member_stores)
    found = followups.get_followup(table, link.followup_id)
    return frozenset({found.store_id}) if found else frozenset()


def _current(event: Mapping[str, Any], session: Session, table: Table) -> Access | None:
    """Return the access of a session; None if it was ended or no store names the user any more."""
    scope = users.user_of_session(table, session, session.session_id)
    if scope is None:
        return None
    # What they chose holds on every device; what was chosen on this one, for those who chose nothing.
    reads = switched_language(event) if scope.chose_language else reader_language(event)
    return Access(session, replace(scope, language=reads.language) if reads else scope)


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
    if contact is None and access.scope.role == "head" and access.session.link is None:
        contact = _guest(access.scope, store)
    return (store, contact) if contact else None


def _guest(head: Scope, store: Store) -> Contact:
    level = max((c.level for c in store.contacts), default=0) + 1
    return Contact(head.user_id, head.name, "head", level, head.language)


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What an alert's link opens: to whom, how far, and the `language` of the alert."""

    user: Principal
    reach: LinkReach
    language: str


def access_by_link(token: str, table: Table, ring: KeyRing, now: datetime) -> OpenedLink | None:
    """Return what an alert's link opens. None if the
    link is invalid, expired or ended, or if its contact has left the store or has another phone or e-mail now."""
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
    reach = LinkReach(found.followup_id, link.issued + BOARD_OPEN_FOR, link.bundle)
    return OpenedLink(Principal(user_id, session_version), reach, language)
