"""The feed of all answers: how an answer is shown."""

import re
from typing import Any

import pytest

from lazo.followup import opening
from lazo.table import followups
from tests import builders
from tests.builders import ANA, DIEGO, MARTA, consent, minutes
from tests.feed import comments_on, comments_seen_by, feed_page, put_answer
from tests.product import Product


def test_an_answer_says_when_where_how_and_why(brand: Product) -> None:
    """Given at 12:00 in Santiago, 11:00 in New York (UTC-4 since 8 March 2026), an hour and a half ago."""
    put_answer(
        brand,
        "Camila no sabe, la Rosa tampoco",
        score=0,
        touchpoint="Caja & 1",
        reasons=("price",),
        themes=("price", "service"),
        praised=("cleanliness",),
        mentioned=("delivery",),
        name="Eva",
        phone="+56987654321",
        email="eva@example.com",
        consent=consent(),
    )
    put_answer(brand, "hola", score=8, store_id="sur", suspect=("too_fast",))
    put_answer(brand, "", score=9)
    brand.accept(comment="rosa", score=10)
    brand.wait(minutes(90))
    page = feed_page(brand, DIEGO).text
    cards = {
        score: each
        for each in page.split('<li class="entry answer ')[1:]
        for score in re.findall("<b .*?>(\\d+)<i>", each)
    }
    unhappy, content, silent, unread = (cards[score] for score in ("0", "8", "9", "10"))
    for shown in (
        "Unhappy",
        "0 out of 10",
        "12:00",
        "90 min ago",
        "Caja &amp; 1",
        "Aurora Norte",
        "[name] no sabe, la [name] tampoco",
        "<li>Price</li>",
        "<li>Service</li>",
    ):
        assert shown in unhappy
    assert unhappy.index(">Ticked<") < unhappy.index("Price") < unhappy.index(">Complaint<")
    liked, also = unhappy.index(">Praise<"), unhappy.index(">Mentioned<")
    assert liked < unhappy.index("<li>Cleanliness</li>") < also < unhappy.index("<li>Delivery</li>")
    assert "May not be" not in unhappy
    for shown in ("Satisfied", "11:00", "Aurora Sur", "May not be a customer"):
        assert shown in content
    assert "Delighted" in silent
    assert "No comment" in silent
    assert "Just in: its topics are not known yet" in unread
    assert ">rosa</blockquote>" in unread
    for private in ("Eva", "987654321", "eva@example.com"):
        assert private not in page


def test_masked_names_cannot_be_searched_for(brand: Product) -> None:
    put_answer(brand, "la cajera Camila no sabe")
    assert comments_seen_by(brand, ANA, "?text=camila") == []
    assert comments_seen_by(brand, ANA, "?text=%5Bnombre%5D") == ["la cajera [nombre] no sabe"]
    assert comments_seen_by(brand, MARTA, "?text=cajera") == ["la cajera [nome] no sabe"]


def test_an_answer_leads_to_the_follow_up_that_it_opened_and_to_no_other(brand: Product) -> None:
    answered = put_answer(brand, "opened", score=3)
    opened = opening.open_for_answer(answered, builders.make_store())
    assert opened
    brand.table.put(followups.followup_put(opened))
    put_answer(brand, "suspect", 1, score=2, suspect=("too_fast",))
    put_answer(brand, "silent passive", 2, score=7)
    put_answer(brand, "promoter", 3, score=9)
    page = feed_page(brand, ANA).text
    assert re.findall(r'href="/desk/followups/([a-z2-7]+)"', page) == [opened.followup_id]
    assert "Abierto" in page


UGLY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "'; DROP TABLE answers; --",
    "الخدمة سيئة جدا، انتظرت ٤٠ دقيقة",
    "👩‍👩‍👧‍👦🇨🇱🏳️‍🌈 e\u0301",
    "a" * 2000,
    "línea\n" * 300,
    "&amp; &lt;b&gt;",
]


def test_hostile_comments_are_shown_as_they_were_written(brand: Product) -> None:
    for number, comment in enumerate(UGLY):
        put_answer(brand, comment, -60 + number)
    page = feed_page(brand, ANA)
    assert comments_on(page) == UGLY[::-1]
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert page.text.count('<details class="whole">') == 2
    assert len(re.findall('<blockquote class="said[^"]*" dir="auto" lang="es">', page.text)) == len(UGLY)


def test_a_broken_answer_hides_no_other(brand: Product) -> None:
    good = put_answer(brand, "good")
    broken = put_answer(brand, "broken", 1)
    item = next(item for item in brand.items("ANSWER#") if item["ulid"] == broken.ulid)
    brand.change(item, score="x")
    assert comments_seen_by(brand, ANA) == [good.comment]


@pytest.mark.parametrize(
    ("who", "title", "nothing", "filtered"),
    [
        (ANA, "Respuestas", "Todavía no hay respuestas", "Ninguna respuesta cumple este filtro"),
        (DIEGO, "Responses", "No responses yet", "No response matches this filter"),
        (MARTA, "Respostas", "Ainda não há respostas", "Nenhuma resposta corresponde a este filtro"),
    ],
)
def test_an_empty_page_says_so(
    brand: Product, who: dict[str, Any], title: str, nothing: str, filtered: str
) -> None:
    page = feed_page(brand, who)
    assert page.headers["content-language"] == who["language"]
    assert f"<title>{title}</title>" in page.text
    assert nothing in page.text
    assert filtered in feed_page(brand, who, "?band=promoter").text
