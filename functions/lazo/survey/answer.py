"""A customer's answer, as accepted and as classified."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from lazo.survey.nps import Band
from lazo.text.contact_details import holds_contact_details
from lazo.timestamps import format_timestamp

Improved = Literal["yes", "little", "no"]
"""Whether things improved: the choices in a resurvey."""

CLASSIFICATION_DEADLINE = timedelta(minutes=2)
"""The stream classifies an answer within this time; after it, the sweep does."""

MAYBE_STILL_IN_STORE = timedelta(minutes=15)
"""For this long after answering, a customer may still be in the store."""


ANSWERED_AGAIN = "answered_again"
"""Among the signs of `suspect`: the customer answered again minutes later, and the later answer counts."""


TEST_TOUCHPOINT = "test"
"""Among the signs of `suspect`: it came from a touchpoint for trying things out."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent to be contacted about this answer: the version and language of the text agreed to, and when."""

    version: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Classification:
    """What an answer says: band, themes, urgency and competitors; `suspect` has the signs that it is not genuine,
    `asks` is whether its words ask to be contacted. `themes` are those that it complains about, `praised` and
    `mentioned` the others (`lazo.phrases.themes.Findings`)."""

    band: Band
    themes: tuple[str, ...]
    urgency: tuple[str, ...]
    leaving: bool
    competitors: tuple[str, ...]
    suspect: tuple[str, ...]
    at: datetime
    asks: bool = False
    praised: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An accepted answer. `answer_id` is as the client sent it, `ulid` its sortable form. `suspect` has the signs, seen
    on arrival, that it is not genuine; `classification` is None until it is classified. `customer_key` and
    `customer_also`: see `lazo.customer.identity`. `signed`: it came from a page of ours that was still valid.
    `resurvey_of`: id of the follow-up that a resurvey is about; `improvement_id`: the improvement that it asks about,
    of which the customer was told, else None; `improved`: whether the customer noticed an improvement."""

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
    """The customer's personal data was erased at their request; the rest is only counted."""
    restricted: bool = False
    """The customer wants their data stored and not used."""
    resurvey_of: str | None = None
    improvement_id: str | None = None
    improved: Improved | None = None
    phone_version: int = 0
    """How often the customer changed the phone; links to their page that went to an earlier one open nothing."""
    email_version: int = 0
    tapped_at: int | None = None
    """When its score was tapped, by the clock of the page (milliseconds), while the form has not been sent."""
    provisional: bool = False
    """Only tapped so far, and the customer may still be at it: classified two minutes after the last tap."""
    counted_as: "Answer | None" = None
    """What was counted of this answer before it was completed or corrected, until it is classified again."""
    signed: bool = False
    source_mark: int | None = None
    """Of where it came from (`lazo.auth.source_mark`), until it is classified."""

    @property
    def says_something(self) -> bool:
        """Whether it has words, reasons or contact details, and not only a score."""
        return bool(self.comment or self.reasons or self.phone or self.email)

    @property
    def wants_contact(self) -> bool:
        """Whether the customer left a phone or e-mail and consented to be contacted."""
        return self.consent is not None and bool(self.phone or self.email)

    @property
    def asks_in_words(self) -> bool:
        """Whether the comment asks to be contacted and itself seems to say how."""
        found = self.classification
        return bool(found and found.asks) and holds_contact_details(self.comment)

    def without_content(self) -> "Answer":
        """Return this answer without what the customer said, who they are, and what was found in it."""
        return replace(
            self,
            comment="",
            reasons=(),
            name=None,
            phone=None,
            email=None,
            consent=None,
            suspect=(),
            classification=None,
            counted_as=None,
            improved=None,
        )

    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of what the customer said, which is equal for repeats of the same answer."""
        said = [self.score, self.comment, self.reasons, self.name, self.phone, self.email, bool(self.consent)]
        # Only if given, so that fingerprints from before this field stay the same.
        said += [self.improved] if self.improved else []
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def with_classification(self, classification: Classification) -> "Answer":
        """Return this answer with its classification."""
        return replace(self, classification=classification)

    def classification_due_at(self) -> str:
        """Return the stored timestamp from which the sweep classifies the answer, unless the stream has."""
        return format_timestamp(self.at + CLASSIFICATION_DEADLINE)


def with_telling_words(first: Answer, more: Iterable[Answer]) -> Answer:
    """Return the `first` answer of a visit with the words that matter now: the last ones with a danger, else the last
    ones. `more` are the further answers, oldest first."""
    said = [each for each in (first, *more) if each.comment and not each.erased]
    dangers = [each for each in said if each.classification and each.classification.urgency]
    if first.erased or first.restricted or not said:
        return first
    telling = (dangers or said)[-1]
    return replace(first, comment=telling.comment, language=telling.language)
