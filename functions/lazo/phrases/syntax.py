"""Parse the phrases of data files (docs/themes.md, "Writing an entry") into slots.

Mistakes are reported to a callback, and entries with mistakes are left out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from lazo.phrases.matching import (
    GAP,
    MAX_GAPS,
    MIN_STEM,
    NUMBER,
    WIDE_GAP,
    Choices,
    Phrase,
    Slot,
    tokens,
    without_enye,
)

MIN_LONE_STEM = 4
_GAPS = {"...": GAP, "&": WIDE_GAP}


class PhraseSyntax:
    """Parses the entries of one file.

    `problem` is called with the location and the sentence of each mistake. `rewritten`: words that are replaced in the
    text before phrases are searched, so that no phrase may contain them. `marks`: marks that count as words.
    `thorough` also reports redundant entries, which do no harm and are slow to find.
    """

    def __init__(
        self,
        problem: Callable[[str, str], None],
        rewritten: Mapping[str, Sequence[str]],
        marks: Collection[str] = (),
        thorough: bool = False,
    ) -> None:
        self._problem = problem
        self._rewritten = rewritten
        self._marks = marks
        self._thorough = thorough
        self._only_with_enye: frozenset[str] = frozenset()
        self._lists: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {}
        self._folded: dict[str, list[str]] = {}
        self._choices: dict[tuple[str, bool], Choices | None] = {}
        self._slots: dict[tuple[str, int, bool], Slot | None] = {}

    def keep_enye(self, words: Iterable[str]) -> None:
        """Do not find these words where they are written with n, which makes another word of them: "uña", "una"."""
        self._only_with_enye = frozenset(word for each in words for word in tokens(each))

    def add_word_list(self, name: str, where: str, entries: Any) -> None:
        """Define a list of single words that later phrases can use as {name}."""
        slots = [
            phrase[0].choices for phrase in self.phrases(where, entries) if self._is_one_word(where, phrase)
        ]
        words = frozenset().union(*(s.words for s in slots))
        self._lists[name] = words, tuple(stem for s in slots for stem in s.stems)

    def texts(self, where: str, entries: Any) -> list[str]:
        """Return the entries of a list that are non-blank texts; report the others."""
        if not isinstance(entries, list):
            self._problem(where, 'must be a list: ["...", "..."]')
            return []
        for entry in entries:
            if not isinstance(entry, str) or not entry.strip():
                self._problem(where, f"{entry!r}: an entry is a word or phrase in quotes")
        return [entry for entry in entries if isinstance(entry, str) and entry.strip()]

    def phrases(self, where: str, entries: Any) -> list[Phrase]:
        """Return the phrases of a list of entries, each once."""
        phrases: dict[Phrase, str] = {}
        for entry in self.texts(where, entries):
            for phrase in self._parse(f'{where}: "{entry}"', entry):
                if self._thorough and phrase in phrases:
                    self._problem(f'{where}: "{entry}"', f'says the same as "{phrases[phrase]}"')
                phrases.setdefault(phrase, entry)
        if self._thorough:
            self._report_covered(where, phrases)
        return list(phrases)

    def _is_one_word(self, where: str, phrase: Phrase) -> bool:
        if len(phrase) > 1:
            self._problem(where, "a list for use in {...} holds single words only")
        return len(phrase) == 1

    def _report_covered(self, where: str, phrases: Mapping[Phrase, str]) -> None:
        lone = [phrase for phrase, entry in phrases.items() if len(phrase) == 1 and "{" not in entry]
        stems = [(stem, phrase) for phrase in lone for stem in phrase[0].choices.stems]
        for phrase in lone:
            for word in sorted({*phrase[0].choices.words, *phrase[0].choices.stems}):
                for stem, other in stems:
                    if other != phrase and word.startswith(stem):
                        self._problem(
                            f'{where}: "{phrases[phrase]}"', f'"{word}" is covered by "{stem}*" already'
                        )

    def _parse(self, where: str, entry: str) -> list[Phrase]:
        """Return the phrases of an entry: one, or one for each order of "a ~ b" and of "a & b & c"."""
        orders = [entry]
        for mark, between, most in (("~", "...", 2), ("&", "&", 3)):
            sides = entry.split(f" {mark} ")
            if len(sides) > most:
                self._problem(where, f'has more than {"one" if most == 2 else "two"} "{mark}"')
                return []
            if len(sides) > 1:
                orders = [f" {between} ".join(order) for order in permutations(sides)]
        found = [self._row(where, order.split()) for order in orders]
        return [phrase for phrase in found if phrase]

    def _row(self, where: str, parts: list[str]) -> Phrase:
        if parts[0] in _GAPS or parts[-1] in _GAPS:
            self._problem(where, 'a gap "..." or "&" needs a word on both sides')
            return ()
        if parts.count("...") > MAX_GAPS:
            self._problem(where, f'has more than {MAX_GAPS} gaps "..."')
            return ()
        slots, gap, alone = [], 0, len(parts) == 1
        for part in parts:
            if part in _GAPS:
                gap = _GAPS[part]
                continue
            if (part, gap, alone) not in self._slots:
                self._slots[part, gap, alone] = self._slot(where, part, gap, alone)
            slots.append(self._slots[part, gap, alone])
            gap = 0
        return tuple(slot for slot in slots if slot) if all(slots) else ()

    def _slot(self, where: str, part: str, gap: int, alone: bool) -> Slot | None:
        if (part, alone) not in self._choices:
            self._choices[part, alone] = self._read_choices(where, part, alone)
        choices = self._choices[part, alone]
        return Slot(choices, gap) if choices else None

    def _read_choices(self, where: str, part: str, alone: bool) -> Choices | None:
        """Return what a part such as "{staff}|chef|cook*|#" accepts."""
        words: set[str] = set()
        stems: set[str] = set()
        for choice in part.split("|"):
            if choice == NUMBER:
                continue
            if choice.startswith("{") and choice.endswith("}"):
                if choice[1:-1] not in self._lists:
                    self._problem(where, f'there is no list "{choice[1:-1]}" in [words]')
                    return None
                named = self._lists[choice[1:-1]]
                words |= named[0]
                stems.update(named[1])
                continue
            word = self._word(where, choice.removesuffix("*"), whole=not choice.endswith("*"))
            if word is None:
                return None
            least = MIN_LONE_STEM if alone else MIN_STEM
            if choice.endswith("*") and len(word) < least:
                self._problem(where, f'"{choice}": a stem needs {least} letters or more before the * here')
                return None
            (stems if choice.endswith("*") else words).update(self._spellings(word))
        return Choices(frozenset(words), tuple(sorted(stems)), NUMBER in part.split("|"))

    def _spellings(self, word: str) -> set[str]:
        """Return a word, and how it is written without ñ unless that is another word."""
        return {word} if word in self._only_with_enye else {word, without_enye(word)}

    def _word(self, where: str, written: str, whole: bool) -> str | None:
        found = self._folded.get(written)
        if found is None:
            found = self._folded[written] = tokens(written)
        if len(found) != 1 or not (found[0][:1].isalnum() or found[0] in self._marks):
            self._problem(where, f'"{written}" is not one word')
            return None
        if whole and found[0] in self._rewritten:
            replacement = " ".join(self._rewritten[found[0]]) or "the end of a clause"
            self._problem(
                where, f'"{written}" is read as {replacement} ([shorthand] or breaks): it never matches'
            )
            return None
        return found[0]
