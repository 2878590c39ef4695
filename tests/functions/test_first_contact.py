"""The date of the first contact that a customer is told: a promise in the ledger, from taking it on to the call."""

import re
from datetime import timedelta
from typing import Any

import pytest

from lazo.table.messaging import opt_outs
from tests.builders import ANA, DIEGO, consent, minutes
from tests.desk import Desk, link_to
from tests.dom import parse
from tests.product import Item, Product
from tests.recount import counters_of

PHONE = "+56987650001"
EVA = {"name": "Eva Soto", "phone": PHONE, "consent": consent(), "customer_key": "ab" * 16}
HOUR = timedelta(hours=1)
WEDNESDAY_NOON = "2026-03-11T15:00:00.000Z"
"""24 hours after the case is taken on."""
TOLD = "a mas tardar el miércoles 11 de marzo a las 12:00"


class Case:
    """Eva's case, taken on by Ana on Tuesday at noon."""

    def __init__(self, product: Product, taken: bool = True, hours: Any = None, **policy: Any) -> None:
        self.product = product
        product.open_store(policy=policy, **({"hours": hours} if hours else {}))
        product.accept(score=2, **EVA)
        product.drain()
        self.ana = Desk(product)
        self.page = self.ana.open(link_to(product, ANA["phone"])).text
        if taken:
            self.do("/take-on")

    def do(self, ending: str, desk: Desk | None = None, **typed: str) -> str:
        self.page = (desk or self.ana).do(self.page, ending, **typed).text
        self.product.drain()
        if ending in ("/take-on", "/resolve"):
            self.product.pass_undo()
        return self.page

    def open_as(self, contact: dict[str, Any]) -> Desk:
        desk = Desk(self.product)
        self.page = desk.open(link_to(self.product, contact["phone"])).text
        return desk

    @property
    def promise(self) -> Item:
        (one,) = self.product.items("PROMISE#")
        return one

    def messages(self) -> list[str]:
        """The texts that reached Eva."""
        return [m["text"] for m in self.product.cloud.outbox() if m["to"] == PHONE]

    def figures(self) -> dict[str, int]:
        (month,) = self.product.items("PROMISES#")
        return counters_of(month)

    def alerts(self, purpose: str) -> set[str]:
        return {d["contact_id"] for d in self.product.items("DELIVERY#") if d["purpose"] == purpose}

    def customers_page(self) -> str:
        found = re.search(r"/m/[A-Za-z0-9_-]{30}", self.messages()[0])
        assert found
        return parse(self.ana.get(found[0]).text).text


@pytest.fixture
def case(product: Product) -> Case:
    return Case(product)


def test_the_date_of_the_first_call_is_a_promise_of_whoever_took_it_on(case: Case) -> None:
    assert TOLD in case.messages()[0]
    promise = case.promise
    assert (
        promise.items()
        >= {
            "what": "Nuestra llamada",
            "due": WEDNESDAY_NOON,
            "owner": "ana",
            "hears_by": "phone",
            "state": "open",
        }.items()
    )
    assert case.figures() == {"made#ana": 1}
    assert "Nuestra llamada" in case.ana.sign_in(ANA).get("/desk/promises").text
    assert case.product.items("LOAD#") == [], "a call takes no place of the day"


def test_an_update_without_a_date_promises_nothing(product: Product) -> None:
    case = Case(product, promises_per_day=0)
    assert "ya lo tiene a su cargo" in case.messages()[0]
    assert product.items("PROMISE#") == []


@pytest.mark.parametrize("reached", ["yes", "no"])
@pytest.mark.parametrize(("late", "state"), [(False, "kept"), (True, "late")])
def test_a_call_keeps_it_also_when_nobody_answers(case: Case, reached: str, late: bool, state: str) -> None:
    desk = case.ana
    if late:
        case.product.advance(25 * HOUR)
        desk = case.open_as(ANA)
    case.do("/contacted", desk, channel="phone", reached=reached, text="")
    assert (case.promise["state"], case.figures()) == (state, {"made#ana": 1, f"{state}#ana": 1})
    assert ("Cumplido" in case.customers_page()) == late, "the steps tell what was in time"


def test_an_email_keeps_the_promise_to_write(product: Product) -> None:
    product.open_store()
    product.accept(score=2, email="eva@example.org", consent=consent(), customer_key="ab" * 16)
    product.drain()
    ana = Desk(product)
    page = ana.do(ana.open(link_to(product, ANA["phone"])).text, "/take-on").text
    (made,) = product.items("PROMISE#")
    assert (made["what"], made["hears_by"]) == ("Nuestro correo", "email")
    product.pass_undo()
    assert ana.send(ana.template_form(page, "apology", "email")).status == 303
    assert [each["state"] for each in product.items("PROMISE#")] == ["kept"]


def test_handing_the_case_over_hands_the_promise_over(case: Case) -> None:
    case.do("/reassign", owner="diego", sure="on")
    assert (case.promise["owner"], case.promise["due"]) == ("diego", WEDNESDAY_NOON)
    case.product.advance(21 * HOUR)
    assert case.alerts("promise_at_risk") == {"diego"}


def test_escalation_leaves_it_open_and_late_and_alerts_nobody_twice(case: Case) -> None:
    case.product.advance(21 * HOUR)
    assert case.alerts("promise_at_risk") == {"ana"}, "before the date, when it can still be kept or moved"
    case.product.advance(3 * HOUR + minutes(5))
    assert case.product.followup().get("owner") is None
    assert (case.promise["state"], case.promise["owner"]) == ("open", "ana")
    assert case.promise["missed"] == WEDNESDAY_NOON
    assert case.alerts("escalation") == {"diego"}
    assert case.alerts("released") == {"ana"}
    assert case.alerts("promise_missed") == set(), "they have heard of it already"
    diego = case.open_as(DIEGO)
    case.do("/take-on", diego)
    assert (case.promise["owner"], len(case.messages())) == ("diego", 1)
    case.do("/contacted", diego, channel="phone", reached="yes", text="")
    assert case.figures() == {"made#ana": 1, "late#diego": 1}


