"""The search of answers by their words: among the latest of the stores that the reader sees, as the feed shows them."""

from datetime import timedelta
from typing import Any

from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START
from tests.dom import parse
from tests.feed import HANA, comments_on, cookie_of, feed_page, put_answer
from tests.functions.test_desk_search import search
from tests.product import Product


def said(product: Product, who: dict[str, Any], typed: str) -> list[str]:
    return comments_on(search(product, who, typed))


def test_an_answer_is_found_by_the_words_of_its_comment(brand: Product) -> None:
    put_answer(brand, "El café llegó tibio", score=8)
    put_answer(brand, "Café rico, gracias", 1, score=10)
    put_answer(brand, "Nada que decir", 2, score=10)
    assert said(brand, ANA, "CAFE") == ["Café rico, gracias", "El café llegó tibio"]
    assert said(brand, ANA, "tibio café") == ["El café llegó tibio"]
    assert said(brand, ANA, "café frío") == []
    page = search(brand, ANA, "tibio")
    assert "0 casos y 1 respuesta<" in page.text
    assert "/desk/answers/trust" not in page.text
    assert "Las respuestas se buscan por las palabras del comentario." in page.text


def test_of_stores_that_the_reader_does_not_see_nothing_is_found(brand: Product) -> None:
    put_answer(brand, "El pan duro", store_id="sur")
    assert said(brand, ANA, "pan duro") == []
    assert said(brand, HANA, "pan duro") == ["El pan duro"]
    assert said(brand, MARTA, "pan duro") == ["El pan duro"]
    assert said(brand, DIEGO, "pan duro") == ["El pan duro"]


def test_a_masked_name_and_restricted_words_are_not_found(brand: Product) -> None:
    put_answer(brand, "La mesa cojea y Camila se rió")
    blocked = put_answer(brand, "Un plato roto", 1)
    (shown,) = said(brand, ANA, "mesa")
    assert "Camila" not in shown
    assert said(brand, ANA, "camila") == []
    assert said(brand, ANA, "roto") == ["Un plato roto"]
    (item,) = (each for each in brand.cloud.items() if each.get("comment") == blocked.comment)
    brand.change(item, restricted_at="2026-03-10T15:00:00.000Z")
    assert blocked.comment not in search(brand, ANA, "roto").text


def test_a_search_costs_the_calls_of_a_page_and_says_how_far_back_it_looked(
    brand: Product, watch: Watch
) -> None:
    """A query reads 250 answers of one store; a page of the feed has one for the store, and six more."""
    for n in range(1800):
        put_answer(brand, "pronto", START - timedelta(minutes=n), score=9)
    put_answer(brand, "aguja", START - timedelta(days=60), score=9)
    cookie_of(brand, ANA)
    search(brand, ANA, "hilo")
    watch.clear()
    page = search(brand, ANA, "aguja")
    calls = [c.action for c in watch.calls if c.function == "Desk"]
    assert comments_on(page) == []
    # 7 times 250 minutes before Tuesday 10 March, 15:00 UTC.
    assert "del comentario, desde el lun 9 mar." in page.text
    # The user; the open cases and those from before there were lists by store; the store; and the queries.
    assert len(calls) == 1 + 2 + 1 + 7, calls


def test_the_responses_have_the_search_too(brand: Product) -> None:
    form = parse(feed_page(brand, ANA).text).one("form", class_="search")
    assert (form["method"], form["action"], form["role"]) == ("post", "/desk/search", "search")
    assert form.one("input", id="q")["name"] == "q"


def test_the_words_stand_in_no_address(brand: Product) -> None:
    put_answer(brand, "Una aguja")
    page = parse(search(brand, ANA, "aguja").text)
    assert not [each for each in page.all("a") if "aguja" in each["href"]]
