"""`lazo recount` finds months whose figures are wrong or missing, and answers older than a counter."""

from datetime import UTC, datetime

from lazo.table.views import rollup_repair
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
