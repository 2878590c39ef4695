"""List the open follow-ups of many stores, those that nobody attends first, then the most urgent, by pages.

A bounded number of queries of the indexes finds candidates; the items themselves, which are consistent, decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lazo.followup.deadlines import has_missed_deadline
from lazo.followup.model import FollowUp, Stage
from lazo.store.model import Store
from lazo.survey.answer import Answer, with_telling_words
from lazo.table import answers, followups, stores
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import OpenQuery, all_of, list_entries, list_page, owned_by, with_theme
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Where
from lazo.timestamps import format_timestamp

PAGE: Final = 50
READ_AT_MOST: Final = 99
"""So many open follow-ups are read to count and sort them: one batch, and one less than the first query of all stores
looks at, so that it tells whether there are more."""


@dataclass(frozen=True, slots=True)
class FollowUpQuery:
    """Open follow-ups of these `stores` that match each field that is not None. `owner`: a contact's id, which is the
    same user in all of `stores`; "" for follow-ups without one. `overdue_at`: only those that have missed a deadline by
    then. `unattended`: only those that missed one and have no owner, or (False) only others."""

    stores: frozenset[str]
    stage: Stage | None = None
    theme: str | None = None
    owner: str | None = None
    overdue_at: datetime | None = None
    unattended: bool | None = None

    def holds(self, followup: FollowUp) -> bool:
        """Whether a follow-up, in its current state, matches."""
        return (
            followup.store_id in self.stores
            and not followup.ended
            and self.stage in (None, followup.stage)
            and (self.theme is None or self.theme in followup.themes)
            and self.owner in (None, followup.owner or "")
            and (self.overdue_at is None or has_missed_deadline(followup, self.overdue_at))
            and self.unattended in (None, followup.unattended_since is not None)
        )


@dataclass(frozen=True, slots=True)
class FollowUpPage:
    """A page of follow-ups. `cursor`: where the next page begins, None if there can be no more. A page that is not
    `full` but has a cursor: the search stopped early."""

    followups: tuple[FollowUp, ...]
    cursor: str | None
    full: bool


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An open follow-up as the index has it. `position`: also the cursor of what comes after it."""

    position: str
    owner: str
    stage: str

    @property
    def followup_id(self) -> str:
        """The follow-up's id."""
        return listing.followup_id_at(self.position)

    def is_late(self, now: datetime) -> bool:
        """Whether it is unattended or its deadline has passed."""
        moment = format_timestamp(now)
        return any(first <= self.position <= last for first, last in listing.overdue_positions(moment))


@dataclass(frozen=True, slots=True)
class OpenEntries:
    """The first open follow-ups of some stores, as the index has them; `every`: whether these are all."""

    found: tuple[OpenEntry, ...]
    every: bool


@dataclass(frozen=True, slots=True)
class RelatedItems:
    """Answers by ULID (none for a deleted one) and stores by id that belong to follow-ups."""

    answers: Mapping[str, Answer]
    stores: Mapping[str, Store]

    def telling_answer_of(self, followup: FollowUp) -> Answer | None:
        """Return the answer that opened a follow-up, with the words of its visit that matter now."""
        first = self.answers.get(followup.answer_ulid or "")
        more = (self.answers[ulid] for ulid in followup.more_answers if ulid in self.answers)
        return first and with_telling_words(first, more)


def list_open_followups(table: Table, query: FollowUpQuery, after: str | None = None) -> FollowUpPage:
    """Return the page of matching follow-ups, from the first, or after the cursor `after` of the page before. One batch
    besides the queries of `list_page`. An invalid cursor starts from the first."""
    shown, next_after = list_page(table, _open_query(query), parse_cursor(after), PAGE)
    return FollowUpPage(_read(table, query, shown), next_after, len(shown) == PAGE)


def first_entries(table: Table, store_ids: frozenset[str], size: int = READ_AT_MOST) -> OpenEntries:
    """Return the first open follow-ups of these stores, up to `size`, by the queries of `list_entries` that fill a
    page: of many stores those that come with it."""
    query = OpenQuery(listing.OPEN_FOLLOWUPS, store_ids, None)
    rows, more = list_entries(table, query, None, size, enough=min(PAGE, size))
    found = (OpenEntry(row["list_at"], row.get("owner") or "", row.get("stage") or "") for row in rows)
    return OpenEntries(tuple(found), more is None)


def read_entries(table: Table, query: FollowUpQuery, entries: Iterable[OpenEntry]) -> tuple[FollowUp, ...]:
    """Return the follow-ups of these entries that match, in their current state and order: one batch for a hundred."""
    return _read(table, query, (each.position for each in entries))


def parse_cursor(text: str | None) -> str | None:
    """Return untrusted `text` if it is a position to begin a page at, else None."""
    return text if text and listing.is_followup_position(text) else None


def load_related(table: Table, about: Iterable[FollowUp], store_ids: Iterable[str] = ()) -> RelatedItems:
    """Return the answers and stores of follow-ups, and the stores of `store_ids`, by one batch."""
    wanted = [keys.store(store_id) for store_id in store_ids]
    for each in about:
        wanted.append(keys.store(each.store_id))
        ulids = filter(None, (each.answer_ulid, *each.more_answers))
        wanted += [keys.answer(each.store_id, ulid) for ulid in ulids]
    found_answers, found_stores = {}, {}
    for key, item in table.batch_get(wanted).items():
        if answers.is_answer(key):
            answer = answers.answer_from_item(item)
            found_answers[answer.ulid] = answer
        else:
            found_stores[item["store_id"]] = stores.store_from_item(item)
    return RelatedItems(found_answers, found_stores)


def _read(table: Table, query: FollowUpQuery, positions: Iterable[str]) -> tuple[FollowUp, ...]:
    """Return the follow-ups that still match, in their current state and order."""
    items = table.batch_get(keys.followup(listing.followup_id_at(position)) for position in positions)
    in_order = sorted(items.values(), key=lambda item: item.get("list_at", ""))
    return tuple(filter(query.holds, map(followups.followup_from_item, in_order)))


def _open_query(query: FollowUpQuery) -> OpenQuery:
    stage = Where("stage = :stage", {":stage": query.stage}, {}) if query.stage else None
    where = all_of(stage, with_theme(query.theme), owned_by(query.owner))
    if query.unattended:
        return OpenQuery(listing.OPEN_FOLLOWUPS, query.stores, where, listing.UNATTENDED_POSITIONS)
    if query.overdue_at is None:
        return OpenQuery(listing.OPEN_FOLLOWUPS, query.stores, where)
    ranges = listing.overdue_positions(format_timestamp(query.overdue_at))
    return OpenQuery(listing.OPEN_FOLLOWUPS, query.stores, where, ranges)
