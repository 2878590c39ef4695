"""The wall of a store: nobody's name on it, seen by whoever may see the store or has its link, until that is ended."""

import re
from datetime import timedelta

import pytest

from lazo.web.security_headers import content_security_policy
from tests.builders import ANA, DIEGO, minutes
from tests.desk import Desk, form_to
from tests.dom import parse
from tests.feed import HANA, SOUTH
from tests.product import Product

EVA = {"name": "Eva Ríos", "phone": "+56987654321", "email": "eva@example.org"}


@pytest.fixture
def walls(product: Product) -> Product:
    """A morning at norte: 19 promoters, one of whom praises Camila, and one unhappy customer; sur is another store."""
    product.open_store(staff=["Camila"], policy={"names_in_praise": True})
    product.open_store(**SOUTH, contacts=[HANA])
    for _ in range(18):
        product.accept(score=10)
    product.accept(score=9, comment="Camila nos atendió con mucha paciencia")
    product.drain()
    return product


def desk_of(product: Product, who: dict[str, object]) -> Desk:
    desk = Desk(product)
    desk.sign_in(who)
    return desk


def test_what_it_shows(walls: Product) -> None:
    """19 answers have no score. With the 20th: 19 promoters and a detractor; with the three that are added (19.75 -
    1.75) / 23 = 78.3 +- 23.2 (squared error (21.5 / 23 - 0.6125) / 23 = 0.0140)."""
    ana = desk_of(walls, ANA)
    few = parse(ana.get("/desk/wall").text)
    assert "Respuestas de hoy 19 Muy pocas para un resultado" in " ".join(few.one("main").text.split())
    assert "Nadie está esperando." in few.text
    walls.accept(score=2, comment="Muy lento, soy Eva", **EVA)
    walls.drain()
    walls.wait(minutes(60))
    reply = ana.get("/desk/wall")
    text = " ".join(parse(reply.text).text.split())
    assert "Resultado de hoy 90 Entre 55 y 100, con 20 respuestas" in text
    assert "Casos abiertos 1" in text
    assert "1 sin responsable" in text
    assert "espera hace 60 min" in text
    assert "[nombre] nos atendió con mucha paciencia" in text
    for hidden in ("Camila", "Eva", "56987654321", "example.org", "Muy lento", "/followups/"):
        assert hidden not in reply.text
    assert reply.headers["content-security-policy"] == content_security_policy(
        style="'self'", script="'self'", img="'self'", manifest="'self'", connect="'self'"
    )
    assert '<meta http-equiv="refresh" content="60">' in reply.text


def test_a_link_shows_the_wall_and_nothing_else_until_it_is_ended(walls: Product) -> None:
    ana = desk_of(walls, ANA)
    page = ana.get("/desk/wall/link").text
    page = ana.do(page, "/desk/wall/link", do="make").text
    address = re.search(r"/desk/wall/[\w-]{20,}", page)
    assert address
    screen = Desk(walls)
    shown = screen.get(address[0])
    assert "Respuestas de hoy" in shown.text
    assert not shown.cookies
    assert "Responses today" in screen.get(f"{address[0]}?lang=en").text
    assert screen.get(address[0], method="HEAD").status == 200
    assert screen.get("/desk").status == 303, "it signs nobody in"
    assert screen.get(address[0][:-1]).status == 404
    again = ana.do(page, "/desk/wall/link", do="make").text
    newer = re.search(r"/desk/wall/[\w-]{20,}", again)
    assert newer
    assert newer[0] != address[0]
    assert screen.get(address[0]).status == 404
    ana.do(page, "/desk/wall/link", do="make")
    assert screen.get(newer[0]).status == 200, "the same form again makes no other"
    ended = ana.do(again, "/desk/wall/link", do="end").text
    assert "Todavía no hay un enlace." in ended
    assert screen.get(newer[0]).status == 404
    last = re.search(r"/desk/wall/[\w-]{20,}", ana.do(ended, "/desk/wall/link", do="make").text)
    assert last
    walls.wait(timedelta(days=366) - minutes(1))
    assert screen.get(last[0]).status == 200
    walls.wait(timedelta(days=1))
    assert screen.get(last[0]).status == 404, "a screen that everybody has forgotten goes dark"


def test_only_contacts_of_the_store_see_it_and_its_link(walls: Product) -> None:
    hana = desk_of(walls, HANA)
    assert hana.get("/desk/wall?shop=norte").status == 404
    assert hana.get("/desk/wall/link?shop=norte").status == 404
    form = form_to(hana.get("/desk/wall/link").text, "/desk/wall/link")
    assert hana.send(form, store_id="norte", do="make").status == 404
    assert hana.send(form, form="x", do="make").status == 303
    assert "Todavía no hay un enlace." in hana.get("/desk/wall/link").text
    assert desk_of(walls, DIEGO).get("/desk/wall?shop=norte").status == 200
    assert Desk(walls).get("/desk/wall").status == 303
