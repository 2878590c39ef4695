"""GET /v1/scores of brands and of all stores, from months that are rolled up."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from api import group_scores
from tests.functions.api_client import ApiClient
from tests.product import Product

BRANDS = "/v1/scores?from=2026-01-01&to=2026-04-01&group=brand"


@pytest.fixture
def rolled(brand: Product) -> Product:
    """Aurora's norte has a promoter and a detractor in March, its sur 18 promoters, Bor:éal 2 passives. A suspect one
    is in no score."""
    brand.open_store(store_id="boreal", name="Boreal", brand="Bor:éal")
    given = {"norte": (9, 2), "sur": (10,) * 18, "boreal": (7, 8)}
    for store_id, scores in given.items():
        for score in scores:
            brand.accept(store_id=store_id, score=score, at=brand.now())
    brand.accept(store_id="norte", score=0, at=brand.now(), suspect=("too_fast",))
    brand.drain()
    brand.advance(timedelta(hours=3))
    return brand


def test_a_brand_has_its_stores_together(rolled: Product) -> None:
    """19 promoters and a detractor: 90. With three answers added 18 / 23 = 0.78261 of a mean, and the root of
    ((19.75 + 1.75) / 23 - 0.78261^2) / 23 = 0.11833 for its error, less and more 1.95996 of it: 55.07 to 101.45,
    which is 100 (Rocks 2016, by hand)."""
    bi = ApiClient(rolled)
    rows = bi.rows(BRANDS)
    shown = [(row["brand"], row["from"], row["n"], row["score"]) for row in rows]
    assert shown == [
        ("Aurora", "2026-01-01", 0, None),
        ("Aurora", "2026-02-01", 0, None),
        ("Aurora", "2026-03-01", 20, 90.0),
        ("Bor:éal", "2026-01-01", 0, None),
        ("Bor:éal", "2026-02-01", 0, None),
        ("Bor:éal", "2026-03-01", 2, 0.0),
    ]
    assert rows[2] == {
        "store_id": None,
        "brand": "Aurora",
        "touchpoint": None,
        "label": None,
        "from": "2026-03-01",
        "to": "2026-04-01",
        "bands": {"promoters": 19, "passives": 0, "detractors": 1},
        "n": 20,
        "score": 90.0,
        "lower": 55.1,
        "upper": 100.0,
        "enough": True,
        "not_counted": {"suspect": 1},
    }
    assert rows[5]["enough"] is False
    assert bi.rows(f"{BRANDS}&limit=1") == bi.rows(f"{BRANDS}&limit=4") == rows


def test_quarters_and_all_stores_together(rolled: Product) -> None:
    bi = ApiClient(rolled)
    (quarter,) = bi.rows(f"{BRANDS.replace('brand', 'total')}&period=quarter")
    assert (quarter["brand"], quarter["store_id"], quarter["n"]) == (None, None, 22)
    assert quarter["bands"] == {"promoters": 19, "passives": 2, "detractors": 1}
    some = "&store=norte&store=boreal"
    (two,) = bi.rows(f"{BRANDS.replace('brand', 'total')}&period=quarter{some}")
    assert two["bands"] == {"promoters": 1, "passives": 2, "detractors": 1}
    assert {(r["brand"], r["n"]) for r in bi.rows(f"{BRANDS}&period=quarter{some}")} == {
        ("Aurora", 2),
        ("Bor:éal", 2),
    }


def test_a_key_of_some_stores_sees_no_others_in_a_brand(rolled: Product) -> None:
    north = ApiClient(rolled, "plaza", stores=["norte"])
    assert [(r["brand"], r["n"]) for r in north.rows(f"{BRANDS}&period=quarter")] == [("Aurora", 2)]
    boreal = ApiClient(rolled, "boreal", brands=["Bor:éal"])
    assert [(r["brand"], r["n"]) for r in boreal.rows(f"{BRANDS}&period=quarter")] == [("Bor:éal", 2)]
    assert {row["store_id"] for row in boreal.rows("/v1/answers")} == {"boreal"}
    assert boreal.ask("/v1/answers?store=norte").status == 422


DAYS = "/v1/scores?from=2026-03-05&to=2026-03-12"


def test_days_and_weeks_of_brands_and_of_all(rolled: Product) -> None:
    """All answered on Tuesday 10 March 2026; the weeks of the range begin on 5 and on 9 March."""
    bi = ApiClient(rolled)
    rows = bi.rows(f"{DAYS}&group=brand&period=week")
    assert [(r["brand"], r["from"], r["to"], r["n"], r["score"]) for r in rows] == [
        ("Aurora", "2026-03-05", "2026-03-09", 0, None),
        ("Aurora", "2026-03-09", "2026-03-12", 20, 90.0),
        ("Bor:éal", "2026-03-05", "2026-03-09", 0, None),
        ("Bor:éal", "2026-03-09", "2026-03-12", 2, 0.0),
    ]
    assert (rows[1]["lower"], rows[1]["not_counted"]) == (55.1, {"suspect": 1})
    total = bi.rows(f"{DAYS}&group=total&period=day")
    assert [r["n"] for r in total] == [0, 0, 0, 0, 0, 22, 0]
    assert total[5]["bands"] == {"promoters": 19, "passives": 2, "detractors": 1}
    # Of a month that is cut by the range, what is in it.
    (april, march) = bi.rows("/v1/scores?from=2026-03-11&to=2026-05-01&group=total")[::-1]
    assert (march["from"], march["n"], april["n"]) == ("2026-03-11", 0, 0)
    (whole, cut) = bi.rows("/v1/scores?from=2026-03-01&to=2026-04-02&group=total")
    assert (whole["n"], cut["from"], cut["n"]) == (22, "2026-04-01", 0)


def test_days_of_some_stores_are_theirs_alone(rolled: Product) -> None:
    north = ApiClient(rolled, "plaza", stores=["norte"])
    rows = north.rows(f"{DAYS}&group=brand&period=week")
    assert [(r["brand"], r["n"], r["not_counted"]["suspect"]) for r in rows] == [
        ("Aurora", 0, 0),
        ("Aurora", 2, 1),
    ]
    some = ApiClient(rolled).rows(f"{DAYS}&group=total&period=week&store=norte&store=boreal")
    assert some[1]["bands"] == {"promoters": 1, "passives": 2, "detractors": 1}


def test_a_page_of_days_reads_no_more_months_of_stores_than_it_may(
    rolled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two months of three stores at once: the page ends, and the next goes on."""
    monkeypatch.setattr(group_scores, "MOST_STORE_MONTHS", 6)
    bi = ApiClient(rolled)
    asked = "/v1/scores?from=2026-01-05&to=2026-03-30&group=total&period=week"
    asked += "&store=norte&store=boreal&store=sur"
    page = bi.page(asked)
    # Weeks from 5 January; that of 23 February ends in March, the third month.
    assert [page["items"][0]["from"], page["items"][-1]["from"]] == ["2026-01-05", "2026-02-16"]
    assert page["next_cursor"]
    rows = bi.rows(asked)
    assert [(r["from"], r["n"]) for r in rows if r["n"]] == [("2026-03-09", 22)]
    assert len(rows) == 12


