"""The desk's insights: figures of a store and of several, within the reader's scope."""

from collections.abc import Iterator
from typing import Any

from infra.local.direct_items import put_directly
from lazo.store.model import Touchpoint
from lazo.table import rollups, stores, users
from lazo.table.dynamodb.writes import Item
from tests import builders
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.dom import Element, parse
from tests.functions.board import board_page, open_followup, store_followups
from tests.product import Product

PATH = "/desk/insights"


def counters(store_id: str, day: str, **counted: int) -> Item:
    """A day's counters, as classify writes them."""
    return {"pk": f"STORE#{store_id}", "sk": f"DAY#{day}", **counted}


def store_items(store_id: str, *contacts: dict[str, Any], brand: str = "Aurora") -> Iterator[Item]:
    settings = builders.settings(
        store_id=store_id, name=f"Aurora {store_id}", brand=brand, contacts=list(contacts)
    )
    position = {"list_pk": "STORES", "list_at": f"Aurora {store_id}#{store_id}"}
    yield {"pk": f"STORE#{store_id}", "sk": "STORE", **position, **settings}
    yield from (put.item for put in users.membership_puts(stores.store_from_item(settings)))


def roll_up(product: Product, *months: str) -> None:
    """Roll up months of all stores, as the sweep does, 40 minutes before START."""
    table, at = product.table, START - minutes(40)
    for month in months:
        for store_id in stores.every_store_id(table):
            store = stores.get_store(table, store_id, consistent=True)
            assert store
            assert rollups.roll_up_store_month(table, store, month, at)
        assert rollups.roll_up_groups(table, month, at)


def links(element: Element) -> list[str]:
    return [link["href"] for link in element.all("a")]


MARCH = {
    **{"s10": 8, "s9": 2, "s7": 6, "s2": 4, "x0": 3, "z#too_fast": 3, "h12#promoter": 10, "h13#detractor": 4},
    **{"t#price#detractor": 3, "t#price#promoter": 9, "p#service#promoter": 2},
    **{"q#caja3#promoter": 10, "q#caja3#passive": 6, "q#caja3#detractor": 4, "q#caja3#suspect": 2},
    **{"q#gone#suspect": 1},
}


