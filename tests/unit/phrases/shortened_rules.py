"""Rule files of themes that are read in a tenth of the time."""

from lazo.phrases.theme_rules import FOLDER

KEPT_LINES = 2
"""Of each list of a rule file that a test reads again and again; test_the_rule_files_are_valid reads all."""


def shortened(language: str, *needed: str) -> str:
    """Return a language's rule file without most entries of each list; lines with a `needed` text stay."""
    kept: list[str] = []
    entries = 0
    for line in (FOLDER / f"{language}.toml").read_text(encoding="utf-8").splitlines(keepends=True):
        entries = entries + 1 if line.startswith('  "') else 0
        if entries <= KEPT_LINES or any(text in line for text in needed):
            kept.append(line)
    return "".join(kept)
