"""The forms of ids, and time-ordered ones: ULID (github.com/ulid/spec) and UUIDv7 (RFC 9562, 5.7).

Both of these are 128 bits that begin with 48 bits of milliseconds since 1970, so either can be written as the other.
The table stores every id in its ULID form, so that both kinds sort together.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

STORE_ID: Final = r"[a-z0-9][a-z0-9-]{0,39}"
_DIGEST_ID: Final = r"[a-z2-7]{16}"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {c: i for i, c in enumerate(_CROCKFORD)}
ENTROPY_BYTES = 10


@dataclass(frozen=True, slots=True)
class TimeOrderedId:
    """An id as the client sent it (`text`, in canonical case), in its ULID form, and the time it encodes (UTC)."""

    text: str
    ulid: str
    at: datetime


def is_store_id(text: str) -> bool:
    """Whether untrusted `text` has the form of a store's id. Any other is not looked up: the table takes no key of
    more than 2,048 bytes."""
    return re.fullmatch(STORE_ID, text) is not None


def is_followup_id(text: str) -> bool:
    """Whether untrusted `text` has the form of a follow-up's id (`lazo.followup.model.digest_id`)."""
    return re.fullmatch(_DIGEST_ID, text) is not None


def is_ulid(text: str) -> bool:
    """Whether untrusted `text` is a ULID in canonical case."""
    return len(text) == 26 and text[0] <= "7" and all(character in _VALUE for character in text)


def new_ulid(now: datetime, entropy: bytes) -> str:
    """Return the ULID for `now` (aware, to the millisecond) and 10 random bytes. Raises ValueError if not 10."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"entropy must be {ENTROPY_BYTES} bytes")
    milliseconds = (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return _encode(milliseconds << 80 | int.from_bytes(entropy))


def parse_id(text: str) -> TimeOrderedId:
    """Parse a ULID or a UUIDv7 in any case. Raises ValueError for anything else and for times after the year 9999."""
    if not text.isascii():
        raise ValueError("not an id")  # upper() would turn one \u00df into SS and change the length
    if len(text) == 26:
        number, canonical = _decode(text.upper()), text.upper()
    else:
        parsed = uuid.UUID(text)
        if parsed.version != 7 or parsed.variant != uuid.RFC_4122 or str(parsed) != text.lower():
            raise ValueError("not a UUIDv7")
        number, canonical = parsed.int, str(parsed)
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number >> 80)
    except OverflowError as error:
        raise ValueError("not an id: its instant is out of range") from error
    return TimeOrderedId(canonical, _encode(number), at)


def ulid_bytes(ulid: str) -> bytes:
    """Return the 16 bytes of a ULID. Raises ValueError if it is none."""
    return _decode(ulid).to_bytes(16)


def ulid_from_bytes(raw: bytes) -> str:
    """Return the ULID of its 16 bytes."""
    return _encode(int.from_bytes(raw))


def _encode(number: int) -> str:
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def _decode(text: str) -> int:
    if text[0] > "7":
        raise ValueError("not a ULID: more than 128 bits")
    number = 0
    for character in text:
        if character not in _VALUE:
            raise ValueError("not a ULID")
        number = number << 5 | _VALUE[character]
    return number
