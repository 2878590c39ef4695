"""The wording guard: block what must never be said to a customer, in Spanish, English and Portuguese.

It blocks internal terms, the customer's score, advertising, promises without a plan, and anything that ties a favour to
a score or a review. Every text to a customer passes it, ours and the manager's: the channels to customers accept only
`Cleared`. The blocked phrases are in data/guard/, which operators may edit.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from lazo.errors import Problem, Rejected
from lazo.phrases import wording_guard_rules
from lazo.phrases.deobfuscation import DeobfuscatedText, variants
from lazo.phrases.matching import BREAK, TOKEN, without_excused
from lazo.phrases.wording_guard_rules import MARKS, SENTENCE_END, GuardRules

Field = Literal["text", "subject"]

_CLAUSE_ENDS = frozenset(".;!?¡¿")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n\s*\n")
_SEAL = object()


@dataclass(frozen=True, slots=True)
class Finding:
    """A blocked phrase: text[start:end] is `phrase`. `reason` is a key of `blocked_reasons(language)`; `better`, in the
    language of the text, says what to write instead."""

    start: int
    end: int
    phrase: str
    reason: str
    better: str
    field: Field = "text"


class Blocked(Rejected):
    """The text must not go to a customer; `findings` say where and why. Each is a problem `wording` of its field."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(*(Problem("wording", found.field, {"finding": found}) for found in findings))
        self.findings = tuple(findings)


class Cleared:
    """A text that has passed the guard. Only `clear_text` creates one."""

    __slots__ = ("_text",)

    def __init__(self, text: str, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only lazo.phrases.wording_guard.clear_text makes a Cleared")
        self._text = text

    @property
    def text(self) -> str:
        """The text that passed."""
        return self._text


def clear_text(text: str, language: str, names: Iterable[str] = (), field: Field = "text") -> Cleared:
    """Return `text` as allowed for a customer. Raises Blocked if it is not. Arguments as for `find_blocked_words`."""
    findings = find_blocked_words(text, language, names, field)
    if findings:
        raise Blocked(findings)
    return Cleared(text, _SEAL)


def find_blocked_words(
    text: str, language: str, names: Iterable[str] = (), field: Field = "text"
) -> tuple[Finding, ...]:
    """Return the blocked phrases of `text`, in its order; of overlapping ones the first, and the longest of these,
    but one in a paragraph rather than one over a blank line.

    `language` is that of the text. The phrases of all three languages are blocked, except those that mean something
    else in `language`. `names` (of the store, of people) and links are exempt.
    """
    rules = wording_guard_rules.load_guard_rules(language)
    reach = _exempt_reach(text, names)
    found = [_judge(variant, rules) for variant in variants(text)]
    excused = set().union(*(each for _, each in found))
    spans = {
        (start, end, group)
        for blocked, _ in found
        for start, end, group, sentence in blocked
        if end > reach[start] and (group, sentence) not in excused
    }
    inside = {span for span in spans if not _BLANK_LINE.search(text, *span[:2])}
    spans = inside | {
        (start, end, number)
        for start, end, number in spans - inside
        if not any(first < end and start < last for first, last, _ in inside)
    }
    findings: list[Finding] = []
    for start, end, number in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
        if not findings or start >= findings[-1].end:
            group = rules.groups[number]
            findings.append(
                Finding(start, end, text[start:end], group.reason, rules.better_for(number), field)
            )
    return tuple(findings)


def _judge(
    variant: DeobfuscatedText, rules: GuardRules
) -> tuple[list[tuple[int, int, int, int]], set[tuple[int, int]]]:
    """Return start and end in the original, the number of the group and of the sentence for each phrase that no
    `unless` excuses; and the groups and sentences that a `nearby` excuses."""
    words, spans = _words(variant)
    sentences = list(accumulate(int(word == BREAK) for word in words))
    blocked: list[tuple[int, int, int, int]] = []
    excused: set[tuple[int, int]] = set()
    for hit in without_excused(rules.phrasebook.find(words)):
        group, sentence = int(hit.subject), sentences[hit.start]
        if hit.kind == "blocked":
            start, end = variant.span(spans[hit.start][0], spans[hit.end - 1][1])
            blocked.append((start, end, group, sentence))
        elif hit.kind == "nearby":
            excused |= {(group, sentence - 1), (group, sentence), (group, sentence + 1)}
    return blocked, excused


def _words(variant: DeobfuscatedText) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the words and the span of each in the variant. Where a sentence or a paragraph ends stand SENTENCE_END,
    with the span of the last word, and BREAK."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for found in TOKEN.finditer(variant.text):
        token = found[0]
        if token in _CLAUSE_ENDS or variant.text.startswith("\n\n", found.start()):
            if words and words[-1] != BREAK:
                words += [SENTENCE_END, BREAK]
                spans += [spans[-1], found.span()]
        elif token in MARKS or token[0].isalnum():
            words.append(token)
            spans.append(found.span())
    if words and words[-1] != BREAK:
        words.append(SENTENCE_END)
        spans.append(spans[-1])
    return words, spans


def _exempt_reach(text: str, names: Iterable[str]) -> list[int]:
    """Return, for each index, how far the exempt part goes on that it lies in; 0 where it lies in none."""
    ends = [0] * (len(text) + 1)
    for start, end in (*_spans(_ADDRESS, text), *_name_spans(text, names)):
        ends[start] = max(ends[start], end)
    return list(accumulate(ends, max))


def _name_spans(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    for name in names:
        if name.strip():
            yield from _spans(re.compile(rf"(?<!\w){re.escape(name.strip())}(?!\w)", re.IGNORECASE), text)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in pattern.finditer(text))