def test_a_store_in_figures_and_where_they_lead(product: Product) -> None:
    """START is 10 March 2026. 10 promoters, 6 passives and 4 detractors make (10 - 4) / 20 = 30; with the three that
    are added -5.7 to 57.9 (mean 6 / 23 = 0.261, squared error (15.5 / 23 - 0.068) / 23 = 0.0263, 1.96 * 0.162).
    2 March is a Monday. Wilson's interval of 10 in 20 is 29.9 to 70.1 %."""
    product.open_store()
    stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", "Caja 3"))
    put_directly(
        product.cloud,
        [
            counters("norte", "2026-03-02", **MARCH),
            counters("norte", "2026-02-28", s0=20),
            counters("norte", "2025-12-31", s10=5),
            {"pk": "STORE#norte", "sk": "PROMISES#2026-03", "kept#ana": 3, "late#ana": 1},
            {"pk": "STORE#norte", "sk": "RECOVERY#2026-03", "case#recovered": 2, "case#silent": 3},
        ],
    )
    roll_up(product, "2025-12")
    store_followups(product, open_followup("late", -5), open_followup("calm", 500))
    page = parse(board_page(product, ANA, PATH).text)

    score = page.one(id="score")
    assert score.text.startswith("Resultado 30: entre −6 y 58, con 20 respuestas. Puede"), "said once"
    assert "Frente a febrero de 2026, 130 puntos más" in score.text
    assert "3 respuestas no se cuentan" in score.text
    assert "menos de 2 segundos: 3" in score.text
    lowers = page.one(id="lowers")
    assert "Precio 75 % 3 de 4, muy pocas para comparar" in lowers.text
    assert (
        "/desk/answers?band=detractor&theme=price&opinion=complained&from=2026-03-01&to=2026-03-31&results=in"
        in links(lowers)
    )
    assert "Encantados (9 y 10) 50 % 10 de 20, entre 29 y 71" in page.one(id="bands").text
    assert "1 caso más con el plazo vencido" in page.one(id="waiting").text
    assert "Se cumplieron a tiempo 3 de 4 promesas (75 %)." in page.one(id="promises").text
    assert "De 5 clientes descontentos cuyo caso se resolvió, 2 ya no" in page.one(id="recovery").text
    trend = page.one(id="trend")
    rows = {row.one("th").text: row for row in trend.one("tbody").all("tr")}
    assert list(rows) == ["dic 2025 muy pocas para comparar", "ene 2026", "feb 2026", "mar 2026"]
    assert rows["feb 2026"].text.split()[2] == "−100"
    assert trend.one("svg")["role"] == "img"
    assert len([*trend.one("svg").all("circle")]) == 3
    assert len([*trend.one("svg").all("path", class_="line")]) == 1, "december has too few to be joined"
    hours_shown = [row.text for row in page.one(id="hours").one("tbody").all("tr")]
    assert [row[:5] for row in hours_shown] == ["12:00", "13:00"]
    assert "/desk/answers?hour=12&from=2026-03-01&to=2026-03-31&results=in" in links(page.one(id="hours"))
    assert [each for each in links(page.one(id="weekdays")) if "weekday=" in each] == [
        "/desk/answers?weekday=1&from=2026-03-01&to=2026-03-31&results=in"
    ]
    weekdays = [row.text for row in page.one(id="weekdays").one("tbody").all("tr")]
    assert weekdays[0] == "lun 30 entre −6 y 58 20"
    assert weekdays[1] == "mar – 0"
    assert "de todo" not in page.text

    week = parse(board_page(product, ANA, f"{PATH}?period=2026-w10").text)
    assert "con 20 respuestas" in week.one(id="score").text
    assert "Frente a la semana del 23 de febrero de 2026, 130 puntos más" in week.one(id="score").text
    assert "De todo marzo de 2026." in week.one(id="promises").text
    assert "from=2026-03-02&to=2026-03-08" in "".join(links(week.one(id="bands")))
    day = parse(board_page(product, ANA, f"{PATH}?period=2026-03-03").text)
    assert "No hay respuestas en este período" in day.one(id="score").text

    themes = parse(board_page(product, ANA, f"{PATH}/themes").text)
    cells = {row.one("th").text: [c.text for c in row.all("td")] for row in themes.one("tbody").all("tr")}
    # Of 20 answers 12 name it: 60 %, Wilson 38.7 to 78.1; 2 of 20: 2.8 to 30.1.
    assert cells["Precio"][0] == "60 % 38–79 (12)"
    assert cells["Atención"][1] == "10 % 2–31 (2)"
    one = parse(board_page(product, ANA, f"{PATH}/themes?theme=price").text)
    assert "Se quejan 60 % 12 de 20, entre 38 y 79" in one.one(id="theme").text
    assert "Hay más quejas: en 60 de cada 100 respuestas; antes, en 0." in one.one(id="theme").text
    assert "/desk/answers?theme=price&from=2026-03-01&to=2026-03-31&results=in" in links(one.one(id="theme"))

    touchpoints = parse(board_page(product, ANA, f"{PATH}/touchpoints").text)
    rows_of_codes = [row.text for row in touchpoints.one("tbody").all("tr")]
    assert rows_of_codes == [
        "Caja 3 30 entre −6 y 58 20 2 sin contar",
        "Otro código ya no se usa – 0 1 sin contar",
    ]
    assert "/desk/answers?code=caja3&from=2026-03-01&to=2026-03-31&results=in" in links(touchpoints)
    drawn = touchpoints.one("svg")
    assert (drawn["role"], len([*drawn.all("circle")])) == ("img", 1), "one touchpoint has answers"
    # From -6 to 58 in steps of 25: -25 to 75 on 280 pixels, so 30 is at 10 + 55 / 100 * 280.
    assert drawn.one("circle")["cx"] == "164.0"

    for address, first in (
        (f"{PATH}?format=csv", '"Mes","respuestas","encantados"'),
        (f"{PATH}?format=csv&chart=weekdays", '"Día","respuestas"'),
        (f"{PATH}/themes?format=csv", '"tema","respuestas","se quejan"'),
        (f"{PATH}/themes?theme=price&format=csv&chart=complained", '"Mes","respuestas","se quejan"'),
        (f"{PATH}/touchpoints?format=csv", '"dónde","código","respuestas"'),
        (f"{PATH}/stores?format=csv", '"id del local","local","respuestas"'),
    ):
        file = board_page(product, ANA, address)
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert file.text.lstrip("\ufeff").startswith(first)
    assert board_page(product, ANA, f"{PATH}?format=csv").text.splitlines()[-1] == (
        '"2026-03",20,10,6,4,30,-6,58'
    )
    for address in (
        f"{PATH}?format=svg",
        f"{PATH}/touchpoints?format=svg",
        f"{PATH}/themes?theme=price&format=svg&chart=complained",
    ):
        drawing = board_page(product, ANA, address)
        assert drawing.headers["content-type"] == "image/svg+xml; charset=utf-8"
        assert "attachment" in drawing.headers["content-disposition"]
        assert drawing.text.startswith("<svg xmlns=")


