"""Each guarantee names tests that exist, and planted faults break guarantees that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.trial import Edit, NotPlanted, replaced_once
from tests.proof import Row, load, pairs, table

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


@cache
def functions_of(file: str) -> frozenset[str]:
    """Return the names of all functions and methods of a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_there_are_fourteen() -> None:
    assert list(SECTIONS) == [str(number) for number in range(1, 15)]


@pytest.mark.parametrize("number", SECTIONS)
def test_each_has_a_mechanism_tests_and_a_limit(number: str) -> None:
    text = SECTIONS[number]
    assert all(part in text for part in ("*Rests on*", "*Held by*", "*Not promised*"))
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert named
    missing = [f"{file}::{name}" for file, name in named if name not in functions_of(file)]
    assert missing == []


def test_every_planted_fault_breaks_one_and_can_be_planted() -> None:
    assert {str(each.breaks) for each in MUTANTS} <= SECTIONS.keys()
    assert len({each.name for each in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        for edit in mutant.edits:
            before = (ROOT / "functions" / edit.file).read_text(encoding="utf-8")
            assert replaced_once(before, edit) != before
        assert all((ROOT / test).exists() for test in mutant.tests)


def test_a_fault_whose_place_is_gone_is_not_planted() -> None:
    for text in ("nothing", "here and here"):
        with pytest.raises(NotPlanted):
            replaced_once(text, Edit("any.py", "here", "there"))


def test_the_table_reads_what_a_soak_said() -> None:
    said = """flow                 pairs  struck   green  before
answer                 170      20      19     100
first tap              300     300     300       0
320 of 470 pairs struck, 319 green; 100 were known to be green
"""
    answer, tap = pairs(said)
    assert (answer.how_many, answer.found, answer.right) == (
        "170 pairs",
        "119 green, 1 red, 51 not struck",
        False,
    )
    assert (tap.what, tap.found, tap.right) == (
        "faults at calls: first tap",
        "300 green, 0 red, 0 not struck",
        True,
    )


def test_the_table_reads_what_the_load_did() -> None:
    said = """
Many answers at once

  1,100 posts of 1,000 answers by 8 clients at once
  accepted (202)                                        1,100 posts   target = 1,100  ok
  alerts missing                                            2         target = 0      over  of 1318; 490 alone
  accepted                                              26.95 a second
"""
    accepted, missing = load(said)
    assert accepted.how_many == "1,100 posts of 1,000 answers by 8 clients at once"
    assert (accepted.what, accepted.found, accepted.right) == (
        "load: accepted (202)",
        "1,100 (1,100 wanted)",
        True,
    )
    assert (missing.found, missing.right) == ("2 (0 wanted), of 1318; 490 alone", False)


def test_what_is_wrong_stands_out() -> None:
    assert "**wrong**" not in table([Row("a", "1", "0 opened", "pytest", right=True)])
    assert "| 3 opened **wrong** |" in table([Row("a", "1", "3 opened", "pytest", right=False)])
