"""Which open follow-ups somebody wants to see, as the address of the board says it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desk.web.addresses import page_address
from lazo.auth.users import Scope, user_id_of
from lazo.followup.model import STAGES, Stage
from lazo.store.contacts import Contact
from lazo.store.model import Store

OPEN_STAGES = STAGES[:-1]

MINE, NOBODYS = "me", "nobody"
_CONTACT = re.compile(r"([a-z0-9-]{1,40})@([a-z0-9-]{1,40})")


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What was chosen, each None for all. `owner`: "me", "nobody" or `contact_id@store_id` (that contact of that
    shop, and what the same person has in other shops)."""

    shop: str | None = None
    stage: Stage | None = None
    theme: str | None = None
    owner: str | None = None

    @property
    def any(self) -> bool:
        """Whether any is set."""
        return self != BoardFilters()

    def names(self, choices: Mapping[str, Sequence["Choice"]]) -> list[str]:
        """What was chosen, as it is called; without "me" and "nobody", which have links of their own."""
        chosen = {"shop": self.shop, "stage": self.stage, "theme": self.theme, "owner": self.owner}
        return [
            choice.label
            for name, value in chosen.items()
            for choice in choices[name]
            if choice.value == value and value not in (MINE, NOBODYS)
        ]

    @property
    def named_owner(self) -> tuple[str, str] | None:
        """Contact and shop of `owner`, when it names one."""
        found = _CONTACT.fullmatch(self.owner or "")
        return (found[1], found[2]) if found else None

    def address(self, after: str | None = None, **changes: Any) -> str:
        """The board's address with these filters and `changes` to them, from `after` on."""
        now = replace(self, **changes)
        return page_address(
            "/desk", shop=now.shop, stage=now.stage, theme=now.theme, owner=now.owner, after=after
        )


def read_filters(event: Mapping[str, Any], scope: Scope, themes: Mapping[str, str]) -> BoardFilters:
    """The filters of a request. What is no shop of theirs, no stage or no theme counts as not chosen."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    shop, stage, theme, owner = (query.get(name, "") for name in ("shop", "stage", "theme", "owner"))
    named = _CONTACT.fullmatch(owner)
    known = owner in (MINE, NOBODYS) or (named and scope.store(named[2]))
    return BoardFilters(
        shop=shop if scope.store(shop) and len(scope.stores) > 1 else None,
        stage=stage if stage in OPEN_STAGES else None,
        theme=theme if theme in themes else None,
        owner=owner if known else None,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from."""

    value: str
    label: str


def owner_choices(shops: Sequence[Store], reader: str, filters: BoardFilters) -> list[Choice]:
    """Who of these shops' chains can be chosen as owner, by name, each person once; without the `reader` (a person's
    id), who has a choice of their own. The one who is chosen is offered as chosen."""
    people: dict[str, tuple[str, Contact, Store]] = {}
    for shop in sorted(shops, key=lambda shop: shop.store_id):
        for contact in shop.contacts:
            value = f"{contact.contact_id}@{shop.store_id}"
            if value == filters.owner or user_id_of(contact) not in people:
                people[user_id_of(contact)] = (value, contact, shop)
    people.pop(reader, None)
    alike = Counter(contact.name for _, contact, _ in people.values())
    choices = [
        Choice(value, contact.name if alike[contact.name] == 1 else f"{contact.name} ({shop.name})")
        for value, contact, shop in people.values()
    ]
    return sorted(choices, key=lambda choice: choice.label.casefold())
