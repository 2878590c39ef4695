"""Automatic messages to customers: we have your answer, a promise was kept, it is solved, has it got better, something
was improved; and when the next one is due.

They go only to customers who agreed to be contacted, on one channel, in the owner's name, and all but the news of a
kept promise only to those who answered our survey. A text that the wording guard blocks is not sent at all.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from lazo.case import first_contact, kept_promises
from lazo.case.kept_promises import KeptNews
from lazo.case.model import Case, HistoryEntry
from lazo.customer.rights import Objection
from lazo.followup.model import CUSTOMER, FollowUp
from lazo.messaging.customer_message import CustomerMessage, compose_automatic
from lazo.messaging.customer_templates import Template, customer_channels, fill_template
from lazo.promise import availability, delay_notices
from lazo.promise.availability import DailyCommitments
from lazo.promise.model import Promise
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer

Occasion = Literal["received", "kept", "solved"]

_HEARD: Final = frozenset({"contacted", "reopened", "customer_reopened", "note", "message", "promise_moved"})
"""History entries that mean contact between the customer and us, in either direction."""


def occasion_of(before: Case, after: Case) -> Occasion | None:
    """Return which automatic message a change calls for, if any: "received" when the follow-up is taken on, or gets
    another owner before the customer was told of the one before; "solved" when it is resolved and no promise or planned
    concern is open; else "kept" when a promise was kept, if late, to a customer who is known to be one."""
    old, new = before.followup, after.followup
    if new.customer_key is None:
        return None
    if new.origin == "answer":
        untold = old.stage == "open" or (
            new.owner not in (None, old.owner) and bool(untold_acknowledgements(before))
        )
        if untold and new.stage == "taken_on":
            return "received"
        if _settled(after) and not _settled(before):
            return "solved"
    return "kept" if kept_promises.kept_between(before, after) and not new.doubts else None


def untold_acknowledgements(case: Case) -> list[CustomerMessage]:
    """Return the messages that were to say who has the case, while none of them went out: they wait, or were cancelled
    because another owner has it."""
    written = [each for each in case.messages if each.template == "received"]
    untold = all(
        each.automatic and each.state in ("pending", "cancelled") and not each.attempts for each in written
    )
    return written if untold else []


def _settled(case: Case) -> bool:
    return case.followup.stage == "resolved" and not case.has_open_commitments


def build_customer_update(
    occasion: Occasion,
    after: FollowUp,
    answer: Answer,
    store: Store,
    commitments: DailyCommitments,
    *,
    ref: str,
    now: datetime,
    kept: KeptNews | None = None,
    promised: Promise | None = None,
    waits: timedelta = timedelta(0),
) -> CustomerMessage | None:
    """Return the message for an occasion in the owner's name (of `kept`: the promise's), or None when none may be sent.
    `commitments`: the owner's for the day of the deadline. `ref`: the id of the form that caused it. `kept`: what was
    kept, which "solved" says too. `waits`: how long what it says may still be undone; it is not sent before.

    "received" names the time that is `promised`; else the deadline, and so makes a promise (`lazo.case.first_contact`).
    But for a time that the customer chose to be called, it names it only if the owner can keep it: they work that day
    and are not fully booked, and customers may be contacted at that time.
    """
    owner = store.contact(after.owner or "")
    if occasion == "kept" and kept:
        owner = store.contact(kept.owner) or owner or next(iter(store.contacts), None)
    if owner is None:
        return None
    named = occasion == "received"
    until = (promised.due if promised else after.deadline) if named else None
    chosen = promised is not None and promised.made_by == CUSTOMER
    if until and not (chosen or _can_be_kept(until, owner, store, commitments)):
        until = None
    message = _automatic_message(
        occasion, after, answer, store, owner, until=until, ref=ref, now=now, kept=kept
    )
    if message and until and promised:
        message = first_contact.with_date(message, promised)
    waits = kept_promises.NEWS_WAITS if occasion == "kept" else waits
    if message and waits:
        return replace(message, not_before=store.next_customer_contact_time(now + waits))
    return message


def _can_be_kept(until: datetime, owner: Contact, store: Store, commitments: DailyCommitments) -> bool:
    return (
        availability.conflict(until, owner, store, commitments) is None
        and store.next_customer_contact_time(until) <= until
    )


def build_resurvey(followup: FollowUp, answer: Answer, store: Store, now: datetime) -> CustomerMessage | None:
    """Return the message that asks whether it has got better, or None when none may be sent."""
    by = store.contact(followup.owner or "") or next(iter(store.contacts), None)
    if by is None:
        return None
    return _automatic_message("ask_again", followup, answer, store, by, ref=followup.followup_id, now=now)


def build_improvement_resurvey(
    followup: FollowUp, answer: Answer, store: Store, improvement_id: str, done: str, now: datetime
) -> CustomerMessage | None:
    """Return the message that asks a customer whether they notice the improvement that they were told of, or None when
    none may be sent. `done`: as they were told."""
    by = store.contact(followup.owner or "") or next(iter(store.contacts), None)
    if by is None:
        return None
    message = _automatic_message(
        "ask_again", followup, answer, store, by, ref=improvement_id, now=now, what=done, of_improvement=True
    )
    return replace(message, improvement_id=improvement_id) if message else None


def build_improvement_news(
    followup: FollowUp, answer: Answer, store: Store, improvement_id: str, done: str, now: datetime
) -> CustomerMessage | None:
    """Return the message that tells a customer who wants to hear of improvements that there is one, or None when none
    may be sent. `done`: what was done, in the customer's language; "" if nobody wrote it in that."""
    by = store.contact(followup.owner or "") or next(iter(store.contacts), None)
    if by is None:
        return None
    message = _automatic_message(
        "improved", followup, answer, store, by, ref=improvement_id, now=now, what=done
    )
    return replace(message, improvement_id=improvement_id) if message else None


