"""Who may work at the desk, in the table: memberships, addresses, epochs.

Memberships and addresses are written with the shop that they follow from (`stores.put_store`). They say whose a
person is at a glance; what somebody opens is decided by the shop itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lazo.auth.users import Membership, Scope, StoreRef, address_keys, address_lookups, scope_of, user_id_of
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Key, Put, Update


def current_user(table: Table, user_id: str) -> tuple[Scope | None, int]:
    """The person's scope as their shops say it (None when none names them any more) and epoch, by one consistent
    query."""
    memberships, epoch_now = [], 0
    for item in table.query_prefix(keys.session_version(user_id).pk):
        if item["sk"] == keys.session_version(user_id).sk:
            epoch_now = item["epoch"]
        else:
            memberships.append(_membership(item))
    return scope_of(user_id, memberships), epoch_now


def with_all_stores(table: Table, scope: Scope) -> Scope:
    """The scope with all that it may see: a head's shops are all shops, by one query of the index (of each MB of it: of
    some 8,000 shops)."""
    return scope.with_all_stores(_all_stores(table)) if scope.role == "head" else scope


def load_scope(table: Table, user_id: str) -> Scope | None:
    """Where a person is named now; None when no shop names them any more."""
    return current_user(table, user_id)[0]


def session_version(table: Table, user_id: str) -> int:
    """How often the person has ended all their sessions and links."""
    return int((table.get(keys.session_version(user_id)) or {}).get("epoch", 0))


def end_sessions(table: Table, user_id: str) -> None:
    """End all the person's sessions and links, in every shop."""
    table.update(Update(keys.session_version(user_id), "ADD epoch :one", {":one": 1}))


def users_at_address(table: Table, address: str) -> dict[str, str]:
    """Who is written to at an address (as `normal_address` gives it): by person, the address as their shop has it."""
    found = {}
    for reading in address_lookups(address):
        for item in table.query_prefix(keys.address(reading.key, "", "").pk):
            if reading.only in (None, item["address"]):
                found[item["person_id"]] = item["address"]
    return found


def membership_puts(store: Store) -> Iterator[Put]:
    """The writes that let a shop's contacts in. Also for contacts who were there before: their name, role or the
    shop's name may have changed."""
    for contact in store.contacts:
        person_id = user_id_of(contact)
        yield _put(
            keys.membership(person_id, store.store_id),
            {
                "store_id": store.store_id,
                "shop": store.name,
                "name": contact.name,
                "language": contact.language,
                "role": contact.role,
                "contact_id": contact.contact_id,
            },
        )
        for key, address in address_keys(contact):
            at = keys.address(key, person_id, store.store_id)
            yield _put(at, {"person_id": person_id, "address": address})


def membership_deletes(store_id: str, before: Iterable[Contact], after: Store) -> list[Delete]:
    """The writes that take away what contacts of before no longer have, addresses first."""
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
    """Name and id of every shop."""
    start: str | None = " "
    while start is not None:
        rows, start = table.query_listing(listing.STORES, start, "\U0010ffff")
        for row in rows:
            yield listing.store_name_at(row["list_at"]), row["store_id"]


def _put(key: Key, values: Mapping[str, Any]) -> Put:
    return Put({"pk": key.pk, "sk": key.sk, **values})


def _membership(item: Mapping[str, Any]) -> Membership:
    shop = StoreRef(item["store_id"], item["shop"], item["role"], item["contact_id"])
    return Membership(shop, item["name"], item["language"])