def test_several_stores_an_area_a_brand_and_nobody_elses(product: Product) -> None:
    """Of 34 answers of s1 and s2 all are of promoters, of 100 of s3 none: a score of -49 from 134."""
    put_directly(
        product.cloud,
        [
            *store_items("s1", ANA, DIEGO, MARTA),
            *store_items("s2", DIEGO, MARTA),
            *store_items("s3", MARTA, brand="Boreal"),
            counters("s1", "2026-03-02", s10=30, x10=1, **{"z#too_fast": 1}),
            counters("s2", "2026-03-02", s10=4),
            counters("s3", "2026-03-02", s0=100, **{"t#price#detractor": 40}),
            counters("s1", "2026-02-02", s10=25),
            counters("s3", "2026-02-02", s0=100),
        ],
    )
    roll_up(product, "2026-02", "2026-03")

    ana = board_page(product, ANA, PATH).text
    assert "con 30 respuestas" in ana
    assert "Aurora s2" not in ana
    for address in (f"{PATH}?shop=s3", f"{PATH}?area=marta@s3", f"{PATH}?period=1999-01&area=x&brand=Boreal"):
        assert "con 30 respuestas" in board_page(product, ANA, address).text
    assert "Aurora s2" not in board_page(product, ANA, f"{PATH}/stores?shop=s2").text

    area = parse(board_page(product, DIEGO, PATH).text)
    assert "from 34 responses" in area.one(id="score").text
    assert "Compared with February 2026" in area.one(id="score").text
    assert "less than 2 seconds: 1" in area.one(id="score").text
    assert "The latest ones here came 40 min ago." in area.one("main").text
    listed = parse(board_page(product, DIEGO, f"{PATH}/stores").text).one(id="stores")
    rows = [row.text for row in listed.one("tbody").all("tr")]
    assert [row.split()[:2] for row in rows] == [["Aurora", "s1"], ["Aurora", "s2"]]
    assert "too few to compare" in rows[1]
    assert "above" in rows[0]
    assert f"{PATH}?shop=s2" in links(listed)

    chosen = parse(board_page(product, MARTA, f"{PATH}?area=diego@s2").text)
    assert "com 34 respostas" in chosen.one(id="score").text
    assert "/desk/answers?area=diego%40s2&from=2026-03-01&to=2026-03-31" in links(chosen.one(id="score"))
    head = parse(board_page(product, MARTA, PATH).text)
    assert "com 134 respostas" in head.one(id="score").text
    assert "Preço 40% 40 de 100, entre 30 e 50" in head.one(id="lowers").text
    brand = parse(board_page(product, MARTA, f"{PATH}?brand=Boreal").text)
    assert "−100: entre" in brand.one(id="score").text
    assert "com 100 respostas" in brand.one(id="score").text
    stands = parse(board_page(product, MARTA, f"{PATH}/stores").text)
    assert "Aurora s3: Abaixo" in stands.one(id="outside").text
    of_brand = parse(board_page(product, MARTA, f"{PATH}/stores?brand=Boreal").text).one(id="stores")
    assert [row.one("th").one("a").text for row in of_brand.one("tbody").all("tr")] == ["Aurora s3"]
    one = parse(board_page(product, MARTA, f"{PATH}?shop=s1").text)
    assert f"{PATH}?area=diego%40s1" in links(one)
    assert "Last time" not in one.one("main").text
    file = board_page(product, MARTA, f"{PATH}?format=csv&shop=s3")
    assert file.text.splitlines()[-1] == '"2026-03",100,0,0,100,-100,-100,-93'
    every = board_page(product, MARTA, f"{PATH}/stores?format=csv").text.splitlines()
    assert every[1] == '"s1","Aurora s1",30,30,0,0,100,78,100,1,"acima, mais do que o acaso explica"'
    assert board_page(product, MARTA, f"{PATH}/stores?format=svg").text.startswith("<svg xmlns=")
    offered = parse(board_page(product, MARTA, f"{PATH}/touchpoints").text).one(id="choose")
    assert f"{PATH}/touchpoints?shop=s2" in links(offered)

    # Who is no contact of a store any more sees nothing of it, whatever their memberships still say.
    former = builders.make_store(store_id="s3", name="Aurora s3", contacts=[ANA])
    put_directly(product.cloud, (put.item for put in users.membership_puts(former)))
    for page in ("", "/stores", "/themes"):
        assert "130 respuestas" not in board_page(product, ANA, PATH + page).text
    assert "con 30 respuestas" in board_page(product, ANA, PATH).text
    assert "hay ningún local" in board_page(product, ANA, f"{PATH}?shop=s3").text

    # The board: this month and the last, in one line and one more query.
    for who, said in ((ANA, "100: entre 87 y 100, con 55"), (DIEGO, "from 59 responses"), (MARTA, "com 259")):
        line = parse(board_page(product, who, "/desk").text).one("p", class_="score-line")
        assert said in line.text
        assert links(line) == [PATH]
    assert "score-line" in board_page(product, MARTA, "/desk?shop=s2").text
