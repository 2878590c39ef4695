"""Filter patterns. Expected values: examples of the Lambda Developer Guide, "Filter rule syntax"."""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern as MotoPattern

from infra.local.cloudformation.intrinsics import TemplateError
from infra.local.event_sources.event_pattern import EventPattern, filter_for, names_in

EVENT = {
    "UserID": None,
    "LastName": "",
    "Name": "Alice",
    "Location": "New York",
    "Day": "Monday",
    "Weather": "Raining",
    "Price": 15,
    "Open": True,
    "Tags": ["red", "green"],
    "Reviews": [{"Stars": 5}, {"Stars": 1}],
    "Product": {"Name": "Tea", "File": "tea.jpg"},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"UserID": [None]}, True),
        ({"Name": [None]}, False),
        ({"LastName": [""]}, True),
        ({"Name": ["Alice"]}, True),
        ({"Name": ["alice"]}, False),
        ({"Name": [{"equals-ignore-case": "alice"}]}, True),
        ({"Location": ["New York"], "Day": ["Monday"]}, True),
        ({"Location": ["New York"], "Day": ["Tuesday"]}, False),
        ({"Day": ["Monday", "Tuesday"]}, True),
        ({"$or": [{"Location": ["Paris"]}, {"Day": ["Monday"]}]}, True),
        ({"$or": [{"Location": ["Paris"]}, {"Day": ["Friday"]}]}, False),
        ({"Weather": [{"anything-but": ["Raining"]}]}, False),
        ({"Weather": [{"anything-but": "Sunny"}]}, True),
        ({"Missing": [{"anything-but": ["x"]}]}, False),
        ({"Price": [{"numeric": ["=", 15]}]}, True),
        ({"Price": [{"numeric": [">", 10, "<=", 15]}]}, True),
        ({"Price": [{"numeric": [">", 15]}]}, False),
        ({"Name": [{"numeric": [">", 0]}]}, False),
        ({"Price": [15]}, True),
        ({"Price": ["15"]}, False),
        ({"Open": [True]}, True),
        ({"Open": [1]}, False),
        ({"Name": [{"exists": True}]}, True),
        ({"Missing": [{"exists": False}]}, True),
        ({"Missing": [{"exists": True}]}, False),
        ({"Product": {"Name": [{"exists": False}]}}, False),
        ({"Missing": {"Name": [{"exists": False}]}}, True),
        ({"Location": [{"prefix": "New"}]}, True),
        ({"Location": [{"prefix": "York"}]}, False),
        ({"Product": {"File": [{"suffix": ".jpg"}]}}, True),
        ({"Product": {"File": [{"suffix": ".png"}]}}, False),
        ({"Tags": ["green"]}, True),
        ({"Tags": ["blue"]}, False),
        ({"Reviews": {"Stars": [{"numeric": ["<", 2]}]}}, True),
        ({"Name": {"First": ["Alice"]}}, False),
    ],
)
def test_pattern(pattern: dict[str, Any], expected: bool) -> None:
    assert EventPattern(json.dumps(pattern)).matches(EVENT) is expected


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '{"a": "x"}',
        '{"a": []}',
        '{"a": [{"wildcard": "x*"}]}',
        '{"a": [{"cidr": "10.0.0.0/8"}]}',
        '{"a": [{"numeric": [">"]}]}',
        '{"a": [{"numeric": ["~", 1]}]}',
        '{"a": [{"exists": "yes"}]}',
        '{"a": [{"prefix": 1}]}',
        '{"$or": [{"a": [1]}]}',
    ],
)
def test_an_undocumented_pattern_is_an_error(text: str) -> None:
    with pytest.raises(TemplateError):
        EventPattern(text)


def test_any_filter_may_match_and_no_filter_matches_everything() -> None:
    criteria = {"Filters": [{"Pattern": '{"a": [1]}'}, {"Pattern": '{"b": [2]}'}]}
    assert [filter_for(criteria)(event) for event in ({"a": 1}, {"b": 2}, {"a": 2, "b": 1})] == [
        True,
        True,
        False,
    ]
    assert filter_for(None)({"anything": 1})


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [({"Open": [1]}, False), ({"Reviews": {"Stars": [{"numeric": ["<", 2]}]}}, True)],
)
def test_moto_matches_differently(pattern: dict[str, Any], expected: bool) -> None:
    found = MotoPattern.load(json.dumps(pattern)).matches_event(EVENT)
    assert found is not expected, "moto now matches this as Lambda does: can event_pattern.py give way to it?"


def test_a_filter_names_all_that_it_looks_at() -> None:
    patterns = (
        {"a": [{"prefix": "x"}], "b": {"c": ["y"]}},
        {"$or": [{"d": [1]}, {"e": {"f": [{"exists": False}]}}]},
    )
    names = names_in({"Filters": [{"Pattern": json.dumps(each)} for each in patterns]})
    assert names >= {"a", "b", "c", "d", "e", "f"}
    assert names.isdisjoint({"x", "y", "1"})
    assert names_in(None) == frozenset()
