"""Understand the replies to our SMS, and word the answers to a store's contact."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Literal

from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.text.cleaning import fold
from lazo.text.gsm7 import SEGMENT, excerpt, fit_one_segment, septet_count, to_gsm7
from lazo.translations import LANGUAGES, translations

Keyword = Literal["take_on", "pass_on", "stop", "start", "unknown"]
ReplyKind = Literal[
    "taken_on",
    "already_yours",
    "somebody_has_it",
    "passed_on",
    "passed_before",
    "nobody_above",
    "ended",
    "try_again",
    "nothing_open",
    "stopped",
    "stopped_all",
    "started",
    "help",
]

_KEYWORDS: tuple[Keyword, ...] = ("take_on", "pass_on", "stop", "start")
_SHORT_REPLY_WORDS = 3
"""A reply of at most this many words that begins with a stop word is a stop ("stop please")."""
_WITHOUT_APOSTROPHES = dict.fromkeys(map(ord, "'’"))
_LONGEST_NAME = 30
_NAME_LENGTHS = (60, 30, 20, 12, 8)
"""Septets for the names of store and touchpoint, tried in turn until the answer fits into one segment."""


def parse_keyword(text: str) -> Keyword:
    """Return what a reply asks for. "unknown" is anything but one of the words in data/sms_replies, in any language: a
    longer text is for a person to read and must not take on a follow-up."""
    plain = _normalize(text)
    meanings, stop_words = _keywords()
    if plain in meanings:
        return meanings[plain]
    parts = plain.split()
    return "stop" if parts and len(parts) <= _SHORT_REPLY_WORDS and parts[0] in stop_words else "unknown"


def reply_hint(language: str) -> str:
    """Return the line that tells the reader of an alert how to reply."""
    text: str = translations("sms_replies", language)["offer"]["text"]
    return text


def reply_text(what: ReplyKind, language: str) -> str:
    """Return an answer about no follow-up, in one GSM-7 segment."""
    return fit_one_segment(translations("sms_replies", language)["answers"][what], "", "")


def reply_text_about(
    what: ReplyKind, language: str, followup: FollowUp, store: Store, link: str, **names: str
) -> str:
    """Return an answer about a follow-up in one segment: its store and touchpoint, shortened as needed, its score, and
    the `link`. `names` fill the placeholders of the line."""
    text = translations("sms_replies", language)
    line, about = text["answers"][what], text["about"]["signals" if followup.score is None else "answer"]
    filled = {name: excerpt(value, _LONGEST_NAME) for name, value in names.items()}
    head = ""
    for room in _NAME_LENGTHS:
        case = about.format(
            shop=excerpt(store.name, room), place=excerpt(followup.touchpoint, room), score=followup.score
        )
        head = line.format(about=case, **filled)
        if septet_count(to_gsm7(head)) + len(" ") + septet_count(link) <= SEGMENT:
            break
    return fit_one_segment(head, "", link)


@cache
def _keywords() -> tuple[Mapping[str, Keyword], frozenset[str]]:
    """Return what each reply means, and the words that mean stop at the start of a short reply."""
    meanings: dict[str, Keyword] = {}
    stop_words: set[str] = set()
    for language in LANGUAGES:
        listed = translations("sms_replies", language)["understood"]
        stop_words.update(listed["stop_first"])
        for each in _KEYWORDS:
            meanings.update(dict.fromkeys(map(_normalize, listed[each]), each))
    return meanings, frozenset(stop_words)


def _normalize(text: str) -> str:
    """Return words of lower-case letters and digits, without accents and emoji, separated by one space."""
    # Drop combining marks only: other zero-width characters (joiner, soft hyphen) separate words here.
    kept = fold(text, drop=unicodedata.combining).translate(_WITHOUT_APOSTROPHES)
    return " ".join(re.findall(r"[^\W_]+", kept))
