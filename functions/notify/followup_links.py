"""Make the links with which contacts open a follow-up."""

from dataclasses import dataclass
from datetime import datetime

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Principal
from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from lazo.table import users
from lazo.table.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class FollowUpLinks:
    """What making a link needs."""

    table: Table
    ring: KeyRing
    base_url: str

    def link_for(self, followup_id: str, contact: Contact, issued: datetime) -> str:
        """Return the link, valid from `issued`. The same arguments give the same link, so that repeats say the same."""
        user_id = user_id_of(contact)
        principal = Principal(user_id, users.session_version(self.table, user_id))
        return f"{self.base_url}/f/{links.sign_alert_link(self.ring, followup_id, principal, issued)}"
