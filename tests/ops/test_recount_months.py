"""`lazo recount` finds months whose figures are wrong or missing, and answers older than a counter."""

from datetime import UTC, date, datetime

from lazo.insight.bands import BandCounts
from lazo.table.rollups import ALL_STORES
from lazo.table.views import month_figures, rollup_repair
from tests.builders import minutes
from tests.ops.conftest import Lazo
from tests.product import Product

FEBRUARY = datetime(2026, 2, 10, 15, tzinfo=UTC)


def roll_up(product: Product) -> None:
    """Let an hour pass twice: stores are rolled up, then their groups."""
    for _ in range(2):
        product.wait(minutes(61))
        product.scheduler()


def test_months_from_before_are_rolled_up_by_a_recount(lazo: Lazo) -> None:
    product = lazo.product
    product.open_store()
    product.classify(product.accept(score=7), product.accept(score=9, at=FEBRUARY), product.accept(score=9))
    roll_up(product)
    # As an older version wrote them: without hours by band and touchpoints, without marks and roll-ups.
    for item in product.items(""):
        if item["pk"].startswith(("MONTH#", "GROUP#")):
            product.table._client.delete_item(
                TableName=product.table.name, Key={"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
            )
    for day in product.items("DAY#"):
        old = {name: n for name, n in day.items() if not name.startswith(("q#", "h12#", "changes"))}
        product.change(old)
    found = lazo("recount", "--since", "2026-03", "--json", code=1).json
    assert {each["day"] for each in found["differences"]} == {"2026-03-10"}
    assert [(each["store_id"], each["month"]) for each in found["months"]] == [("norte", "2026-03")]
    lazo("recount", "--since", "2026-01", "--fix")
    roll_up(product)
    assert lazo("recount", "--json").json == {"answers": 3, "differences": [], "months": []}
    assert rollup_repair.rolled_months(product.table) == ["2026-02", "2026-03"]
    # A month that somebody changed by hand, and one of all stores.
    for key in (("MONTH#2026-02", "STORE#norte"), ("GROUP#all", "MONTH#2026-03")):
        (item,) = (i for i in product.cloud.items() if (i["pk"], i["sk"]) == key)
        product.change(item, counts='{"answers":{"s9":7}}')
    found = lazo("recount", "--json", code=1).json["months"]
    assert {(each["store_id"], each["month"]) for each in found} >= {
        ("norte", "2026-02"),
        ("(all)", "2026-03"),
    }
    lazo("recount", "--fix")
    roll_up(product)
    assert lazo("recount", "--json").json["months"] == []


def test_months_from_before_they_had_days_get_them_by_a_recount(lazo: Lazo) -> None:
    """While one store's month has none, those of its brand and of all stores claim none either."""
    product = lazo.product
    product.open_store()
    product.open_store(store_id="sur", name="Sur")
    product.classify(product.accept(score=9), product.accept(score=3, store_id="sur", code="sur1"))
    roll_up(product)
    rolled = {(i["pk"], i["sk"]): i for i in product.cloud.items() if "days" in i}
    assert len(rolled) == 4, "two stores, their brand, all"
    for item in rolled.values():
        product.change({name: value for name, value in item.items() if name != "days"})
    months = ["2026-03"]
    assert group_days(product) is None
    old = month_figures.total_store_months(product.table, ["norte", "sur"], months, by_day=True)["2026-03"]
    assert (old.days, old.answers.bands) == (None, BandCounts(1, 0, 1))

    product.classify(product.accept(score=10))
    roll_up(product)
    assert group_days(product) is None, "sur has none"
    found = lazo("recount", "--json", code=1).json["months"]
    assert {(each["store_id"], each["month"]) for each in found} == {("sur", "2026-03")}
    lazo("recount", "--fix")
    roll_up(product)
    assert group_days(product) == {date(2026, 3, 10): BandCounts(2, 0, 1)}
    assert lazo("recount", "--json").json["months"] == []


def group_days(product: Product) -> dict[date, BandCounts] | None:
    """Answers of all stores by day, in March 2026."""
    found = month_figures.group_months(product.table, ALL_STORES, "2026-03", "2026-03", by_day=True)
    days = found["2026-03"].days
    return None if days is None else {on: counts.bands for on, counts in days.items()}


def test_a_slip_in_what_to_count_is_told_before_anything_is_counted(lazo: Lazo) -> None:
    """`--from` of a store that does not exist passed over all before it, and said that no day differs."""
    product = lazo.product
    product.open_store()
    product.classify(product.accept(score=9))
    (day,) = product.items("DAY#")
    product.change(day, s9=7)
    for slip in (
        ("--from", "plaza"),
        ("--store", "norte", "--store", "nix"),
        ("--store", "norte", "--from", "nix"),
    ):
        said = lazo("recount", "--fix", *slip, code=1).err
        assert "There is no store" in said
        assert "goes on with" not in said
    assert product.items("DAY#")[0]["s9"] == 7, "nothing was mended"
    for also in (("--cases",), ("--since", "2026-03")):
        assert "goes with --store" in lazo("recount", "--followups", *also, code=2).err
    assert lazo("recount", "--store", "norte", "--store", "norte", "--json", code=1).json["answers"] == 1
