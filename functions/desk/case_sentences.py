"""What was done and what is in the way, as sentences in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from desk.filled_form import Forms
from desk.render import Times, say
from desk.stage_bar import owner_name
from lazo.casework import Case, Entry
from lazo.refusal import Problem
from lazo.store import Store
from lazo.wording import words

_NOTHING: Mapping[str, Any] = {"most": None, "left": "", "concerns": "", "name": "", "when": ""}
_NO_DETAIL: Mapping[str, str] = dict.fromkeys(
    ("to", "reason", "until", "channel", "reached", "text", "action", "kind", "value", "root_cause", "done"),
    "",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in words: `label` names its field ("" for the whole), `place` is the id on the page to go to."""

    sentence: str
    label: str
    place: str | None


def money(value: Decimal, currency: str, language: str) -> str:
    """`12 500,50 CLP`, in spaces that do not break; groups of three are parted by a space, which reads alike in
    every country (ISO 80000-1, 7.3.1)."""
    mark: str = words("labels", language)["format"]["decimal"]
    number = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return number.replace(",", "\u202f").replace(".", mark) + f"\u00a0{currency}"


def history_line(entry: Entry, times: Times) -> str:
    """One line of the history, without its time."""
    text = words("case", times.language)
    facts: dict[str, str] = {**_NO_DETAIL, **entry.detail, "name": entry.by_name}
    facts["channel"] = _within(text["channel"].get(facts["channel"], facts["channel"]))
    if facts["until"]:
        facts["until"] = times.when(datetime.fromisoformat(facts["until"]))
    if entry.what == "incentive":
        facts["kind"] = text["incentives"]["kinds"].get(facts["kind"], facts["kind"])
        facts["value"] = money(Decimal(facts["value"]), facts["currency"], times.language)
    return say(text["history"][entry.what], **facts)


def _within(name: str) -> str:
    """A name as it stands within a sentence: SMS stays SMS."""
    return name if name.isupper() else name[:1].lower() + name[1:]


def told(problems: Sequence[Problem], forms: Forms, case: Case, store: Store, times: Times) -> list[Told]:
    """Each problem once, in the order in which they were found."""
    labels = words("case", times.language)["field"]
    found = (
        Told(
            sentence=sentence(each, case, store, times),
            label=labels.get(each.field, "") if each.field else "",
            place=forms.place(each),
        )
        for each in problems
    )
    return list(dict.fromkeys(found))


def sentence(problem: Problem, case: Case, store: Store, times: Times) -> str:
    """What is wrong, and what to do about it."""
    lines: Mapping[str, str] = words("case", times.language)["problem"]["code"]
    facts = {**_NOTHING, **problem.facts}
    if "left" in problem.facts:
        facts["left"] = money(Decimal(facts["left"]), str(facts["currency"]), times.language)
    if "concerns" in problem.facts:
        facts["concerns"] = "; ".join(facts["concerns"])
    if problem.code == "taken":
        taken_on_at = case.followup.taken_on_at
        facts["name"] = owner_name(case, store) or words("case", times.language)["somebody"]
        facts["when"] = times.when(taken_on_at) if taken_on_at else ""
    return say(lines.get(problem.code, lines["invalid"]), **facts)
