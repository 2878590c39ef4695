"""Who may see, write and publish an improvement: whoever is responsible for all stores that it names.

A store's own people propose: they write what is not published yet. Area managers publish for their stores, a head for
all stores of a brand too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from lazo.auth.users import Scope
from lazo.insight.improvements import Improvement
from lazo.store.model import Store
from lazo.table.dynamodb.table import BATCH_GET_LIMIT, Table
from lazo.table.views import open_followups

READ_STORES: Final = BATCH_GET_LIMIT
"""So many of a reader's stores are read, by one batch, to know their brands."""


@dataclass(frozen=True, slots=True)
class ImprovementReader:
    """A user, with those of their stores that were read."""

    scope: Scope
    stores: Sequence[Store]

    @property
    def is_head(self) -> bool:
        """Whether they may act for whole brands."""
        return self.scope.role == "head"

    @property
    def brands(self) -> list[str]:
        """The brands of their stores, by name."""
        return sorted({store.brand for store in self.stores}, key=str.casefold)

    def may_see(self, improvement: Improvement) -> bool:
        """Whether it holds in one of their stores."""
        if self.is_head:
            return True
        if not improvement.store_ids:
            return improvement.brand in self.brands
        return any(self.scope.store(store_id) for store_id in improvement.store_ids)

    def may_publish_for(self, store_ids: Collection[str]) -> bool:
        """Whether they may publish what holds in these stores, or in a whole brand if there are none."""
        if self.is_head:
            return True
        found = [self.scope.store(store_id) for store_id in store_ids]
        return bool(found) and all(store is not None and store.role == "area" for store in found)

    def may_write(self, improvement: Improvement) -> bool:
        """Whether they may change it: what they may publish, or what is a proposal for their stores alone."""
        if self.may_publish_for(improvement.store_ids):
            return True
        own = bool(improvement.store_ids) and all(map(self.scope.store, improvement.store_ids))
        return own and improvement.published_at is None

    def stores_of(self, improvement: Improvement, table: Table) -> list[Store]:
        """Return those of its stores that they may see, in their order; of a whole brand, those that were read."""
        if not improvement.store_ids:
            return [store for store in self.stores if store.brand == improvement.brand]
        return self.load_stores(improvement.store_ids, table)

    def load_stores(self, store_ids: Sequence[str], table: Table) -> list[Store]:
        """Return those of these stores that they may see, in their order; one batch if any was not read yet."""
        known = {store.store_id: store for store in self.stores}
        missing = [each for each in store_ids if each not in known and self.scope.store(each)]
        if missing:
            known |= open_followups.load_related(table, (), missing).stores
        return [known[each] for each in store_ids if each in known and self.scope.includes(known[each])]

    @property
    def sees_all_read(self) -> bool:
        """Whether all their stores were read."""
        return len(self.scope.stores) <= READ_STORES


def improvement_reader(scope: Scope, table: Table) -> ImprovementReader:
    """Return the reader of a page, by one batch."""
    ids = [store.store_id for store in scope.stores][:READ_STORES]
    found = open_followups.load_related(table, (), ids).stores
    return ImprovementReader(
        scope, [found[each] for each in ids if each in found and scope.includes(found[each])]
    )
