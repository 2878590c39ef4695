"""Read and check the rule files of `lazo.phrases.themes` (data/themes/). docs/themes.md describes their syntax."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from lazo.phrases.matching import BREAK, Phrasebook, tokens, without_enye
from lazo.phrases.rule_file import RuleFile
from lazo.translations import DATA, LANGUAGES

FOLDER = DATA / "themes"
_FORMAT = 6
"""Version of the format of compiled rules."""
THEMES = (
    "service",
    "waiting_time",
    "staff_attitude",
    "product_quality",
    "price",
    "cleanliness",
    "comfort",
    "order_error",
    "availability",
    "payment",
    "delivery",
    "location",
)
URGENCY = (
    "self_harm",
    "weapon",
    "fire",
    "gas",
    "electricity",
    "trapped",
    "missing_child",
    "allergic_reaction",
    "medicine",
    "food_poisoning",
    "harassment",
    "threat",
    "violence",
    "injury",
    "foreign_object",
    "hazard",
    "vermin",
    "discrimination",
    "theft",
    "legal_threat",
    "press",
    "allergy",
)
"""Kinds of danger, the most pressing first: an alert names them in this order."""


@dataclass(slots=True)
class ThemeRules:
    """The rules of one language. `implied` maps a kind of urgency to the theme that it implies; `problems` are the
    mistakes of the file, a sentence each, because of which entries or all rules were left out."""

    phrasebook: Phrasebook = field(default_factory=Phrasebook)
    implied: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@cache
def load_theme_rules(language: str) -> ThemeRules:
    """Return the rules of a language of LANGUAGES, read once: as compiled at build time, or from the TOML file where
    that is there and was not compiled as it is.

    Never fails, since an answer must be classified whatever the file is like. Entries with a mistake are left out. A
    file that cannot be read at all is replaced by the rules as last compiled, or there are none: then an answer has the
    themes that were ticked. `problems` says so.
    """
    path = FOLDER / f"{language}.toml"
    last = _read_compiled(compiled_path(path))
    if last is not None and (not path.exists() or last[0] == _digest(path)):
        return last[1]
    rules = read_theme_rules(path, thorough=False)
    if rules.phrasebook.phrases() or last is None:
        return rules
    return replace(last[1], problems=rules.problems)


def compiled_path(path: Path) -> Path:
    """Return where the rules of a TOML file are when they are compiled."""
    return path.parent / "__pycache__" / f"{path.stem}.json"


def compile_theme_rules(path: Path) -> list[str]:
    """Compile a TOML file for `load_theme_rules`, unless it has a mistake. Returns one sentence for each mistake."""
    rules = read_theme_rules(path)
    if not rules.problems:
        plain = [_FORMAT, _digest(path), rules.phrasebook.to_json(), rules.implied]
        compiled_path(path).parent.mkdir(exist_ok=True)
        compiled_path(path).write_text(
            json.dumps(plain, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
        )
    return list(rules.problems)


def _read_compiled(path: Path) -> tuple[str, ThemeRules] | None:
    """Return the digest of the text that was compiled, and its rules; None where there are none of this version."""
    try:
        version, digest, book, implied = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return (digest, ThemeRules(Phrasebook.from_json(book), implied)) if version == _FORMAT else None


def read_theme_rules(path: Path, *, thorough: bool = True) -> ThemeRules:
    """Return the rules of a TOML file without the entries that have a mistake; `thorough`: see PhraseSyntax."""
    reader = _ThemeFileReader(path, thorough)
    return replace(reader.rules, problems=tuple(reader.problems))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class TypicalWords:
    """By what a comment in a language is recognized: its words, and the endings of other words of it."""

    words: frozenset[str]
    endings: tuple[str, ...]

    def matches(self, word: str) -> bool:
        """Return whether a folded word is typical of the language."""
        return word in self.words or word.endswith(self.endings)


@cache
def typical_words() -> dict[str, TypicalWords]:
    """Return, for each language of LANGUAGES, the words that are typical of it (data/themes/typical_words.toml). From a
    file that cannot be read none are: then a comment is in the language of its page."""
    return _read_typical_words(FOLDER)[0]


def check_typical_words(folder: Path = FOLDER) -> list[str]:
    """Return one sentence for each problem in the file of typical words; empty if it has none."""
    return _read_typical_words(folder)[1]


def _read_typical_words(folder: Path) -> tuple[dict[str, TypicalWords], list[str]]:
    file = RuleFile(folder / "typical_words.toml", {})
    words: dict[str, TypicalWords] = {}
    for language in LANGUAGES:
        section = file.section(file.content or {}, language)
        given, endings = (
            tokens(" ".join(file.syntax.texts(f"{language}.{name}", section.get(name, []))))
            for name in ("words", "endings")
        )
        spellings = (spelling for word in given for spelling in (word, without_enye(word)))
        words[language] = TypicalWords(frozenset(spellings), tuple(endings))
    return words, file.problems


def check_theme_rules(language: str, folder: Path = FOLDER) -> list[str]:
    """Return one sentence for each problem in the language's rule file; empty if it has none."""
    return list(read_theme_rules(folder / f"{language}.toml").problems)


