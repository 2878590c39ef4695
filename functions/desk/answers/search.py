"""Find answers by words of their comments, as the feed shows them: among the latest of the reader's stores."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desk.answers.filters import AnswerFilters
from desk.answers.page import AnswerCard, AnswerViewer, answer_cards
from desk.board.search_terms import SearchTerms
from desk.deps import Deps
from desk.web.render import Times
from desk.web.store_groups import StoreGroup
from lazo import ids
from lazo.auth.users import Scope
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import EARLIEST, AnswerQuery, AnswerRow

LISTED_AT_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class FoundAnswers:
    """Answers whose words match, the latest first. `since`: the day of the earliest that was looked at, in words; ""
    for all that there are."""

    cards: tuple[AnswerCard, ...] = ()
    since: str = ""


def search_answers(terms: SearchTerms, deps: Deps, scope: Scope, now: datetime) -> FoundAnswers:
    """Return the answers of the user's stores that say all the words, by the calls of one page of the feed: it looks at
    up to 2,000 of one store, 1,200 of thirty, 500 of more than a hundred. Those whose customer wants their data not
    used are left out."""
    stores = frozenset(store.store_id for store in scope.stores)
    viewer = AnswerViewer(scope, AnswerFilters(), StoreGroup(stores))

    def matches(row: AnswerRow) -> bool:
        # First what costs little. A name that is masked is not found: the search must not reveal it.
        if row.answer.restricted or not terms.says(row.answer.comment):
            return False
        return terms.says(viewer.masked_comment(row)) and viewer.matches(row)

    query = AnswerQuery(stores, EARLIEST, now, sparse=True)
    page = answer_feed.list_answers(deps.table, query, matches, size=LISTED_AT_MOST)
    cards = tuple(answer_cards(page.found, viewer, deps, now, scope))
    return FoundAnswers(cards, _day_of(page.cursor, now, scope) if page.cursor else "")


def _day_of(cursor: str, now: datetime, scope: Scope) -> str:
    times = Times("UTC", now, scope.language)
    return times.day(ids.parse_id(cursor[:26]).at.date())
