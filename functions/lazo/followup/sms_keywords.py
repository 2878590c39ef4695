"""Understand the replies to our SMS, and word the answers to a store's contact."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lazo.followup.model import FollowUp
from lazo.phrases.wish_rules import finds_wish
from lazo.store.model import Store
from lazo.text.cleaning import fold
from lazo.text.gsm7 import SEGMENT, excerpt, fit_one_segment, septet_count, to_gsm7
from lazo.translations import DATA, LANGUAGES, translations

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
_LONGEST_COURTESY = 3
"""Words of the longest courtesy, closing or signature."""
_SENTENCE_END = re.compile(r"[.,;!?¡¿\n]")
OPT_OUTS = DATA / "sms_opt_outs.toml"
_WITHOUT_APOSTROPHES = dict.fromkeys(map(ord, "'’"))
_LONGEST_NAME = 30
_NAME_LENGTHS = (60, 30, 20, 12, 8)
"""Septets for the names of store and touchpoint, tried in turn until the answer fits into one segment."""


def parse_keyword(text: str) -> Keyword:
    """Return what a reply asks for.

    It is one of the words in data/sms_replies, in any language, with nothing but courtesy and a signature around it, or
    an opt-out in one's own words. "unknown" is anything else: a longer text is for a person to read and must not take
    on a follow-up.
    """
    known = _keywords()
    said = _without_courtesy(_without_signature(_normalize(text).split(), known), known)
    plain = " ".join(said)
    if plain in known.meanings:
        return known.meanings[plain]
    if len(set(said)) == 1 and known.meanings.get(said[0]) == "stop":
        return "stop"
    return "stop" if _asks_to_stop(text, known) else "unknown"


def is_only_courtesy(text: str) -> bool:
    """Return whether a text holds nothing but courtesy, emoji or a keyword: nobody has to act on it."""
    known = _keywords()
    words = _normalize(text).split()
    return not _without_courtesy(words, known) or parse_keyword(text) != "unknown"


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


@dataclass(frozen=True, slots=True)
class _Known:
    """What replies say, as data/sms_replies describes it; the sets hold lists of words."""

    meanings: Mapping[str, Keyword]
    courtesy: frozenset[tuple[str, ...]]
    closings: frozenset[tuple[str, ...]]
    signatures: frozenset[tuple[str, ...]]
    stop_sentences: frozenset[tuple[str, ...]]


@cache
def _keywords() -> _Known:
    listed = [translations("sms_replies", language)["understood"] for language in LANGUAGES]

    def words(name: str) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(_normalize(entry).split()) for each in listed for entry in each[name])

    return _Known(
        meanings={_normalize(entry): each for texts in listed for each in _KEYWORDS for entry in texts[each]},
        courtesy=words("courtesy"),
        closings=words("closings"),
        signatures=words("signatures"),
        stop_sentences=words("stop_sentences"),
    )


def _without_signature(words: list[str], known: _Known) -> list[str]:
    """Return the words before a signature, or before a closing that something stands before."""
    for at in range(len(words)):
        here = {tuple(words[at : at + length]) for length in range(1, _LONGEST_COURTESY + 1)}
        if here & known.signatures or (at and here & known.closings):
            return words[:at]
    return words


def _without_courtesy(words: list[str], known: _Known) -> list[str]:
    start, end = 0, len(words)
    lengths = range(_LONGEST_COURTESY, 0, -1)
    while found := next((n for n in lengths if tuple(words[start : start + n]) in known.courtesy), 0):
        start += found
    while found := next(
        (n for n in lengths if n <= end - start and tuple(words[end - n : end]) in known.courtesy), 0
    ):
        end -= found
    return words[start:end]


def _asks_to_stop(text: str, known: _Known) -> bool:
    sentences = (_normalize(each).split() for each in _SENTENCE_END.split(text))
    forms = {tuple(form) for each in sentences for form in (each, _without_courtesy(each, known))}
    return not forms.isdisjoint(known.stop_sentences) or finds_wish(OPT_OUTS, text)


def _normalize(text: str) -> str:
    """Return words of lower-case letters and digits, without accents and emoji, separated by one space."""
    # Drop combining marks only: other zero-width characters (joiner, soft hyphen) separate words here.
    kept = fold(text, drop=unicodedata.combining).translate(_WITHOUT_APOSTROPHES)
    return " ".join(re.findall(r"[^\W_]+", kept))
