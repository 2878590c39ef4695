"""Comments with the themes and signals that a person found in them."""

from collections.abc import Iterator
from pathlib import Path

from lazo.phrases.themes import Findings

HERE = Path(__file__).parent


def read_comments() -> Iterator[tuple[str, str, set[str], set[str], str]]:
    language = ""
    for line in (HERE / "theme_comments.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            half, themes, signals, comment = (part.strip() for part in line.split("|", 3))
            yield language, half, set(themes.split()), set(signals.split()), comment


def read_signals() -> list[tuple[str, str, str]]:
    lines = (HERE / "theme_signals.txt").read_text(encoding="utf-8").splitlines()
    rows = [tuple(part.strip() for part in line.split("|", 2)) for line in lines if line and line[0] != "#"]
    return [(language, signal, comment) for language, signal, comment in rows]


COMMENTS = list(read_comments())
SIGNALS = read_signals()
TEXTS = [comment for *_, comment in COMMENTS + SIGNALS]


def signals_of(findings: Findings) -> set[str]:
    return {*findings.urgency, *(["leaving"] if findings.leaving else [])}
