"""Months rolled up from days: they equal a count of the answers, whatever happens on the way and however late."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from infra.local.direct_items import put_directly
from lazo.insight.bands import BandCounts
from lazo.store.model import Store
from lazo.table import removal, rollups
from lazo.table.dynamodb import figure_keys
from lazo.table.views import month_figures, rollup_repair
from lazo.timestamps import format_timestamp
from lazo.workflows.answer_trust import trust_answer
from lazo.workflows.events import Topic
from tests.builders import START, minutes
from tests.product import Product
from tests.recount import wrong_months

ZONE = "America/Santiago"
FEBRUARY = datetime(2026, 2, 10, 15, tzinfo=UTC)
LATER = minutes(61)
TOPIC = Topic(SimpleNamespace(publish=lambda **_: None), "arn")


@pytest.fixture
def two_stores(product: Product) -> tuple[Store, Store]:
    return product.open_store(), product.open_store(store_id="sur", brand="Boreal", name="Boreal Sur")


def problems(product: Product) -> list[str]:
    zones = dict.fromkeys(["norte", "sur"], ZONE)
    return wrong_months(product.cloud.items(), zones, {"norte": "Aurora", "sur": "Boreal"})


def waiting(product: Product) -> list[str]:
    """The counters that wait to be rolled up."""
    return [i["sk"] for i in product.cloud.items() if i.get("due_pk") == "due#6"]


def roll_up(product: Product) -> None:
    """Let an hour pass twice: stores are rolled up, then their groups."""
    for _ in range(2):
        product.wait(LATER)
        product.scheduler()


def test_months_of_stores_brands_and_all(product: Product, two_stores: tuple[Store, Store]) -> None:
    norte, _ = two_stores
    given = [
        product.accept(score=score, at=at, reasons=("price",), store_id=store, code=f"{store}1")
        for store, at in (("norte", START), ("norte", FEBRUARY), ("sur", START))
        for score in (2, 7, 10)
    ]
    odd = product.accept(score=10, suspect=("too_fast",))
    product.classify(*given, odd)
    assert product.items("MONTH#") == [], "nothing is rolled up before its hour"
    roll_up(product)
    assert waiting(product) == []
    assert problems(product) == []

    months = month_figures.store_months(product.table, ["norte", "sur"], ["2026-02", "2026-03"])
    march = months["norte"]["2026-03"].answers
    assert march.bands == BandCounts(1, 1, 1)
    assert (march.suspect, march.signs) == (1, {"too_fast": 1})
    assert march.touchpoints == {"norte1": BandCounts(1, 1, 1)}
    assert march.suspect_touchpoints == {"caja3": 1}
    # START is Tuesday 10 March 2026, 15:00 UTC: noon in Santiago.
    assert (march.hours, march.weekdays) == ({12: BandCounts(1, 1, 1)}, {1: BandCounts(1, 1, 1)})
    assert march.themes["price"].complained == BandCounts(0, 1, 1)
    assert march.themes["price"].praised == BandCounts(1, 0, 0)
    assert "2026-02" not in months["sur"]
    every = month_figures.group_months(product.table, rollups.ALL_STORES, "2026-01", "2026-12")
    assert {month: each.answers.bands.n for month, each in every.items()} == {"2026-02": 3, "2026-03": 6}
    boreal = month_figures.group_months(product.table, rollups.brand_group("Boreal"), "2026-03", "2026-03")
    assert boreal["2026-03"].answers.bands == BandCounts(1, 1, 1)
    of_stores = month_figures.group_stores(product.table, rollups.ALL_STORES, "2026-03")
    assert {store_id: (each.bands.n, each.suspect) for store_id, each in of_stores.items()} == {
        "norte": (3, 1),
        "sur": (3, 0),
    }
    assert month_figures.brands_of_month(product.table, "2026-03") == ["Aurora", "Boreal"]

    # What changes later changes them too: a doubt that is lifted, an answer that came late, an erasure.
    trust_answer(product.table, TOPIC, norte, odd.ulid, norte.contacts[0], product.now())
    product.classify(product.accept(score=9, at=FEBRUARY, store_id="sur"))
    log = removal.ErasureLog("norte", "2026-03-10#x", "operator", product.now())
    item = next(i for i in product.items("ANSWER#") if i["ulid"] == given[0].ulid)
    removal.erase_item(product.table, item, log, product.now())
    roll_up(product)
    assert problems(product) == []
    months = month_figures.store_months(product.table, ["norte", "sur"], ["2026-02", "2026-03"])
    assert months["norte"]["2026-03"].answers.bands == BandCounts(2, 1, 1)
    assert months["sur"]["2026-02"].answers.bands == BandCounts(1, 0, 0)


def test_two_thousand_stores_fit_into_an_item(product: Product) -> None:
    """DynamoDB takes 400 KB. With four touchpoints a store, these alone would be twice as much."""
    for n in range(2_000):
        touchpoints = {
            f"q#s{n:04}{till}#{band}": 30 for till in "abcd" for band in ("promoter", "passive", "detractor")
        }
        counts = json.dumps({"answers": {"s10": 90, **touchpoints}})
        put_directly(
            product.cloud,
            [
                figure_keys.store_month(f"s{n:04}", "2026-03").item(
                    brand="Aurora", counts=counts, read_at=format_timestamp(START)
                )
            ],
        )
    rollup_repair.mark_group_month(product.table, "2026-03", START)
    assert rollups.roll_up_groups(product.table, "2026-03", START)
    every = month_figures.group_months(product.table, rollups.ALL_STORES, "2026-03", "2026-03")
    assert every["2026-03"].answers.bands == BandCounts(180_000, 0, 0)
    sizes = {item["sk"]: len(json.dumps(item)) for item in product.cloud.items() if item["pk"] == "GROUP#all"}
    assert sizes["MONTH#2026-03"] < 10_000
    assert sizes["STORES#2026-03#000"] < 200_000


def test_an_answer_in_the_middle_of_a_roll_up_is_in_the_next(
    product: Product, two_stores: tuple[Store, Store]
) -> None:
    """Before each call of the sweep another answer is counted."""
    product.classify(product.accept(score=10))
    for nth in range(1, 40):
        product.wait(LATER)
        met = product.just_before(
            None, lambda: product.classify(product.accept(score=9)), function="FollowupScheduler", nth=nth
        )
        product.scheduler()
        assert problems(product) == []
        if not met["done"]:
            break
    else:
        pytest.fail("a sweep with two months has fewer calls")
    roll_up(product)
    assert problems(product) == []


def test_crash_at_every_call(product: Product, two_stores: tuple[Store, Store]) -> None:
    for nth in range(1, 30):
        product.classify(product.accept(score=8), product.accept(score=10, store_id="sur"))
        struck = product.crash("FollowupScheduler", nth)
        for _ in range(2):
            product.wait(LATER)
            product.dies(product.scheduler)
        product.cloud.faults.clear()
        assert problems(product) == []
        if not struck.struck:
            break
    else:
        pytest.fail("the sweep has fewer effects")
    assert nth > 8, "two stores, three groups with their stores"
    roll_up(product)
    assert problems(product) == []
    assert waiting(product) == []
