"""Which earlier remedies a timeline calls those that worked."""

from dataclasses import replace

import pytest

from lazo.customer.timeline import TimelineEntry, build_timeline
from tests.builders import START
from tests.unit.customer.timelines import DAY, entry, history_of

REMEDY = entry(
    "followup",
    30,
    text="Abrimos otra caja",
    ref="f1",
    stage="confirmed",
    themes=("staffing",),
    complaint=("waiting_time", "price"),
    resolved_at=START - 28 * DAY,
)
"""A case opened for waiting and price, whose root cause was the staffing."""


def remedies(*entries: TimelineEntry, on: str = "f9") -> list[str]:
    return [each.text for each in build_timeline(history_of(*entries), {}, on).solved_before]


@pytest.mark.parametrize(
    "later",
    [
        entry("answer", 10, score=8, themes=("cleanliness",)),
        entry("answer", 10, score=9, themes=("waiting_time",)),
        entry("answer", 30, score=2, themes=("waiting_time",)),
        entry("complaint", 29, themes=("price",)),
        entry("visit", 5),
        entry("followup", 5, ref="f2", score=10, themes=("price",), complaint=("price",)),
    ],
    ids=["of something else", "praise", "the answer that opened it", "in work", "no complaint", "happy case"],
)
def test_a_remedy_worked_when_the_customer_confirmed_it_and_did_not_complain_of_it_again(
    later: TimelineEntry,
) -> None:
    assert remedies(REMEDY, later) == ["Abrimos otra caja"]


@pytest.mark.parametrize(
    "later",
    [
        entry("answer", 10, score=3, themes=("waiting_time", "service")),
        entry("answer", 10, score=8, themes=("price",)),
        entry("complaint", 10, themes=("staffing",)),
        entry("followup", 10, ref="f9", stage="open", themes=("price",), complaint=("price",)),
        entry("followup", 10, ref="f2", stage="resolved", themes=("other",), complaint=("waiting_time",)),
    ],
    ids=["detractor", "passive", "of its root cause", "this very case", "another case"],
)
def test_a_remedy_that_the_same_complaint_followed_did_not_work(later: TimelineEntry) -> None:
    assert remedies(REMEDY, later) == []


def test_a_remedy_did_not_work_when_the_case_was_reopened_or_not_confirmed() -> None:
    assert remedies(replace(REMEDY, reopened=True)) == []
    for stage in ("contacted", "resolved", "unconfirmed"):
        assert remedies(replace(REMEDY, stage=stage)) == []
    assert remedies(REMEDY, on="f1") == [], "the case that is shown"
