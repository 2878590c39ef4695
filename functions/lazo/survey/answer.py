"""One customer's answer, as it was accepted and as it was understood."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from lazo.survey.nps import Band
from lazo.timestamps import format_timestamp

Improved = Literal["yes", "little", "no"]
IMPROVED: tuple[Improved, ...] = get_args(Improved)
"""What somebody who is asked again may say of an improvement."""

CLASSIFICATION_DEADLINE = timedelta(minutes=2)
"""How long the stream has before the sweep looks after an answer itself."""

MAYBE_STILL_IN_STORE = timedelta(minutes=15)
"""For so long after answering a customer may well be in the shop still."""


@dataclass(frozen=True, slots=True)
class Consent:
    """That the customer may be contacted about this answer: which wording was agreed to, in which language."""

    version: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Classification:
    """What an answer says: its band, themes and dangers, and why it may not be a customer's (`suspect`)."""

    band: Band
    themes: tuple[str, ...]
    urgency: tuple[str, ...]
    leaving: bool
    competitors: tuple[str, ...]
    suspect: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """An accepted answer. `answer_id` as the client wrote it, `ulid` its sortable form; `suspect` lists what looked
    odd when it came in; `classification` is None until it was understood. `customer_key` and `customer_also`: see
    `lazo.customer.identity`. `resurvey_of`: id of the follow-up that the customer was asked again about, and `improved`
    whether they noticed an improvement."""

    answer_id: str
    ulid: str
    store_id: str
    code: str
    touchpoint: str
    score: int
    language: str
    at: datetime
    comment: str = ""
    reasons: tuple[str, ...] = ()
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    consent: Consent | None = None
    customer_key: str | None = None
    customer_also: str | None = None
    suspect: tuple[str, ...] = ()
    classification: Classification | None = None
    erased: bool = False
    """The customer has asked to be erased: what is left of it is only counted."""
    resurvey_of: str | None = None
    improved: Improved | None = None

    @property
    def wants_contact(self) -> bool:
        """The customer left a way to be reached and agreed to be."""
        return self.consent is not None and bool(self.phone or self.email)

    def fingerprint(self) -> str:
        """SHA-256 of what the customer said; the same for a repeat of the same answer, at whatever time."""
        said = [self.score, self.comment, self.reasons, self.name, self.phone, self.email, bool(self.consent)]
        said += [self.improved] if self.improved else []
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def with_classification(self, classification: Classification) -> "Answer":
        """This answer with what it was understood to say."""
        return replace(self, classification=classification)

    def classification_due_at(self) -> str:
        """When the sweep must classify it, unless the stream has."""
        return format_timestamp(self.at + CLASSIFICATION_DEADLINE)
