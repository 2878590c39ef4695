"""Users of the desk: contacts, each one user however many stores name them.

A user is a contact's id, phone and e-mail together. Contacts that differ in any of the three are different users, so
that no session reaches a store because two ids happen to be equal, and none follows a phone to its next holder.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from lazo.store.contacts import Contact, Role
from lazo.store.model import Store
from lazo.text.contact_details import (
    e164_with_country_code,
    national_number,
    readings_anywhere,
    spellings_of_line,
)

ROLES_WIDEST_FIRST: Final[tuple[Role, ...]] = ("head", "area", "store")

_TAIL = 6
"""Digits of a phone: what every spelling has at its end, also with Argentina's 15 after an area of four digits. Two
people rarely have the same."""


@dataclass(frozen=True, slots=True)
class StoreRef:
    """A store in a user's scope, and their role there; `contact_id` is "" if they are not one of its contacts."""

    store_id: str
    name: str
    role: Role
    contact_id: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A user as a contact of one store."""

    store: StoreRef
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a user may see: `stores`, sorted by name (for the role "head" all stores, also those of which they are no
    contact). `role` is their widest in any of them; `chose_language` says whether `language` is their own choice."""

    user_id: str
    name: str
    language: str
    role: Role
    stores: tuple[StoreRef, ...]
    chose_language: bool = False

    def store(self, store_id: str) -> StoreRef | None:
        """Return the store if it is in the scope, else None."""
        return next((store for store in self.stores if store.store_id == store_id), None)

    @property
    def member_stores(self) -> tuple[StoreRef, ...]:
        """The stores of which the user is a contact."""
        return tuple(store for store in self.stores if store.contact_id)

    def includes(self, store: Store) -> bool:
        """Return whether the user may see a store, by its current contacts."""
        return self.role == "head" or any(user_id_of(c) == self.user_id for c in store.contacts)

    def with_all_stores(self, stores: Iterable[tuple[str, str]]) -> "Scope":
        """Return the scope with all stores, given as (name, store id): what the role "head" sees."""
        own = {store.store_id for store in self.stores}
        others = [StoreRef(store_id, name, "head", "") for name, store_id in stores if store_id not in own]
        return replace(self, stores=_sorted_by_name((*self.stores, *others)))


@dataclass(frozen=True, slots=True)
class AddressLookup:
    """One way to look up an address: by `key`, and only contacts with `exact_phone` if the country code was typed."""

    key: str
    exact_phone: str | None = None


def user_id_of(contact: Contact) -> str:
    """Return the user's id: 80 bits of SHA-256 in base32, 16 characters."""
    who = f"{contact.contact_id}|{contact.phone or ''}|{(contact.email or '').lower()}"
    return base64.b32encode(hashlib.sha256(who.encode()).digest()[:10]).decode().lower()


def scope_from_memberships(
    user_id: str, memberships: Sequence[Membership], chosen: str | None = None
) -> Scope | None:
    """Return the scope of a user with these memberships; None without any. The language is the one that they have
    `chosen`, else that of most stores."""
    if not memberships:
        return None
    roles = {m.store.role for m in memberships}
    ((language, _),) = Counter(sorted(m.language for m in memberships)).most_common(1)
    name = min(memberships, key=lambda m: m.store.store_id).name
    role = next(r for r in ROLES_WIDEST_FIRST if r in roles)
    refs = _sorted_by_name(m.store for m in memberships)
    return Scope(user_id, name, chosen or language, role, refs, chose_language=chosen is not None)


def address_lookups(address: str) -> tuple[AddressLookup, ...]:
    """Return how to look up an address that `normalize_address` returned. Digits alone are a national number of any
    country, perhaps with the prefix of a trunk, a carrier or a mobile, or one with its country code but without the
    plus sign."""
    if "@" in address:
        return (AddressLookup(address),)
    if address.startswith("+"):
        return _lookups_of(address)
    with_country = [*readings_anywhere(address)]
    with suppress(ValueError):
        with_country.append(e164_with_country_code(f"+{address}", assigned=False))
    exact = (found for phone in with_country for found in _lookups_of(phone))
    # The first finds the national number in all countries.
    return (AddressLookup(address), *(e for e in dict.fromkeys(exact) if e.key != address))


def _lookups_of(phone: str) -> tuple[AddressLookup, ...]:
    return tuple(AddressLookup(national_number(each), each) for each in spellings_of_line(phone))


def rate_limit_key(address: str) -> str:
    """Return the key under which requests for an address (from `normalize_address`) are counted: a phone's last digits,
    which do not depend on how its country code was typed."""
    return address if "@" in address else address[-_TAIL:]


def address_keys(contact: Contact) -> Iterable[tuple[str, str]]:
    """Yield the keys under which a contact is looked up, each with the address to which a link is sent."""
    if contact.phone:
        yield national_number(contact.phone), contact.phone
    if contact.email:
        yield contact.email.lower(), contact.email


def _sorted_by_name(stores: Iterable[StoreRef]) -> tuple[StoreRef, ...]:
    return tuple(sorted(stores, key=lambda store: (store.name, store.store_id)))
