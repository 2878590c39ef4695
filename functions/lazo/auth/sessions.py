"""Sessions of the desk: signed tokens in a cookie, which say who reads, since when, and how far.

| token | size | content |
|---|---|---|
| of who signed in | 42 (56 characters) | 10 user id, 3 version, 4 minute of signing in, 4 last minute, 5 id, 16 HMAC |
| of an alert's link | 56 (75 characters) | the same with 10 follow-up id, 4 minute until which the board is open |

The id stands in the table once the session was ended (`lazo.table.users`): signing out holds for copies of the cookie.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from lazo.auth.keyring import KeyRing
from lazo.auth.links import Principal
from lazo.auth.tokens import id_from, id_to_bytes, signed_scope, to_text

IDLE_FOR: Final = timedelta(hours=12)
"""How long a session lasts without a page being opened."""
LASTS_AT_MOST: Final = timedelta(days=7)
"""After signing in, however busy."""
FRESH_FOR: Final = timedelta(hours=1)
"""How long after signing in answers may be exported."""
RENEWED_EVERY: Final = timedelta(minutes=15)
BOARD_OPEN_FOR: Final = timedelta(hours=24)
"""How long after an alert its link also opens the board."""
SESSION_ID_BYTES: Final = 5
_TAG: Final = 16
_HEAD: Final = 26


@dataclass(frozen=True, slots=True)
class LinkReach:
    """What an alert's link opens: its case, and the board of the case's store until `board_until`. The link of a
    `bundle` opens until then the cases and the board of every store that names its reader."""

    followup_id: str
    board_until: datetime
    bundle: bool = False


@dataclass(frozen=True, slots=True)
class Session(Principal):
    """A user's session; `link` is None for who signed in: they may go everywhere."""

    session_id: str
    signed_in_at: datetime
    ends_at: datetime
    link: LinkReach | None = None

    def renewed(self, now: datetime) -> "Session | None":
        """Return the session with its end put off; None if that is not worth a cookie. That of a link is not renewed:
        the link can be opened again."""
        until = min(now + IDLE_FOR, self.signed_in_at + LASTS_AT_MOST)
        worth = self.link is None and until - self.ends_at >= RENEWED_EVERY
        return replace(self, ends_at=until) if worth else None

    def is_fresh(self, now: datetime) -> bool:
        """Return whether its user has signed in within the last hour."""
        return self.link is None and now - self.signed_in_at < FRESH_FOR


def sign_session(ring: KeyRing, session: Session) -> str:
    """Return the session's token."""
    scope = id_to_bytes(session.user_id) + session.session_version.to_bytes(3)
    scope += _minutes(session.signed_in_at) + _minutes(session.ends_at) + id_to_bytes(session.session_id)
    if link := session.link:
        scope += id_to_bytes(link.followup_id) + _minutes(link.board_until)
    return to_text(scope + ring.sign(_purpose(session.link), scope, _TAG))


def read_session(ring: KeyRing, token: str, now: datetime) -> Session | None:
    """Return the session of a token; None if it is malformed, wrongly signed or over. The caller asks the table whether
    it was ended."""
    scope, bundle = signed_scope(ring, "desk session", token, _HEAD, _TAG), False
    for kind in (False, True) if scope is None else ():
        if scope := signed_scope(ring, f"desk session {kind:d}", token, _HEAD + 14, _TAG):
            bundle = kind
            break
    if scope is None:
        return None
    signed_in_at, ends_at = _minute(scope[13:17]), _minute(scope[17:21])
    if now >= ends_at:
        return None
    link = (
        LinkReach(id_from(scope[_HEAD : _HEAD + 10]), _minute(scope[-4:]), bundle)
        if len(scope) > _HEAD
        else None
    )
    session_id = id_from(scope[21:_HEAD])
    return Session(id_from(scope[:10]), int.from_bytes(scope[10:13]), session_id, signed_in_at, ends_at, link)


def _purpose(link: LinkReach | None) -> str:
    return "desk session" if link is None else f"desk session {link.bundle:d}"


def _minutes(instant: datetime) -> bytes:
    """Return the minutes since 1970 (UTC), rounded up."""
    return int(-(-instant.timestamp() // 60)).to_bytes(4)


def _minute(raw: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(raw) * 60, UTC)
