"""The id of an answer is chosen before it is sent, so that sending it twice is one answer.

A page carries an id signed for its code. A program that posts JSON may bring an id of its own, or none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lazo.auth.keyring import KeyRing
from lazo.errors import Problem, Rejected
from lazo.ids import ENTROPY_BYTES, TimeOrderedId, new_ulid, parse_id

PAGE_VALID_FOR: Final = timedelta(days=7)
"""A page may be answered this long after it was served: answers wait in a phone without network."""
OWN_ID_VALID_FOR: Final = timedelta(hours=24)
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
FASTEST_PERSON: Final = timedelta(seconds=2)
"""Between the page being served and its answer coming in."""

_PURPOSE: Final = "answer"
_TAG: Final = 16


@dataclass(frozen=True, slots=True)
class PageId:
    """What a page carries in hidden fields."""

    answer_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The id that an answer gets, and what looked odd about the one it came with."""

    id: TimeOrderedId
    suspect: tuple[str, ...] = ()


def issue(keys: KeyRing, code: str, now: datetime, entropy: Callable[[int], bytes]) -> PageId:
    """A new id for a page of `code`."""
    answer_id = new_ulid(now, entropy(ENTROPY_BYTES))
    return PageId(answer_id, keys.sign(_PURPOSE, _signed(answer_id, code), _TAG).hex())


def is_signed(keys: KeyRing, sent: PageId, code: str, now: datetime) -> bool:
    """Whether a page of `code`, served within the last seven days, carried this id."""
    try:
        found, signature = parse_id(sent.answer_id), bytes.fromhex(sent.signature)
    except ValueError:
        return False
    return (
        -CLOCKS_DIFFER_BY <= now - found.at <= PAGE_VALID_FOR
        and len(signature) == _TAG
        and keys.verify(_PURPOSE, _signed(found.ulid, code), signature)
    )


def settle(
    keys: KeyRing,
    sent: PageId,
    code: str,
    now: datetime,
    entropy: Callable[[int], bytes],
    *,
    from_page: bool,
) -> Settled:
    """The id for an answer sent to `code` with `sent` (empty texts: none).

    A page's signed id is taken as it is. What says it comes from a page (`from_page`: a form, or a signature) and has
    no id that we signed in the last seven days is kept all the same, marked `unsigned`: under its own id where that is
    one of the last 24 hours, so that sending it twice stays one answer, else under a new one. An id that a program
    chose must be of the last 24 hours; Rejected otherwise.
    """
    suspect = ("unsigned",) if from_page else ()
    if sent.answer_id:
        if is_signed(keys, sent, code, now):
            found = parse_id(sent.answer_id)
            return Settled(found, ("too_fast",) if now - found.at < FASTEST_PERSON else ())
        if own := _recent(sent.answer_id, now):
            return Settled(own, suspect)
        if not from_page:
            raise Rejected(Problem("answer_id_invalid", "answer_id"))
    return Settled(parse_id(new_ulid(now, entropy(ENTROPY_BYTES))), suspect)


def _recent(answer_id: str, now: datetime) -> TimeOrderedId | None:
    try:
        found = parse_id(answer_id)
    except ValueError:
        return None
    return found if -CLOCKS_DIFFER_BY <= now - found.at <= OWN_ID_VALID_FOR else None


def _signed(ulid: str, code: str) -> bytes:
    return f"{ulid} {code}".encode()
