"""Improvements in the table: once, without lost edits, listed by day, published where they hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lazo.insight.improvement_replies import ImprovementReplies
from lazo.insight.improvements import Improvement, ImprovementText
from lazo.table import improvements
from lazo.table.improvement_resurveys import improvement_replies
from lazo.table.improvements import ImprovementChanged, save_improvement
from lazo.table.published_improvements import published_ids
from tests.builders import START
from tests.product import Product

DAY = date(2026, 3, 2)


def made(number: int, **changes: object) -> Improvement:
    values: dict[str, object] = {
        "improvement_id": f"01KKC2X0000000000000000{number:03}",
        "theme": "waiting_time",
        "brand": "Aurora",
        "store_ids": ("norte",),
        "texts": (ImprovementText("es", "Se espera mucho", "Otra caja"),),
        "owner": "Diego",
        "in_place_from": DAY,
        "created_at": START,
        **changes,
    }
    return Improvement(**values)


def test_an_edit_is_written_once_and_a_stale_one_is_a_conflict(product: Product) -> None:
    table, first = product.table, made(1)
    save_improvement(table, None, first, START)
    with pytest.raises(ImprovementChanged):
        save_improvement(table, None, first, START)
    published = replace(first, published_at=START, version=2)
    save_improvement(table, first, published, START)
    with pytest.raises(ImprovementChanged):
        save_improvement(table, first, replace(first, owner="Marta", version=2), START)
    assert improvements.get_improvement(table, first.improvement_id) == published
    assert improvements.get_improvement(table, "01KKC2X0000000000000000999") is None

    assert published_ids(table, "norte", "Aurora") == {first.improvement_id}
    assert published_ids(table, "sur", "Aurora") == frozenset()
    moved = replace(published, store_ids=("sur", "este"), version=3)
    save_improvement(table, published, moved, START)
    everywhere = made(2, store_ids=(), published_at=START)
    save_improvement(table, None, everywhere, START)
    assert published_ids(table, "norte", "Aurora") == {everywhere.improvement_id}
    assert published_ids(table, "sur", "Aurora") == {first.improvement_id, everywhere.improvement_id}
    assert published_ids(table, "sur", "Boreal") == {first.improvement_id}
    save_improvement(table, moved, replace(moved, published_at=None, version=4), START)
    assert published_ids(table, "este", "Boreal") == frozenset()


def test_a_page_after_another_shows_each_once_the_newest_day_first(product: Product) -> None:
    table = product.table
    every = [
        made(number, in_place_from=DAY + timedelta(days=number % 7), owner="Ana" if number % 2 else "Eva")
        for number in range(45)
    ]
    for each in every:
        save_improvement(table, None, each, START)
    seen: list[Improvement] = []
    after: str | None = None
    for expected in (20, 2):
        page = improvements.list_improvements(table, lambda each: each.owner == "Ana", after)
        assert len(page.improvements) == expected
        seen += page.improvements
        after = page.cursor
    assert after is None
    assert seen == sorted(
        (each for each in every if each.owner == "Ana"),
        key=lambda each: (each.in_place_from, each.improvement_id),
        reverse=True,
    )
    first = improvements.list_improvements(table, lambda _: True, "2026-03-02#nonsense").improvements[0]
    assert first.in_place_from == DAY + timedelta(days=6)
    save_improvement(table, first, replace(first, published_at=START, version=2), START)
    found = improvements.published_between(table, DAY, DAY + timedelta(days=6))
    assert [each.improvement_id for each in found] == [first.improvement_id]
    assert improvements.published_between(table, DAY, DAY) == []
    assert improvement_replies(table, [first.improvement_id]) == {first.improvement_id: ImprovementReplies()}
