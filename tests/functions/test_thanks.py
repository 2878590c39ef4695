"""The thanks page while it lives: who knows, who may look, and what looking costs."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, START, WEEK, minutes
from tests.desk import link_to
from tests.dom import parse
from tests.functions.thanks import PHONE, Thanks
from tests.product import Product
from tests.surveys import Survey

TAKEN_ON = "Ana ya lo sabe y viene a verte: Caja 3."


def test_it_says_who_knows_and_that_they_are_coming(product: Product) -> None:
    thanks = Thanks(product)
    assert "Le avisamos al equipo" in thanks.news()
    assert thanks.look_again() == "3"
    thanks.take_on()
    assert thanks.news() == TAKEN_ON
    assert TAKEN_ON in thanks.get().text
    assert "Frío" not in thanks.get().text


def test_who_comes_is_said_at_once_and_taken_back_within_seconds_when_it_is_undone(product: Product) -> None:
    thanks = Thanks(product)
    thanks.take_on(for_good=False)
    assert thanks.news() == TAKEN_ON
    assert thanks.look_again() == "3"
    page = thanks.ana.open(link_to(product, str(ANA["phone"]))).text
    assert thanks.ana.do(page, "/undo").status == 200
    assert "Le avisamos al equipo" in thanks.news()
    assert "Ana" not in thanks.news()
    thanks.send(wish="come")
    thanks.take_on(for_good=False)
    assert thanks.news() == TAKEN_ON
    product.wait(timedelta(seconds=61))
    assert (thanks.news(), thanks.look_again()) == (TAKEN_ON, "15")


@pytest.mark.parametrize(
    ("wish", "line"),
    [("write", " Te vamos a escribir."), ("nothing", " Entendido. Gracias por contarnos."), ("", "")],
)
def test_to_who_asked_for_something_else_nobody_is_said_to_come(
    product: Product, wish: str, line: str
) -> None:
    """Until the minute of undo is over, whoever left a phone reads no more than who knows."""
    thanks = Thanks(product, **PHONE)
    if wish:
        thanks.send(wish=wish)
    thanks.take_on(for_good=False)
    assert thanks.news() == f"Ana ya lo sabe.{line}"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Ana knows, and is coming to you at Caja 3."),
        ("pt", "Ana já sabe e está indo até você: Caja 3."),
    ],
)
def test_it_speaks_the_customer_s_language(product: Product, language: str, line: str) -> None:
    thanks = Thanks(product, lang=language)
    thanks.take_on()
    assert thanks.news() == line


def test_nobody_is_said_to_know_before_somebody_was_told(product: Product) -> None:
    """What was filled in within a second waits for a bundle: no SMS, and nobody who could come now."""
    thanks = Thanks(product, after=1)
    assert (thanks.told(), product.followup()["doubts"]) == ([], ["too_fast"])
    assert (thanks.news(), thanks.look_again()) == ("", "3")
    offered = [o.attributes.get("value") for o in parse(thanks.get().text).all("input", name="wish")]
    assert offered == ["call", "write", "nothing"]
    assert thanks.send(wish="come").status == 422


def test_a_store_may_keep_names_to_itself(product: Product) -> None:
    thanks = Thanks(product, {"policy": {"names_on_thanks": False}})
    thanks.take_on()
    assert thanks.news() == "La persona a cargo ya lo sabe y viene a verte: Caja 3."


def test_nobody_is_said_to_come_once_the_customer_may_have_left(product: Product) -> None:
    thanks = Thanks(product)
    product.wait(minutes(15))
    thanks.take_on()
    assert thanks.news() == "Ana ya lo sabe y está a cargo."
    assert "come" not in [o.attributes.get("value") for o in parse(thanks.get().text).all("input")]
    assert thanks.send(wish="come").status == 422


def test_nobody_is_said_to_come_while_the_store_is_closed(product: Product) -> None:
    thanks = Thanks(product, {"hours": {**WEEK, "tue": [["15:00", "21:00"]]}})
    assert thanks.news() == "La tienda está cerrada ahora. El equipo lo ve cuando abra."


def test_who_left_a_phone_is_told_of_contact(product: Product) -> None:
    thanks = Thanks(product, **PHONE)
    thanks.take_on()
    assert thanks.news() == "Ana ya lo sabe y se va a comunicar contigo."


def test_a_happy_customer_has_nothing_to_wait_for(product: Product) -> None:
    thanks = Thanks(product, score="10", comment="")
    assert (thanks.news(), thanks.look_again()) == ("", None)
    assert not list(parse(thanks.get().text).all("form"))


def test_the_token_alone_opens_it_for_two_hours_at_its_own_code(product: Product) -> None:
    thanks = Thanks(product)
    own = thanks.query["t"]
    for wrong in ("", own[:-1] + ("A" if own[-1] != "A" else "B"), own + "A", "ñ", "x" * 40):
        thanks.query["t"] = wrong
        assert "news" not in [d.attributes.get("id") for d in parse(thanks.get().text).all("div")]
        reply = thanks.send(wish="come", text="Hola")
        assert reply.status == 410
        assert "Hola" in reply.text
    thanks.query["t"] = own
    product.wait(timedelta(hours=2, minutes=1))
    assert thanks.send(wish="come").status == 410
    assert not thanks.notes()


def test_a_program_s_answer_has_no_thanks_page(product: Product) -> None:
    survey = Survey(product)
    assert survey.post({"score": 2}).json().keys() == {"answer_id"}


def test_looking_costs_one_read_and_nothing_new_is_not_sent_again(product: Product, watch: Watch) -> None:
    thanks = Thanks(product)
    first = thanks.get(part="news")
    watch.clear()
    headers = {"if-none-match": first.headers["etag"]}
    again = product.cloud.request(
        "GET", f"{thanks.path}?{urlencode({**thanks.query, 'part': 'news'})}", headers
    )
    assert (again.status, again.body) == (304, b"")
    assert [call.action for call in watch.calls if call.function] == ["dynamodb:GetItem"]
    assert len(first.body) < 400


def test_looking_ends(product: Product) -> None:
    thanks = Thanks(product)
    waits = [thanks.look_again()]
    for pause in (4, 17):
        product.wait(minutes(pause))
        waits.append(thanks.look_again())
    assert waits == ["3", "15", None]


def test_what_was_escalated_is_taken_on_by_name_too(product: Product) -> None:
    thanks = Thanks(product)
    product.advance(minutes(11))
    thanks.take_on(DIEGO)
    assert thanks.news() == "Diego ya lo sabe y viene a verte: Caja 3."


def test_a_second_answer_of_the_same_visit_tells_of_its_case(product: Product) -> None:
    thanks = Thanks(product, **PHONE)
    second = Thanks(product, comment="Y nadie vino", **PHONE)
    assert len(product.followups()) == 1
    thanks.take_on()
    assert second.news() == thanks.news() == "Ana ya lo sabe y se va a comunicar contigo."
    assert product.now() - START < minutes(15)
