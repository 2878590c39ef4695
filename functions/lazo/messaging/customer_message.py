"""Write a message to a customer and check that it may be sent.

A message needs the customer's consent, an address for its channel, and a text that the wording guard lets pass. Every
message is composed here; notify checks the text again before it sends it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lazo.errors import Problem, Rejected
from lazo.messaging.customer_templates import (
    LINK_OF,
    OPTIONAL,
    TEMPLATES,
    Link,
    MessageContent,
    customer_channels,
)
from lazo.messaging.send_state import SendState
from lazo.phrases import wording_guard
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.cleaning import clean, one_line
from lazo.text.gsm7 import max_characters, segment_count, spell_for_sms

SMS_SEGMENTS_AT_MOST: Final = 3
LONGEST_EMAIL: Final = 4000
LONGEST_SUBJECT: Final = 120
LINK_CHARACTERS: Final = 140
"""Characters of an SMS kept for its link (API Gateway's address is the longest) and the words before it."""

_SURVEY_PATH = "/s/"
"""Part of the address of every survey page."""


class NoConsent(Rejected):
    """The customer did not consent to be contacted, or no answer is left that could hold the consent."""

    def __init__(self) -> None:
        super().__init__(Problem("no_consent"))


class NoChannel(Rejected):
    """The customer left no address for this channel."""

    def __init__(self) -> None:
        super().__init__(Problem("no_channel", "channel"))


@dataclass(frozen=True, slots=True)
class CustomerMessage(SendState):
    """One message to a customer, as the wording guard let it pass. `subject` is "" for an SMS; `template` is the one
    that the author started from, None for free text; `failure` is the last reason why it was not sent. Address and
    consent are those of the answer `answer_ulid` of the store `answered_at_store`, usually the follow-up's own.

    `automatic`: no person wrote it; it goes out in the name of `by`. It is sent with the `link` from `not_before` on
    (None: at once). `promise_id`: the promise that it is about, `until`: the date of it that it names. It is sent only
    while the promise has that date; without a date, only while the promise is at risk. `improvement_id`: what it tells
    of, while that is published. `customer_keys` (see
    `lazo.customer.identity`) are set on a new message only and not stored.
    """

    message_id: str
    followup_id: str
    store_id: str
    answered_at_store: str
    answer_ulid: str
    channel: Channel
    language: str
    subject: str
    text: str
    template: str | None
    by: str
    by_name: str
    at: datetime
    sent_at: datetime | None = None
    failure: str | None = None
    automatic: bool = False
    not_before: datetime | None = None
    link: Link | None = None
    promise_id: str | None = None
    until: datetime | None = None
    improvement_id: str | None = None
    customer_keys: tuple[str, ...] = field(default=(), compare=False)

    @property
    def starts_at(self) -> datetime:
        """The first time at which it may be sent."""
        return self.not_before or self.at

    @property
    def owed(self) -> bool:
        """Whether the customer is told whatever the limit of their week: that something is kept, solved, or late."""
        return self.template is not None and self.template not in OPTIONAL


def compose(
    writing: MessageContent,
    followup_id: str,
    answer: Answer | None,
    store: Store,
    by: Contact,
    *,
    message_id: str,
    now: datetime,
    automatic: bool = False,
) -> CustomerMessage:
    """Return the message that `by` writes about a follow-up of `store`, in the language of the customer's answer. With
    `automatic` it goes out in their name without them, as soon as customers may be contacted.

    Raises NoConsent; NoChannel; Rejected `required` or `too_long` (with `most`) for a field; or Blocked with what the
    wording guard found in text and subject.
    """
    answer = _reachable(answer, writing.channel)
    text = one_line(writing.text) if writing.channel == "sms" else clean(writing.text)
    subject = "" if writing.channel == "sms" else one_line(writing.subject)
    template = _kept_template(writing.template, text, automatic=automatic)
    link: Link | None = "survey" if template == "ask_again" and automatic else LINK_OF.get(template or "")
    problems = tuple(_problems(writing.channel, subject, text, LINK_CHARACTERS if link else 0))
    findings = _blocked_words(subject, text, answer.language, known_names(store, answer, by.name))
    if problems:
        raise Rejected(*problems, *wording_guard.Blocked(findings).problems)
    if findings:
        raise wording_guard.Blocked(findings)
    start = store.next_customer_contact_time(now) if automatic else now
    return CustomerMessage(
        message_id=message_id,
        followup_id=followup_id,
        store_id=store.store_id,
        answered_at_store=answer.store_id,
        answer_ulid=answer.ulid,
        channel=writing.channel,
        language=answer.language,
        subject=subject,
        text=text,
        template=template,
        by=by.contact_id,
        by_name=by.name,
        at=now,
        automatic=automatic,
        not_before=start if start > now else None,
        link=link,
        customer_keys=tuple(key for key in (answer.customer_key, answer.customer_also) if key),
    )


def compose_automatic(
    writing: MessageContent,
    followup_id: str,
    answer: Answer,
    store: Store,
    by: Contact,
    *,
    message_id: str,
    now: datetime,
) -> CustomerMessage | None:
    """Return the message that goes out in the name of `by`; None when it may not be sent, also when the wording guard
    blocks it."""
    try:
        return compose(
            writing, followup_id, answer, store, by, message_id=message_id, now=now, automatic=True
        )
    except Rejected:
        return None


def known_names(store: Store, answer: Answer, by_name: str) -> tuple[str, ...]:
    """Return the names that the wording guard must not read as words: the store's and the people's."""
    return store.name, store.brand, answer.name or "", by_name


def _reachable(answer: Answer | None, channel: Channel) -> Answer:
    if answer is None or answer.consent is None:
        raise NoConsent
    if channel not in customer_channels(answer):
        raise NoChannel
    return answer


def _kept_template(template: str | None, text: str, *, automatic: bool) -> str | None:
    """Return the template while the text still serves its purpose: "ask_again" needs its survey link."""
    if template not in TEMPLATES or (template == "ask_again" and not automatic and _SURVEY_PATH not in text):
        return None
    return template


def _problems(channel: Channel, subject: str, text: str, room: int) -> Iterator[Problem]:
    """Yield what is wrong with a text. `room`: characters of an SMS that the link will take."""
    if channel == "email" and not subject:
        yield Problem("required", "subject")
    if len(subject) > LONGEST_SUBJECT:
        yield Problem("too_long", "subject", {"most": LONGEST_SUBJECT})
    if not (spell_for_sms(text) if channel == "sms" else text):
        yield Problem("required", "text")
    elif channel == "email" and len(text) > LONGEST_EMAIL:
        yield Problem("too_long", "text", {"most": LONGEST_EMAIL})
    elif channel == "sms" and segment_count(sent := spell_for_sms(text + "x" * room)) > SMS_SEGMENTS_AT_MOST:
        yield Problem("too_long", "text", {"most": max_characters(sent, SMS_SEGMENTS_AT_MOST) - room})


def _blocked_words(
    subject: str, text: str, language: str, known: tuple[str, ...]
) -> tuple[wording_guard.Finding, ...]:
    return (
        *wording_guard.find_blocked_words(subject, language, known, field="subject"),
        *wording_guard.find_blocked_words(text, language, known, field="text"),
    )
