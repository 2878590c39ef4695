"""Find the contacts that an SMS may come from."""

from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import users
from lazo.table.dynamodb.table import Table
from lazo.text.contact_details import normalize_address
from lazo.workflows.contacts import ReadStore, contact_of_user


def sender_number(given: str) -> str | None:
    """Return a sender's number as E.164; None for a name or short code, which cannot be written to."""
    return normalize_address(given if given.startswith("+") else f"+{given}")


def contacts_with_number(table: Table, phone: str, read_store: ReadStore) -> list[Contact]:
    """Return the contacts with this number (E.164), one for each user: usually one, none for a customer.

    A contact's language is the one that most of their stores use.
    """
    return [
        found[1]
        for user_id in sorted(users.users_at_address(table, phone))
        if (found := contact_of_user(users.load_scope(table, user_id), read_store, phone))
    ]


def current_contact(
    store_id: str, contact_id: str, phone: str, read_store: ReadStore
) -> tuple[Store, Contact] | None:
    """Return a store and the contact in it; None when the number is no longer theirs."""
    store = read_store(store_id)
    contact = store.contact(contact_id) if store else None
    return (store, contact) if store and contact and contact.phone == phone else None
