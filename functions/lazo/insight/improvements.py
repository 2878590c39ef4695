"""What a brand has changed because of what its customers said: you said, we did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from lazo.followup.model import FollowUp
from lazo.store.model import Store

MOST_STORES: Final = 45
"""Stores that one improvement may name: all of them change in one transaction, of 100 writes at most."""
LONGEST_TEXT: Final = 500
"""Characters of what customers said, and of what was done."""
LONGEST_OWNER: Final = 80


@dataclass(frozen=True, slots=True)
class ImprovementText:
    """An improvement in the words of one language: what customers `said`, and what was `done`."""

    language: str
    said: str
    done: str


@dataclass(frozen=True, slots=True)
class Improvement:
    """Something that was changed. `store_ids`: where, all stores of the `brand` if empty; `owner`: the name of whoever
    is responsible; `in_place_from`: the first day on which it holds, by the stores' calendar. `texts` are in the
    languages that somebody wrote, those of the stores first. `form_id`: the form that wrote this version."""

    improvement_id: str
    theme: str
    brand: str
    store_ids: tuple[str, ...]
    texts: tuple[ImprovementText, ...]
    owner: str
    in_place_from: date
    created_at: datetime
    published_at: datetime | None = None
    version: int = 1
    form_id: str = ""

    def is_of(self, store: Store) -> bool:
        """Whether it holds in a store."""
        if self.store_ids:
            return store.store_id in self.store_ids
        return store.brand == self.brand

    def text_in(self, *languages: str) -> ImprovementText:
        """Return the text in the first of these languages in which there is one, else in that of the first store."""
        written = {each.language: each for each in self.texts}
        return next((written[each] for each in languages if each in written), self.texts[0])

    def done_in(self, language: str) -> str:
        """Return what was done in a customer's language, "" if nobody wrote it in that."""
        text = self.text_in(language)
        return text.done if text.language == language else ""

    def is_wanted_by(self, about: FollowUp) -> bool:
        """Return whether the customer of a case wants to hear of improvements of this theme. A case that is restricted
        or erased, or whose customer may not be one, is left alone."""
        if not about.interested or about.erased_at or about.restricted_at or about.doubts:
            return False
        return self.theme in (*about.themes, about.root_cause_theme)


def newest_first(improvements: Iterable[Improvement]) -> list[Improvement]:
    """Return them by the day since when they hold, the newest first."""
    return sorted(improvements, key=lambda each: (each.in_place_from, each.improvement_id), reverse=True)
