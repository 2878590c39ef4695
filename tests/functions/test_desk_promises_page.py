"""The page of promises: what is open, by date, counted and filtered; and how many were kept."""

from datetime import timedelta
from typing import Any

import pytest

from lazo.table import promises as ledger
from lazo.table.dynamodb.writes import Put
from tests.builders import ANA, DIEGO, MARTA, START
from tests.case_views import promise
from tests.desk import Desk
from tests.dom import parse
from tests.functions.board import as_before, board_page
from tests.functions.test_desk_promises import PROMISE, ana, taken_on, unhappy
from tests.product import Product

__all__ = ["ana", "unhappy"]


def test_it_lists_open_promises_and_the_kept_rate(unhappy: Product, ana: Desk) -> None:
    page = taken_on(unhappy, ana.sign_in(ANA))
    page = ana.do(page, "/promise", **PROMISE).text
    page = ana.do(page, "/promise", **{**PROMISE, "date": "2026-03-12", "what": "Una llamada"}).text
    page = ana.do(page, "/promise", **{**PROMISE, "date": "2026-03-14", "what": "Té", "owner": "diego"}).text
    at = parse(ana.get("/desk/promises").text)
    assert [each.text for each in at.all("h2")][:3] == ["Una llamada", "Una mesa nueva", "Té"]
    assert at.one("nav", class_="counts").text == "Pendientes 3 Atrasadas 0 Para hoy 0 Mías 2"
    mine = parse(ana.get("/desk/promises?owner=me").text)
    assert [each.text for each in mine.all("h2")][:2] == ["Una llamada", "Una mesa nueva"]
    ana.do(page, "/promise-kept", text="")
    unhappy.advance(timedelta(days=14))
    unhappy.accept(score=1)
    unhappy.drain()
    at = parse(ana.sign_in(ANA).get("/desk/promises").text)
    rows = [[cell.text for cell in row.all() if cell.tag in ("th", "td")] for row in at.all("tr")]
    assert ["Aurora Norte", "1", "0", "2", "33 %"] in rows
    assert ["Diego", "0", "0", "1", "0 %"] in rows
    assert "No hay promesas pendientes" in at.one("main").text


def test_many_promises_come_in_pages_at_a_bounded_cost(unhappy: Product, ana: Desk) -> None:
    taken_on(unhappy, ana.sign_in(ANA))
    followup_id = unhappy.followup()["followup_id"]
    for number in range(120):
        due = START + timedelta(days=1, hours=number)
        each = promise(f"P{number}", followup_id=followup_id, what=f"Cosa {number}", due=due)
        item = ledger.promise_item(each)
        unhappy.table.put(Put(as_before(item, "PROMISES") if number % 2 else item))
    before = len(unhappy.calls("Desk"))
    first = parse(ana.get("/desk/promises").text)
    # The user, the open promises, those from before there were lists by store, their items, the stores, what was
    # kept, who was won back, and what is overdue, in both lists.
    assert len(unhappy.calls("Desk")) - before == 9
    assert [each.text for each in first.all("h2")][:99] == [f"Cosa {n}" for n in range(99)]
    counts = first.one("nav", class_="counts").text
    assert counts == "Pendientes 99+ Atrasadas Para hoy Mías 99+"
    second = parse(ana.get(first.one("a", rel="next")["href"]).text)
    assert [each.text for each in second.all("h2")][:21] == [f"Cosa {n}" for n in range(99, 120)]
    assert not list(second.all("a", rel="next"))


def test_a_contact_sees_nothing_of_other_stores(unhappy: Product, ana: Desk) -> None:
    unhappy.open_store(store_id="sur", name="Aurora Sur", contacts=[{**ANA, "contact_id": "rita"}, MARTA])
    ana.do(taken_on(unhappy, ana.sign_in(ANA)), "/promise", **PROMISE)
    marta = Desk(unhappy)
    assert marta.get("/desk/promises").status == 303
    for chosen in ("?shop=sur", "?shop=nowhere", "?after=x", ""):
        text = ana.get(f"/desk/promises{chosen}").text
        assert "Una mesa nueva" in text
        assert "Aurora Sur" not in text


@pytest.mark.parametrize(
    ("who", "query", "shown", "counts"),
    [
        (ANA, "", ["late", "soon", "night"], "Pendientes 3 Atrasadas 1 Para hoy 2 Mías 2"),
        (ANA, "?due=overdue", ["late"], "Pendientes 3 Atrasadas 1 Para hoy 2 Mías 2"),
        (ANA, "?due=today", ["soon", "night"], "Pendientes 3 Atrasadas 1 Para hoy 2 Mías 2"),
        (ANA, "?owner=me&due=today", ["night"], "Pendientes 3 Atrasadas 1 Para hoy 2 Mías 2"),
        (ANA, "?due=x&sort=x", ["late", "soon", "night"], "Pendientes 3 Atrasadas 1 Para hoy 2 Mías 2"),
        (DIEGO, "?sort=store", ["late", "soon", "night", "south"], "Open 4 Overdue 1 Due today 3 Mine 2"),
        (DIEGO, "?owner=me", ["south", "soon"], "Open 4 Overdue 1 Due today 3 Mine 2"),
        (DIEGO, "?shop=sur", ["south"], "Open 1 Overdue 0 Due today 1 Mine 1"),
    ],
)
def test_counts_filters_and_order(
    brand: Product, who: dict[str, Any], query: str, shown: list[str], counts: str
) -> None:
    """It is 12:00 in Santiago, 11:00 in New York: yesterday's is overdue, and south's is the first of today."""
    for name, hours, owner, store_id in (
        ("late", -24, "ana", "norte"),
        ("soon", 2, "diego", "norte"),
        ("night", 11.5, "ana", "norte"),
        ("south", 1, "diego", "sur"),
    ):
        due = START + timedelta(hours=hours)
        each = promise(name, followup_id=name, what=name, due=due, owner=owner, store_id=store_id)
        brand.table.put(Put(ledger.promise_item(each)))
    page = parse(board_page(brand, who, f"/desk/promises{query}").text)
    assert [each.one("h2").text for each in page.all("li", class_="entry")] == shown
    assert page.one("nav", class_="counts").text == counts


def test_an_empty_page_says_what_to_do(brand: Product) -> None:
    assert "Ver los casos abiertos" in board_page(brand, ANA, "/desk/promises").text
    filtered = board_page(brand, ANA, "/desk/promises?due=today").text
    assert "Ninguna promesa pendiente cumple este filtro." in filtered
    assert "Ver todas las promesas pendientes" in filtered