def test_the_customer_is_told_before_the_date_where_the_store_wants_it(product: Product) -> None:
    case = Case(product, delay_notice="send")
    product.advance(21 * HOUR)
    assert "atrasarnos con lo que te dijimos: Nuestra llamada." in case.messages()[1]
    assert "Dijimos el miércoles 11 de marzo a las 12:00 y vamos a tardar más." in case.customers_page()


MOVED = {"until": "2026-03-12T18:20", "reason": "Falta una pieza"}


class TestNewDeadline:
    THURSDAY = "2026-03-12T21:20:00.000Z"

    def test_it_moves_the_promise_and_tells_the_customer(self, case: Case) -> None:
        assert "Al cliente le dijimos mié 11 mar 12:00" in parse(case.page).one("details", id="changes").text
        case.do("/deadline", **MOVED)
        assert case.product.followup()["deadline"] == case.promise["due"] == self.THURSDAY
        assert case.promise["moved"][0].items() >= {"told": "sms", "reason": "Falta una pieza"}.items()
        new = "Nuestra llamada. La nueva fecha es el jueves 12 de marzo a las 18:20."
        assert new in case.messages()[1]
        assert "A más tardar el jueves 12 de marzo a las 18:20" in case.customers_page()
        case.product.advance(26 * HOUR)
        assert "missed" not in case.promise, "the date that holds is the new one"

    def test_an_earlier_date_is_no_delay(self, case: Case) -> None:
        case.do("/deadline", until="2026-03-11T10:00", reason="Antes")
        assert "Ana te va a llamar, a mas tardar el miércoles 11 de marzo a las 10:00." in case.messages()[1]

    def test_whoever_moves_it_may_tell_the_customer_themselves(self, case: Case) -> None:
        case.do("/deadline", **MOVED, tell="none")
        assert (case.promise["due"], len(case.messages())) == (self.THURSDAY, 1)
        assert "told" not in case.promise["moved"][0]

    def test_a_date_that_cannot_be_held_moves_nothing(self, product: Product) -> None:
        nine_to_nine = {
            day: [["09:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        }
        case = Case(product, hours=nine_to_nine)
        page = case.do("/deadline", until="2026-03-12T23:00", reason="Tarde")
        assert "El local está cerrado entonces." in parse(page).one("div", class_="problem").text
        assert (case.promise["due"], len(case.messages())) == (WEDNESDAY_NOON, 1)

    def test_a_new_date_of_the_promise_moves_the_deadline(self, case: Case) -> None:
        moved = {"date": "2026-03-12", "time": "18:20", "reason": "Falta una pieza", "tell": "none"}
        case.do("/promise-date", **moved)
        assert case.product.followup()["deadline"] == case.promise["due"] == self.THURSDAY


class TestBeforeTheMessageGoesOut:
    """Taken on at 23:00; the customer would hear of it at nine."""

    @pytest.fixture
    def case(self, product: Product) -> Case:
        case = Case(product, taken=False, take_on_minutes=1440, contact_hours=36)
        product.wait(11 * HOUR)
        case.do("/take-on")
        assert (case.messages(), case.promise["due"]) == ([], "2026-03-12T14:00:00.000Z")
        return case

    def test_a_promise_that_nobody_was_told_is_withdrawn_by_the_call(self, case: Case) -> None:
        case.do("/contacted", channel="phone", reached="yes", text="")
        assert case.figures() == {"made#ana": 1, "withdrawn#ana": 1}

    def test_the_customer_is_told_only_the_new_date(self, case: Case) -> None:
        case.do("/deadline", until="2026-03-12T18:20", reason="Falta una pieza")
        case.product.advance(11 * HOUR)
        (text,) = case.messages()
        assert "Ana te va a llamar, a mas tardar el jueves 12 de marzo a las 18:20." in text

    def test_it_is_withdrawn_at_its_date_when_the_message_never_went_out(self, case: Case) -> None:
        case.product.table.put(opt_outs.record_opt_out("ab" * 16, "page", case.product.now()))
        case.product.advance(40 * HOUR)
        assert case.messages() == []
        assert case.figures() == {"made#ana": 1, "withdrawn#ana": 1}

    def test_whoever_has_it_meanwhile_is_named_and_keeps_the_date(self, case: Case) -> None:
        case.do("/reassign", owner="diego", sure="on")
        case.product.advance(11 * HOUR)
        (text,) = case.messages()
        assert "Diego te va a llamar, a mas tardar el jueves 12 de marzo a las 11:00." in text
        assert (case.promise["owner"], case.figures()) == ("diego", {"made#ana": 1})

    def test_handed_back_and_forth_it_is_said_once(self, case: Case) -> None:
        diego = Desk(case.product)
        case.do("/reassign", owner="diego", sure="on")
        path = f"/desk/followups/{case.product.followup()['followup_id']}"
        case.page = diego.sign_in(DIEGO).get(path).text
        case.do("/reassign", diego, owner="ana", sure="on")
        case.product.advance(11 * HOUR)
        (text,) = case.messages()
        assert "Ana te va a llamar" in text
        sent = [m["state"] for m in case.product.items("MESSAGE#")]
        assert sorted(sent) == ["cancelled", "cancelled", "sent"]
