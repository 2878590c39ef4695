"""Search cases by what a customer left or said, and by number; and answers by their words.

What was typed may be a phone: it comes in the body of a POST, which nothing logs, and never stands in an address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs

from desk.account.access import Access
from desk.answers.search import FoundAnswers, search_answers
from desk.board.cards import FollowUpCard, build_cards
from desk.board.search_terms import LONGEST, SearchTerms, read_terms
from desk.deps import Deps
from desk.web.render import PageHeader, Times, html_reply, render
from desk.web.request import body_text
from lazo.auth.users import Scope
from lazo.customer.identity import customer_keys_of
from lazo.followup.model import FollowUp
from lazo.survey.answer import Answer
from lazo.table import customers, followups
from lazo.table.views import customer_cases, open_followups
from lazo.table.views.open_followups import FollowUpQuery, RelatedItems
from lazo.text.cleaning import one_line
from lazo.text.name_masking import mask_names
from lazo.translations import translations
from lazo.web.responses import Response

SEARCHED_AT_MOST: Final = 300
"""Open cases that a search looks through, the most urgent first: three batches, and as many for their answers."""
CLOSED_AT_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A case that ended, as it is listed."""

    followup: FollowUp
    store_name: str
    customer: str
    times: Times


def search(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `POST /desk/search`, a form with `q`: the open cases of the user's stores that match, and the ended ones
    of the customer with this phone or e-mail, or with this number; and the answers that say these words. Changes
    nothing, so it needs no token."""
    now, scope = deps.clock(), access.scope
    typed = one_line(parse_qs(body_text(event)).get("q", [""])[0])[:LONGEST]
    visible = frozenset(store.store_id for store in scope.stores)
    first = open_followups.first_entries(deps.table, visible, SEARCHED_AT_MOST)
    held = open_followups.read_entries(deps.table, FollowUpQuery(visible), first.found)
    related = open_followups.load_related(deps.table, held)
    terms = read_terms(typed, (store.country for store in related.stores.values()))
    cards, closed, answers = [], [], FoundAnswers()
    if terms:
        answers = search_answers(terms, deps, scope, now)
        cards = build_cards(_matching(terms, held, related, scope), related, scope, now)
        shown = {card.followup.followup_id for card in cards}
        others = [each for each in _looked_up(terms, deps) if each.followup_id not in shown]
        others = [each for each in others if each.store_id in visible][:CLOSED_AT_MOST]
        more = open_followups.load_related(deps.table, others)
        # Those that are open, but not among the first, or not in the index yet.
        cards += build_cards((each for each in others if not each.ended), _seen(more, scope), scope, now)
        closed = _closed(others, _seen(more, scope), scope, now)
    html = render(
        "board_search.html.j2",
        scope.language,
        words="board",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="board",
        page_path="/desk",
        times=_times(cards, closed, now, scope),
        shared=translations("lists", scope.language),
        typed=typed,
        short=terms is None,
        cards=cards,
        closed=closed,
        answers=answers,
        answer_text=translations("answers_feed", scope.language),
        many_stores=len(scope.stores) > 1,
        searched_at_most=None if first.every else len(first.found),
    )
    return html_reply(html, scope.language, 422 if terms is None else 200)


def _matching(
    terms: SearchTerms, held: Iterable[FollowUp], related: RelatedItems, scope: Scope
) -> list[FollowUp]:
    """Return the open follow-ups that match, of stores that the user may see now. Words are searched in the masked
    comment: otherwise a search could reveal a masked name."""
    found = []
    for each in held:
        store = related.stores.get(each.store_id)
        if store is None or not scope.includes(store):
            continue
        ulids = filter(None, (each.answer_ulid, *each.more_answers))
        answers = [related.answers[ulid] for ulid in ulids if ulid in related.answers]
        said = " ".join(mask_names(a.comment, store, a.language, scope.language) for a in answers)
        if terms.matches(each, answers, said):
            found.append(each)
    return found


def _looked_up(terms: SearchTerms, deps: Deps) -> list[FollowUp]:
    """Return the follow-ups that the table finds by key: of customers with these phones or e-mail, and by number."""
    known = [customer_keys_of(deps.customer_keys, phone, None) for phone in terms.phones]
    known.append(customer_keys_of(deps.customer_keys, None, terms.email or None))
    linked = (key for keys in known if keys for key in customers.linked_keys(deps.table, keys.key))
    found = customer_cases.followups_of_customers(deps.table, linked)
    numbered = followups.get_followup(deps.table, terms.case_id) if terms.case_id else None
    usable = numbered and numbered.erased_at is None and numbered.restricted_at is None
    return [*([numbered] if numbered and usable else []), *found]


def _seen(related: RelatedItems, scope: Scope) -> RelatedItems:
    stores = {key: store for key, store in related.stores.items() if scope.includes(store)}
    return RelatedItems(related.answers, stores)


def _closed(
    found: Iterable[FollowUp], related: RelatedItems, scope: Scope, now: datetime
) -> list[ClosedCase]:
    return [
        ClosedCase(
            each,
            related.stores[each.store_id].name,
            _name(related.answers.get(each.answer_ulid or "")),
            Times(related.stores[each.store_id].timezone, now, scope.language),
        )
        for each in found
        if each.ended and each.store_id in related.stores
    ]


def _name(answer: Answer | None) -> str:
    return answer.name or "" if answer and not answer.restricted else ""


def _times(cards: list[FollowUpCard], closed: list[ClosedCase], now: datetime, scope: Scope) -> Times:
    shown = [*(card.times for card in cards), *(each.times for each in closed)]
    return shown[0] if shown else Times("UTC", now, scope.language)
