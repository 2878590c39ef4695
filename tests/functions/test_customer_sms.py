"""What customers write by SMS in their own words: a note on their case, whose owner is told, or a new case."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.aws.faults import When
from infra.local.cloud import LocalCloud
from infra.local.event_sources.lambda_runtime import FunctionError
from tests.builders import ANA, DIEGO, START, minutes
from tests.customer import EMAIL, PHONE, Customer, accept_answer
from tests.desk import Desk, link_to
from tests.fixtures import PARAMETERS, TEMPLATE
from tests.functions.test_sms_replies import NUMBERS, sms_in, texts
from tests.product import AFTER, BEFORE, CRASH, Product

NOT_CALLED = "No me han llamado"


@pytest.fixture
def product(still_clock: None, no_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The product with numbers for two-way SMS."""
    with LocalCloud.start(TEMPLATE, {**PARAMETERS, **NUMBERS}, at=START) as cloud:
        product = Product(cloud, monkeypatch)
        product.open_store(policy={"tell_customer": False})
        yield product


def write(product: Product, text: str, message_id: str = "in-1", sender: str = PHONE) -> None:
    product.cloud.invoke("SmsReplies", sms_in(text, sender, message_id))
    product.drain()


def notes(product: Product) -> list[tuple[str, str, str]]:
    return [(item["by"], item["channel"], item["text"]) for item in product.items("NOTE#")]


def quoting(product: Product, words: str) -> list[tuple[str, str]]:
    return [(m["channel"], m["to"]) for m in product.cloud.outbox() if words in m["text"]]


def earlier_customer(product: Product) -> str:
    """A happy customer whose case, because they left their phone, has ended; return its id."""
    accept_answer(product, score=10, comment="Todo bien")
    product.drain()
    followup = product.followup()
    product.change(followup, stage="confirmed", deadline=None, due_pk=None, due_at=None)
    return str(followup["followup_id"])


def new_followups(product: Product) -> list[dict[str, Any]]:
    return [each for each in product.followups() if each["origin"] == "message"]


def test_a_customers_words_become_a_note_and_the_owner_is_told(product: Product) -> None:
    Customer(product)
    desk = Desk(product)
    page = desk.open(link_to(product, str(ANA["phone"])))
    desk.do(page.text, "/take-on")
    before = product.followup()
    for _ in range(2):
        write(product, f" {NOT_CALLED}\n")
    assert notes(product) == [("@customer", "sms", NOT_CALLED)]
    followup = product.followup()
    assert (followup["stage"], followup["owner"]) == ("taken_on", "ana")
    assert (followup["deadline"], followup["version"]) == (before["deadline"], before["version"] + 1)
    assert sorted(quoting(product, NOT_CALLED)) == [("email", ANA["email"]), ("sms", ANA["phone"])]
    assert texts(product)[-1].startswith(f'El cliente escribio. Aurora Norte, Caja 3 "{NOT_CALLED}" http')
    # Nobody but the owner, and no answer to the customer.
    assert texts(product, PHONE) == []
    shown = desk.get(f"/desk/followups/{followup['followup_id']}").text
    assert "El cliente, por SMS" in shown
    assert "El cliente escribió por SMS" in shown


def test_without_an_owner_the_level_that_was_alerted_is_told(product: Product) -> None:
    Customer(product)
    product.advance(minutes(11))
    told = len(texts(product))
    write(product, NOT_CALLED)
    assert texts(product, DIEGO["phone"])[-1].startswith('The customer wrote. Aurora Norte, Caja 3 "No me')
    assert len(texts(product)) == told


def test_courtesy_is_kept_and_alerts_nobody(product: Product) -> None:
    Customer(product)
    sent = len(product.cloud.outbox())
    for number, text in enumerate(("Ok, muchas gracias", "👍", "Obrigada!")):
        write(product, text, f"in-{number}")
    assert [text for _, _, text in notes(product)] == ["Ok, muchas gracias", "👍", "Obrigada!"]
    assert len(product.cloud.outbox()) == sent
    write(product, "Hola, gracias, pero no me han llamado", "in-9")
    assert quoting(product, "pero no me han llamado")


def test_words_of_danger_make_the_case_urgent(product: Product) -> None:
    Customer(product, score=5)
    assert product.followup()["priority"] == "normal"
    write(product, "Mi hijo se intoxicó con la comida")
    followup = product.followup()
    assert (followup["priority"], followup["urgency"]) == ("urgent", ["food_poisoning"])
    assert texts(product)[-1].startswith('URGENTE, posible intoxicacion. Aurora Norte, Caja 3: 5/10 "Mi hijo')
    desk = Desk(product)
    desk.do(desk.open(link_to(product, str(ANA["phone"]))).text, "/take-on")
    write(product, "Se quemó la mano con el plato", "in-2")
    assert texts(product)[-1].startswith("URGENTE. El cliente avisa ahora de un peligro. Aurora Norte")


