"""Tokens signed with HMAC-SHA-256: links in alerts and to customers, and sign-in links.

Tokens are short because each character is one less for the customer's comment in an SMS. In bytes:

| token | size | content |
|---|---|---|
| alert link | 26 (35 characters) | 10 follow-up id, 3 user tag, 4 bits session version, 20 bits expiry hour, 10 HMAC |
| customer link | 22 (30 characters) | 10 follow-up id, 1 bit channel, 15 bits expiry day, 10 HMAC |
| resurvey link | 22 (30 characters) | 10 follow-up id, 2 expiry day, 10 HMAC |
| the same after an improvement | 38 (51 characters) | 10 follow-up id, 16 improvement id, 2 expiry day, 10 HMAC |
| address link | 22 (30 characters) | 10 link id, 2 expiry day, 10 HMAC |
| sign-in and report link | 33 (44 characters) | 10 user id, 3 session version, 4 expiry minute, 16 HMAC |
| link of a wall | 21 and the store id (29 to 82 characters) | 3 version, 2 expiry day, 16 HMAC, store id |

Hours last until the year 2089, days of 15 bits until 2059. The channel of a customer link says which address its holder
has proven to own: the phone or the e-mail of that answer, never both. Signing out everywhere raises a user's session
version; tokens with an earlier one are not valid any more.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from lazo import ids
from lazo.auth.keyring import KeyRing
from lazo.auth.tokens import decoded, id_from, id_to_bytes, signed_scope, to_text
from lazo.store.contacts import Channel

Purpose = Literal["sign-in", "report"]

ALERT_LINK_VALID_FOR = timedelta(days=7)
CUSTOMER_LINK_VALID_FOR = timedelta(days=180)
WALL_LINK_VALID_FOR = timedelta(days=366)
RESURVEY_VALID_FOR = timedelta(days=60)
ADDRESS_LINK_VALID_FOR = timedelta(days=7)
VALID_FOR: dict[Purpose, timedelta] = {
    "sign-in": timedelta(minutes=15),
    "report": timedelta(days=7),
}
ADDRESS_VERSIONS = 10
"""How many phones, and how many e-mails, an answer may have had for its customer's page to open."""
SESSION_VERSIONS_IN_LINK = 16
"""An alert link holds the session version modulo this. It would become valid again if its user signed out everywhere
this many times within its seven days."""

_TAG = 10
_USER_TOKEN_TAG = 16
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_HOUR_BITS = 20
_DAY_BITS = 15
_LINK = ("link", "link of a bundle")
_CUSTOMER = "customer-page"
_RESURVEY = "resurvey"
_IMPROVEMENT = "improvement"
_ADDRESS = "address"
_WALL = "wall"
_WALL_HEAD = 5


@dataclass(frozen=True, slots=True)
class AlertLink:
    """Which user may open which follow-up: `user_tag` is `user_tag_of` their id, `session_version` its last 4 bits.
    `issued` is up to an hour later than the alert; a `bundle` is one message about several follow-ups."""

    followup_id: str
    user_tag: bytes
    session_version: int
    issued: datetime
    bundle: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """The user that a sign-in link or session authenticates, and their session version."""

    user_id: str
    session_version: int


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """The follow-up whose customer's page the link opens, the channel by which it was sent, and which address of that
    channel it was sent to: 0 for the one that came with the answer, one more with each change. `sent_by`: the end
    of the day (UTC) on which it was made."""

    followup_id: str
    channel: Channel
    version: int = 0
    sent_by: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class WallLink:
    """The store whose wall a link shows, and its version: each new link of a store has a higher one, which ends those
    before it."""

    store_id: str
    version: int


@dataclass(frozen=True, slots=True)
class ResurveyLink:
    """What an answer to a resurvey is about: a follow-up, and if the customer was told of an improvement, that."""

    followup_id: str
    improvement_id: str | None = None


