"""The thanks page while it lives: who knows, what its customer asks for and adds, and what becomes of that."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.auth import links
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, START, WEEK, minutes
from tests.customer import ring
from tests.desk import Desk, form_to, link_to
from tests.dom import parse
from tests.product import Product
from tests.surveys import FORM, Survey

PHONE = {"phone": "+56987650001", "consent": "yes"}
TAKEN_ON = "Ana ya lo sabe y viene a verte: Caja 3."


class Thanks:
    """A customer who has answered on a phone without JavaScript, and stays on the thanks page."""

    def __init__(self, product: Product, settings: dict[str, Any] | None = None, **typed: str) -> None:
        self.product = product
        self.survey = Survey(product, **(settings or {}))
        reply = self.survey.send(self.survey.open(after=5), **{"score": "2", "comment": "Frío", **typed})
        self.path, _, query = reply.headers["location"].partition("?")
        self.query = {name: values[0] for name, values in parse_qs(query).items()}
        product.drain()
        self.ana = Desk(product)

    def get(self, **query: str) -> Response:
        return self.product.cloud.request("GET", f"{self.path}?{urlencode({**self.query, **query})}")

    def news(self) -> str:
        """What the page tells, as it looks for it every few seconds."""
        reply = self.get(part="news")
        assert reply.status == 200
        return parse(reply.text).one("div", id="news").text

    def look_again(self) -> str | None:
        return parse(self.get(part="news").text).one("div", id="news").attributes.get("data-again")

    def send(self, **typed: str) -> Response:
        fields = {"t": self.query["t"], "lang": "es", **typed}
        reply = self.product.cloud.request("POST", self.path, FORM, urlencode(fields).encode())
        self.product.drain()
        return reply

    def take_on(self, contact: dict[str, Any] = ANA) -> None:
        page = self.ana.open(link_to(self.product, str(contact["phone"]))).text
        assert self.ana.do(page, "/take-on").status == 200
        self.product.drain()

    def notes(self) -> list[str]:
        return [note["text"] for note in self.product.items("NOTE#")]

    def told(self, contact: dict[str, Any] = ANA) -> list[str]:
        return [m["text"] for m in self.product.cloud.outbox() if m["to"] == contact["phone"]]


def test_it_says_who_knows_and_that_they_are_coming(product: Product) -> None:
    thanks = Thanks(product)
    assert "Le avisamos al equipo" in thanks.news()
    assert thanks.look_again() == "3"
    thanks.take_on()
    assert thanks.news() == TAKEN_ON
    assert TAKEN_ON in thanks.get().text
    assert "Frío" not in thanks.get().text


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


def test_come_to_me_now_reaches_the_team_and_then_its_owner_once(product: Product) -> None:
    thanks = Thanks(product)
    before = len(thanks.told())
    for _ in range(2):
        reply = thanks.send(wish="come", text="Estoy con un niño")
        assert reply.status == 303
        assert "sent=1" in reply.headers["location"]
    assert thanks.notes() == ["Pide que alguien se acerque ahora.\nEstoy con un niño"]
    (told,) = thanks.told()[before:]
    assert "Pide que alguien se acerque ahora" in told
    assert "El equipo sabe que estás en Caja 3." in thanks.news()
    thanks.take_on()
    assert thanks.news() == TAKEN_ON
    assert thanks.send(wish="nothing").status == 422  # another wish: they can write it
    assert thanks.send(text="Ya me voy").status == 303
    assert len(thanks.notes()) == 2


def test_a_call_at_a_time_is_a_promise_and_taking_it_on_keeps_to_it(product: Product) -> None:
    """12:00 in Santiago: two hours from an even hour on, at least half an hour ahead, before the customers' quiet
    hours at 21:00."""
    thanks = Thanks(product)
    options = [o.text for o in parse(thanks.get().text).all("option")]
    assert options == [
        "hoy de 14:00 a 16:00",
        "hoy de 16:00 a 18:00",
        "hoy de 18:00 a 20:00",
        "mañana de 10:00 a 12:00",
        "mañana de 12:00 a 14:00",
        "mañana de 14:00 a 16:00",
    ]
    at_18 = "2026-03-10T21:00:00.000Z"
    refused = thanks.send(wish="call", slot=at_18)
    assert refused.status == 422
    assert "Para llamarte necesitamos un teléfono." in refused.text
    assert not product.items("PROMISE#")
    assert thanks.send(wish="call", slot=at_18, **PHONE).status == 303
    (promise,) = product.items("PROMISE#")
    assert (promise["due"], promise["owner"], promise["hears_by"], promise["made_by"]) == (
        "2026-03-10T23:00:00.000Z",
        "ana",
        "phone",
        "@customer",
    )
    assert "Te llamamos hoy de 18:00 a 20:00." in thanks.news()
    assert thanks.survey.answer()["phone"] == PHONE["phone"]
    assert thanks.survey.answer()["consent"]["language"] == "es"
    thanks.take_on()
    (promise,) = product.items("PROMISE#")
    assert promise["due"] == "2026-03-10T23:00:00.000Z"
    (message,) = [m["text"] for m in product.cloud.outbox() if m["to"] == PHONE["phone"]]
    assert "el martes 10 de marzo a las 20:00" in message
    page = thanks.ana.open(link_to(product, str(ANA["phone"]))).text
    assert thanks.ana.send(form_to(page, "/contacted"), channel="phone", reached="yes").status == 303
    assert [each["state"] for each in product.items("PROMISE#")] == ["kept"]


def test_a_call_that_nobody_makes_is_missed_like_any_promise(product: Product) -> None:
    thanks = Thanks(product)
    thanks.send(wish="call", slot="2026-03-10T17:00:00.000Z", **PHONE)
    thanks.take_on()
    product.advance(timedelta(hours=7))
    (promise,) = product.items("PROMISE#")
    assert promise["missed"] == promise["due"] == "2026-03-10T19:00:00.000Z"


def test_a_time_that_is_full_or_closed_is_not_promised(product: Product) -> None:
    for number in range(4):
        thanks = Thanks(product, comment=f"Frío {number}")
        phone = {**PHONE, "phone": f"+5698765001{number}"}
        reply = thanks.send(wish="call", slot="2026-03-10T17:00:00.000Z", **phone)
        assert reply.status == (303 if number < 3 else 422)
    assert "Esa hora se acaba de ocupar" in reply.text
    assert len(product.items("PROMISE#")) == 3
    assert (
        thanks.send(wish="call", slot="2026-03-10T19:00:00.000Z").status == 303
    )  # the phone is known by now
    (late,) = [f for f in product.followups() if f.get("call_from") == "2026-03-10T19:00:00.000Z"]
    assert late["reachable"]
    thanks = Thanks(product, comment="De noche")
    at_night = thanks.send(wish="call", slot="2026-03-11T02:00:00.000Z", **PHONE)
    assert at_night.status == 422


def test_write_needs_a_way_and_nothing_alerts_nobody(product: Product) -> None:
    thanks = Thanks(product)
    assert thanks.send(wish="write").status == 422
    assert thanks.send(wish="write", email="eva@example.org", consent="yes").status == 303
    followup = product.followup()
    assert (followup["wish"], followup["reachable"]) == ("write", True)
    assert followup["customer_pk"] == thanks.survey.answer()["customer_pk"]
    other = Thanks(product, comment="Otra")
    before = len(product.cloud.outbox())
    assert other.send(wish="nothing").status == 303
    assert len(product.cloud.outbox()) == before
    assert "Entendido" in other.news()


def test_a_contact_is_added_once_and_needs_consent(product: Product) -> None:
    thanks = Thanks(product)
    assert thanks.send(phone=PHONE["phone"]).status == 422
    assert thanks.survey.answer().get("phone") is None
    assert thanks.send(**PHONE).status == 303
    assert thanks.send(**PHONE).status == 303
    other = thanks.send(phone="+56987650002", consent="yes")
    assert "Ya tenemos cómo contactarte" in other.text
    assert thanks.survey.answer()["phone"] == PHONE["phone"]
    assert thanks.notes() == ["Dejó cómo contactarlo."]


def test_a_danger_in_added_words_makes_it_urgent(product: Product) -> None:
    thanks = Thanks(product)
    assert thanks.send(text="Mi hija se intoxicó con el pescado y está en urgencias").status == 303
    assert product.followup()["priority"] == "urgent"
    assert any("intoxicó" in text or "intoxico" in text for text in thanks.told())


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


def test_wishes_are_limited(product: Product) -> None:
    thanks = Thanks(product)
    sent = [thanks.send(text=f"Nota {number}").status for number in range(6)]
    assert sent == [303, 303, 303, 303, 303, 422]
    assert thanks.send(text="c" * 2001).status == 422
    assert thanks.send(text="c" * 60000).status == 413


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


def test_the_customer_s_page_has_their_words_reasons_and_the_store_s_phone(product: Product) -> None:
    settings = {"public_phone": "+56221234567"}
    thanks = Thanks(product, settings, reasons="price", **PHONE)
    thanks.send(wish="come", text="Junto a la puerta")
    thanks.take_on()
    key = ring(product)
    token = links.sign_customer_link(key, str(product.followup()["followup_id"]), "sms", product.now())
    page = parse(product.cloud.request("GET", f"/m/{token}?lang=es").text)
    assert [each.text for each in page.all("blockquote")] == ["Frío", "Junto a la puerta"]
    assert "Marcaste: Precio." in page.text
    assert "Lo lee Ana, de Aurora Norte." in page.text
    assert page.one("a", href="tel:+56221234567").text == "+56 2 2123 4567"
    assert "Pide que alguien" not in page.text
