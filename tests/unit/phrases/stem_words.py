"""Which frequent words each stem of the rules may hit: `python -m tests.unit.phrases.stem_words` writes the lists anew.

A stem stands for every word that begins so ("demor*"), also for words that nobody thought of: "yell*" hit "yellow". The
lists in stem_words/ have been read, and what clashed was written out in the rules. A new stem needs its
line: read it before you commit it.

The words are the 30,000 most frequent of each language by the package wordfreq 3.1.1 (Robyn Speer; data under CC BY-SA
4.0), which is needed to write the lists (in an environment of its own: pip install wordfreq) and not to test with them.
"""

import importlib
from collections.abc import Iterable
from pathlib import Path

from lazo.phrases.matching import tokens
from lazo.phrases.theme_rules import load_theme_rules
from lazo.translations import LANGUAGES

FOLDER = Path(__file__).parent / "stem_words"
FREQUENT = 30_000


def lone_stems(language: str) -> set[str]:
    """The stems that are an entry of their own: what they hit counts whatever stands beside it."""
    entries = load_theme_rules(language).phrasebook.phrases()
    return {stem for _, _, slots in entries if len(slots) == 1 for stem in slots[0][1]}


def read_list(language: str) -> dict[str, list[str]]:
    """The words that each stem hits, as they were read."""
    lines = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("*:") for line in lines)
    return {stem: words.split() for stem, words in pairs}


def hits(stems: Iterable[str], words: Iterable[str]) -> dict[str, list[str]]:
    """The words that each stem hits, folded as comments are."""
    folded = {found[0] for found in map(tokens, words) if len(found) == 1}
    return {stem: sorted(word for word in folded if word.startswith(stem)) for stem in sorted(stems)}


def main() -> None:
    wordfreq = importlib.import_module("wordfreq")
    for language in LANGUAGES:
        found = hits(lone_stems(language), wordfreq.top_n_list(language, FREQUENT))
        lines = (f"{stem}*: {' '.join(words)}".rstrip() for stem, words in found.items())
        (FOLDER / f"{language}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