def sign_alert_link(
    ring: KeyRing, followup_id: str, user: Principal, issued: datetime, *, bundle: bool = False
) -> str:
    """Return the token of the link of an alert, or of a `bundle` of alerts, valid for seven days from `issued`, rounded
    up to the hour.

    The same arguments give the same token, so that a repeated message has the same link.
    """
    hour = _round_up(issued + ALERT_LINK_VALID_FOR, _HOUR)
    ends = user.session_version % SESSION_VERSIONS_IN_LINK << _HOUR_BITS | hour
    scope = id_to_bytes(followup_id) + user_tag_of(user.user_id) + ends.to_bytes(3)
    return to_text(scope + ring.sign(_LINK[bundle], scope, _TAG))


def read_alert_link(ring: KeyRing, token: str, now: datetime) -> AlertLink | None:
    """Return what an alert's link opens; None if it is malformed, wrongly signed or expired."""
    signed = ((signed_scope(ring, purpose, token, 16, _TAG), purpose) for purpose in _LINK)
    scope, purpose = next((each for each in signed if each[0]), (None, ""))
    if scope is None:
        return None
    session_version, hour = divmod(int.from_bytes(scope[13:]), 1 << _HOUR_BITS)
    if _is_over(hour, _HOUR, now):
        return None
    issued = datetime.fromtimestamp(hour * _HOUR, UTC) - ALERT_LINK_VALID_FOR
    return AlertLink(id_from(scope[:10]), scope[10:13], session_version, issued, purpose == _LINK[True])


def sign_customer_link(
    ring: KeyRing, followup_id: str, channel: Channel, issued: datetime, version: int = 0
) -> str:
    """Return the token of a customer's page (`/m/{token}`), valid for 180 days from `issued`, rounded up to the day.

    Send it only to the customer's address on `channel`: the page shows what belongs to that address.
    """
    ends = (channel == "email") << _DAY_BITS | _round_up(issued + CUSTOMER_LINK_VALID_FOR, _DAY)
    scope = id_to_bytes(followup_id) + ends.to_bytes(2)
    return to_text(scope + ring.sign(_customer_purpose(version), scope, _TAG))


def read_customer_link(ring: KeyRing, token: str, now: datetime) -> CustomerLink | None:
    """Return whose page the token opens; None if it is malformed, wrongly signed or expired."""
    # The token has no room for the version, so the signature tells it.
    signed = ((signed_scope(ring, _customer_purpose(n), token, 12, _TAG), n) for n in range(ADDRESS_VERSIONS))
    scope, version = next((each for each in signed if each[0]), (None, 0))
    if scope is None:
        return None
    by_email, day = divmod(int.from_bytes(scope[10:]), 1 << _DAY_BITS)
    if _is_over(day, _DAY, now):
        return None
    sent_by = datetime.fromtimestamp(day * _DAY, UTC) - CUSTOMER_LINK_VALID_FOR
    return CustomerLink(id_from(scope[:10]), "email" if by_email else "sms", version, sent_by)


def _customer_purpose(version: int) -> str:
    return f"{_CUSTOMER}-{version}" if version else _CUSTOMER


def sign_resurvey_link(
    ring: KeyRing, followup_id: str, issued: datetime, improvement_id: str | None = None
) -> str:
    """Return the token that links a resurvey's answer to its follow-up (`/s/{code}?r={token}`), and to the improvement
    (its ULID) if it asks about one, valid for 60 days from `issued`, rounded up to the day."""
    ends = issued + RESURVEY_VALID_FOR
    if improvement_id is None:
        return _sign_dated(ring, _RESURVEY, id_to_bytes(followup_id), ends)
    return _sign_dated(ring, _IMPROVEMENT, id_to_bytes(followup_id) + ids.ulid_bytes(improvement_id), ends)


def read_resurvey_link(ring: KeyRing, token: str, now: datetime) -> ResurveyLink | None:
    """Return what a resurvey is about; None if the token is malformed, wrongly signed or expired."""
    if about := _read_dated(ring, _RESURVEY, token, now):
        return ResurveyLink(id_from(about))
    if about := _read_dated(ring, _IMPROVEMENT, token, now, size=26):
        return ResurveyLink(id_from(about[:10]), ids.ulid_from_bytes(about[10:]))
    return None


