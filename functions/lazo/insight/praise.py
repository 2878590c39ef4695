"""Which answers praise a store in words that may be read to others."""

import hashlib
from collections.abc import Iterable

from lazo.insight.weeks import Week
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.contact_details import holds_contact_details
from lazo.text.name_masking import mask_names

SHORTEST = 12
"""Characters: "Todo bien" says nothing that somebody would want to read."""
LONGEST = 400
"""Characters of words that are quoted whole; longer ones are cut."""


def is_praise(answer: Answer) -> bool:
    """Return whether a promoter said something that may be read to others: it counts, names no danger, asks for
    nothing, and holds nobody's phone or e-mail."""
    found = answer.classification
    return (
        found is not None
        and found.band == "promoter"
        and not (found.suspect or found.urgency or found.asks or found.themes)
        and not (answer.erased or answer.restricted or answer.provisional)
        and len(answer.comment.strip()) >= SHORTEST
        and not holds_contact_details(answer.comment)
    )


def most_telling(answers: Iterable[Answer], most: int) -> list[Answer]:
    """Return up to `most` of these: those first that say what they liked, then the longer ones that need no cut."""

    def rank(answer: Answer) -> tuple[bool, int, str]:
        praised = bool(answer.classification and answer.classification.praised)
        length = len(answer.comment)
        return praised, length if length <= LONGEST else 0, answer.ulid

    return sorted(answers, key=rank, reverse=True)[:most]


def quoted_praise(answer: Answer, store: Store, reader: str, *, names: bool) -> str:
    """Return the words of an answer for a reader of a language. `names`: as they were written; else people's names are
    masked."""
    words = answer.comment.strip()
    if not names:
        words = mask_names(words, store, answer.language, reader)
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"


def stores_in_turn(store_ids: Iterable[str], week: Week) -> list[str]:
    """Return the stores in an order that differs from week to week, so that each is quoted in its turn."""
    return sorted(store_ids, key=lambda store_id: hashlib.sha256(f"{week}{store_id}".encode()).digest())
