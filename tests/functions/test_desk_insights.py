"""The desk's insights: figures of a store and of several from counters, within the reader's scope, in a bounded number
of reads."""

from collections.abc import Iterator
from typing import Any

from infra.local.direct_items import put_directly
from lazo.table import stores, users
from lazo.table.dynamodb.writes import Item
from tests import builders
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA
from tests.dom import parse
from tests.functions.board import board_page, open_followup, store_followups
from tests.product import Product

PATH = "/desk/insights"


def counters(store_id: str, day: str, **counted: int) -> Item:
    """A day's counters, as classify writes them."""
    return {"pk": f"STORE#{store_id}", "sk": f"DAY#{day}", **counted}


def store_items(store_id: str, *contacts: dict[str, Any]) -> Iterator[Item]:
    settings = builders.settings(store_id=store_id, name=f"Aurora {store_id}", contacts=list(contacts))
    position = {"list_pk": "STORES", "list_at": f"Aurora {store_id}#{store_id}"}
    yield {"pk": f"STORE#{store_id}", "sk": "STORE", **position, **settings}
    yield from (put.item for put in users.membership_puts(stores.store_from_item(settings)))


def test_a_store_in_figures_and_where_they_lead(product: Product) -> None:
    """START is 10 March 2026. 10 promoters, 6 passives and 4 detractors make (10 - 4) / 20 = 30; with the three that
    are added -5.7 to 57.9 (mean 6 / 23 = 0.261, squared error (15.5 / 23 - 0.068) / 23 = 0.0263, 1.96 * 0.162)."""
    product.open_store()
    march = {"s10": 8, "s9": 2, "s7": 6, "s2": 4, "x0": 3, "t#price#detractor": 3, "t#price#promoter": 9}
    put_directly(
        product.cloud,
        [
            counters("norte", "2026-03-02", **march),
            counters("norte", "2026-02-28", s0=20),
            counters("norte", "2025-12-31", s10=5),
            {"pk": "STORE#norte", "sk": "PROMISES#2026-03", "kept#ana": 3, "late#ana": 1},
            {"pk": "STORE#norte", "sk": "RECOVERY#2026-03", "case#recovered": 2, "case#silent": 3},
        ],
    )
    store_followups(product, open_followup("late", -5), open_followup("calm", 500))
    page = parse(board_page(product, ANA, PATH).text)

    score = page.one(id="score")
    assert "30: entre −6 y 58, con 20 respuestas." in score.text
    assert "3 respuestas no se cuentan" in score.text
    assert "Frente a febrero de 2026, 130 puntos más" in score.text
    assert "Precio 75 % 3 de 4" in page.one(id="complaints").text
    answers = "/desk/answers?band=detractor&theme=price&from=2026-03-01&to=2026-03-31"
    assert answers in [link["href"] for link in page.one(id="complaints").all("a")]
    assert "Encantados (9 y 10) 50 % 10 de 20" in page.one(id="bands").text
    assert "1 caso más con el plazo vencido" in page.one(id="waiting").text
    assert "Se cumplieron a tiempo 3 de 4 promesas (75 %)." in page.one(id="promises").text
    assert "De 5 clientes descontentos cuyo caso se resolvió, 2 ya no" in page.one(id="recovery").text
    rows = {row.one("th").text: row for row in page.one(id="trend").one("tbody").all("tr")}
    assert list(rows)[-1] == "mar 2026"
    assert len(rows) == 12
    assert rows["feb 2026"].text.split()[2] == "−100"
    assert "few" in rows["dic 2025 muy pocas para comparar"]["class"]
    assert len([*page.one("svg").all("circle")]) == 3
    assert page.one("svg")["role"] == "img"
    assert len([*page.one("svg").all("path", class_="line")]) == 1, "december has too few to be joined"


def test_several_stores_an_area_and_nobody_elses(product: Product) -> None:
    items = [
        *store_items("s1", ANA, DIEGO, MARTA),
        *store_items("s2", DIEGO, MARTA),
        *store_items("s3", MARTA),
    ]
    items += [counters(each, "2026-03-02", s10=n) for each, n in (("s1", 30), ("s2", 4), ("s3", 100))]
    put_directly(product.cloud, items)
    ana = board_page(product, ANA, PATH).text
    assert "con 30 respuestas" in ana
    assert "Aurora s2" not in ana
    assert "stores" not in ana
    for address in (f"{PATH}?shop=s3", f"{PATH}?area=marta@s3", f"{PATH}?period=1999-01&area=x"):
        assert "con 30 respuestas" in board_page(product, ANA, address).text
    area = parse(board_page(product, DIEGO, PATH).text)
    assert "from 34 answers" in area.one(id="score").text
    rows = [row.text for row in area.one(id="stores").one("tbody").all("tr")]
    assert [row.split()[:2] for row in rows] == [["Aurora", "s1"], ["Aurora", "s2"]]
    assert "too few to compare" in rows[1]
    assert "too few" not in rows[0]
    assert f"{PATH}?shop=s2" in [link["href"] for link in area.one(id="stores").all("a")]
    chosen = parse(board_page(product, MARTA, f"{PATH}?area=diego@s2").text)
    assert "com 34 respostas" in chosen.one(id="score").text
    assert not list(chosen.one(id="score").all("a")), "the feed cannot show an area's answers alone"
    assert "com 134 respostas" in board_page(product, MARTA, PATH).text
    one = parse(board_page(product, MARTA, f"{PATH}?shop=s1").text)
    assert f"{PATH}?area=diego%40s1" in [link["href"] for link in one.all("a")]
    file = board_page(product, MARTA, f"{PATH}?format=csv&shop=s3")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.text.splitlines()[-1] == '"2026-03",100,100,0,0,100,93,100'


def test_the_number_of_reads_does_not_grow_with_the_brand(product: Product, watch: Watch) -> None:
    """A manager of one store, an area of 25, and a head of 2,000, who is asked to choose: at 8 ms a
    call none takes 300 ms."""
    for n in range(25):
        contacts = [*([ANA] if n == 7 else []), DIEGO, *([MARTA] if n == 0 else [])]
        put_directly(product.cloud, store_items(f"n{n:04}", *contacts))
    listed = (
        {"list_pk": "STORES", "list_at": f"Aurora n{n:04}#n{n:04}", "store_id": f"n{n:04}"}
        for n in range(25, 2000)
    )
    put_directly(
        product.cloud, ({"pk": f"STORE#{each['store_id']}", "sk": "STORE", **each} for each in listed)
    )
    put_directly(product.cloud, [counters(f"n{n:04}", "2026-03-02", s10=1) for n in range(25)])
    for who, most, shown in (
        # The user; what is overdue by three ranges of two lists; promises by two; stores, promises, recovery; the days.
        (ANA, 1 + 2 * 3 + 2 + 3 + 1, "con 1 respuesta"),
        (DIEGO, 1 + 2 * 3 + 2 + 3 + 25, "from 25 answers"),
        # The user; the list of stores; what is overdue.
        (MARTA, 1 + 1 + 2 * 3, "e você vê 2000"),
    ):
        board_page(product, who)
        watch.clear()
        page = board_page(product, who, PATH)
        assert shown in page.text
        calls = [call for call in watch.calls if call.function == "Desk"]
        assert len(calls) <= most
