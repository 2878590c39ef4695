"""PUT /v1/visitors: another system enters how many visitors stores had."""

from datetime import timedelta
from typing import Any

import pytest

from lazo.insight.bands import BandCounts
from lazo.table.views.month_figures import store_months
from lazo.table.visitors import visitors_by_day
from lazo.translations import LANGUAGES, translations
from tests.functions.api_client import ApiClient
from tests.product import Product


def day(store_id: str = "norte", on: str = "2026-03-09", n: Any = 412, **more: Any) -> dict[str, Any]:
    return {"store_id": store_id, "day": on, "visitors": n, **more}


def counter(product: Product, name: str = "counter", **limits: Any) -> ApiClient:
    return ApiClient(product, name, ["write-visitors"], **limits)


def test_what_is_entered_replaces_what_was_and_is_rolled_up(brand: Product) -> None:
    """As `lazo visitors` does: the sweep rolls the month up within two hours. 2 answers on a day of 500 visitors, none
    on one of 499."""
    for score in (9, 3):
        brand.accept(score=score, at=brand.now())
    brand.drain()
    system = counter(brand)
    first = system.enter_visitors([day(), day(on="2026-02-28", n=0), day("sur", "2026-03-10", 7.0)])
    assert (first.status, first.json()) == (200, {"stores": 2, "days": 3})
    again = [day(n=499), day(on="2026-03-10", n=500)]
    assert [system.enter_visitors(again).json() for _ in range(2)] == [{"stores": 1, "days": 2}] * 2
    entered = visitors_by_day(brand.table, "norte", ["2026-02", "2026-03"])
    assert {f"{on:%m-%d}": n for on, n in entered.items()} == {"02-28": 0, "03-09": 499, "03-10": 500}
    brand.advance(timedelta(hours=2))
    figures = store_months(brand.table, ["norte"], ["2026-03"])["norte"]["2026-03"]
    assert (figures.visitors.visitors, figures.visitors.bands) == (999, BandCounts(promoters=1, detractors=1))


def test_every_mistake_is_told_at_once_and_nothing_is_written(brand: Product) -> None:
    rows = [
        day(),
        day(on="2026-03-12"),
        day("nowhere"),
        day("Norte!", "09-03-2026", -1),
        {"visitors": None},
        day(n=1.5, colour="red"),
        [],
        day(n=1_000_001),
        day(n=True),
        day(),
        day(on=20260309),
        day(on="2019-12-31"),
        day(n="7"),
    ]
    reply = counter(brand).enter_visitors(rows)
    assert reply.status == 422
    found = [(e.get("index"), e["field"], e["code"]) for e in reply.json()["errors"]]
    assert found == [
        (1, "day", "day_in_future"),
        (2, "store_id", "store_id_unknown"),
        (3, "store_id", "store_id_invalid"),
        (3, "day", "day_invalid"),
        (3, "visitors", "visitors_invalid"),
        (4, "store_id", "store_id_required"),
        (4, "day", "day_required"),
        (4, "visitors", "visitors_invalid"),
        (5, "visitors", "visitors_invalid"),
        (5, "colour", "unknown_field"),
        (6, None, "row_invalid"),
        (7, "visitors", "visitors_invalid"),
        (8, "visitors", "visitors_invalid"),
        (9, "day", "day_repeated"),
        (10, "day", "day_invalid"),
        (11, "day", "day_invalid"),
        (12, "visitors", "visitors_invalid"),
    ]
    assert brand.items("VISITORS#") == []
    for language in LANGUAGES:
        texts = translations("api", language)["errors"]
        assert {code for _, _, code in found} <= texts.keys()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"[]", 422, "body_invalid"),
        (b"{}", 422, "days_required"),
        (b'{"days": {}}', 422, "days_invalid"),
        (b'{"days": [], "more": 1}', 422, "unknown_field"),
        (b'{"days": [' + b"0," * 100 + b"0]}", 422, "days_too_many"),
        (b" " * (256 * 1024 + 1), 413, "too_large"),
    ],
)
def test_bodies_that_are_none(brand: Product, body: bytes, status: int, code: str) -> None:
    reply = counter(brand).enter_visitors(body)
    told = reply.json()
    assert (reply.status, (told.get("error") or told["errors"][0])["code"]) == (status, code)


def test_a_key_enters_for_its_stores_alone(brand: Product) -> None:
    brand.open_store(store_id="boreal", brand="Boreal")
    everywhere, south = counter(brand), counter(brand, "south", stores=["sur"])
    boreal = counter(brand, "boreal", brands=["Boreal"])
    assert [south.enter_visitors([day(each)]).status for each in ("sur", "norte")] == [200, 422]
    assert [boreal.enter_visitors([day(each)]).status for each in ("boreal", "norte")] == [200, 422]
    assert ApiClient(brand).enter_visitors([day()]).status == 403
    assert everywhere.enter_visitors([day()], x_api_key="lazo_none").status == 401
    assert everywhere.enter_visitors([day()], content_type="text/plain").status == 415
    assert {item["pk"] for item in brand.items("VISITORS#")} == {"STORE#sur", "STORE#boreal"}
