"""Messages to customers: what may be written to whom, and the texts to begin with.

Only to a customer who agreed to be contacted and left an address for that channel, and only what the wording guard
lets pass. Nothing else makes a message: the desk composes here, and what is sent is guarded once more on its way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lazo.errors import Problem, Rejected
from lazo.messaging.customer_templates import LINK_OF, TEMPLATES, Link, MessageContent, customer_channels
from lazo.messaging.send_state import SendState
from lazo.phrases import wording_guard
from lazo.phrases.wording_guard import Blocked, Finding
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.cleaning import clean, one_line
from lazo.text.gsm7 import gsm7_if_lossless, max_characters, segment_count

SMS_SEGMENTS_AT_MOST: Final = 3
LONGEST_EMAIL: Final = 4000
LONGEST_SUBJECT: Final = 120
LINK_CHARACTERS: Final = 140
"""Characters of an SMS kept for its link and what leads to it: the address that API Gateway gives is the longest."""

_SURVEY = "/s/"
"""What the address of every survey page has in it."""


class NoConsent(Rejected):
    """The customer did not agree to be contacted, or there is no answer to have agreed with."""

    def __init__(self) -> None:
        super().__init__(Problem("no_consent"))


class NoChannel(Rejected):
    """The customer left no address for this channel."""

    def __init__(self) -> None:
        super().__init__(Problem("no_channel", "channel"))


@dataclass(frozen=True, slots=True)
class CustomerMessage(SendState):
    """One message to a customer, as the wording guard let it pass. `subject` is "" for an SMS; `template` is what it
    was begun with, None for free text; `failure` the last reason why it was not sent. The address and the
    consent are those of the answer `answer_ulid` in the shop `answered_at_store`, usually the follow-up's own.

    `automatic`: nobody wrote it, it goes out in the name of `by`. It is sent from `not_before` on (None: at once),
    with the `link`; about a promise in danger (`promise_id`) only while that is so. `until`: by when it says that
    somebody calls or writes. `customer_keys` are the customer's (`lazo.customer.identity`) while it is new; they
    are not kept with it.
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
    customer_keys: tuple[str, ...] = field(default=(), compare=False)

    @property
    def starts_at(self) -> datetime:
        """From when on it may be sent."""
        return self.not_before or self.at


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
    not_before: datetime | None = None,
) -> CustomerMessage:
    """The message that `by` writes about a follow-up of `store`, in the language of the customer's answer; with
    `automatic`, one that goes out in their name, from `not_before` on.

    Rejected otherwise: NoConsent, NoChannel, `required` or `too_long` (with `most`) of a field, or `wording`, as
    guard.Blocked, with the findings in text and subject.
    """
    if answer is None or answer.consent is None:
        raise NoConsent
    if writing.channel not in customer_channels(answer):
        raise NoChannel
    text = gsm7_if_lossless(writing.text) if writing.channel == "sms" else clean(writing.text)
    subject = "" if writing.channel == "sms" else one_line(writing.subject)
    template = _begun_with(writing.template, text, automatic=automatic)
    link: Link | None = "survey" if template == "ask_again" and automatic else LINK_OF.get(template or "")
    if problems := tuple(_amiss(writing.channel, subject, text, LINK_CHARACTERS if link else 0)):
        raise Rejected(*problems)
    if findings := _findings(subject, text, answer.language, known_names(store, answer, by.name)):
        raise Blocked(findings)
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
        not_before=not_before,
        link=link,
        customer_keys=tuple(key for key in (answer.customer_key, answer.customer_also) if key),
    )


def known_names(store: Store, answer: Answer, by_name: str) -> tuple[str, ...]:
    """What the guard must not take for words: the shop and the people."""
    return store.name, store.brand, answer.name or "", by_name


def _begun_with(template: str | None, text: str, *, automatic: bool) -> str | None:
    """The template, while the text is what it was for: without its link, a question is no invitation to answer."""
    if template not in TEMPLATES or (template == "ask_again" and not automatic and _SURVEY not in text):
        return None
    return template


def _amiss(channel: Channel, subject: str, text: str, room: int) -> Iterator[Problem]:
    """`room`: characters of an SMS that the link will take."""
    if channel == "email" and not subject:
        yield Problem("required", "subject")
    if len(subject) > LONGEST_SUBJECT:
        yield Problem("too_long", "subject", {"most": LONGEST_SUBJECT})
    if not text:
        yield Problem("required", "text")
    elif channel == "email" and len(text) > LONGEST_EMAIL:
        yield Problem("too_long", "text", {"most": LONGEST_EMAIL})
    elif channel == "sms" and segment_count(text + "x" * room) > SMS_SEGMENTS_AT_MOST:
        yield Problem("too_long", "text", {"most": max_characters(text, SMS_SEGMENTS_AT_MOST) - room})


def _findings(subject: str, text: str, language: str, known: tuple[str, ...]) -> tuple[Finding, ...]:
    return (
        *wording_guard.find_blocked_words(subject, language, known, field="subject"),
        *wording_guard.find_blocked_words(text, language, known, field="text"),
    )
