"""Signed links: what a message carries instead of a password, and the session that it opens.

The link of an alert is 26 bytes, 35 characters: 10 of the follow-up's id, 3 that tell the person among those of the
shop, 3 of which the upper 4 bits hold the person's epoch and the lower 20 the hour at which it expires (until the year
2089), 10 of HMAC-SHA-256 over the rest. Every character that it does not take is one more of the customer's own words
in the SMS.

The link of a customer's own page is 22 bytes, 30 characters: 10 of the follow-up's id, 2 of which the lower 15 bits
hold the day on which it expires (until the year 2059) and the upper one by which way it was sent, 10 of HMAC. The way
says what whoever has the link has proven to be theirs: the phone or the e-mail of that answer, never both.

The link that asks a customer again is of the same form, for 60 days; it leads to a survey and says which follow-up the
answer is about.

What stands for a person, a sign-in link or a session, is 33 bytes, 44 characters: 10 of the person's id, 3 of the
epoch, 4 for the minute at which it expires, 16 of HMAC.

The epoch counts how often a person has ended everything; what carries an earlier one opens nothing.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from lazo.auth.keyring import KeyRing
from lazo.store.contacts import Channel

Purpose = Literal["sign-in", "session"]

ALERT_LINK_VALID_FOR = timedelta(days=7)
CUSTOMER_LINK_VALID_FOR = timedelta(days=180)
RESURVEY_VALID_FOR = timedelta(days=60)
VALID_FOR: dict[Purpose, timedelta] = {
    "sign-in": timedelta(minutes=15),
    "session": timedelta(hours=12),
}
SESSION_VERSIONS_IN_LINK = 16
"""In the link of an alert; more than this many ends of everything in its seven days would bring it back."""

_TAG = 10
_PERSON_TAG = 16
_HOUR_BITS = 20
_DAY_BITS = 15
_CUSTOMER = "customer-page"
_RESURVEY = "resurvey"


@dataclass(frozen=True, slots=True)
class AlertLink:
    """Who may open what: `person_tag` is `tag_of` the person's id, `epoch` the last 4 bits of theirs."""

    followup_id: str
    user_tag: bytes
    session_version: int


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a sign-in link or a session stands for, and in which epoch of theirs."""

    user_id: str
    session_version: int


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """Whose page it opens: that of the follow-up's customer, to whom it was sent by `channel`."""

    followup_id: str
    channel: Channel


def sign_alert_link(ring: KeyRing, followup_id: str, user: Principal, issued: datetime) -> str:
    """The token of an alert's link, good from `issued` for seven days, to the hour.

    The same arguments give the same token, so that a repeated message carries the same link.
    """
    hour = -(-(issued + ALERT_LINK_VALID_FOR).timestamp() // 3600)
    ends = user.session_version % SESSION_VERSIONS_IN_LINK << _HOUR_BITS | int(hour)
    scope = _bytes(followup_id) + user_tag_of(user.user_id) + ends.to_bytes(3)
    return _text(scope + ring.sign("link", scope, _TAG))


def read_alert_link(ring: KeyRing, token: str, now: datetime) -> AlertLink | None:
    """What an alert's link allows; None when it is broken, not ours, or over."""
    scope = _signed(ring, "link", token, 16, _TAG)
    if scope is None:
        return None
    epoch, hour = divmod(int.from_bytes(scope[13:]), 1 << _HOUR_BITS)
    if now >= datetime.fromtimestamp(hour * 3600, UTC):
        return None
    return AlertLink(_id(scope[:10]), scope[10:13], epoch)


def sign_customer_link(ring: KeyRing, followup_id: str, channel: Channel, issued: datetime) -> str:
    """The token of a customer's own page (`/m/{token}`), good from `issued` for 180 days, to the day.

    `channel` is how it is sent to them. Whatever carries the token must go to the address of that channel: the page
    shows what was left with that address.
    """
    ends = (channel == "email") << _DAY_BITS | _last_day(issued + CUSTOMER_LINK_VALID_FOR)
    scope = _bytes(followup_id) + ends.to_bytes(2)
    return _text(scope + ring.sign(_CUSTOMER, scope, _TAG))


def read_customer_link(ring: KeyRing, token: str, now: datetime) -> CustomerLink | None:
    """Whose page it opens; None when it is broken, not ours, or over."""
    scope = _signed(ring, _CUSTOMER, token, 12, _TAG)
    if scope is None:
        return None
    by_email, day = divmod(int.from_bytes(scope[10:]), 1 << _DAY_BITS)
    if now >= datetime.fromtimestamp(day * 86400, UTC):
        return None
    return CustomerLink(_id(scope[:10]), "email" if by_email else "sms")


def sign_resurvey_link(ring: KeyRing, followup_id: str, issued: datetime) -> str:
    """The token that links an answer to the follow-up that it is asked about (`/s/{code}?r={token}`), good from
    `issued` for 60 days, to the day."""
    scope = _bytes(followup_id) + _last_day(issued + RESURVEY_VALID_FOR).to_bytes(2)
    return _text(scope + ring.sign(_RESURVEY, scope, _TAG))


def read_resurvey_link(ring: KeyRing, token: str, now: datetime) -> str | None:
    """The id of the follow-up that a customer is asked again about; None when it is broken, not ours, or over."""
    scope = _signed(ring, _RESURVEY, token, 12, _TAG)
    if scope is None or now >= datetime.fromtimestamp(int.from_bytes(scope[10:]) * 86400, UTC):
        return None
    return _id(scope[:10])


def sign_user_token(ring: KeyRing, purpose: Purpose, user: Principal, issued: datetime) -> str:
    """The token that stands for a person, good from `issued` for as long as its purpose allows, to the minute."""
    minute = -(-(issued + VALID_FOR[purpose]).timestamp() // 60)
    scope = _bytes(user.user_id) + user.session_version.to_bytes(3) + int(minute).to_bytes(4)
    return _text(scope + ring.sign(purpose, scope, _PERSON_TAG))


def read_user_token(ring: KeyRing, purpose: Purpose, token: str, now: datetime) -> Principal | None:
    """Whom the token stands for; None when it is broken, not ours, for another purpose, or over."""
    scope = _signed(ring, purpose, token, 17, _PERSON_TAG)
    if scope is None or now >= datetime.fromtimestamp(int.from_bytes(scope[13:]) * 60, UTC):
        return None
    return Principal(_id(scope[:10]), int.from_bytes(scope[10:13]))


def user_tag_of(user_id: str) -> bytes:
    """Three bytes that tell a person from the others of the same shop."""
    return _bytes(user_id)[:3]


def _signed(ring: KeyRing, purpose: str, token: str, size: int, tag: int) -> bytes | None:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    scope, signature = raw[:size], raw[size:]
    if _text(raw) != token or len(signature) != tag or not ring.verify(purpose, scope, signature):
        return None
    return scope


def _last_day(ends: datetime) -> int:
    """The day, counted since 1970, with whose beginning (UTC) it is over at the latest."""
    return int(-(-ends.timestamp() // 86400))


def _bytes(id_: str) -> bytes:
    return base64.b32decode(id_.upper())


def _id(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower()


def _text(raw: bytes) -> str:
    """The one way to write a token: base64 could leave other bits in its last character."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
