"""Find the contact that a user is now, and make the link with which a contact opens a follow-up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.users import Scope, user_id_of
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import users
from lazo.table.dynamodb.table import Table

ReadStore = Callable[[str], Store | None]
"""Reads a store by its id, as it is now; None when there is none."""


def contact_of_user(
    scope: Scope | None, read_store: ReadStore, phone: str | None = None
) -> tuple[Store, Contact] | None:
    """Return a store that still names the user (with this phone, if one is given), and their contact there; None when
    no store does.

    The contact's language is the one that most of their stores use.
    """
    for known in scope.stores if scope else ():
        store = read_store(known.store_id)
        for contact in store.contacts if store else ():
            if scope and store and user_id_of(contact) == scope.user_id and phone in (None, contact.phone):
                return store, replace(contact, language=scope.language)
    return None


@dataclass(frozen=True, slots=True)
class FollowUpLinks:
    """What making a link needs."""

    table: Table
    ring: KeyRing
    base_url: str

    def link_for(
        self,
        followup_id: str,
        contact: Contact,
        issued: datetime,
        *,
        bundle: bool = False,
        known: Table | None = None,
    ) -> str:
        """Return the link of an alert, or of a `bundle` of alerts, valid from `issued`. The same arguments give the
        same link, so that repeats say the same. `known`: the table with the user's session version read ahead."""
        user_id = user_id_of(contact)
        principal = links.Principal(user_id, users.session_version(known or self.table, user_id))
        token = links.sign_alert_link(self.ring, followup_id, principal, issued, bundle=bundle)
        return f"{self.base_url}/f/{token}"