def sign_address_link(ring: KeyRing, link_id: str, issued: datetime) -> str:
    """Return the token of a link that proves an address (`/m/{token}`), valid for 7 days from `issued`, rounded up to
    the day."""
    return _sign_dated(ring, _ADDRESS, id_to_bytes(link_id), issued + ADDRESS_LINK_VALID_FOR)


def read_address_link(ring: KeyRing, token: str, now: datetime) -> str | None:
    """Return the id of a link that proves an address (`lazo.customer.address_link`); None if the token is malformed,
    wrongly signed or expired."""
    about = _read_dated(ring, _ADDRESS, token, now)
    return id_from(about) if about else None


def sign_wall_link(ring: KeyRing, link: WallLink, issued: datetime) -> str:
    """Return the token of a store's wall (`/desk/wall/{token}`), valid for 366 days from `issued`, rounded up to the
    day."""
    ends = _round_up(issued + WALL_LINK_VALID_FOR, _DAY)
    head, store = link.version.to_bytes(3) + ends.to_bytes(2), link.store_id.encode()
    return to_text(head + ring.sign(_WALL, head + store, _USER_TOKEN_TAG) + store)


def read_wall_link(ring: KeyRing, token: str, now: datetime) -> WallLink | None:
    """Return whose wall the token shows; None if it is malformed, wrongly signed or expired. The caller compares the
    version."""
    raw = decoded(token) or b""
    head, rest = raw[:_WALL_HEAD], raw[_WALL_HEAD:]
    signature, store = rest[:_USER_TOKEN_TAG], rest[_USER_TOKEN_TAG:]
    if not store or not ring.verify(_WALL, head + store, signature):
        return None
    if _is_over(int.from_bytes(head[3:]), _DAY, now):
        return None
    return WallLink(store.decode(), int.from_bytes(head[:3]))


def sign_user_token(ring: KeyRing, purpose: Purpose, user: Principal, issued: datetime) -> str:
    """Return the token of a user's sign-in or report link, valid from `issued` for VALID_FOR, rounded up to the
    minute."""
    minute = _round_up(issued + VALID_FOR[purpose], _MINUTE)
    scope = id_to_bytes(user.user_id) + user.session_version.to_bytes(3) + minute.to_bytes(4)
    return to_text(scope + ring.sign(purpose, scope, _USER_TOKEN_TAG))


def read_user_token(ring: KeyRing, purpose: Purpose, token: str, now: datetime) -> Principal | None:
    """Return the user that the token authenticates; None if it is malformed, wrongly signed, for another purpose or
    expired. The caller compares the session version."""
    scope = signed_scope(ring, purpose, token, 17, _USER_TOKEN_TAG)
    if scope is None or _is_over(int.from_bytes(scope[13:]), _MINUTE, now):
        return None
    return Principal(id_from(scope[:10]), int.from_bytes(scope[10:13]))


def token_id(token: str) -> str:
    """Return an id of a token, for what is kept of those that were used."""
    return id_from((decoded(token) or b"")[-10:])


def user_tag_of(user_id: str) -> bytes:
    """Return three bytes that distinguish a user from the others of the same store."""
    return id_to_bytes(user_id)[:3]


def _sign_dated(ring: KeyRing, purpose: str, about: bytes, ends: datetime) -> str:
    """Return the token of ids and a day."""
    scope = about + _round_up(ends, _DAY).to_bytes(2)
    return to_text(scope + ring.sign(purpose, scope, _TAG))


def _read_dated(ring: KeyRing, purpose: str, token: str, now: datetime, size: int = 10) -> bytes | None:
    """Return the ids, of `size` bytes together, whose token it is."""
    scope = signed_scope(ring, purpose, token, size + 2, _TAG)
    if scope is None or _is_over(int.from_bytes(scope[size:]), _DAY, now):
        return None
    return scope[:size]


def _round_up(expiry: datetime, unit: int) -> int:
    """Return `expiry` in units of so many seconds since 1970 (UTC), rounded up."""
    return int(-(-expiry.timestamp() // unit))


def _is_over(expiry: int, unit: int, now: datetime) -> bool:
    return now >= datetime.fromtimestamp(expiry * unit, UTC)
