"""Read and check the rule files of `lazo.phrases.wording_guard` (data/guard/{es,en,pt}.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lazo.phrases.matching import Phrase, Phrasebook
from lazo.phrases.syntax import PhraseSyntax
from lazo.translations import DATA, LANGUAGES, translations

FOLDER = DATA / "guard"
REASONS = ("internal_term", "score", "promotion", "empty_promise", "bought_opinion")
MARKS = frozenset("/%")
"""Marks that count as words: "3/10", "100%"."""

_KEYS = {"reason", "better", "phrases", "unless", "own_language"}


class GuardFileError(ValueError):
    """A rule file of the guard has mistakes; the message names each. No message goes to customers until they are fixed:
    leaving out an entry, as for themes, would let through what it blocks."""


@dataclass(frozen=True, slots=True)
class BlockedWords:
    """Phrases that are blocked for one `reason`, and what to say instead. `own_language`: blocked only in texts in
    `language`, since they mean something else in another."""

    language: str
    reason: str
    better: str
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]
    own_language: bool


@dataclass(frozen=True, slots=True)
class GuardRules:
    """The rules for texts in one language; the subject of a phrase is the index of its group in `groups`."""

    phrasebook: Phrasebook
    groups: tuple[BlockedWords, ...]


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
    return GuardRules(phrasebook, groups)


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


class _GuardFileReader:
    """Reads one file into `groups`; adds mistakes to `problems`."""

    def __init__(self, path: Path, language: str, thorough: bool = False) -> None:
        self.groups: list[BlockedWords] = []
        self.problems: list[str] = []
        self._name = path.name
        self._language = language
        self._syntax = PhraseSyntax(self._problem, {}, MARKS, thorough)
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._problem("file", f"cannot be read: {error}")
            return
        self._read(content)

    def _problem(self, where: str, what: str) -> None:
        self.problems.append(f"{self._name}: {where}: {what}")

    def _read(self, content: dict[str, Any]) -> None:
        for name in sorted(content.keys() - {"reasons", "words", "groups"}):
            self._problem("file", f'"{name}" is not known')
        sentences = content.get("reasons", {})
        for reason in REASONS:
            if not isinstance(sentences.get(reason), str):
                self._problem("reasons", f'"{reason}" needs a sentence')
        for name, entries in content.get("words", {}).items():
            self._syntax.add_word_list(name, f"words.{name}", entries)
        groups = content.get("groups", [])
        if not groups:
            self._problem("groups", "there is none")
        for number, group in enumerate(groups, start=1):
            self._read_group(f"group {number} ({group.get('reason')})", group)

    def _read_group(self, where: str, group: dict[str, Any]) -> None:
        for key in sorted(group.keys() - _KEYS):
            self._problem(where, f'"{key}" is not known; known are: {", ".join(sorted(_KEYS))}')
        if group.get("reason") not in REASONS:
            self._problem(where, f"the reason must be one of: {', '.join(REASONS)}")
        if not isinstance(group.get("better"), str) or not group["better"].strip():
            self._problem(where, '"better" must say what to write instead')
        phrases = self._syntax.phrases(f"{where}: phrases", group.get("phrases", []))
        if not phrases:
            self._problem(where, '"phrases" is missing')
        unless = self._syntax.phrases(f"{where}: unless", group.get("unless", []))
        own = group.get("own_language", False)
        if own not in (True, False):
            self._problem(where, '"own_language" must be true or false')
        self.groups.append(
            BlockedWords(
                self._language,
                str(group.get("reason")),
                str(group.get("better")),
                tuple(phrases),
                tuple(unless),
                own is True,
            )
        )
