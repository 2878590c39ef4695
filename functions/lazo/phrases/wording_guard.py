"""The wording guard: what is never said to a customer, in Spanish, English and Portuguese.

Words of the trade, the score that the customer gave, advertising, promises without a plan, and anything that ties a
favour to a score or a review. Every text that goes to a customer passes here, ours and the manager's: the channels
to customers take nothing but `Cleared`. What is kept back stands in data/guard/, for the operator to edit.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lazo.errors import Problem, Rejected
from lazo.phrases import wording_guard_rules
from lazo.phrases.deobfuscation import DeobfuscatedText, variants
from lazo.phrases.matching import BREAK, TOKEN, Hit
from lazo.phrases.wording_guard_rules import MARKS, GuardRules

Field = Literal["text", "subject"]

_CLAUSE_ENDS = frozenset(".;!?¡¿")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SEAL = object()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something not to be said: text[start:end] is `phrase`. `reason` is an id of `reasons(language)`; `better`, in the
    language of the phrase, is what to say instead."""

    start: int
    end: int
    phrase: str
    reason: str
    better: str
    field: Field = "text"


class Blocked(Rejected):
    """The text must not go to a customer; `findings` say why and where. Each is a problem `wording` of its field."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(*(Problem("wording", found.field, {"finding": found}) for found in findings))
        self.findings = tuple(findings)


class Cleared:
    """A text that has passed the guard. Only `clear` makes one."""

    __slots__ = ("_text",)

    def __init__(self, text: str, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only lazo.phrases.wording_guard.clear_text makes a Cleared")
        self._text = text

    @property
    def text(self) -> str:
        """The words."""
        return self._text


def clear_text(text: str, language: str, names: Iterable[str] = (), field: Field = "text") -> Cleared:
    """`text`, fit to be sent to a customer; Blocked when it is not. Arguments as for `check`."""
    findings = find_blocked_words(text, language, names, field)
    if findings:
        raise Blocked(findings)
    return Cleared(text, _SEAL)


def find_blocked_words(
    text: str, language: str, names: Iterable[str] = (), field: Field = "text"
) -> tuple[Finding, ...]:
    """What of `text` must not be said to a customer, in the order of the text, none overlapping
    another: what stands first, and is longest, is told.

    `language` is that of the text; whatever its language, the words of all three are looked for, but for those that
    mean something else in it. `names` (of the shop, of people) and links are not held against the text.
    """
    rules = wording_guard_rules.load_guard_rules(language)
    exempt = [*_found(_ADDRESS, text), *_named(text, names)]
    spans = {
        (start, end, group)
        for reading in variants(text)
        for start, end, group in _blocked(reading, rules)
        if not any(first <= start and end <= last for first, last in exempt)
    }
    findings: list[Finding] = []
    for start, end, number in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
        if not findings or start >= findings[-1].end:
            group = rules.groups[number]
            findings.append(Finding(start, end, text[start:end], group.reason, group.better, field))
    return tuple(findings)


def _blocked(reading: DeobfuscatedText, rules: GuardRules) -> Iterator[tuple[int, int, int]]:
    """Start and end in the original, and the number of the group, of each phrase that no `unless` takes back."""
    words, spans = _words(reading)
    hits = rules.phrasebook.find(words)
    excused = {(hit.subject, at) for hit in hits if hit.kind == "unless" for at in hit.positions}
    for hit in hits:
        if hit.kind == "blocked" and not _shares(hit, excused):
            start, end = reading.span(spans[hit.start][0], spans[hit.end - 1][1])
            yield start, end, int(hit.subject)


def _shares(hit: Hit, excused: set[tuple[str, int]]) -> bool:
    return any((hit.subject, at) in excused for at in hit.positions)


def _words(reading: DeobfuscatedText) -> tuple[list[str], list[tuple[int, int]]]:
    """The words, with BREAK where a clause or a paragraph ends, and where each stands in the reading."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for found in TOKEN.finditer(reading.text):
        token = found[0]
        ends = token in _CLAUSE_ENDS or reading.text.startswith("\n\n", found.start())
        if ends or token in MARKS or token[0].isalnum():
            words.append(BREAK if ends else token)
            spans.append(found.span())
    return words, spans


def _named(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    for name in names:
        if name.strip():
            yield from _found(re.compile(rf"(?<!\w){re.escape(name.strip())}(?!\w)", re.IGNORECASE), text)


def _found(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in pattern.finditer(text))
