"""What a reader types into the search, and whether a case matches it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lazo.followup.model import FollowUp
from lazo.survey.answer import Answer
from lazo.text.cleaning import fold, one_line
from lazo.text.contact_details import normalize_address, readings_anywhere, spellings_of_line, to_e164

LONGEST: Final = 100
SHORTEST: Final = 2
READINGS_AT_MOST: Final = 4
"""Digits without a country code may be numbers of several countries: so many are looked up."""
_CASE_ID: Final = re.compile(r"(?:.*/followups/)?([a-z2-7]{16})(?:[?#].*)?")
_MARK: Final = re.compile(r"#?([a-z2-7]{4})")
_DIGITS_AT_LEAST: Final = 4


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What was typed, as it is compared. `words`: folded; each has to be found. `digits`: of a phone or its end,
    without leading zeros. `phones` in E.164 and `email` as stored, where all of it may be one. `case_id`: of a case's
    number or address; `mark`: the one at the end of the subject of its e-mails (#K7QM), without the sign."""

    words: tuple[str, ...]
    digits: str
    phones: tuple[str, ...]
    email: str
    case_id: str
    mark: str = ""

    def matches(self, followup: FollowUp, answers: Iterable[Answer], said: str) -> bool:
        """Return whether an open case matches: its number, the contact or the name that the customer left with one of
        `answers`, or what they `said`, as it is shown."""
        known = [each for each in answers if not each.restricted]
        names = fold(" ".join(each.name or "" for each in known), styled=False)
        text = fold(one_line(said), styled=False)
        return (
            followup.followup_id == self.case_id
            or (bool(self.mark) and followup.followup_id.startswith(self.mark))
            or any(self._has_contact(each) for each in known)
            or (bool(self.words) and all(word in names or word in text for word in self.words))
        )

    def says(self, comment: str) -> bool:
        """Return whether all the words are in a comment."""
        text = fold(one_line(comment), styled=False)
        return bool(self.words) and all(word in text for word in self.words)

    def _has_contact(self, answer: Answer) -> bool:
        phone, email = answer.phone or "", (answer.email or "").lower()
        lines = spellings_of_line(phone) if phone else ()
        return (
            any(each in self.phones for each in lines)
            or (bool(self.digits) and any(each.endswith(self.digits) for each in lines))
            or (bool(self.email) and self.email == email)
        )


def read_terms(typed: str, countries: Iterable[str]) -> SearchTerms | None:
    """Return the terms of what was typed; None if it is too short. `countries`: where a phone without a country code
    may be from, before all others."""
    text = one_line(typed)[:LONGEST]
    if len(text) < SHORTEST:
        return None
    case = _CASE_ID.fullmatch(text)
    mark = _MARK.fullmatch(text.lower())
    address = normalize_address(text) or ""
    is_email = "@" in address
    digits = "" if is_email else re.sub("[^0-9]", "", address).lstrip("0")
    return SearchTerms(
        words=tuple(fold(text, styled=False).split()),
        digits=digits if len(digits) >= _DIGITS_AT_LEAST else _short_number(text),
        phones=() if is_email or not digits else _phones(text, address, digits, countries),
        email=address if is_email else "",
        case_id=case[1] if case else "",
        mark=mark[1] if mark else "",
    )


def _short_number(text: str) -> str:
    """Return the digits of a text that is the end of a phone and nothing else, else ""."""
    digits = re.sub(r"[ .()\-]", "", text)
    return digits if digits.isascii() and digits.isdigit() and len(digits) >= _DIGITS_AT_LEAST else ""


def _phones(text: str, address: str, digits: str, countries: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = [address] if address.startswith("+") else []
    for country in () if found else dict.fromkeys(countries):
        try:
            found.append(to_e164(text, country))
        except ValueError:
            continue
    if not found:
        found += readings_anywhere(digits)
    return tuple(dict.fromkeys(line for each in found for line in spellings_of_line(each)))[:READINGS_AT_MOST]
