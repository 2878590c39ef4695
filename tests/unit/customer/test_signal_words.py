"""Frustration, resistance to solutions and lack of interest in what is new, by what somebody wrote."""

from pathlib import Path

import pytest

from lazo.customer.signal_rules import load_signal_rules
from tests.unit.customer.timelines import entry, risk_of

WORDED = ("frustration", "resistance", "no_interest")


def sentences() -> list[list[str]]:
    path = Path(__file__).with_name("signal_sentences.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in line.split("|")] for line in lines if line and line[0] != "#"]


def signs_in(text: str) -> set[str]:
    rules = [rule for rule in load_signal_rules() if rule.kind in WORDED]
    return {rule.kind for rule in rules if risk_of(rule, entry("note", 0, text=text)).signals}


@pytest.mark.parametrize(("sign", "text"), sentences())
def test_words_that_show_a_sign(sign: str, text: str) -> None:
    assert (sign.lstrip("-") in signs_in(text)) == (not sign.startswith("-"))


def test_words_count_where_a_person_wrote_them() -> None:
    (rule,) = [rule for rule in load_signal_rules() if rule.kind == "frustration"]
    assert risk_of(rule, entry("usage", 0, text="Estoy harta de esperar")).total == 0
    assert risk_of(rule, entry("complaint", 0, text="")).total == 0
