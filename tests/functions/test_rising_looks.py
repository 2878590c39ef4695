"""Stores write their weeks on Sunday night; one look at all of them says what rises."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from infra.local.direct_items import put_directly
from lazo.insight.rising_look import StoreWeeks
from lazo.phrases.theme_rules import THEMES
from lazo.table import nightly_looks, rising, stores
from lazo.table.dynamodb import listing
from lazo.table.dynamodb.writes import Item
from lazo.table.views.rising import latest_look
from tests import builders
from tests.aws_rules import Watch
from tests.functions.sweeps import IDLE
from tests.product import AFTER, BEFORE, CRASH, Product, When

SATURDAY = date(2026, 3, 14)
NOON = datetime(2026, 3, 15, 12, 1, tzinfo=UTC)


def day_of(store_id: str, day: date, complaints: int) -> Item:
    """160 answers, of which so many complain of the price."""
    counted = {"s9": 160 - complaints, "s2": complaints, "t#price#detractor": complaints}
    return {"pk": f"STORE#{store_id}", "sk": f"DAY#{day}", "store_id": store_id, **counted}


def weeks_of(store_id: str, recent: int) -> Iterator[Item]:
    """A day a week, the Saturday: 8 of 160 answers complain of the price, in the last four weeks `recent`."""
    for ago in range(17):
        yield day_of(store_id, SATURDAY - timedelta(weeks=ago), recent if ago < 4 else 8)


@pytest.fixture
def week(product: Product) -> Product:
    """`norte` complains thrice as much as before, among 20 stores as ever; its look is to come, that of `late` is
    not. It is Sunday noon, and the others have written their weeks."""
    for store_id in ("norte", "late"):
        store = product.open_store(store_id=store_id, name=store_id)
    put_directly(product.cloud, weeks_of("norte", 24))
    product.wait(datetime(2026, 3, 14, 20, tzinfo=UTC) - product.now())
    nightly_looks.start_looks(product.table, stores.get_store(product.table, "norte") or store, product.now())
    for n in range(20):
        product.open_store(store_id=f"s{n:02}", name=f"s{n:02}")
        steady = StoreWeeks(f"s{n:02}", "Aurora", [160] * 17, {"price": [8] * 17})
        product.table.put(rising.store_weeks_put(steady, SATURDAY))
    product.wait(NOON - product.now())
    return product


def test_the_look_waits_for_late_stores_with_a_bound(week: Product) -> None:
    week.scheduler()
    (own,) = [i for i in week.items("STORE#norte") if i["pk"] == "WEEK#2026-03-14"]
    assert own["counts"].startswith('{"answers":[160,160,')
    assert own["expires_at"] == datetime(2026, 4, 18, tzinfo=UTC).timestamp()
    (night,) = week.items("DATE#look")
    assert "2026-03-16T04:00" <= night["due_at"] < "2026-03-16T08:00", "the next night in Santiago"

    week.scheduler()
    (look,) = week.items("WEEK#")
    assert (look["due_at"], "looked_at" in look) == ("2026-03-15T12:31:00.000Z", False)
    assert latest_look(week.table, week.now()) is None

    week.wait(timedelta(hours=6))
    assert week.scheduler() == {"acted": 1, "failed": 0}
    found = latest_look(week.table, week.now())
    assert found is not None
    assert (found.week, found.stores, found.of_stores) == (SATURDAY, 21, 22)
    (flag,) = found.of_store("norte")
    assert (flag.theme, flag.recent, flag.recent_answers, flag.past, flag.past_answers) == (
        "price", 96, 640, 104, 2080,
    )  # fmt: skip
    assert found.in_stores == (flag,)

    # A store that comes after the look changes nothing: a look is never repeated.
    before = week.items("WEEK#")
    nightly_looks.start_looks(
        week.table, builders.make_store(store_id="late"), week.now() - timedelta(days=1)
    )
    week.scheduler()
    assert week.items("WEEK#") == before
    assert not [i for i in week.items("STORE#late") if i["pk"].startswith("WEEK#")]
    assert latest_look(week.table, week.now() + timedelta(days=15)) is None, "that was long ago"


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_crash_at_any_write_leaves_one_look(week: Product, when: When) -> None:
    week.table._client.delete_item(
        TableName=week.table.name, Key={"pk": {"S": "STORE#late"}, "sk": {"S": "STORE"}}
    )
    for write in ("TransactWriteItems", "UpdateItem"):
        week.fault(function="FollowupScheduler", operation=write, kind=CRASH, when=when)
        assert week.dies(week.scheduler)
        if when is BEFORE:
            week.scheduler()
    assert week.scheduler() == IDLE
    (look,) = week.items("WEEK#")
    assert (look["stores"], look["of_stores"], "due_at" in look) == (21, 21, False)
    found = latest_look(week.table, week.now())
    assert found is not None
    assert [each.group_id for each in found.in_stores] == ["norte"]
    assert rising.take_look(week.table, {**look, "due_at": "2026-03-15T12:00:00.000Z"}, [], 0, NOON) is False


def test_a_look_is_a_bounded_number_of_calls(product: Product, watch: Watch) -> None:
    """Each call may bring 1 MB: of 2,000 stores two pages of weeks, and one of names."""
    weekly = {theme: [4 + n % 3 for n in range(17)] for theme in THEMES}
    items = list(_stores_and_weeks(weekly, 200))
    put_directly(product.cloud, items)
    product.table.update(rising.look_date(SATURDAY, NOON))
    product.wait(NOON - product.now() + timedelta(minutes=1))
    watch.clear()
    assert product.scheduler() == {"acted": 1, "failed": 0}
    (look,) = product.items("WEEK#")
    assert (look["stores"], look["of_stores"]) == (200, 200)
    calls = Counter(c.action.partition(":")[2] for c in watch.calls if c.function == "FollowupScheduler")
    # Of the seven partitions of the index `due` one query each; the look is read by the sweep, and written.
    assert calls["Query"] == 7 + 1 + 1
    assert calls["UpdateItem"] == 1
    assert max(len(json.dumps(item)) for item in items) * 2000 < 2_200_000


def _stores_and_weeks(weekly: dict[str, list[int]], stores: int) -> Iterator[Item]:
    for n in range(stores):
        store_id = f"s{n:04}"
        weeks = StoreWeeks(store_id, f"Brand {n % 5}", [120 + n % 50] * 17, weekly)
        yield rising.store_weeks_put(weeks, SATURDAY).item
        position = listing.store_position(store_id, store_id)
        entry = {"list_pk": listing.STORES_LIST, "list_at": position, "store_id": store_id}
        yield {"pk": f"STORE#{store_id}", "sk": "STORE", **entry}
