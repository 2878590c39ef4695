"""Promises to customers. Each has an owner and a due date, and ends once: kept, late, broken or withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from lazo.messaging.customer_templates import customer_channels
from lazo.store.contacts import Channel
from lazo.survey.answer import Answer

DayOrInstant = date | datetime
"""A day of the store's calendar, which stands for its last open minute, or an aware datetime."""
HearsBy = Literal["phone", "sms", "email", "in_person"]
HEARS_BY: tuple[HearsBy, ...] = ("phone", "sms", "email", "in_person")
PromiseState = Literal["open", "kept", "late", "broken", "withdrawn"]
Outcome = Literal["kept", "late", "broken"]
JUDGED: tuple[Outcome, ...] = get_args(Outcome)
"""How a promise ends that says whether promises are kept."""

CHECKPOINTS_AT_MOST = 5
PROMISES_AT_MOST, PROGRESS_AT_MOST, MOVES_AT_MOST = 30, 50, 5
"""Promises of one follow-up; progress notes and moves of one promise: no one trusts a date after five."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done for a promise, in the words of the person who did it."""

    at: datetime
    by: str
    by_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """A change of date from `former` to `due`, with the reason. `told`: the channel of the message that told the
    customer; None when a person told them directly."""

    at: datetime
    by_name: str
    former: datetime
    due: datetime
    reason: str
    told: Channel | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer was promised: `what`, by `due`, from `owner` (a contact's id). The customer hears of it by
    `hears_by`. `checkpoints`: when progress is checked, all before `due`; `concern_id`: the concern that this is the
    plan for, if any. `made_by` is a contact's id, or CUSTOMER for a call at a time that the customer chose.

    `first_contact`: it is the call or message that the customer was told to expect when somebody took the case on; it
    takes no place of the owner's day. `reason`: why it was not needed any more when it ended, "" if it ended otherwise.
    `at_risk`: the due date that was last found at risk. `missed`: the last of its dates that passed before it was
    kept; from then on it can only end late. `settled_by`: a contact's id, "" when it ended automatically. `version`
    grows with every change.
    """

    promise_id: str
    followup_id: str
    store_id: str
    what: str
    due: datetime
    owner: str
    hears_by: HearsBy
    made_by: str
    made_at: datetime
    checkpoints: tuple[datetime, ...] = ()
    concern_id: str | None = None
    state: PromiseState = "open"
    version: int = 1
    progress: tuple[Progress, ...] = ()
    moved: tuple[Move, ...] = ()
    at_risk: datetime | None = None
    missed: datetime | None = None
    settled_by: str = ""
    settled_at: datetime | None = None
    reason: str = ""
    first_contact: bool = False

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.state == "open"

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it is open and its date has passed."""
        return self.open and self.due <= now

    def is_at_risk(self, now: datetime) -> bool:
        """Return whether its date is near and nobody has kept or moved it."""
        return self.open and self.at_risk == self.due > now


@dataclass(frozen=True, slots=True)
class PromiseRequest:
    """A promise that somebody wants to make. `when`: see DayOrInstant."""

    what: str
    when: DayOrInstant
    owner: str
    hears_by: HearsBy
    checkpoints: tuple[date, ...] = ()
    concern_id: str | None = None


@dataclass(frozen=True, slots=True)
class PromiseDecision:
    """What becomes of an open promise when the customer says that the case is solved: kept today, not needed any more
    (`withdrawn`, with the reason), or still to come (`open`)."""

    outcome: Literal["kept", "withdrawn", "open"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """One promise made (`before` None) or changed."""

    before: Promise | None
    after: Promise


def ways_to_hear(reach: Answer | None, *, opted_out: bool) -> tuple[HearsBy, ...]:
    """Return how a customer can hear from the store: in person always, by phone, SMS and e-mail only with the consent
    of `reach`, the answer whose contact details may be used. An opt-out is from messages: a call is still possible."""
    consented = reach is not None and reach.wants_contact
    phone: tuple[HearsBy, ...] = ("phone",) if reach and consented and reach.phone else ()
    written = () if opted_out else customer_channels(reach)
    return (*phone, *written, "in_person")


def lacks_progress(promise: Promise, now: datetime) -> bool:
    """Return whether no progress was noted between the last checkpoint and the one before, or the making."""
    come = [at for at in promise.checkpoints if at <= now]
    if not promise.open or not come:
        return False
    since = come[-2] if len(come) > 1 else promise.made_at
    return not any(each.at > since for each in promise.progress)


def next_checkpoint(promise: Promise, now: datetime) -> datetime | None:
    """Return the next checkpoint before the promise is due, if any."""
    return next((at for at in promise.checkpoints if now < at < promise.due), None)
