"""The board: what the card of a follow-up says."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from lazo.followup import opening
from lazo.followup.model import FollowUp, SignalReason
from lazo.survey.answer import Answer
from lazo.table import answers, followups
from lazo.table.dynamodb.writes import Put
from tests import builders
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.functions.board import (
    board_page,
    followup_ids_on,
    followup_ids_seen_by,
    open_followup,
    owned_followup,
    store_followups,
)
from tests.product import Product


def answer_with_followup(product: Product, **said: Any) -> tuple[Answer, FollowUp]:
    """Store an answer and its follow-up; return both."""
    given = builders.classified(builders.answer(**{"score": 3, **said}))
    product.table.put(Put(answers.answer_item(given)))
    opened = opening.open_for_answer(given, builders.make_store(store_id=given.store_id))
    assert opened
    store_followups(product, opened)
    return given, opened


def test_changes_since_the_index_was_read_are_shown(brand: Product) -> None:
    ended, taken, stays = open_followup("ended", 1), open_followup("taken", 2), open_followup("stays", 3)
    store_followups(brand, ended, taken, stays)

    def meanwhile() -> None:
        followups.replace_followup(
            brand.table, ended, replace(ended, stage="confirmed", deadline=None, version=2)
        )
        followups.replace_followup(brand.table, taken, owned_followup("taken", 2, "ana", version=2))

    met = brand.just_before("BatchGetItem", meanwhile, function="Desk")
    assert followup_ids_seen_by(brand, ANA, "?owner=nobody") == ["stays"]
    assert met["done"]
    assert followup_ids_seen_by(brand, ANA) == ["taken", "stays"]


def test_a_card_shows_owner_store_reason_and_deadline(brand: Product) -> None:
    """Due at 12:10 and 12:04 in Santiago, 11:06 in New York (UTC-4 since 8 March 2026); it is 12:05 in Santiago."""
    answer_with_followup(brand, comment="<b>Nada</b> & " + "muy " * 80, name="Eva <i>", touchpoint="Caja & 1")
    store_followups(
        brand, owned_followup("mine", 4, "ana"), owned_followup("diegos", 6, "diego", store_id="sur")
    )
    brand.wait(minutes(5))
    page = board_page(brand, DIEGO).text
    first, second, third = page.split('<li class="entry')[1:]
    for shown in ("<strong>Overdue</strong>", "Talk to the customer", "12:04", "1 min ago", "<bdi>Ana</bdi>"):
        assert shown in first
    assert '<p class="clock late">' in first
    for shown in ("Talk to the customer", "11:06", "in 1 min", "<strong>You</strong>", "Aurora Sur"):
        assert shown in second
    for shown in (
        "Take it on",
        "12:10",
        "in 5 min",
        "Unassigned",
        "Eva &lt;i&gt;",
        "Caja &amp; 1",
        "3<i>/10</i>",
    ):
        assert shown in third
    assert "<strong></strong>" in second
    assert "<strong></strong>" in third
    gist = re.search(r'<p class="gist" dir="auto" lang="es">(.*?)</p>', third)
    assert gist
    assert unescape(gist[1]).startswith("<b>Nada</b> & muy muy")
    assert unescape(gist[1]).endswith("muy…")
    assert len(unescape(gist[1])) <= 151


def test_the_card_of_a_follow_up_without_an_answer(brand: Product) -> None:
    erased = open_followup("erased", 1)
    signals = open_followup(
        "signals",
        2,
        origin="signals",
        answer_ulid=None,
        score=None,
        touchpoint="",
        signals=(
            SignalReason("complaint", START),
            SignalReason("refund", START),
            SignalReason("refund", START),
        ),
    )
    _, silent = answer_with_followup(brand, score=0)
    store_followups(brand, erased, signals)
    page = board_page(brand, ANA).text
    assert followup_ids_on(board_page(brand, ANA)) == ["erased", "signals", silent.followup_id]
    assert page.count("Sin comentario") == 2
    assert "Todavía no respondió una encuesta. Señales: 1 reclamo, 2 devoluciones<" in page
    assert "0<i>/10</i>" in page


@pytest.mark.parametrize(
    ("who", "title", "nothing", "filtered"),
    [
        (ANA, "Casos abiertos", "No hay casos abiertos", "Aquí no hay casos"),
        (DIEGO, "Open cases", "No open cases", "No cases here"),
        (MARTA, "Casos abertos", "Não há casos abertos", "Nenhum caso aqui"),
    ],
)
def test_an_empty_page_says_so(
    brand: Product, who: dict[str, Any], title: str, nothing: str, filtered: str
) -> None:
    page = board_page(brand, who)
    assert page.headers["content-language"] == who["language"]
    assert f"<title>{title}</title>" in page.text
    assert nothing in page.text
    assert filtered in board_page(brand, who, "/desk?stage=open").text
