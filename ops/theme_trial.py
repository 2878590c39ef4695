"""Reads past answers by other rules of themes, and tells what would change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from lazo.phrases.theme_rules import ThemeRules, load_theme_rules
from lazo.phrases.themes import Findings, assess_by_rules, language_of_text
from lazo.survey.nps import band_of_score
from lazo.table.views.answer_feed import AnswerRow
from lazo.text.name_masking import mask_names

EXAMPLES: Final = 3
"""Comments that are shown for each change."""


@dataclass(slots=True)
class Change:
    """How many answers would newly have something, or no longer, with the first EXAMPLES of their masked comments."""

    gained: int = 0
    lost: int = 0
    gained_examples: list[str] = field(default_factory=list)
    lost_examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Trial:
    """The number of comments that were read, and the changes by what is found ("complaint: price", "danger: theft")."""

    read: int = 0
    changes: dict[str, Change] = field(default_factory=dict)

    def _note(self, what: str, gained: bool, comment: str) -> None:
        change = self.changes.setdefault(what, Change())
        examples = change.gained_examples if gained else change.lost_examples
        if len(examples) < EXAMPLES:
            examples.append(comment)
        change.gained += gained
        change.lost += not gained

    def compare(self, before: Findings, after: Findings, comment: str) -> None:
        """Count a comment, and what the findings differ in. `comment`: masked."""
        self.read += 1
        was, is_now = _found(before), _found(after)
        for what in sorted(was ^ is_now):
            self._note(what, what in is_now, comment)


def try_rules(rows: Iterable[AnswerRow], rules: ThemeRules, language: str, at_most: int) -> Trial:
    """Read the newest comments in a language by these rules, and by those that are in use: `at_most` so many."""
    now, trial = load_theme_rules(language), Trial()
    for row in islice(_in_language(rows, language), at_most):
        answer, band = row.answer, band_of_score(row.answer.score)
        before, after = (
            assess_by_rules(each, answer.comment, answer.reasons, row.store.competitors, band)
            for each in (now, rules)
        )
        trial.compare(before, after, mask_names(answer.comment, row.store, answer.language, language))
    return trial


def _in_language(rows: Iterable[AnswerRow], language: str) -> Iterator[AnswerRow]:
    return (
        row
        for row in rows
        if row.answer.comment and language_of_text(row.answer.comment, row.answer.language) == language
    )


def _found(findings: Findings) -> set[str]:
    return {
        *(f"complaint: {each}" for each in findings.themes),
        *(f"praise: {each}" for each in findings.praised),
        *(f"mention: {each}" for each in findings.mentioned),
        *(f"danger: {each}" for each in findings.urgency),
        *(["does not come back"] if findings.leaving else []),
    }
