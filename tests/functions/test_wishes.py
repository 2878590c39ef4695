"""What a customer asks for and adds on the thanks page, and what becomes of it."""

from datetime import timedelta

from lazo.auth import links
from tests.builders import ANA
from tests.customer import ring
from tests.desk import form_to, link_to
from tests.dom import parse
from tests.functions.test_thanks import TAKEN_ON
from tests.functions.thanks import PHONE, Thanks
from tests.product import Product


def test_come_to_me_now_reaches_the_team_and_then_its_owner_once(product: Product) -> None:
    thanks = Thanks(product)
    before = len(thanks.told())
    for _ in range(2):
        reply = thanks.send(wish="come", text="Estoy con un niño")
        assert reply.status == 303
        assert "sent=1" in reply.headers["location"]
    assert thanks.notes() == ["Pide que alguien se acerque ahora.\nEstoy con un niño"]
    (told,) = thanks.told()[before:]
    assert "El cliente pide que alguien se acerque ahora." in told
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
    product.pass_undo()
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


def test_wishes_are_limited(product: Product) -> None:
    thanks = Thanks(product)
    sent = [thanks.send(text=f"Nota {number}").status for number in range(6)]
    assert sent == [303, 303, 303, 303, 303, 422]
    assert thanks.send(text="c" * 2001).status == 422
    assert thanks.send(text="c" * 60000).status == 413


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


def test_who_opens_the_case_reads_first_what_the_customer_asks_for(product: Product) -> None:
    """A call at six is asked for: nobody is sent to the till now."""
    thanks = Thanks(product)
    thanks.send(wish="call", slot="2026-03-10T21:00:00.000Z", text="Estaré en casa", **PHONE)
    page = thanks.ana.open(link_to(product, str(ANA["phone"]))).text
    said = parse(page).one("section", id="customer").text
    assert "Prometido: llamar hoy de 18:00 a 20:00." in said
    assert "Estaré en casa" in said
    page = thanks.ana.do(page, "/take-on").text
    talking = parse(page).one("section", id="talking").text
    assert "Si sigue en el local" not in talking
    page = thanks.ana.do(page, "/contacted", channel="phone", reached="yes").text
    assert "Prometido: llamar" not in parse(page).one("section", id="customer").text


def test_a_wish_to_be_visited_stands_first_until_somebody_came(product: Product) -> None:
    thanks = Thanks(product)
    thanks.send(wish="come", text="Junto a la ventana")
    page = thanks.ana.open(link_to(product, str(ANA["phone"]))).text
    said = parse(page).one("section", id="customer").text
    assert "Junto a la ventana" in said
    assert "Pide que alguien se acerque ahora." in said
    assert "es el momento de hablarle" in said
    page = thanks.ana.do(page, "/take-on").text
    page = thanks.ana.do(page, "/contacted", channel="in_person", reached="yes").text
    said = parse(page).one("section", id="customer").text
    assert "es el momento de hablarle" not in said
    assert "Pide que alguien" not in said


def test_a_call_that_was_made_or_moved_is_told_no_more(product: Product) -> None:
    """The ledger is what the customer reads: a time that stands there no longer is not repeated."""
    made, moved = (Thanks(product, comment=each) for each in ("Frío", "Tarde"))
    for number, thanks in enumerate((made, moved)):
        phone = {**PHONE, "phone": f"+5698765002{number}"}
        thanks.send(wish="call", slot="2026-03-10T21:00:00.000Z", **phone)
        thanks.take_on()
        assert "Te llamamos hoy de 18:00 a 20:00." in thanks.news()
        page = thanks.ana.open(link_to(product, str(ANA["phone"]))).text
        assert "Prometido: llamar hoy" in page
        if thanks is made:
            thanks.ana.do(page, "/contacted", channel="in_person", reached="yes")
            assert thanks.news() == "Ana está a cargo de lo que nos contaste."
        else:
            new = {"date": "2026-03-11", "time": "12:00", "reason": "Falta una pieza", "tell": "none"}
            page = thanks.ana.do(page, "/promise-date", **new).text
            assert thanks.news() == "Ana ya lo sabe y se va a comunicar contigo."
            assert "Prometido: llamar hoy" not in parse(page).one("section", id="customer").text
    assert sorted((each["due"], each["state"]) for each in product.items("PROMISE#")) == [
        ("2026-03-10T23:00:00.000Z", "kept"),
        ("2026-03-11T15:00:00.000Z", "open"),
    ]


def test_the_page_in_another_language_holds_what_was_typed_and_records_nothing(product: Product) -> None:
    """As its buttons send it without JavaScript."""
    thanks = Thanks(product)
    assert parse(thanks.get().text).one("button", lang="en").attributes["form"] == "wish"
    reply = thanks.send(wish="call", text="Después de las 18", phone="+56987650009", switch="en")
    assert (reply.status, thanks.notes()) == (200, [])
    page = parse(reply.text)
    assert page.one("html").attributes["lang"] == "en"
    assert page.one("textarea", name="text").text.strip() == "Después de las 18"
    assert page.one("input", name="phone").attributes["value"] == "+56987650009"
    assert "checked" in page.one("input", name="wish", value="call").attributes
    assert page.one("input", name="lang").attributes["value"] == "en"