def _automatic_message(
    template: Template,
    followup: FollowUp,
    answer: Answer,
    store: Store,
    by: Contact,
    *,
    ref: str,
    now: datetime,
    until: datetime | None = None,
    kept: KeptNews | None = None,
    what: str = "",
    of_improvement: bool = False,
) -> CustomerMessage | None:
    channels = customer_channels(answer)
    if not channels:
        return None
    channel = next((each for each in channels if kept and each == kept.hears_by), channels[0])
    until_text = delay_notices.format_promise_date(until, store, answer.language) if until else ""
    facts: dict[str, Any] = {"until": until_text, "only_asks": followup.only_asks, "what": what}
    facts["of_improvement"] = of_improvement
    contents = (
        fill_template(
            template, channel, answer, store, by.name, kept=done, late=bool(kept and kept.late), **facts
        )
        for done in (kept.wordings if kept else (None,))
    )
    ref = f"{ref}-{template}"
    written = (
        compose_automatic(each, followup.followup_id, answer, store, by, message_id=ref, now=now)
        for each in contents
    )
    message = next(filter(None, written), None)
    if message is None or until is None:
        return message
    return replace(message, promise_id=first_contact.promise_id_for(followup.followup_id, ref), until=until)


def is_still_relevant(message: CustomerMessage, followup: FollowUp) -> bool:
    """Return whether a message is still true when it is time to send it. While it waited, somebody may have called the
    customer, or the owner may have changed."""
    if message.automatic and message.template == "received":
        return followup.stage == "taken_on" and followup.owner == message.by
    if message.improvement_id:
        return True
    stage = {"solved": "resolved", "ask_again": "confirmed"}.get(message.template or "")
    return not message.automatic or stage is None or followup.stage == stage


def uses_of(message: CustomerMessage) -> tuple[Objection, ...]:
    """Return the uses of a customer's data that a message is, to which they may object."""
    uses: dict[Objection, bool] = {
        "resurvey": message.template == "ask_again",
        "automatic_messages": message.automatic,
    }
    return tuple(use for use, is_one in uses.items() if is_one)


def resurvey_time(before: FollowUp, after: FollowUp, store: Store, now: datetime) -> datetime | None:
    """Return when to survey the customer again after they confirm that it is solved; None for never, as where nothing
    was wrong."""
    if after.stage != "confirmed" or before.stage == "confirmed" or after.only_asks:
        return None
    if after.origin != "answer" or after.customer_key is None:
        return None
    return store.next_customer_contact_time(now + timedelta(days=store.policy.ask_again_days))


def customer_waits(followup: FollowUp) -> bool:
    """Return whether the customer waits for news: the follow-up is taken on and not resolved yet."""
    return followup.customer_key is not None and followup.stage in ("taken_on", "contacted")


def customer_heard(entry: HistoryEntry, followup: FollowUp) -> bool:
    """Return whether a history entry means that the customer heard from us. Being taken on does only when they
    answered the survey; a call that nobody answered does not."""
    if entry.what == "taken_on":
        return (
            followup.origin == "answer" and followup.stage == "taken_on" and followup.taken_on_at == entry.at
        )
    return entry.what in _HEARD and entry.detail.get("reached") != "no"


def next_update_time(entry: HistoryEntry, after: FollowUp, store: Store) -> datetime | None:
    """Return by when a waiting customer should hear again after this entry; None if it told them nothing."""
    if not customer_waits(after) or not customer_heard(entry, after):
        return None
    return store.hours.next_opening(entry.at + timedelta(days=store.policy.customer_update_days))


def silent_since(case: Case, store: Store, now: datetime) -> datetime | None:
    """Return since when a waiting customer has heard nothing, if longer than the policy allows; else None."""
    if not customer_waits(case.followup):
        return None
    last = last_contact_time(case.history, case.messages, case.followup)
    if last is None or now < last + timedelta(days=store.policy.customer_update_days):
        return None
    return last


def last_contact_time(
    history: Sequence[HistoryEntry], messages: Sequence[CustomerMessage], followup: FollowUp
) -> datetime | None:
    """Return when the customer and we were last in contact; None when never."""
    spoken = [e.at for e in history if e.what != "taken_on" and customer_heard(e, followup)]
    begun = [followup.taken_on_at] if followup.origin == "answer" and followup.taken_on_at else []
    written = [m.sent_at or m.starts_at for m in messages if m.state not in ("failed", "cancelled")]
    return max([*spoken, *begun, *written], default=None)
