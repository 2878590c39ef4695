"""The team's page: times of a store and of its brand, who was never answered, and who has what, within the reader's
scope and a bounded number of reads."""

import json
from dataclasses import replace
from datetime import timedelta

from infra.local.direct_items import put_directly
from lazo.insight.time_buckets import bucket_of
from lazo.table.dynamodb.writes import Item
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START
from tests.dom import parse
from tests.functions.board import board_page, open_followup, owned_followup, store_followups
from tests.functions.test_desk_insights import store_items
from tests.product import Product

PATH = "/desk/insights/team"
FAST, SLOW = (bucket_of(timedelta(minutes=each)) for each in (5, 300))


def times(store_id: str, **more: int) -> Item:
    """Thirty cases of a store that were contacted within five minutes, and one that never was."""
    fast = {f"took#contacted#{FAST}": 30, "in_time#contacted": 29, "never#contacted": 1}
    return {"pk": f"STORE#{store_id}", "sk": "TIMES#2026-03", **fast, **more}


def rolled_up(group: str, **counts: int) -> Item:
    item = {"pk": f"GROUP#{group}", "sk": "MONTH#2026-03", "read_at": "2026-03-10T14:00:00.000Z"}
    return {**item, "counts": json.dumps({"times": counts})}


def test_a_store_its_people_and_whom_it_forgot(product: Product) -> None:
    product.open_store(contacts=[ANA, DIEGO])
    slow = {f"took#contacted#{SLOW}": 300, "in_time#contacted": 100}
    pairs = {"spoken_to#detractor#promoter": 30, "nobody_reached#detractor#detractor": 30}
    put_directly(
        product.cloud,
        [
            times("norte", not_reached=2, **pairs),
            rolled_up("brand#Aurora", **slow),
            {"pk": "STORE#norte", "sk": "PROMISES#2026-03", "kept#ana": 3, "late#ana": 1, "broken#diego": 1},
        ],
    )
    opened = open_followup("f0", 10)
    forgotten = replace(opened, stage="unanswered", unanswered_at=START, deadline=None)
    erased = replace(forgotten, followup_id="f1", erased_at=START)
    last_year = replace(
        forgotten, followup_id="f2", opened_at=START - timedelta(days=90), opened_month="2025-12"
    )
    store_followups(
        product,
        *(forgotten, erased, last_year),
        owned_followup("f3", -5, "ana"),
        owned_followup("f4", 500, "ana"),
        open_followup("f5", 500),
    )
    page = parse(board_page(product, ANA, PATH).text)

    (row,) = page.one(id="times").one("tbody").all("tr")
    assert row.text.startswith("Se habló con el cliente")
    assert "94 % 79–99 % 29 de 31" in row.text
    assert "Nunca: 1" in row.text
    assert "2 clientes no se pudieron contactar" in page.one(id="times").text
    assert "Se habló con el cliente: más rápido que la marca" in page.one(id="pace").text
    never = page.one(id="never")
    assert "1 cliente de 31 nunca recibió respuesta." in never.text
    cases = [link["href"] for link in never.all("a")]
    never_of_march = f"{PATH}?cases=never_contacted&from=2026-03&to=2026-03"
    assert cases == [never_of_march, "/desk/followups/f0", "/desk?owner=nobody"]
    people = [row.text for row in page.one(id="people").one("tbody").all("tr")]
    assert people == ["Ana 2 Fuera de plazo: 1 3 1 0", "Diego 0 0 0 1", "Sin responsable 1 – – –"]
    assert "/desk?owner=ana%40norte" in [link["href"] for link in page.one(id="people").all("a")]
    # 30 delighted ones: n + 3 = 33, shares 30.75/33 and 0.75/33, mean 0.909, standard error 0.0623: 78.7 to 100.
    recovery = page.one(id="recovery").text
    assert "Clientes con los que hablamos: antes, −100" in recovery
    assert "después, 100 (entre 78 y 100), con 30 respuestas." in recovery
    assert "la siguiente suele ser mejor aunque nadie haga nada" in page.one(id="recovery").text
    empty = board_page(product, ANA, f"{PATH}?period=2026-02").text
    assert "Ningún caso de este período" in empty


def test_several_stores_by_name_and_nobody_elses(product: Product, watch: Watch) -> None:
    """An area sees its stores; a head of 2,000 the times of all, in calls that at 8 ms take less than 300 ms."""
    for n in range(25):
        put_directly(product.cloud, store_items(f"n{n:04}", *([ANA] if n == 7 else []), DIEGO, MARTA))
        put_directly(product.cloud, [times(f"n{n:04}")])
    listed = (
        {"list_pk": "STORES", "list_at": f"Aurora n{n:04}#n{n:04}", "store_id": f"n{n:04}"}
        for n in range(25, 2000)
    )
    put_directly(
        product.cloud, ({"pk": f"STORE#{each['store_id']}", "sk": "STORE", **each} for each in listed)
    )
    put_directly(product.cloud, [rolled_up("all", **{f"took#contacted#{SLOW}": 300})])
    store_followups(product, owned_followup("f3", -5, "diego", store_id="n0001"))
    for who, shown, absent in (
        (ANA, "1 cliente de 31 nunca", "Aurora n0001"),
        (DIEGO, "25 customers of 775 never", "Ana"),
        (MARTA, "Escolha uma loja", 'id="people"'),
    ):
        board_page(product, who)
        watch.clear()
        page = board_page(product, who, PATH)
        assert page.status == 200
        assert shown in page.text
        assert absent not in page.text
        calls = [call for call in watch.calls if call.function == "Desk"]
        assert len(calls) <= 37, [call.operation for call in calls]
    area = parse(board_page(product, DIEGO, PATH).text)
    rows = list(area.one(id="stores").one("tbody").all("tr"))
    assert len(rows) == 25
    assert f"{PATH}?shop=n0000" in [link["href"] for link in area.one(id="stores").all("a")]
    assert [row.text for row in area.one(id="people").one("tbody").all("tr")] == ["Diego 1 Late: 1 0 0 0"]
    assert "Aurora n0003" in parse(board_page(product, DIEGO, f"{PATH}?shop=n0003").text).one("h1").text
    assert "Aurora n0007" in parse(board_page(product, ANA, f"{PATH}?shop=n0003").text).one("h1").text
