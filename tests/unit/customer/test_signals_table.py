"""The table of early signs in docs/customer-events.md: each sign as the rules have it, each example opening a case."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lazo.customer import signals
from lazo.customer.signal_rules import load_signal_rules
from lazo.customer.timeline import TimelineEntry
from lazo.phrases.themes import assess_comment
from lazo.phrases.wish_rules import check_wish_rules
from lazo.translations import DATA
from tests.builders import START, make_store
from tests.unit.customer.timelines import entry, history_of

PAGE = Path(__file__).parents[3] / "docs" / "customer-events.md"
_ROW = re.compile(r"^\| `(\w+)` \| .+? \| ([\d.]+) \| (\d+) days \| (.+) \|$", re.MULTILINE)
_EVENT = re.compile(r'(\w+)(?: (-?\d+)(%?))?(?: "([^"]+)"( at length)?)?, (?:today|(\d+) days ago)')
ROWS = [
    (sign, float(weight), int(days), example)
    for sign, weight, days, example in _ROW.findall(PAGE.read_text("utf-8"))
]


def read_example(example: str) -> list[TimelineEntry]:
    entries = []
    for part in example.split("; "):
        found = _EVENT.fullmatch(part)
        assert found, part
        kind, number, percent, text, long, ago = found.groups()
        text = (text or "") if not long else (text + ". ") * 12
        seen = assess_comment(text, (), "es", ["Jumbo"])
        values: dict[str, Any] = {"change" if percent else "score": Decimal(number)} if number else {}
        if "score" in values:
            values["score"] = int(number)
        values |= {
            "text": text,
            "themes": seen.themes,
            "leaving": seen.leaving,
            "competitors": seen.competitors,
        }
        entries.append(entry(kind, int(ago or 0), **values))
    return entries


def test_the_table_has_every_sign_as_the_rules_have_it() -> None:
    rules = {rule.kind: (rule.weight, rule.half_life.days) for rule in load_signal_rules()}
    assert {sign: (weight, days) for sign, weight, days, _ in ROWS} == rules


@pytest.mark.parametrize(("sign", "example"), [(row[0], row[3]) for row in ROWS])
def test_the_example_of_a_sign_opens_a_followup_by_it(sign: str, example: str) -> None:
    history, store = history_of(*read_example(example)), make_store()
    with_it = signals.weigh_signals(history, load_signal_rules(), START)
    without = signals.weigh_signals(history, [r for r in load_signal_rules() if r.kind != sign], START)
    assert signals.open_for_signals(with_it, history, store, START) is not None
    assert signals.open_for_signals(without, history, store, START) is None


@pytest.mark.parametrize("path", sorted((DATA / "signal_words").iterdir()), ids=lambda path: path.stem)
def test_the_words_of_a_sign_are_valid(path: Path) -> None:
    assert check_wish_rules(path) == []
