"""What somebody means who answers an SMS of ours, and what is written back to a shop's contact."""

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

_MEANINGS: tuple[Keyword, ...] = ("take_on", "pass_on", "stop", "start")
_SHORT = 3
"""Words of a reply in which the first may ask for no more messages ("stop please")."""
_APOSTROPHES = dict.fromkeys(map(ord, "'’"))
_LONGEST_NAME = 30
_ROOMS = (60, 30, 20, 12, 8)
"""Septets for the names of shop and place, tried in turn until an answer fits into one segment."""


def parse_keyword(text: str) -> Keyword:
    """What a reply asks for; "unknown" for anything that is not one of the words in data/sms_replies, in whichever
    language: who writes more than a word wants to be read by a person, and must not take anything on by it."""
    plain = _plain(text)
    said, first = _understood()
    if plain in said:
        return said[plain]
    parts = plain.split()
    return "stop" if parts and len(parts) <= _SHORT and parts[0] in first else "unknown"


def reply_hint(language: str) -> str:
    """What an alert says of replying, where it can be replied to."""
    text: str = translations("sms_replies", language)["offer"]["text"]
    return text


def reply_text(what: ReplyKind, language: str) -> str:
    """One segment of GSM-7 that is about no follow-up."""
    return fit_one_segment(translations("sms_replies", language)["answers"][what], "", "")


def reply_text_about(
    what: ReplyKind, language: str, followup: FollowUp, store: Store, link: str, **names: str
) -> str:
    """One segment that names the follow-up: its shop and place, cut as far as needed, and the score."""
    text = translations("sms_replies", language)
    line, about = text["answers"][what], text["about"]["signals" if followup.score is None else "answer"]
    filled = {name: excerpt(value, _LONGEST_NAME) for name, value in names.items()}
    head = ""
    for room in _ROOMS:
        case = about.format(
            shop=excerpt(store.name, room), place=excerpt(followup.touchpoint, room), score=followup.score
        )
        head = line.format(about=case, **filled)
        if septet_count(to_gsm7(head)) + len(" ") + septet_count(link) <= SEGMENT:
            break
    return fit_one_segment(head, "", link)


@cache
def _understood() -> tuple[Mapping[str, Keyword], frozenset[str]]:
    """What each reply means, and the words that ask for no more messages wherever a short reply begins with them."""
    said: dict[str, Keyword] = {}
    first: set[str] = set()
    for language in LANGUAGES:
        listed = translations("sms_replies", language)["understood"]
        first.update(listed["stop_first"])
        for each in _MEANINGS:
            said.update(dict.fromkeys(map(_plain, listed[each]), each))
    return said, frozenset(first)


def _plain(text: str) -> str:
    """Small letters and digits, without accents, punctuation and emoji, one space between words."""
    # Not what has no width otherwise: a joiner or a soft hyphen separates words here.
    kept = fold(text, drop=unicodedata.combining).translate(_APOSTROPHES)
    return " ".join(re.findall(r"[^\W_]+", kept))
