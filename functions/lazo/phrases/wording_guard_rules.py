"""Read and check the rule files of `lazo.phrases.wording_guard` (data/guard/{es,en,pt}.toml)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lazo.phrases.matching import Phrase, Phrasebook
from lazo.phrases.rule_file import RuleFile
from lazo.translations import DATA, LANGUAGES, translations

FOLDER = DATA / "guard"
REASONS = (
    "internal_term",
    "score",
    "promotion",
    "empty_promise",
    "bought_opinion",
    "self_praise",
    "retention",
)
MARKS = frozenset("/%⭐★")
"""Marks that count as words: "3/10", "100%", stars."""
SENTENCE_END = "$"
"""What stands for the end of a sentence in a phrase: "your 3 $"."""

_KEYS = {"reason", "idea", "better", "phrases", "unless", "nearby", "own_language"}


class GuardFileError(ValueError):
    """A rule file of the guard has mistakes; the message names each. No message goes to customers until they are fixed:
    leaving out an entry, as for themes, would let through what it blocks."""


@dataclass(frozen=True, slots=True)
class BlockedWords:
    """Phrases that are blocked for one `reason`, and what to say instead: `better`, which expresses an `idea` that
    other languages have words for too. `unless` takes a phrase back that it shares a word with, `nearby` each phrase in
    its own sentence and those beside it: a promise with its date, a gift with what it makes up for. `own_language`:
    blocked only in texts in `language`, since they mean something else in another."""

    language: str
    reason: str
    idea: str
    better: str
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]
    nearby: tuple[Phrase, ...]
    own_language: bool


@dataclass(frozen=True, slots=True)
class GuardRules:
    """The rules for texts in one `language`; the subject of a phrase is the index of its group in `groups`."""

    language: str
    phrasebook: Phrasebook
    groups: tuple[BlockedWords, ...]

    def better_for(self, number: int) -> str:
        """Return what to write instead of a phrase of this group, in the language of the text; "" if there is
        none. The phrase may be of another language."""
        found = self.groups[number]
        if found.language == self.language:
            return found.better
        own = (g for g in self.groups if g.language == self.language)
        return next((g.better for g in own if found.idea and g.idea == found.idea), "")


@cache
def load_guard_rules(language: str) -> GuardRules:
    """Return the rules for texts in a language of LANGUAGES: those of all languages, since people mix them, its own
    first. Raises GuardFileError if one of the files has a mistake."""
    files = sorted(LANGUAGES, key=lambda each: each != language)
    groups = tuple(g for each in files for g in _groups(each) if g.language == language or not g.own_language)
    phrasebook = Phrasebook()
    for number, group in enumerate(groups):
        phrasebook.add("blocked", str(number), group.phrases)
        phrasebook.add("unless", str(number), group.unless)
        phrasebook.add("nearby", str(number), group.nearby)
    return GuardRules(language, phrasebook, groups)


def blocked_reasons(language: str) -> dict[str, str]:
    """Return the sentence for each id of REASONS, in the reader's language."""
    found: dict[str, str] = translations("guard", language)["reasons"]
    return found


def check_guard_rules(language: str, folder: Path = FOLDER) -> list[str]:
    """Return one sentence for each problem in the language's file; empty if it has none."""
    return _GuardFileReader(_path(folder, language), language, thorough=True).problems


@cache
def _groups(language: str) -> tuple[BlockedWords, ...]:
    reader = _GuardFileReader(_path(FOLDER, language), language)
    if reader.problems:
        raise GuardFileError("\n".join(reader.problems))
    return tuple(reader.groups)


def _path(folder: Path, language: str) -> Path:
    return folder / f"{language}.toml"


class _GuardFileReader(RuleFile):
    """Reads one file into `groups`; adds mistakes to `problems`."""

    def __init__(self, path: Path, language: str, thorough: bool = False) -> None:
        self.groups: list[BlockedWords] = []
        self._language = language
        super().__init__(path, {}, MARKS | {SENTENCE_END}, thorough=thorough)
        if self.content is not None:
            self._read(self.content)

    def _read(self, content: dict[str, Any]) -> None:
        self.check_names("file", sorted(content), {"reasons", "words", "groups"})
        sentences = self.section(content, "reasons")
        for reason in REASONS:
            if not isinstance(sentences.get(reason), str):
                self.report("reasons", f'"{reason}" needs a sentence')
        self.read_word_lists(content)
        groups = content.get("groups", [])
        if not groups:
            self.report("groups", "there is none")
        for number, group in enumerate(groups, start=1):
            self._read_group(f"group {number} ({group.get('reason')})", group)

    def _read_group(self, where: str, group: dict[str, Any]) -> None:
        self.check_names(where, sorted(group), _KEYS)
        if group.get("reason") not in REASONS:
            self.report(where, f"the reason must be one of: {', '.join(REASONS)}")
        if not isinstance(group.get("better"), str) or not group["better"].strip():
            self.report(where, '"better" must say what to write instead')
        if not isinstance(group.get("idea", ""), str):
            self.report(where, '"idea" must be a name')
        phrases = self.syntax.phrases(f"{where}: phrases", group.get("phrases", []))
        if not phrases:
            self.report(where, '"phrases" is missing')
        unless = self.syntax.phrases(f"{where}: unless", group.get("unless", []))
        nearby = self.syntax.phrases(f"{where}: nearby", group.get("nearby", []))
        own = group.get("own_language", False)
        if own not in (True, False):
            self.report(where, '"own_language" must be true or false')
        self.groups.append(
            BlockedWords(
                self._language,
                str(group.get("reason")),
                str(group.get("idea", "")),
                str(group.get("better")),
                tuple(phrases),
                tuple(unless),
                tuple(nearby),
                own is True,
            )
        )
