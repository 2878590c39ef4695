"""The table's items sorted by kind, for pages that show them to people."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import answers, followups, stores
from lazo.table.dynamodb.writes import Key
from lazo.table.messaging import deliveries

Item = Mapping[str, Any]

ROLES = {"store": "store manager", "area": "area manager", "head": "head of customer experience"}


@dataclass(frozen=True)
class Person:
    """Somebody whom stores alert; one who stands in several stores' chains is one person."""

    name: str
    role: str
    phone: str | None
    email: str | None
    store: Store
    """The first store that has them: its clock is theirs."""

    @property
    def key(self) -> str:
        """A word that tells this person from others in ids and classes of a page."""
        return re.sub(r"\W+", "-", (self.phone or self.email or "").lstrip("+"))

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def role_in_words(self) -> str:
        return ROLES[self.role]


class Records:
    """What the table holds, as `LocalCloud.items` gives it."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._stores: list[Item] = []
        self.touchpoints: list[Item] = []
        self.answers: list[Item] = []
        self.followups: dict[str, Item] = {}
        self.deliveries: dict[str, list[Item]] = {}
        for item in items:
            self._sort_in(item)

    def _sort_in(self, item: Item) -> None:
        key = Key(item["pk"], item["sk"])
        if answers.is_answer(key):
            self.answers.append(item)
        elif followups.is_followup(key):
            self.followups[item["followup_id"]] = item
        elif deliveries.is_delivery(key):
            self.deliveries.setdefault(item["followup_id"], []).append(item)
        elif "contacts" in item:
            self._stores.append(item)
        elif "label" in item:
            self.touchpoints.append(item)

    @cached_property
    def stores(self) -> dict[str, Store]:
        """By id."""
        return {item["store_id"]: stores.store_from_item(item) for item in self._stores}

    @cached_property
    def people(self) -> Sequence[Person]:
        """In the order of stores and chains."""
        found: dict[tuple[str | None, str | None], Person] = {}
        for store in self.stores.values():
            for contact in store.contacts:
                found.setdefault((contact.phone, contact.email), _person(contact, store))
        return list(found.values())

    def person(self, address: str) -> Person | None:
        """Find whose phone or e-mail this is."""
        return next((p for p in self.people if address in (p.phone, p.email)), None)


def _person(contact: Contact, store: Store) -> Person:
    return Person(contact.name, contact.role, contact.phone, contact.email, store)
