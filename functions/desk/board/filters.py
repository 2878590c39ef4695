"""The filters of the board, read from its query."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, cast, get_args

from desk.insights import filters as insight_filters
from desk.insights.filters import InsightFilters
from desk.web.addresses import page_address
from lazo.auth.users import Scope, user_id_of
from lazo.followup.model import STAGES, FollowUp, Stage
from lazo.store.contacts import Contact
from lazo.store.model import Store

OPEN_STAGES = STAGES[:-1]

MINE, UNOWNED = "me", "nobody"
View = Literal["unattended", "overdue", "behind"]
Order = Literal["urgent", "age", "store", "step"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
"""The most urgent first (the default); the longest open first; by store; the latest step first."""
_CONTACT = re.compile(r"([a-z0-9-]{1,40})@([a-z0-9-]{1,40})")


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """The chosen values, None for all; of `store_id`, `area` and `brand` (as in InsightFilters) one at most. `owner` is
    "me", "nobody" or `contact_id@store_id`: that contact, and the same user in other stores. `view` are those that
    missed a deadline, or of these those that nobody attends, or the others ("behind"). All of it stands in the address,
    so that it can be shared: no value tells anything about a customer."""

    store_id: str | None = None
    stage: Stage | None = None
    theme: str | None = None
    owner: str | None = None
    view: View | None = None
    order: Order = "urgent"
    area: str | None = None
    brand: str | None = None

    @classmethod
    def of_stores(cls, stores: InsightFilters) -> "BoardFilters":
        """Return the filters of these stores alone."""
        return cls(stores.store_id, area=stores.area, brand=stores.brand)

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return replace(self, order="urgent") != BoardFilters()

    def chosen_labels(self, choices: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
        """Return the labels of the chosen values, without "me" and "nobody", which have links of their own."""
        chosen = {"shop": self.store_id, "area": self.area, "brand": self.brand}
        chosen |= {"stage": self.stage, "theme": self.theme, "owner": self.owner}
        return [
            label
            for name, chosen_value in chosen.items()
            for value, label in choices[name]
            if value == chosen_value and value not in (MINE, UNOWNED)
        ]

    @property
    def stores(self) -> InsightFilters:
        """Whose stores are chosen."""
        return InsightFilters(self.store_id, self.area, self.brand)

    @property
    def named_owner(self) -> tuple[str, str] | None:
        """Contact id and store id of `owner`, if it names a contact."""
        return parse_contact(self.owner)

    def address(self, after: str | None = None, **changes: Any) -> str:
        """Return the board's address with these filters and `changes` to them, from the cursor `after` on."""
        now = replace(self, **changes)
        return page_address(
            "/desk",
            shop=now.store_id,
            area=now.area,
            brand=now.brand,
            stage=now.stage,
            theme=now.theme,
            owner=now.owner,
            view=now.view,
            sort=None if now.order == "urgent" else now.order,
            after=after,
        )


def parse_contact(text: str | None) -> tuple[str, str] | None:
    """Return contact id and store id of untrusted `text`, None if it names no contact (`contact_id@store_id`)."""
    found = _CONTACT.fullmatch(text or "")
    return (found[1], found[2]) if found else None


def read_filters(event: Mapping[str, Any], scope: Scope, themes: Mapping[str, str]) -> BoardFilters:
    """Return the filters of an event. A store or owner outside the scope, or an unknown stage or theme, counts as not
    chosen."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    stores = insight_filters.read_filters(query, scope)
    stage, theme, owner = (query.get(name, "") for name in ("stage", "theme", "owner"))
    named = parse_contact(owner)
    known = owner in (MINE, UNOWNED) or (named and scope.store(named[1]))
    view, order = query.get("view", ""), query.get("sort", "")
    return BoardFilters(
        store_id=stores.store_id,
        stage=stage if stage in OPEN_STAGES else None,
        theme=theme if theme in themes else None,
        owner=owner if known else None,
        view=cast(View, view) if view in get_args(View) else None,
        order=order if order in ORDERS else "urgent",
        area=stores.area,
        brand=stores.brand,
    )


def last_step_at(followup: FollowUp) -> datetime:
    """Return when a follow-up last reached a stage, lost its owner or was reopened. Notes and messages are no steps."""
    reached = (followup.reached_at(stage) for stage in STAGES)
    return max(filter(None, (*reached, followup.released_at, followup.reopened_at, followup.opened_at)))


def owner_choices(stores: Sequence[Store], reader_id: str, chosen: str | None) -> list[tuple[str, str]]:
    """Return the contacts of these stores as options (value, label), sorted by name, each user once; without the reader
    (a user id), who has an option of their own. `chosen`: the value that is chosen now."""
    users: dict[str, tuple[str, Contact, Store]] = {}
    for store in sorted(stores, key=lambda store: store.store_id):
        for contact in store.contacts:
            value = f"{contact.contact_id}@{store.store_id}"
            # Of several contacts of one user, keep the one that the address names, or the list would show none chosen.
            if value == chosen or user_id_of(contact) not in users:
                users[user_id_of(contact)] = (value, contact, store)
    users.pop(reader_id, None)
    names = Counter(contact.name for _, contact, _ in users.values())
    choices = [
        (value, contact.name if names[contact.name] == 1 else f"{contact.name} ({store.name})")
        for value, contact, store in users.values()
    ]
    return sorted(choices, key=lambda choice: choice[1].casefold())
