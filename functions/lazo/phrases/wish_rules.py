"""Read and apply rules that find one wish in a text: for each language a section with `found`, `unless` and `words`."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from lazo.phrases.matching import Phrasebook, tokens, without_excused
from lazo.phrases.rule_file import RuleFile
from lazo.translations import LANGUAGES


def finds_wish(path: Path, text: str, languages: Iterable[str] = LANGUAGES) -> bool:
    """Return whether the rules of these languages find the wish in the text; what one of them takes back does not count
    for the others ("no me frustra" is read as Portuguese too)."""
    words = tokens(text)
    hits = [hit for language in languages for hit in _phrasebook(path, language).find(words)]
    return any(hit.kind == "found" for hit in without_excused(hits))


def check_wish_rules(path: Path) -> list[str]:
    """Return one sentence for each problem in the file; empty if it has none."""
    return [problem for each in LANGUAGES for problem in _read(path, each, thorough=True)[1]]


@cache
def _phrasebook(path: Path, language: str) -> Phrasebook:
    return _read(path, language, thorough=False)[0]


def _read(path: Path, language: str, thorough: bool) -> tuple[Phrasebook, list[str]]:
    """Return the phrases of a language, without those that have a mistake, and the mistakes."""
    book = Phrasebook()
    file = RuleFile(path, {}, thorough=thorough)
    if file.content is not None:
        section = file.section(file.content, language)
        file.check_names(language, section, {"words", "found", "unless"}, required={"found", "unless"})
        file.read_word_lists(section)
        for kind in ("found", "unless"):
            book.add(kind, "", file.syntax.phrases(f"{language}.{kind}", section.get(kind, [])))
    return book, file.problems
