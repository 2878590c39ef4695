"""Find who answers for a commitment of a follow-up: a promise, or a concern."""

from datetime import datetime

from lazo.followup.model import FollowUp
from lazo.store.model import Store


def responsible_contact(owner: str, followup: FollowUp, store: Store, now: datetime) -> str | None:
    """Return the id of the contact who must keep what `owner` was given, of those still in the store: the owner, else
    the follow-up's owner, else the first contact at its level; None without any."""
    level = (c.contact_id for c in store.with_contacts_on_duty(now).contacts_at_level(followup.level))
    return next((each for each in (owner, followup.owner or "", *level) if store.contact(each)), None)


def with_next_level(contact_id: str | None, store: Store, now: datetime) -> tuple[str, ...]:
    """Return the ids of a contact and of all at the next escalation level; () without a contact."""
    contact = store.contact(contact_id or "")
    if contact is None:
        return ()
    on_duty = store.with_contacts_on_duty(now)
    above = on_duty.next_level(contact.level)
    at_level = on_duty.contacts_at_level(above) if above is not None else ()
    return (contact.contact_id, *(c.contact_id for c in at_level))
