"""Tell from a comment that its writer asks to be contacted (data/themes/contact_wishes.toml)."""

from functools import cache
from pathlib import Path
from typing import Any

from lazo.phrases.matching import Phrasebook, tokens, without_excused
from lazo.phrases.rule_file import RuleFile
from lazo.phrases.theme_rules import FOLDER
from lazo.phrases.themes import language_of_text
from lazo.translations import LANGUAGES

PATH = FOLDER / "contact_wishes.toml"


def asks_for_contact(text: str, language: str) -> bool:
    """Return whether the writer asks to be called or written to: "llámenme", not "no me llamen" or "me llamaron".

    `language` is the answer's ("pt-BR" counts as "pt"); the text is read in its own, as for themes.
    """
    hits = _phrasebook(language_of_text(text, language)).find(tokens(text))
    return any(hit.kind == "found" for hit in without_excused(hits))


def check_contact_wishes(path: Path = PATH) -> list[str]:
    """Return one sentence for each problem in the file; empty if it has none."""
    return [problem for each in LANGUAGES for problem in _read(each, path, thorough=True)[1]]


@cache
def _phrasebook(language: str) -> Phrasebook:
    return _read(language, PATH, thorough=False)[0]


def _read(language: str, path: Path, thorough: bool) -> tuple[Phrasebook, list[str]]:
    """Return the phrases of a language, without those that have a mistake, and the mistakes."""
    book = Phrasebook()
    file = RuleFile(path, {}, thorough=thorough)
    if file.content is not None:
        section: dict[str, Any] = file.section(file.content, language)
        file.check_names(language, section, {"words", "found", "unless"}, required={"found", "unless"})
        file.read_word_lists(section)
        for kind in ("found", "unless"):
            book.add(kind, "", file.syntax.phrases(f"{language}.{kind}", section.get(kind, [])))
    return book, file.problems
