"""What a customer asks for on the thanks page, while they are still there: a note on their case, of which its owner is
told at once, and a promise if a time is told."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from lazo.case import first_contact
from lazo.case.customer_words import CustomerWords, note_change
from lazo.case.model import Case, CaseChange
from lazo.customer.identity import CustomerKeys
from lazo.errors import Problem, Rejected
from lazo.followup.model import CUSTOMER, FollowUp, Stage, Wish
from lazo.followup.staff_deliveries import Asked
from lazo.messaging import date_format
from lazo.promise.call_slots import LENGTH, CallSlot
from lazo.promise.model import Promise, PromiseChange
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import MAYBE_STILL_IN_STORE
from lazo.translations import translations

WishOrWords = Wish | Literal["words"]
WISHES_AT_MOST: Final = 5
"""What one customer can send from the thanks page."""
_HEARD_AT: Final[frozenset[Stage]] = frozenset({"open", "taken_on", "contacted"})
_KEY: Final = "thanks-"


@dataclass(frozen=True, slots=True)
class CustomerWish:
    """What a customer sent from the thanks page: `kind`, and a `text` of their own, "" for none. `slot`: when to call.
    `added`: the keys of a phone or e-mail that they left with it; None without."""

    kind: WishOrWords
    text: str
    at: datetime
    language: str
    slot: CallSlot | None = None
    added: CustomerKeys | None = None

    @property
    def message_id(self) -> str:
        """The same for the same wish, which counts once."""
        said = f"{self.text}|{self.added.key if self.added else ''}" if self.kind == "words" else ""
        return f"{_KEY}{self.kind}{'-' if said else ''}{hashlib.sha256(said.encode()).hexdigest()[:16] if said else ''}"


def takes_wishes(followup: FollowUp) -> bool:
    """Return whether somebody still works on it, who reads what the customer adds."""
    return followup.stage in _HEARD_AT and not (followup.erased_at or followup.restricted_at)


def may_come(followup: FollowUp, store: Store, now: datetime) -> bool:
    """Return whether somebody of the store may walk up to the customer, who may still be there. Of a doubtful answer
    nobody is told at once."""
    return (
        not followup.doubts and store.hours.is_open(now) and now < followup.answered_at + MAYBE_STILL_IN_STORE
    )


def caller(followup: FollowUp, store: Store, now: datetime) -> Contact | None:
    """Return who would call the customer: the owner, else the first at the current level."""
    at_level = store.with_contacts_on_duty(now).contacts_at_level(followup.level)
    return store.contact(followup.owner or "") or next(iter(at_level), None)


def wish_change(case: Case, store: Store, wish: CustomerWish) -> CaseChange | None:
    """Return the change that records the wish, tells the owner, and makes the promise of a call; None when it is
    recorded already.

    Raises Rejected `wrong_stage` once nobody works on it any more, `wished` when they asked for something else before,
    `too_late` for somebody to come, `too_many`.
    """
    before = case.followup
    words = CustomerWords(
        wish.message_id,
        "page",
        wish.text,
        wish.at,
        wish.kind == "nothing" and not wish.text,
        _asks(wish, _with_wish(before, wish), store),
        _asked(wish),
        wish.slot.begins if wish.slot else None,
    )
    if any(entry.idempotency_key == words.idempotency_key for entry in case.history):
        return None
    if not takes_wishes(before):
        raise Rejected(Problem("wrong_stage"))
    if wish.kind != "words" and before.wish:
        raise Rejected(Problem("wished"))
    if wish.kind == "come" and not may_come(before, store, wish.at):
        raise Rejected(Problem("too_late", "wish"))
    if sum(f"page-{_KEY}" in entry.idempotency_key for entry in case.history) >= WISHES_AT_MOST:
        raise Rejected(Problem("too_many"))
    change = note_change(case, store, words, wish.language)
    return change and replace(
        change, after=_with_wish(change.after, wish), promises=_promised(change.after, store, wish)
    )


def wish_for_staff(followup: FollowUp, store: Store, language: str, now: datetime) -> str:
    """Return what the customer asks for, to be read at `now`; "" if nothing, or a call that was moved since."""
    if followup.wish is None or followup.erased_at or (followup.wish == "call" and not followup.call_from):
        return ""
    slot = CallSlot(followup.call_from, followup.call_from + LENGTH) if followup.call_from else None
    text: str = translations("thanks", language)["for_staff"][followup.wish]
    return text.format(when=slot_text(slot, store, language, now) if slot else "")


def _asks(wish: CustomerWish, after: FollowUp, store: Store) -> str:
    asked = wish_for_staff(after, store, store.language, wish.at) if wish.kind != "words" else ""
    added = translations("thanks", store.language)["for_staff"]["added"] if wish.added else ""
    return " ".join(filter(None, (asked, added)))


def _asked(wish: CustomerWish) -> tuple[Asked, ...]:
    """Return what alerts say that the customer asks for; of somebody who needs nothing only what they wrote is told."""
    own = () if wish.kind == "words" or wish.kind == "nothing" else (wish.kind,)
    return (*own, "added") if wish.added else own


def _with_wish(after: FollowUp, wish: CustomerWish) -> FollowUp:
    """Return the same version of the follow-up, with what the customer asks for and left."""
    if wish.kind != "words":
        after = replace(after, wish=wish.kind, call_from=wish.slot.begins if wish.slot else None)
    if wish.added is None:
        return after
    # Doubtful ones have no key: a stranger may have left it.
    key = after.customer_key or (None if after.doubts else wish.added.key)
    return replace(after, reachable=True, customer_key=key)


def _promised(after: FollowUp, store: Store, wish: CustomerWish) -> tuple[PromiseChange, ...]:
    """Return the promise to call before the time that the customer was told is over."""
    owner = caller(after, store, wish.at)
    if wish.slot is None or owner is None:
        return ()
    what: str = translations("customer_messages", wish.language)["received"]["promise"]["sms"]
    made = Promise(
        promise_id=first_contact.promise_id_for(after.followup_id),
        followup_id=after.followup_id,
        store_id=store.store_id,
        what=what,
        due=wish.slot.ends,
        owner=owner.contact_id,
        hears_by="phone",
        made_by=CUSTOMER,
        made_at=wish.at,
        first_contact=True,
    )
    return (PromiseChange(None, made),)


def slot_text(slot: CallSlot, store: Store, language: str, now: datetime) -> str:
    """Return `hoy, entre las 18:00 y las 20:00`, by the store's clock."""
    texts = translations("thanks", language)["slot"]
    begins, ends = (at.astimezone(store.hours.zone) for at in (slot.begins, slot.ends))
    days = (begins.date() - store.hours.local_date(now)).days
    day = (
        (texts["today"], texts["tomorrow"])[days]
        if days in (0, 1)
        else date_format.format_day(begins.date(), language, store.country)
    )
    text: str = texts["text"].format(day=day, start=f"{begins:%H:%M}", end=f"{ends:%H:%M}")
    return text
