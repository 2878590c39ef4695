"""Who works at the desk: a contact as one human being, however many shops' chains name them.

A person is a contact's id, phone and e-mail together. The same three in several shops are one person; whoever differs
in any of them is another, so that no session reaches a shop because two ids happen to be alike, and a
phone that changes hands takes no session with it.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lazo.store.contacts import Contact, Role
from lazo.store.model import Store
from lazo.text.contact_details import e164_with_country_code, national_number

ROLES_WIDEST_FIRST: Final[tuple[Role, ...]] = ("head", "area", "store")

_TAIL = 8
"""Digits of a phone; rarely do two people have the same."""


@dataclass(frozen=True, slots=True)
class StoreRef:
    """A shop of somebody's scope, and what they are there; `contact_id` is "" where the chain does not name them."""

    store_id: str
    name: str
    role: Role
    contact_id: str


@dataclass(frozen=True, slots=True)
class Membership:
    """That a shop's chain names a person."""

    store: StoreRef
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see: their shops, by name; for a head these are all shops, also those whose chains do not name
    them. `role` is the widest that they have in any of them."""

    user_id: str
    name: str
    language: str
    role: Role
    stores: tuple[StoreRef, ...]

    def store(self, store_id: str) -> StoreRef | None:
        """The shop, if it is theirs."""
        return next((shop for shop in self.stores if shop.store_id == store_id), None)

    @property
    def member_stores(self) -> tuple[StoreRef, ...]:
        """The shops whose chains name the person."""
        return tuple(shop for shop in self.stores if shop.contact_id)

    def includes(self, store: Store) -> bool:
        """Whether a shop, as it stands now, is theirs."""
        return self.role == "head" or any(user_id_of(c) == self.user_id for c in store.contacts)

    def with_all_stores(self, places: Iterable[tuple[str, str]]) -> "Scope":
        """The scope of a head: all shops, each given by name and id."""
        named = {shop.store_id for shop in self.stores}
        others = [StoreRef(store_id, name, "head", "") for name, store_id in places if store_id not in named]
        shops = sorted((*self.stores, *others), key=lambda shop: (shop.name, shop.store_id))
        return replace(self, stores=tuple(shops))


@dataclass(frozen=True, slots=True)
class AddressLookup:
    """One way to look an address up: `key`, and, when the country was typed as well, `only` that number."""

    key: str
    exact_phone: str | None = None


def user_id_of(contact: Contact) -> str:
    """The person's id: 80 bits of SHA-256 in base32, 16 characters."""
    who = f"{contact.contact_id}|{contact.phone or ''}|{(contact.email or '').lower()}"
    return base64.b32encode(hashlib.sha256(who.encode()).digest()[:10]).decode().lower()


def scope_from_memberships(user_id: str, memberships: Sequence[Membership]) -> Scope | None:
    """The scope that memberships add up to; None without any. In which language somebody reads is what most of their
    shops say."""
    if not memberships:
        return None
    shops = sorted((m.store for m in memberships), key=lambda shop: (shop.name, shop.store_id))
    roles = {shop.role for shop in shops}
    ((language, _),) = Counter(sorted(m.language for m in memberships)).most_common(1)
    name = min(memberships, key=lambda m: m.store.store_id).name
    return Scope(user_id, name, language, next(r for r in ROLES_WIDEST_FIRST if r in roles), tuple(shops))


def address_lookups(address: str) -> tuple[AddressLookup, ...]:
    """How to look up what `normal_address` gave. Digits alone are a national number of any country, or one
    with its country code and without the plus."""
    if "@" in address:
        return (AddressLookup(address),)
    if address.startswith("+"):
        return (AddressLookup(national_number(address), exact_phone=address),)
    try:
        with_country = e164_with_country_code(f"+{address}", assigned=False)
    except ValueError:
        return (AddressLookup(address),)
    return AddressLookup(address), AddressLookup(national_number(with_country), exact_phone=with_country)


def rate_limit_key(address: str) -> str:
    """Under what an address (as `normal_address` gives it) is counted: a phone by its last digits, which it has however
    its country was typed."""
    return address if "@" in address else address[-_TAIL:]


def address_keys(contact: Contact) -> Iterable[tuple[str, str]]:
    """Under which keys a contact is looked up, each with the address as it is written to."""
    if contact.phone:
        yield national_number(contact.phone), contact.phone
    if contact.email:
        yield contact.email.lower(), contact.email
