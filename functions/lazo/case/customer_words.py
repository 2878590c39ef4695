"""Turn what a customer writes, by SMS or on their page, into a note on their case, or into a case of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from lazo.case.actions import check_limit
from lazo.case.customer_confirmation import CUSTOMER_NOTES_AT_MOST
from lazo.case.model import NOTES_AT_MOST, Case, CaseChange, HistoryEntry, HistoryKind, Note, NoteChannel
from lazo.errors import Problem, Rejected
from lazo.followup import amendment, lifecycle, staff_deliveries
from lazo.followup.dangers import pressing, priority_of
from lazo.followup.model import CUSTOMER, FollowUp, Priority, digest_id
from lazo.followup.opening import new_followup
from lazo.followup.staff_deliveries import Asked, Delivery
from lazo.phrases.themes import assess_comment
from lazo.store.model import Store
from lazo.survey.answer import Answer

Way = Literal["sms", "page"]

_RECORDED_AS: Final[dict[Way, tuple[HistoryKind, NoteChannel]]] = {
    "sms": ("customer_sms", "sms"),
    "page": ("customer_note", "other"),
}


@dataclass(frozen=True, slots=True)
class CustomerWords:
    """What a customer wrote. `message_id` is the same when the same message arrives again. `only_courtesy`: it asks
    for nothing ("gracias"), so it is kept, and nobody is alerted. `asks`: the wish that they chose on the thanks page,
    in words for staff, who read it in the note before the text; `asked`: for alerts, which say it in their reader's
    language, with the call from `call_from` on."""

    message_id: str
    way: Way
    text: str
    at: datetime
    only_courtesy: bool = False
    asks: str = ""
    asked: tuple[Asked, ...] = ()
    call_from: datetime | None = None

    @property
    def idempotency_key(self) -> str:
        """The id of the note and of the history entry."""
        return f"{self.way}-{self.message_id}"

    @property
    def for_staff(self) -> str:
        """The wish and the text."""
        return "\n".join(filter(None, (self.asks, self.text)))


def is_recorded(case: Case, words: CustomerWords) -> bool:
    """Return whether the words are a note of this case already."""
    return any(entry.idempotency_key == words.idempotency_key for entry in case.history)


def note_change(case: Case, store: Store, words: CustomerWords, language: str) -> CaseChange | None:
    """Return the change that adds the words as a note and alerts the owner, or without one everybody at the current
    level; None when they are recorded already. `language`: the customer's.

    A danger makes the follow-up urgent, so that the alert goes out at any hour, and a resolved one goes back to work.
    Raises Rejected `too_many` beyond the limit of a customer's notes, `wrong_stage` once the customer was erased.
    """
    if is_recorded(case, words):
        return None
    if case.followup.erased_at:
        raise Rejected(Problem("wrong_stage"))
    check_limit(case.notes, NOTES_AT_MOST)
    check_limit([note for note in case.notes if note.by == CUSTOMER], CUSTOMER_NOTES_AT_MOST)
    dangers, before = assess_comment(words.text, (), language, store.competitors).urgency, case.followup
    is_pressing = bool(pressing(dangers))
    if is_pressing and before.stage == "resolved":
        # Its deadline is for the customer to judge the solution: the case goes back to work, so that a danger has one.
        back = lifecycle.reopen_by_customer(before, store, words.at)
        before = replace(back, version=before.version)
    after = amendment.add_dangers(before, dangers, store, words.at)
    if is_pressing:
        alerts = staff_deliveries.danger_deliveries(after, store, words.at, words.text)
    else:
        alerts = staff_deliveries.deliveries_to_responsible(
            after, store, "customer_wrote", words.at, words.text
        )
    alerts = tuple(replace(each, asks=words.asked, until=words.call_from) for each in alerts)
    return _change(after, words, () if words.only_courtesy else alerts)


def last_danger(notes: Iterable[Note], store: Store) -> str:
    """Return the last of the customer's own notes, given oldest first, that names a danger; "" if none does."""
    written = [note.text for note in notes if note.by == CUSTOMER]
    latest_first = reversed(written)
    return next((t for t in latest_first if assess_comment(t, (), store.language).urgency), "")


def open_case(
    answer: Answer, store: Store, words: CustomerWords, earlier: Sequence[FollowUp] = ()
) -> CaseChange:
    """Return the change that opens the case of a customer who has none open: a light one, or as pressing a one
    as the dangers in their words.

    `answer` is their newest; `earlier` are their follow-ups, newest first. The id is made of these, so that two
    messages at once open one case.
    """
    found = assess_comment(words.text, (), answer.language, store.competitors)
    priority: Priority = priority_of(found.urgency) or "light"
    episode = earlier[0].followup_id if earlier else ""
    opened = new_followup(
        store,
        priority,
        words.at,
        followup_id=digest_id(f"message|{answer.store_id}|{answer.ulid}|{episode}"),
        origin="message",
        answer_ulid=answer.ulid,
        touchpoint=answer.touchpoint,
        score=answer.score,
        themes=found.themes,
        urgency=found.urgency,
        answered_at=words.at,
        customer_key=answer.customer_key,
    )
    alerts = staff_deliveries.plan_deliveries(opened, store, "alert", words.at, about=words.text)
    return _change(opened, words, alerts)


def _change(after: FollowUp, words: CustomerWords, alerts: tuple[Delivery, ...]) -> CaseChange:
    what, channel = _RECORDED_AS[words.way]
    key = words.idempotency_key
    return CaseChange(
        after,
        HistoryEntry(key, what, CUSTOMER, "", words.at, after.version),
        notes=(
            Note(
                key,
                channel,
                words.at,
                words.for_staff,
                CUSTOMER,
                "",
                words.at,
                said=words.text if words.asks else None,
            ),
        ),
        deliveries=alerts,
    )