_TEXT_KINDS = ("negators", "not_negators", "links", "harmless", "lacking", "good", "bad")
_THEME_LISTS = ("trouble", "happened", "about", "things", "hints", "praise", "liked", "unless")
_FOUND_LISTS = ("found", "unless")


class _ThemeFileReader(RuleFile):
    """Reads one file into `rules`; adds mistakes to `problems` and leaves them out. `thorough`: see PhraseSyntax."""

    def __init__(self, path: Path, thorough: bool) -> None:
        self.rules = ThemeRules()
        super().__init__(path, self.rules.phrasebook.rewrites, thorough=thorough)
        if self.content is not None:
            self._read(self.content)

    def _read(self, content: dict[str, Any]) -> None:
        known = {*_TEXT_KINDS, "breaks", "shorthand", "words", "themes", "urgency", "leaving"}
        self.check_names("file", content, {*known, "only_with_enye"}, required=known)
        self.syntax.keep_enye(self.syntax.texts("only_with_enye", content.get("only_with_enye", [])))
        self._read_rewriting(content)
        self.read_word_lists(content)
        for kind in _TEXT_KINDS:
            self.rules.phrasebook.add(kind, "", self.syntax.phrases(kind, content.get(kind, [])))
        themes = self.section(content, "themes")
        self.check_names("themes", themes, THEMES, required=THEMES)
        for theme in [each for each in THEMES if each in themes]:
            self._read_lists(f"themes.{theme}", theme, self.section(themes, theme, "themes."), _THEME_LISTS)
        urgency = self.section(content, "urgency")
        self.check_names("urgency", urgency, URGENCY, required=URGENCY)
        for subject in [each for each in URGENCY if each in urgency]:
            lists = dict(self.section(urgency, subject, "urgency."))
            implied = lists.pop("theme", None)
            if implied in THEMES:
                self.rules.implied[subject] = implied
            elif implied is not None:
                self.report(f"urgency.{subject}.theme", f'there is no theme "{implied}"')
            self._read_lists(f"urgency.{subject}", subject, lists, _FOUND_LISTS, found_as="urgency")
        leaving = self.section(content, "leaving")
        self._read_lists("leaving", "leaving", leaving, _FOUND_LISTS, found_as="leaving")

    def _read_rewriting(self, content: dict[str, Any]) -> None:
        for short, full in self.section(content, "shorthand").items():
            found, target = tokens(short), tokens(full) if isinstance(full, str) else []
            if len(found) != 1 or not target:
                self.report(f"shorthand.{short}", "needs one word on the left and a text on the right")
            elif found == target:
                self.report(f"shorthand.{short}", "says nothing: accents and capitals do not matter")
            else:
                self.rules.phrasebook.rewrites[found[0]] = tuple(target)
        for word in self._single("breaks", content):
            self.rules.phrasebook.rewrites[word] = (BREAK,)

    def _single(self, where: str, content: dict[str, Any]) -> list[str]:
        found = {entry: tokens(entry) for entry in self.syntax.texts(where, content.get(where, []))}
        for entry, words in found.items():
            if len(words) != 1:
                self.report(where, f'"{entry}": this list holds single words only')
        return [words[0] for words in found.values() if len(words) == 1]

    def _read_lists(
        self, where: str, subject: str, lists: dict[str, Any], known: Sequence[str], found_as: str = ""
    ) -> None:
        self.check_names(where, lists, known, required=known[:1])
        for name in known:
            kind = found_as if name == "found" else name
            self.rules.phrasebook.add(
                kind, subject, self.syntax.phrases(f"{where}.{name}", lists.get(name, []))
            )
