"""Check an improvement before customers may read of it: it has come, and the wording guard lets every text pass."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lazo.errors import Problem, Rejected
from lazo.insight.improvements import Improvement, ImprovementText
from lazo.phrases import wording_guard
from lazo.phrases.wording_guard import Blocked, Cleared


@dataclass(frozen=True, slots=True)
class ClearedImprovement:
    """What customers may read of an improvement, in one `language`."""

    improvement_id: str
    theme: str
    language: str
    said: Cleared
    done: Cleared
    in_place_from: date


def check_publication(improvement: Improvement, names: Iterable[str], today: date) -> None:
    """Raise Rejected with all that keeps an improvement from being published: `too_early` for a day to come, since a
    date that customers are told is a promise; `wording` with the `finding` for each blocked phrase, in the fields
    `said-es`, `done-es` and so on. `names` are those that the guard must not read as words."""
    problems = [Problem("too_early", "in_place_from")] if improvement.in_place_from > today else []
    known = tuple(names)
    for text in improvement.texts:
        problems += _blocked_in(text, known)
    if problems:
        raise Rejected(*problems)


@lru_cache(maxsize=256)
def cleared_improvement(
    improvement: Improvement, languages: tuple[str, ...], names: tuple[str, ...]
) -> ClearedImprovement | None:
    """Return what customers may read, in the first of these `languages` in which it was written (as
    `Improvement.text_in`); None if the guard has become stricter since it was published. `names` as in
    `check_publication`."""
    text = improvement.text_in(*languages)
    try:
        said, done = (wording_guard.clear_text(each, text.language, names) for each in (text.said, text.done))
    except Blocked:
        return None
    return ClearedImprovement(
        improvement.improvement_id,
        improvement.theme,
        text.language,
        said,
        done,
        improvement.in_place_from,
    )


def _blocked_in(text: ImprovementText, names: tuple[str, ...]) -> Iterator[Problem]:
    for field, written in (("said", text.said), ("done", text.done)):
        for finding in wording_guard.find_blocked_words(written, text.language, names):
            yield Problem("wording", f"{field}-{text.language}", {"finding": finding})
