"""Open follow-ups of many shops, most urgent first, a page at a time.

The index nominates, with a bounded number of queries; what is shown is read from the items themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lazo.followup.model import FollowUp, Stage
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, followups, stores
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import all_of, in_stores, list_page, owned_by, with_theme
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Where

PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class FollowUpQuery:
    """Which open follow-ups: of these `stores`, and with each of the others unless it is None. `owner`: a contact's
    id, which means the same person in all of `stores`; "" for those that nobody has taken on."""

    stores: frozenset[str]
    stage: Stage | None = None
    theme: str | None = None
    owner: str | None = None

    def holds(self, followup: FollowUp) -> bool:
        """Whether it is one of them, as it is now."""
        return (
            followup.store_id in self.stores
            and not followup.ended
            and self.stage in (None, followup.stage)
            and (self.theme is None or self.theme in followup.themes)
            and self.owner in (None, followup.owner or "")
        )


@dataclass(frozen=True, slots=True)
class FollowUpPage:
    """`after`: where the next page begins; None when nothing more can come. A page that is not `full` although more
    may come was given up looking for."""

    followups: tuple[FollowUp, ...]
    cursor: str | None
    full: bool


@dataclass(frozen=True, slots=True)
class RelatedItems:
    """What stands behind follow-ups: their answers by ULID (none for one that was erased), and shops by id."""

    answers: Mapping[str, Answer]
    stores: Mapping[str, Store]


def list_open_followups(table: Table, wanted: FollowUpQuery, after: str | None = None) -> FollowUpPage:
    """The open follow-ups that are `wanted`, from the first on, or from the one after `after` of another page.

    At most four queries and one batch. `after` says only where to begin; one that is no position is the beginning.
    """
    cursor = parse_cursor(after)
    shown, next_after = list_page(table, listing.OPEN_FOLLOWUPS, wanted.stores, _where(wanted), cursor, PAGE)
    return FollowUpPage(_read(table, wanted, shown), next_after, len(shown) == PAGE)


def parse_cursor(text: str | None) -> str | None:
    """Where a page may begin, if `text`, which anybody may have made up, says so; else None."""
    return text if text and listing.is_followup_position(text) else None


def load_related(table: Table, about: Iterable[FollowUp], store_ids: Iterable[str] = ()) -> RelatedItems:
    """The answers and shops of follow-ups, and these shops, by one batch."""
    wanted = [keys.store(store_id) for store_id in store_ids]
    for each in about:
        wanted.append(keys.store(each.store_id))
        if each.answer_ulid:
            wanted.append(keys.answer(each.store_id, each.answer_ulid))
    given, shops = {}, {}
    for key, item in table.batch_get(wanted).items():
        if answers.is_answer(key):
            answer = answers.answer_from_item(item)
            given[answer.ulid] = answer
        else:
            shops[item["store_id"]] = stores.store_from_item(item)
    return RelatedItems(given, shops)


def _read(table: Table, wanted: FollowUpQuery, positions: Iterable[str]) -> tuple[FollowUp, ...]:
    """As they are now; without those that meanwhile ended, or are no longer of the kind."""
    items = table.batch_get(keys.followup(listing.followup_id_at(position)) for position in positions)
    now = filter(wanted.holds, map(followups.followup_from_item, items.values()))
    return tuple(sorted(now, key=lambda f: (not f.urgent, f.deadline, f.followup_id)))


def _where(wanted: FollowUpQuery) -> Where | None:
    """What DynamoDB itself can leave out; of more shops than a condition may name, the caller does."""
    stage = Where("stage = :stage", {":stage": wanted.stage}, {}) if wanted.stage else None
    return all_of(in_stores(wanted.stores), stage, with_theme(wanted.theme), owned_by(wanted.owner))
