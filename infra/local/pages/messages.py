"""What the outbox holds, as a phone and a mailbox show it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from infra.local.cloud import Received
from infra.local.pages.records import Person, Records
from infra.local.pages.time_format import city_of, format_moment, format_time
from lazo.messaging.two_way_sms import TwoWayNumbers
from lazo.text import gsm7

PURPOSES = {
    "alert": "alert",
    "escalation": "up the chain",
    "reminder": "daily reminder",
    "passed_on": "passed on",
    "digest": "digest",
    "reply": "answer to a reply",
    "assigned": "handed over",
    "released": "taken from its owner",
    "late": "overdue",
    "due_soon": "reminder",
    "customer_waits": "the customer waits",
    "not_solved": "not solved",
    "concern_given": "a concern is theirs",
    "concern_checkpoint": "check on a concern",
    "concern_due_soon": "a concern is near",
    "concern_missed": "a concern is over",
    "promise_given": "a promise is theirs",
    "customer_wrote": "the customer wrote",
    "promise_checkpoint": "check on a promise",
    "promise_at_risk": "a promise is near",
    "promise_late_told": "the customer was told",
    "promise_missed": "a promise is over",
    "promises_open": "open promises of a solved case",
    "sign_in": "sign-in link",
    "customer": "to the customer",
}

OPENS_IN_A_NEW_TAB = '<!doctype html><base target="_blank">'
"""Put before an e-mail's HTML: its links open beside the page, not inside the sandbox that shows it."""


@dataclass(frozen=True)
class Message:
    """One accepted message. `key` is its place in the outbox: it stays the same as more come."""

    key: str
    channel: str
    to: str
    person: Person | None
    purpose: str
    at: datetime
    when: str
    subject: str
    text: Markup
    preview: str
    html: str
    cost: str
    answerable: bool = False
    """It is the newest that this phone got, and comes from a number that takes replies."""
    own: bool = False
    """Written by the person, not to them."""

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.to

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


@dataclass(frozen=True)
class Phone:
    """A person's phone: its newest SMS and e-mails, the newest first, how many SMS it got in all (e-mails, where it
    gets no SMS), and whether it can answer."""

    key: str
    person: Person
    clock: str
    city: str
    messages: Sequence[Message]
    mails: Sequence[Message]
    count: int
    answerable: bool

    @property
    def rang_at(self) -> datetime:
        """When its newest message came."""
        newest = (*self.messages[:1], *self.mails[:1])
        return max((message.at for message in newest), default=datetime.min.replace(tzinfo=UTC))


def outbox_messages(
    outbox: Iterable[Mapping[str, Any]],
    records: Records,
    base_url: str,
    now: datetime,
    two_way: TwoWayNumbers,
) -> list[Message]:
    """Prepare the messages of the outbox for a page, newest first."""
    newest_first = [_message(i, sent, records, base_url, now) for i, sent in enumerate(outbox)][::-1]
    rung: set[str] = set()
    for index, message in enumerate(newest_first):
        if message.channel == "sms" and message.to not in rung:
            rung.add(message.to)
            answerable = message.person is not None and two_way.number_for(message.to) is not None
            newest_first[index] = replace(message, answerable=answerable)
    return newest_first


def received_messages(received: Iterable[Received], records: Records, now: datetime) -> list[Message]:
    """Prepare what people wrote, newest first."""
    return [_reply(i, each, records, now) for i, each in enumerate(received)][::-1]


def phones(
    messages: Sequence[Message], written: Sequence[Message], records: Records, now: datetime, newest: int
) -> list[Phone]:
    """List the phones of all people whom stores alert, each with its `newest` SMS and e-mails and what was `written` on
    it, the one that rang last first."""
    received: dict[str, list[Message]] = {person.key: [] for person in records.people}
    # What was written and what answers it may carry the same instant; the answer came later.
    for message in sorted((*written, *messages), key=lambda m: (m.at, not m.own), reverse=True):
        if message.person:
            received[message.person.key].append(message)
    found = [_phone(person, received[person.key], now, newest) for person in records.people]
    return sorted(found, key=lambda phone: phone.rang_at, reverse=True)


def linked(text: str, base_url: str) -> Markup:
    """`text` escaped, with the product's own links to the desk made to be clicked. Any other address stays text: it
    may come from a customer's comment."""
    pieces = re.split(f"({re.escape(base_url)}/(?:f|desk/in)/[A-Za-z0-9_-]+)", text)
    anchor = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>')
    return Markup("").join(anchor.format(p) if i % 2 else escape(p) for i, p in enumerate(pieces))


def cost_of(text: str) -> str:
    """Say what an SMS is billed as."""
    count = gsm7.segment_count(text)
    try:
        used, room = gsm7.septet_count(text), gsm7.SEGMENT
    except ValueError:
        used, room = len(text.encode("utf-16-le")) // 2, gsm7.UCS2_SEGMENT
    return f"1 segment · {used} of {room}" if count == 1 else f"{count} segments · {used} characters"


def _message(index: int, sent: Mapping[str, Any], records: Records, base_url: str, now: datetime) -> Message:
    person = records.person(sent["to"])
    at = datetime.fromisoformat(sent["at"])
    text = sent["text"] or ""
    return Message(
        key=f"m{index}",
        channel=sent["channel"],
        to=sent["to"],
        person=person,
        purpose=PURPOSES.get(sent["purpose"] or "", ""),
        at=at,
        when=format_moment(at, _zone(sent, person, records), now),
        subject=sent["subject"] or "",
        text=linked(text, base_url),
        preview=next((line.strip() for line in text.splitlines() if line.strip()), ""),
        html=OPENS_IN_A_NEW_TAB + sent["html"] if sent["html"] else "",
        cost=cost_of(text) if sent["channel"] == "sms" else "",
    )


def _reply(index: int, sms_in: Received, records: Records, now: datetime) -> Message:
    person = records.person(sms_in.sender)
    zone = person.store.hours.zone if person else ZoneInfo("UTC")
    return Message(
        key=f"r{index}",
        channel="sms",
        to=sms_in.sender,
        person=person,
        purpose="",
        at=sms_in.at,
        when=format_moment(sms_in.at, zone, now),
        subject="",
        text=escape(sms_in.text),
        preview=sms_in.text,
        html="",
        cost="",
        own=True,
    )


def _zone(sent: Mapping[str, Any], person: Person | None, records: Records) -> ZoneInfo:
    followup = records.followups.get(sent["followup_id"] or "", {})
    store = records.stores.get(followup.get("store_id", "")) or (person and person.store)
    return store.hours.zone if store else ZoneInfo("UTC")


def _phone(person: Person, received: Sequence[Message], now: datetime, newest: int) -> Phone:
    thread = [message for message in received if message.channel == "sms"]
    mails = [message for message in received if message.channel == "email"]
    return Phone(
        key=f"phone-{person.key}",
        person=person,
        clock=format_time(now, person.store.hours.zone),
        city=city_of(person.store.timezone),
        messages=thread[:newest],
        mails=mails[:newest],
        count=sum(not message.own for message in thread) if person.phone else len(mails),
        answerable=any(message.answerable for message in thread),
    )