def test_days_of_months_without_days_are_refused_and_their_months_are_not(rolled: Product) -> None:
    for item in rolled.cloud.items():
        if "days" in item:
            rolled.change(item, days=None)
    bi = ApiClient(rolled)
    for store in ("", "&store=norte"):
        reply = bi.ask(f"{DAYS}&group=total{store}")
        assert reply.status == 422
        assert [(e["field"], e["code"]) for e in reply.json()["errors"]] == [("from", "days_unknown")]
    assert [r["n"] for r in bi.rows("/v1/scores?from=2026-03-01&to=2026-04-01&group=total")] == [22]


def test_a_page_has_a_query_for_each_brand_and_none_for_its_stores(rolled: Product) -> None:
    """Besides the key and the list of stores: a batch for the names of the brands, a query for each of the two."""
    bi = ApiClient(rolled)
    rolled.restart("ReadApi")
    before = len(rolled.calls("ReadApi"))
    bi.page(BRANDS)
    assert rolled.calls("ReadApi")[before:] == ["GetItem", "Query", "BatchGetItem", "Query", "Query"]
    before = len(rolled.calls("ReadApi"))
    bi.page(f"{DAYS}&group=brand&period=day")
    assert rolled.calls("ReadApi")[before:] == ["BatchGetItem", "Query", "Query"], (
        "the key and the stores are known"
    )
    assert bi.page(f"{BRANDS}&cursor={quote(bi.page(BRANDS + '&limit=5')['next_cursor'])}")["items"]
