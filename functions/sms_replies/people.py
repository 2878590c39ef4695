"""Whose number it is that an SMS came from."""

from dataclasses import replace

from lazo.auth.users import user_id_of
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import stores, users
from lazo.table.dynamodb.table import Table
from lazo.text.contact_details import normalize_address


def sender_number(given: str) -> str | None:
    """The number of a sender as E.164; None for what cannot be written to, a name or a short code."""
    return normalize_address(given if given.startswith("+") else f"+{given}")


def contacts_at(table: Table, phone: str) -> list[Contact]:
    """The contacts whose number it is, each once, reading what most of their shops write to them in; usually one, none
    for a customer."""
    return [
        found
        for person_id in sorted(users.users_at_address(table, phone))
        if (found := _contact(table, person_id, phone))
    ]


def as_contact(table: Table, store_id: str, contact_id: str, phone: str) -> tuple[Store, Contact] | None:
    """A shop as it is now and the contact in it; None when the number is no longer theirs."""
    store = stores.get_store(table, store_id, consistent=True)
    contact = store.contact(contact_id) if store else None
    return (store, contact) if store and contact and contact.phone == phone else None


def _contact(table: Table, person_id: str, phone: str) -> Contact | None:
    scope = users.load_scope(table, person_id)
    for shop in scope.stores if scope else ():
        store = stores.get_store(table, shop.store_id, consistent=True)
        for contact in store.contacts if store else ():
            if scope and user_id_of(contact) == person_id and contact.phone == phone:
                return replace(contact, language=scope.language)
    return None
