"""Users of the desk in the table: memberships, addresses, session versions.

`stores.put_store` writes memberships and addresses with the store. They find a user's stores by one query; whether the
user may open something is decided by the store itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lazo.auth.links import Principal
from lazo.auth.users import (
    Membership,
    Scope,
    StoreRef,
    address_keys,
    address_lookups,
    scope_from_memberships,
    user_id_of,
)
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Put, Update

_DAY = timedelta(days=1)


def current_user(table: Table, user_id: str) -> tuple[Scope | None, int]:
    """Return the user's scope, None if no store has them as a contact, and their session version, by one consistent
    query."""
    return _read_user(table, user_id)[:2]


def user_of_session(table: Table, session: Principal, session_id: str) -> Scope | None:
    """Return the scope of a session's user, by one consistent query; None if the session was ended, or no store has
    them as a contact."""
    scope, version, ended = _read_user(table, session.user_id)
    return scope if version == session.session_version and session_id not in ended else None


def _read_user(table: Table, user_id: str) -> tuple[Scope | None, int, set[str]]:
    memberships, version, chosen, ended = [], 0, None, set()
    for item in table.query_prefix(keys.session_version(user_id).pk):
        if item["sk"] == keys.session_version(user_id).sk:
            version = item["epoch"]
        elif item["sk"] == keys.chosen_language(user_id).sk:
            chosen = item["language"]
        elif item["sk"].startswith(keys.ENDED):
            ended.add(item["sk"].removeprefix(keys.ENDED))
        else:
            memberships.append(_membership(item))
    return scope_from_memberships(user_id, memberships, chosen), version, ended


def with_all_stores(table: Table, scope: Scope) -> Scope:
    """Return the scope with all stores for a head, by one query of the index per 1 MB (some 8,000 stores)."""
    return scope.with_all_stores(_all_stores(table)) if scope.role == "head" else scope


def load_scope(table: Table, user_id: str) -> Scope | None:
    """Return the user's current scope, None if no store has them as a contact."""
    return current_user(table, user_id)[0]


def session_version(table: Table, user_id: str) -> int:
    """Return how often the user has ended all their sessions and links."""
    return int((table.get(keys.session_version(user_id)) or {}).get("epoch", 0))


def end_sessions(table: Table, user_id: str) -> None:
    """End all the user's sessions and links, in every store."""
    table.update(Update(keys.session_version(user_id), "ADD epoch :one", {":one": 1}))


class _EndedBefore(Exception):
    """The session was ended before, or the link used."""


def end_token(table: Table, user_id: str, token_id: str, until: datetime, *more: Put) -> bool:
    """End a session, or use up a sign-in link, that would be valid `until` then, and write `more` with it. Returns
    False if it was before."""
    item = keys.ended_token(user_id, token_id).item(expires_at=int((until + _DAY).timestamp()))
    try:
        table.transact([Put(item, condition="attribute_not_exists(pk)", error=_EndedBefore()), *more])
    except _EndedBefore:
        return False
    return True


def choose_language(table: Table, user_id: str, language: str) -> None:
    """Record the language that a user chose, for the desk on every device and for what is sent to them."""
    table.put(Put(keys.chosen_language(user_id).item(language=language)))


def in_chosen_language(table: Table, contact: Contact) -> Contact:
    """Return the contact with the language that they chose at the desk; unchanged if they chose none."""
    item = table.get(keys.chosen_language(user_id_of(contact)))
    return replace(contact, language=item["language"]) if item else contact


def forget_users_without_store(table: Table, left: Iterable[Contact]) -> None:
    """Delete the choice of each of these contacts whom no store names any more."""
    for user_id in {user_id_of(contact) for contact in left}:
        scope = load_scope(table, user_id)
        if scope is None and table.get(keys.chosen_language(user_id)):
            table.transact([Delete(keys.chosen_language(user_id))])


def users_at_address(table: Table, address: str) -> dict[str, str]:
    """Return the users with an address (as `normal_address` gives it), and for each the address as their store has
    it."""
    found = {}
    for reading in address_lookups(address):
        for item in table.query_prefix(keys.address(reading.key, "", "").pk):
            # The key is the national number; where the country was typed too, only that number is meant.
            if reading.exact_phone in (None, item["address"]):
                found[item["person_id"]] = item["address"]
    return found


def membership_puts(store: Store) -> Iterator[Put]:
    """Yield the writes that let a store's contacts sign in. Includes unchanged contacts: their name, role or the
    store's name may have changed."""
    for contact in store.contacts:
        user_id = user_id_of(contact)
        membership = keys.membership(user_id, store.store_id).item(
            store_id=store.store_id,
            shop=store.name,
            name=contact.name,
            language=contact.language,
            role=contact.role,
            contact_id=contact.contact_id,
        )
        yield Put(membership)
        for key, address in address_keys(contact):
            at = keys.address(key, user_id, store.store_id)
            yield Put(at.item(person_id=user_id, address=address))


def membership_deletes(store_id: str, before: Iterable[Contact], after: Store) -> list[Delete]:
    """Return the writes that remove contacts who are no longer in the store, addresses first."""
    staying = {user_id_of(contact) for contact in after.contacts}
    left = [contact for contact in before if user_id_of(contact) not in staying]
    addresses = [
        keys.address(key, user_id_of(contact), store_id)
        for contact in left
        for key, _ in address_keys(contact)
    ]
    memberships = [keys.membership(user_id_of(contact), store_id) for contact in left]
    return [Delete(key) for key in (*addresses, *memberships)]


def _all_stores(table: Table) -> Iterator[tuple[str, str]]:
    """Yield name and id of every store."""
    for row in table.every_entry(listing.STORES_LIST):
        yield listing.store_name_at(row["list_at"]), row["store_id"]


def _membership(item: Mapping[str, Any]) -> Membership:
    ref = StoreRef(item["store_id"], item["shop"], item["role"], item["contact_id"])
    return Membership(ref, item["name"], item["language"])
