"""History entries and problems as sentences in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desk.case.filled_form import Forms
from desk.case.stage_bar import owner_name, owner_since
from desk.web.render import Times, say
from lazo.case import history_text
from lazo.case.model import Case, HistoryEntry
from lazo.errors import Problem
from lazo.promise.delay_notices import format_promise_date
from lazo.store.model import Store
from lazo.translations import translations

_NO_FACTS: Mapping[str, Any] = {"most": None} | dict.fromkeys(
    ("left", "concerns", "name", "when", "today", "first", "ways"), ""
)
"""Rendering fails on a placeholder without a value, and one sentence may serve problems with and without facts."""


@dataclass(frozen=True, slots=True)
class DescribedProblem:
    """A problem in words: `label` is that of its field, "" if it has none; `anchor`: the id on the page to link to."""

    sentence: str
    label: str
    anchor: str | None


def history_line(entry: HistoryEntry, times: Times) -> str:
    """Return an entry as a sentence, without its time."""
    return history_text.describe_entry(entry, times.language, times.country, times.when, say)


def describe_problems(
    problems: Sequence[Problem], forms: Forms, case: Case, store: Store, times: Times
) -> list[DescribedProblem]:
    """Return the problems in words, in their order, each sentence once."""
    found = (
        DescribedProblem(
            sentence=describe_problem(each, case, store, times),
            label=forms.label(each),
            anchor=forms.anchor(each),
        )
        for each in problems
    )
    return list(dict.fromkeys(found))


def field_errors(problems: Sequence[Problem], case: Case, store: Store, times: Times) -> dict[str, str]:
    """Return what is wrong with each field, all of it, each sentence once."""
    said: dict[str, dict[str, None]] = {}
    for problem in problems:
        if problem.field:
            said.setdefault(problem.field, {})[describe_problem(problem, case, store, times)] = None
    return {field: " ".join(sentences) for field, sentences in said.items()}


def describe_problem(problem: Problem, case: Case, store: Store, times: Times) -> str:
    """Return a sentence on what is wrong and what to do about it."""
    lines: Mapping[str, str] = translations("case", times.language)["problem"]["code"]
    facts = {**_NO_FACTS, **problem.facts}
    if "left" in problem.facts:
        facts["left"] = times.money(Decimal(facts["left"]), str(facts["currency"]))
    if "concerns" in problem.facts:
        facts["concerns"] = "; ".join(facts["concerns"])
    if first := problem.facts.get("first"):
        facts["first"] = format_promise_date(first, store, times.language)
    if "ways" in problem.facts:
        hears = translations("case", times.language)["concerns"]["hears"]
        facts["ways"] = ", ".join(hears[way][:1].lower() + hears[way][1:] for way in facts["ways"])
    if problem.code == "taken":
        since = owner_since(case)
        facts["name"] = owner_name(case, store) or translations("case", times.language)["somebody"]
        facts["when"] = times.when(since) if since else ""
        facts["today"] = bool(since and times.local(since).date() == times.today)
    return say(lines.get(problem.code, lines["invalid"]), **facts)
