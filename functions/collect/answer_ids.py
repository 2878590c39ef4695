"""Choose the id of an answer before it is sent, so that sending it twice records one answer.

A page carries an id signed for its code. A program that posts JSON may choose an id, or leave it out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lazo.auth.keyring import KeyRing
from lazo.errors import Problem, Rejected
from lazo.ids import ENTROPY_BYTES, TimeOrderedId, new_ulid, parse_id

PAGE_VALID_FOR: Final = timedelta(days=7)
"""How long after it was served a page may be answered: answers wait in a phone without network."""
OWN_ID_VALID_FOR: Final = timedelta(hours=24)
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
FASTEST_PERSON: Final = timedelta(seconds=2)
"""The shortest time between serving a page and its answer; a faster one is marked as suspect."""

_PURPOSE: Final = "answer"
_TAG: Final = 16


@dataclass(frozen=True, slots=True)
class PageId:
    """The hidden fields of a page; the signature is hexadecimal."""

    answer_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class ChosenId:
    """The id that an answer gets, what is suspect about the one that was sent, and whether a page of ours had it."""

    id: TimeOrderedId
    suspect: tuple[str, ...] = ()
    signed: bool = False


def issue_page_id(keys: KeyRing, code: str, now: datetime, entropy: Callable[[int], bytes]) -> PageId:
    """Return a new signed id for a page of `code`."""
    answer_id = new_ulid(now, entropy(ENTROPY_BYTES))
    return PageId(answer_id, keys.sign(_PURPOSE, _signed_bytes(answer_id, code), _TAG).hex())


def is_signed(keys: KeyRing, sent: PageId, code: str, now: datetime) -> bool:
    """Return whether this id was signed for `code` within the last seven days."""
    try:
        found, signature = parse_id(sent.answer_id), bytes.fromhex(sent.signature)
    except ValueError:
        return False
    return (
        -CLOCKS_DIFFER_BY <= now - found.at <= PAGE_VALID_FOR
        and len(signature) == _TAG
        and keys.verify(_PURPOSE, _signed_bytes(found.ulid, code), signature)
    )


def choose_answer_id(
    keys: KeyRing,
    sent: PageId,
    code: str,
    now: datetime,
    entropy: Callable[[int], bytes],
    *,
    from_page: bool,
) -> ChosenId:
    """Return the id for an answer that was sent to `code` with `sent` (empty texts: without an id).

    A signed id is used as it is. An answer that claims to come from a page (`from_page`: a form, or a signature)
    without a valid signature is kept and marked `unsigned`: under its own id if that is at most 24 hours old, so that
    sending it twice stays one answer, else under a new one. Raises Rejected `answer_id_invalid` when a program's own id
    is older, or no id at all.
    """
    suspect = ("unsigned",) if from_page else ()
    if sent.answer_id:
        if is_signed(keys, sent, code, now):
            found = parse_id(sent.answer_id)
            return ChosenId(found, ("too_fast",) if now - found.at < FASTEST_PERSON else (), signed=True)
        if own := _parse_recent(sent.answer_id, now):
            return ChosenId(own, suspect)
        if not from_page:
            raise Rejected(Problem("answer_id_invalid", "answer_id"))
    return ChosenId(parse_id(new_ulid(now, entropy(ENTROPY_BYTES))), suspect)


def _parse_recent(answer_id: str, now: datetime) -> TimeOrderedId | None:
    try:
        found = parse_id(answer_id)
    except ValueError:
        return None
    return found if -CLOCKS_DIFFER_BY <= now - found.at <= OWN_ID_VALID_FOR else None


def _signed_bytes(ulid: str, code: str) -> bytes:
    return f"{ulid} {code}".encode()
