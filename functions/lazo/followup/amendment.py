"""Amend the follow-up of an answer by what its customer says next: the rest of the form, another score, or another
answer within minutes."""

from dataclasses import replace
from datetime import datetime

from lazo.followup.dangers import pressing, priority_of
from lazo.followup.deadlines import stage_deadline, take_on_deadline
from lazo.followup.model import PRIORITIES, FollowUp, Priority
from lazo.store.model import Store
from lazo.survey.answer import Answer


def amend(before: FollowUp, answer: Answer, opened: FollowUp | None, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up with what a classified answer adds. `opened`: the one that the answer would open alone.

    Its own answer, completed or corrected, replaces the score; of another answer the lower score counts. Themes and
    dangers add up, and the priority never falls. A danger (`dangers_to_tell`), or a priority that rises from "light",
    begins a new round of alerts, so that it reaches somebody even where an alert went out, and one that still waits for
    the morning is left out.
    """
    found = answer.classification
    if found is None:
        raise ValueError("the answer is not classified")
    own = answer.ulid == before.answer_ulid
    score = answer.score if own or before.score is None else min(before.score, answer.score)
    dangers = dangers_to_tell(before, answer, opened)
    known: list[Priority] = [before.priority, *([opened.priority] if opened else [])]
    known += ["urgent"] if dangers else []
    after = before.changed(
        score=score,
        themes=_union(before.themes, found.themes),
        urgency=_union(before.urgency, _named_dangers(answer, opened)),
        priority=min(known, key=PRIORITIES.index),
        customer_key=before.customer_key or (None if found.suspect else answer.customer_key),
        reachable=before.reachable or answer.wants_contact or answer.asks_in_words,
        doubts=found.suspect if own else before.doubts,
        more_answers=before.more_answers if own else _union(before.more_answers, (answer.ulid,)),
    )
    calls_again = bool(dangers) or turns_out_unhappy(before, after)
    return _in_new_round(before, after, store, now) if calls_again else after


def dangers_to_tell(before: FollowUp, answer: Answer, opened: FollowUp | None) -> tuple[str, ...]:
    """Return the pressing dangers that the answer names and nobody was alerted of: all of another answer, since whoever
    names a danger again is still in it; of the case's own one, completed, those that are new. `opened`: as for
    `amend`."""
    own = answer.ulid == before.answer_ulid
    named = pressing(_named_dangers(answer, opened))
    return tuple(each for each in named if not (own and each in before.urgency))


def _named_dangers(answer: Answer, opened: FollowUp | None) -> tuple[str, ...]:
    """Return the dangers that the answer names; of one that is not believed, none."""
    found = answer.classification
    return () if found is None or (found.suspect and opened is None) else found.urgency


def add_dangers(before: FollowUp, dangers: tuple[str, ...], store: Store, now: datetime) -> FollowUp:
    """Return the next version of the follow-up, with the dangers that its customer wrote of since. The priority rises
    to theirs. A pressing one begins a new round of alerts, also one that was known: the words are new."""
    known: list[Priority] = [before.priority, priority_of(dangers) or before.priority]
    priority = min(known, key=PRIORITIES.index)
    after = before.changed(urgency=_union(before.urgency, dangers), priority=priority)
    return _in_new_round(before, after, store, now) if pressing(dangers) else after


def turns_out_unhappy(before: FollowUp, after: FollowUp) -> bool:
    """Return whether something is wrong in a case that nobody has, of which they were told that its customer only wants
    to be contacted."""
    return before.priority == "light" and after.priority != "light" and before.owner is None


def _in_new_round(before: FollowUp, after: FollowUp, store: Store, now: datetime) -> FollowUp:
    after = replace(after, round=before.round + 1)
    # A resolved one waits for its customer, and would end at a deadline: its contacts are told alone.
    if before.deadline is None or before.stage == "resolved":
        return after
    soon = take_on_deadline(store, after.priority, now)
    # At the end of the chain the deadline has passed: the danger gets a new one, and is repeated from then on.
    deadline = soon if before.next_reminder_at else min(before.deadline, soon)
    # Whoever owns the complaint has not reacted to the danger yet.
    due = deadline if before.owner and deadline == soon else before.danger_due_at
    return replace(after, deadline=deadline, next_reminder_at=None, danger_due_at=due)


def attended_by(followup: FollowUp, contact_id: str, store: Store, now: datetime) -> FollowUp:
    """Return the same version of a follow-up on which the contact did something. By that its owner reacts to a danger
    that the customer named, and the deadline of the stage starts anew."""
    due = followup.danger_due_at
    if followup.owner != contact_id or due is None or followup.deadline != due:
        return followup
    usual = stage_deadline(followup.stage, store, now)
    return replace(followup, deadline=usual, next_reminder_at=None, danger_due_at=None)


def withdraw(before: FollowUp, answer: Answer, now: datetime) -> FollowUp:
    """End a follow-up whose customer corrected the score before anybody worked on it, or has another case of the same
    visit: there is nothing to follow up here. It counts neither as a recovery nor as one that failed."""
    return before.changed(
        score=answer.score, stage="unconfirmed", unconfirmed_at=now, corrected_at=now, deadline=None
    )


def open_again(before: FollowUp, opened: FollowUp) -> FollowUp:
    """Return an ended follow-up opened again, in a round that is new at any level: the customer took back a correction,
    or completed an answer whose case was closed without its words."""
    return replace(opened, version=before.version + 1, round=before.version + 1)


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
