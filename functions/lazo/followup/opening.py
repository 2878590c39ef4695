"""Open a follow-up: which answers need one, and how each begins."""

from datetime import datetime
from typing import Any

from lazo.followup.dangers import priority_of
from lazo.followup.deadlines import take_on_deadline
from lazo.followup.model import FollowUp, Priority, followup_id_for
from lazo.store.model import Store
from lazo.survey.answer import Answer, Classification


def open_for_answer(answer: Answer, store: Store) -> FollowUp | None:
    """Return the follow-up that a classified answer needs, or None.

    What an answer says outranks its score: a danger opens a follow-up at any score, an urgent one unless nobody has to
    be woken for it, and so does the wish to be contacted, a light one where nothing is wrong. A detractor always gets
    one. Erased answers get none. A suspect one gets it with its signs as `doubts` if it says anything, and without
    `customer_key`: a stranger may have left it.
    Raises ValueError for an unclassified answer.
    """
    found = answer.classification
    if found is None:
        raise ValueError("the answer is not classified")
    unhappy = found.band == "detractor" or bool(found.urgency)
    asks = answer.wants_contact or found.asks
    unheard = answer.erased or (found.suspect and not answer.says_something)
    if unheard or not (unhappy or asks):
        return None
    priority = _priority(answer, found)
    return new_followup(
        store,
        priority,
        found.at,
        followup_id=followup_id_for(answer.store_id, answer.ulid),
        origin="answer",
        answer_ulid=answer.ulid,
        touchpoint=answer.touchpoint,
        score=answer.score,
        themes=found.themes,
        urgency=found.urgency,
        answered_at=answer.at,
        customer_key=None if found.suspect else answer.customer_key,
        reachable=answer.wants_contact or answer.asks_in_words,
        doubts=found.suspect,
    )


def new_followup(store: Store, priority: Priority, opened_at: datetime, **facts: Any) -> FollowUp:
    """Return a follow-up that begins at `opened_at`, at the lowest level on duty and with the time to take it on.
    `facts`: the fields that say what it is about."""
    return FollowUp(
        store_id=store.store_id,
        priority=priority,
        opened_at=opened_at,
        stage="open",
        level=min((c.level for c in store.with_contacts_on_duty(opened_at).contacts), default=0),
        round=0,
        version=1,
        opened_month=f"{store.hours.local_date(opened_at):%Y-%m}",
        deadline=take_on_deadline(store, priority, opened_at),
        **facts,
    )


def _priority(answer: Answer, found: Classification) -> Priority:
    """Return the priority. Ticked reasons alone are no complaint: happy customers tick what they liked."""
    if priority_of(found.urgency) == "urgent":
        return "urgent"
    if found.urgency or answer.score <= 3 or found.leaving:
        return "high"
    complains = found.band == "detractor" or not set(found.themes) <= set(answer.reasons)
    return "normal" if complains else "light"
