"""One person, one case: what a customer answers at a store within ten minutes is one case, and counts once."""

from datetime import timedelta
from typing import Any

from lazo.auth import links
from tests.builders import ANA, minutes
from tests.customer import ring
from tests.desk import Desk
from tests.feed import feed_page
from tests.functions.board import board_page
from tests.functions.classification import SANTIAGO
from tests.functions.desk_cases import open_case_page
from tests.functions.tapping import Phone
from tests.product import CRASH, Product
from tests.recount import counted, recount
from tests.surveys import Survey

EVA = {"phone": "+56987654321", "consent": True}
ALERT = [("sms", ANA["phone"]), ("email", ANA["email"])]


def say(survey: Survey, score: int, comment: str, **changes: Any) -> None:
    assert survey.post({"score": score, "comment": comment, **EVA, **changes}).status == 202
    survey.product.drain()
    survey.product.wait(timedelta(seconds=30))


def day(product: Product) -> dict[str, int]:
    items = product.cloud.items()
    assert {k: +v for k, v in counted(items).items()} == recount(items, SANTIAGO)
    return {name: n for each in counted(items).values() for name, n in each.items() if name[0] in "sx" and n}


def test_two_answers_within_ten_minutes_are_one_case_with_both(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió", reasons=["service"])
    say(survey, 4, "Y los baños sucios", reasons=["cleanliness"])
    case = product.followup()
    assert product.outbox() == ALERT
    assert (case["score"], case["themes"]) == (2, ["service", "cleanliness"])
    assert [e["what"] for e in product.items("ENTRY#")] == ["answered_again"]


def test_the_later_answer_counts(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió")
    say(survey, 4, "Y los baños sucios")
    say(survey, 5, "Bueno, vino alguien")
    assert day(product) == {"s5": 1, "x2": 1, "x4": 1}
    assert len(product.followups()) == 1
    assert [e["score"] for e in survey.answers() if e["suspect"] == []] == [5]


def test_a_happy_second_answer_joins_the_case_and_does_not_end_it(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió")
    say(survey, 9, "Ya vino alguien, gracias")
    assert (product.followup()["stage"], product.followup()["score"]) == ("open", 2)
    assert day(product) == {"s9": 1, "x2": 1}


def test_an_unhappy_second_answer_after_a_happy_first_alerts_as_a_new_case(
    survey: Survey, product: Product
) -> None:
    say(survey, 10, "Llámenme")
    before = len(product.outbox())
    say(survey, 1, "Me cobraron dos veces")
    assert product.outbox()[before:] == ALERT
    assert all("Me cobraron dos veces" in m["text"] for m in product.cloud.outbox()[before:])
    assert len(product.followups()) == 1
    assert product.followup()["priority"] == "high"


def test_a_danger_in_the_second_alerts_once_more(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió")
    say(survey, 2, "Encontré un vidrio en la ensalada")
    assert product.outbox() == ALERT + ALERT
    assert len(product.followups()) == 1
    assert product.followup()["priority"] == "urgent"
    assert "vidrio" in product.cloud.outbox()[2]["text"]
    assert "vidrio" in product.cloud.outbox()[3]["text"]
    # Known by now, and named again: whoever is told of it last knows the latest words.
    say(survey, 2, "Había otro vidrio y me corté la boca")
    assert product.outbox() == ALERT * 3
    assert "otro vidrio" in product.cloud.outbox()[4]["text"]


def test_the_same_person_by_phone_and_then_by_e_mail_too(survey: Survey, product: Product) -> None:
    say(survey, 2, "Uno", email="eva@example.com")
    say(survey, 3, "Dos", phone=None, email="eva@example.com")
    assert len(product.followups()) == 1


def test_after_ten_minutes_it_is_another_visit(survey: Survey, product: Product) -> None:
    say(survey, 2, "Uno")
    product.wait(minutes(10))
    say(survey, 3, "Dos")
    assert len(product.followups()) == 2
    assert day(product) == {"s2": 1, "s3": 1}


def test_another_person_and_nobody_known_are_other_cases(survey: Survey, product: Product) -> None:
    say(survey, 2, "Uno")
    say(survey, 2, "Uno", phone="+56987654322")
    say(survey, 2, "Uno", phone=None, consent=None)
    say(survey, 2, "Uno", phone=None, consent=None)
    assert len(product.followups()) == 4
    assert day(product) == {"s2": 4}


def test_at_another_store_it_is_another_case(survey: Survey, product: Product) -> None:
    other = Survey(product, code="sur1", store_id="sur", name="Aurora Sur")
    say(survey, 2, "Uno")
    say(other, 2, "Dos")
    assert len(product.followups()) == 2


def test_a_case_that_ended_takes_no_more(survey: Survey, product: Product) -> None:
    say(survey, 2, "Uno")
    ended = {
        k: v for k, v in product.followup().items() if k not in ("due_pk", "due_at", "list_pk", "list_at")
    }
    product.change({**ended, "stage": "confirmed"})
    say(survey, 3, "Dos")
    assert len(product.followups()) == 2


def test_two_at_the_same_moment_open_one(survey: Survey, product: Product) -> None:
    for comment in ("Uno", "Dos"):
        assert survey.post({"score": 2, "comment": comment, **EVA}).status == 202
    first, second = survey.answers()
    met = product.just_before("TransactWriteItems", lambda: product.classify(second), function="Classify")
    assert product.classify(first) == []
    assert met["done"] == 1
    product.drain()
    assert len(product.followups()) == 1
    assert product.followup()["more_answers"] == [first["ulid"]]
    assert product.outbox() == ALERT
    assert day(product) == {"s2": 1, "x2": 1}


def test_a_tap_that_was_alerted_of_joins_the_case_once_the_phone_is_known(
    survey: Survey, product: Product
) -> None:
    say(survey, 2, "Uno")
    phone = Phone(survey)
    phone.tap(3)
    product.advance(minutes(3))
    assert len(product.followups()) == 2
    phone.send(3, comment="Dos", **EVA)
    stages = {item["score"]: item["stage"] for item in product.followups()}
    assert stages == {2: "open", 3: "unconfirmed"}
    assert {e["what"] for e in product.items("ENTRY#")} == {"answered_again", "answer_joined"}
    assert day(product) == {"s3": 1, "x2": 1}
    assert product.outbox() == ALERT + ALERT


def test_while_somebody_takes_the_case_on(survey: Survey, product: Product) -> None:
    say(survey, 2, "Uno")
    assert survey.post({"score": 3, "comment": "Dos", **EVA}).status == 202
    second = survey.answers()[-1]
    case = product.followup()
    taken = {**case, "stage": "taken_on", "owner": "ana", "version": 2}
    product.just_before("TransactWriteItems", lambda: product.change(taken), function="Classify")
    assert product.classify(second) == []
    after = product.followup()
    assert (after["owner"], after["version"], after["more_answers"]) == ("ana", 3, [second["ulid"]])


def test_crash_at_every_call(product: Product) -> None:
    survey = Survey(product, policy={"take_on_minutes": 1400})
    for nth in range(1, 100):
        product.wait(minutes(11))
        say(survey, 2, "Uno")
        product.restart("Classify")
        fault = product.fault(function="Classify", kind=CRASH, nth=nth)
        say(survey, 3, "Dos")
        product.advance(minutes(4))
        struck = fault.struck
        product.cloud.faults.clear()
        assert len(product.followups()) == nth
        assert day(product) == {"s3": nth, "x2": nth}
        assert len(product.outbox()) == 2 * nth
        if not struck:
            break
    assert nth > 5


def test_the_case_shows_both(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió")
    say(survey, 4, "Y los baños sucios")
    page = open_case_page(product, Desk(product))
    assert page.index("Nadie me atendió") < page.index("Y los baños sucios")
    assert "volvió a responder minutos después, con un 4" in page


def test_the_feed_says_that_the_first_is_not_counted(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió")
    say(survey, 4, "Y los baños sucios")
    page = feed_page(product, ANA)
    assert page.text.count("se cuenta la última respuesta, no esta") == 1
    assert "Puede que no sea de un cliente" not in page.text


def test_a_visit_is_kept_for_a_day(survey: Survey, product: Product) -> None:
    say(survey, 2, "Uno")
    (item,) = product.items("VISIT#")
    assert item["expires_at"] == int((product.now() - timedelta(seconds=30) + timedelta(days=1)).timestamp())


def test_records_of_both_answers_again_change_nothing(survey: Survey, product: Product) -> None:
    """The first was tapped, counted and completed; the second joined its case."""
    phone = Phone(survey)
    phone.tap(2, left=True)
    phone.pump = False
    phone.send(2, comment="Uno", **EVA)
    images = [survey.answer()]
    product.drain()
    assert survey.post({"score": 3, "comment": "Dos", **EVA}).status == 202
    images.append(survey.answers()[-1])
    product.drain()
    before = product.items("")
    assert product.classify(images[1], images[0], images[1]) == []
    assert product.items("") == before
    assert day(product) == {"s3": 1, "x2": 1}


def test_a_danger_in_a_case_that_somebody_has_goes_up_if_they_do_not_react(
    survey: Survey, product: Product
) -> None:
    say(survey, 2, "Nadie me atendió")
    case = product.followup()
    product.change({**case, "stage": "taken_on", "owner": "ana", "taken_on_at": case["opened_at"]})
    before = len(product.outbox())
    say(survey, 2, "Mi hija se cortó y está sangrando")
    told = product.cloud.outbox()[before:]
    assert {(m["to"], m["purpose"]) for m in told} == {(ANA[k], "danger") for k in ("phone", "email")}
    product.advance(minutes(7))
    after = product.followup()
    assert (after.get("owner"), after["released_from"], after["level"]) == (None, "ana", 1)


def test_the_danger_of_the_second_is_quoted_by_escalations_and_the_board(
    survey: Survey, product: Product
) -> None:
    say(survey, 2, "Nadie me atendió")
    say(survey, 2, "Encontré un vidrio en la ensalada")
    before = len(product.outbox())
    product.advance(minutes(7))
    later = [m for m in product.cloud.outbox()[before:] if m["purpose"] == "escalation"]
    assert {m["channel"] for m in later} == {"sms", "email"}
    assert all("vidrio" in m["text"] and "Nadie me" not in m["text"] for m in later)
    board = board_page(product, ANA).text
    assert "vidrio" in board
    assert "Nadie me" not in board


def test_the_customers_page_shows_both(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió")
    say(survey, 4, "Y los baños sucios")
    token = links.sign_customer_link(ring(product), product.followup()["followup_id"], "sms", product.now())
    page = product.cloud.request("GET", f"/m/{token}").text
    assert page.index("Nadie me atendió") < page.index("Y los baños sucios")


def test_a_danger_brings_a_resolved_case_back_to_work(survey: Survey, product: Product) -> None:
    say(survey, 2, "Nadie me atendió")
    case, at = product.followup(), product.followup()["opened_at"]
    reached = {"taken_on_at": at, "contacted_at": at, "resolved_at": at, "recovery_month": "2026-03"}
    product.change({**case, "stage": "resolved", "owner": "ana", **reached})
    say(survey, 2, "Mi hija se cortó y está sangrando")
    after = product.followup()
    assert (after["stage"], after["owner"], after["priority"]) == ("contacted", "ana", "urgent")
    assert after["due_at"].startswith(after["danger_due_at"])
