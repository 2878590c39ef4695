"""The cards of the board: an open follow-up each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from desk.web.render import Times, say
from lazo.auth.users import Scope, user_id_of
from lazo.followup.deadlines import is_overdue, shown_deadline
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.survey.doubts import describe_doubts
from lazo.table.views.open_followups import RelatedItems
from lazo.text.cleaning import one_line
from lazo.text.name_masking import mask_names
from lazo.translations import translations

MAX_EXCERPT = 150
"""Characters: two lines on a phone, one on a wide screen."""


@dataclass(frozen=True, slots=True)
class FollowUpCard:
    """An open follow-up, and what is shown of it in the reader's words.

    If signals opened it, `signals` holds each kind with its count. `comment` is a masked excerpt, in
    `comment_language`. `doubt` says why it may not be a customer's, "" if it may. `owner` is a name, "" for a former
    contact of the store, None for nobody. `deadline`: as `shown_deadline` returns it.
    """

    followup: FollowUp
    store_name: str
    customer: str
    comment: str
    comment_language: str
    signals: tuple[str, ...]
    themes: tuple[str, ...]
    doubt: str
    dangers: str
    owner: str | None
    mine: bool
    overdue: bool
    deadline: datetime
    times: Times


def build_card(
    followup: FollowUp,
    answer: Answer | None,
    store: Store,
    reader: str,
    language: str,
    now: datetime,
) -> FollowUpCard:
    """Return the card of an open follow-up for the user `reader` (an id); `answer` is None if it was erased or signals
    opened the follow-up. Raises ValueError for a follow-up that has ended."""
    if followup.awaits is None or followup.deadline is None:
        raise ValueError("a follow-up that has ended is not on the board")
    labels = translations("labels", language)
    owner = store.contact(followup.owner) if followup.owner else None
    return FollowUpCard(
        followup=followup,
        store_name=store.name,
        customer=answer.name or "" if answer else "",
        comment=comment_excerpt(mask_names(answer.comment, store, answer.language, language))
        if answer
        else "",
        comment_language=answer.language if answer else language,
        signals=_signals(followup, labels["signals_counted"]),
        themes=tuple(labels["themes"].get(theme, theme) for theme in followup.themes),
        doubt=describe_doubts(followup.doubts, language),
        dangers=", ".join(labels["urgency"].get(danger, danger) for danger in followup.urgency),
        owner=(owner.name if owner else "") if followup.owner else None,
        mine=owner is not None and user_id_of(owner) == reader,
        overdue=is_overdue(followup, now),
        deadline=shown_deadline(followup, now) or followup.deadline,
        times=Times(store.timezone, now, language, store.country),
    )


def build_cards(
    found: Iterable[FollowUp], related: RelatedItems, scope: Scope, now: datetime
) -> list[FollowUpCard]:
    """Return the cards of open follow-ups, without those whose store is not among the related items."""
    return [
        build_card(
            each,
            related.telling_answer_of(each),
            related.stores[each.store_id],
            scope.user_id,
            scope.language,
            now,
        )
        for each in found
        if each.store_id in related.stores
    ]


def comment_excerpt(comment: str) -> str:
    """Return the beginning of a comment on one line, cut at the end of a word where possible."""
    text = one_line(comment)
    if len(text) <= MAX_EXCERPT:
        return text
    begun = text[: MAX_EXCERPT + 1]
    at_word = begun.rpartition(" ")[0]
    return (at_word if len(at_word) > MAX_EXCERPT // 2 else begun[:-1]).rstrip(" ,;:.-") + "…"


def _signals(followup: FollowUp, counted: dict[str, str]) -> tuple[str, ...]:
    kinds = Counter(signal.kind for signal in followup.signals)
    return tuple(say(counted.get(kind, kind.replace("_", " ")), count=n) for kind, n in kinds.items())