def test_words_of_a_customer_without_an_open_case_open_a_light_one_once(product: Product) -> None:
    earlier_customer(product)
    told = len(product.cloud.outbox())
    write(product, "Gracias", "in-0")
    assert (new_followups(product), notes(product), len(product.cloud.outbox())) == ([], [], told)
    for _ in range(2):
        write(product, NOT_CALLED)
    write(product, "Y ya van tres días", "in-2")
    (followup,) = new_followups(product)
    assert (followup["priority"], followup["stage"]) == ("light", "open")
    assert sorted(text for _, _, text in notes(product)) == [NOT_CALLED, "Y ya van tres días"]
    assert quoting(product, NOT_CALLED) == [("email", ANA["email"])]
    desk = Desk(product)
    page = desk.open(link_to(product, str(ANA["phone"])))
    assert "no tenía un caso abierto" in page.text
    assert product.items("DATE#retention")
    assert f"/{followup['followup_id']}/" in page.text


def test_a_danger_opens_an_urgent_case_and_words_of_another_day_are_not_quoted(product: Product) -> None:
    earlier_customer(product)
    write(product, "Me intoxiqué con el almuerzo")
    assert [each["priority"] for each in new_followups(product)] == ["urgent"]
    assert quoting(product, "Me intoxiqué con el almuerzo")
    product.advance(minutes(11))
    (escalated,) = texts(product, DIEGO["phone"])
    assert escalated.startswith("URGENT. A customer wrote and nobody has taken it on. Aurora Norte, Caja 3")
    assert "Me intoxiqu" in escalated
    assert "Todo bien" not in escalated


def test_a_danger_beside_a_stop_is_not_lost(product: Product) -> None:
    Customer(product, score=5)
    write(product, "No me escriban más")
    assert notes(product) == []
    write(product, "No me escriban más. Mi hijo se intoxicó con la comida", "in-2")
    assert product.followup()["priority"] == "urgent"
    assert quoting(product, "Mi hijo se intoxic")
    (stop,) = (item for item in product.cloud.items() if item.get("way") == "sms")
    assert stop["stopped"]


def test_a_strangers_words_are_not_kept(product: Product) -> None:
    earlier_customer(product)
    write(product, NOT_CALLED, sender="+56911111111")
    write(product, NOT_CALLED, "in-2", sender="22395")
    assert new_followups(product) == []
    assert not [item for item in product.cloud.items() if NOT_CALLED in str(item)]


def test_words_do_not_reach_the_case_of_somebody_whose_e_mail_was_typed_beside_the_phone(
    product: Product,
) -> None:
    """Only the phone is proven by an SMS: another customer's case is not found over a link between addresses."""
    accept_answer(product, phone=None, email=EMAIL)
    accept_answer(product, score=10, phone=PHONE, email=EMAIL)
    product.drain()
    (others,) = product.followups()
    write(product, NOT_CALLED)
    assert {item["origin"] for item in product.followups()} == {"answer", "message"}
    assert not [n for n in product.items("NOTE#") if others["followup_id"] in n["pk"]]


@pytest.mark.in_part(2)
@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_an_sms_is_recorded_once_wherever_it_is_interrupted(
    product: Product, when: When, *, is_open: bool
) -> None:
    if is_open:
        Customer(product)
    else:
        earlier_customer(product)
    product.fault(
        service="dynamodb", operation="TransactWriteItems", when=when, kind=CRASH, function="SmsReplies"
    )
    with pytest.raises(FunctionError):
        write(product, NOT_CALLED)
    write(product, NOT_CALLED)
    product.advance(minutes(5))
    assert notes(product) == [("@customer", "sms", NOT_CALLED)]
    assert len(new_followups(product)) == (0 if is_open else 1)
    assert ("email", ANA["email"]) in quoting(product, NOT_CALLED)


def test_a_stop_in_ones_own_words_is_confirmed_once_and_one_that_the_number_answers_is_not(
    product: Product,
) -> None:
    Customer(product, language="pt")
    for number, words in enumerate(("STOP", "START", "Parem de me mandar mensagens", "não me escrevam mais")):
        write(product, words, f"in-{number}")
        product.advance(minutes(2))
    write(product, "Parem de me mandar mensagens", "in-9", sender="+56911111111")  # no customer
    product.advance(minutes(2))
    told = [(m["to"], m["text"]) for m in product.cloud.outbox() if "mensagens" in m["text"]]
    assert told == [(PHONE, "Aurora Norte: pronto, não vamos mais enviar mensagens para você.")]
    (item,) = product.items("ACKNOWLEDGEMENT")
    assert "address" not in item
