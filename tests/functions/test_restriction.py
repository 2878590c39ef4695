"""A customer's data is kept and not used: shown to nobody, not counted, nothing sent, until that is lifted."""

import json
from datetime import timedelta

import pytest

from lazo.table import restriction, retention, stores
from lazo.table.views import counter_repair
from tests.builders import ANA, minutes
from tests.customer import EMAIL, PHONE, Customer, accept_answer
from tests.desk import Desk, form_to, link_to
from tests.functions.crm import Crm, event
from tests.functions.test_erasure import run_sweeps
from tests.functions.test_erasure_addresses import post
from tests.product import Product
from tests.recount import counted, recount

SAID = ("Canary", PHONE, EMAIL)


@pytest.fixture
def eva(product: Product) -> Customer:
    """Eva's case is taken on, with a promise for the next day; Luis's is open too."""
    product.open_store()
    eva = Customer(product, comment="Canary: esperé", name="Canary Ríos")
    desk = Desk(product)
    page = desk.open(link_to(product, str(ANA["phone"])))
    page = desk.do(page.text, "/take-on")
    desk.do(page.text, "/promise", what="Canary promesa", date="2026-03-12", owner="ana", hears_by="sms")
    product.accept(score=2, comment="Lo de otra mesa")
    product.drain()
    product.advance(minutes(3))
    return eva


def shown_to_staff(product: Product, eva: Customer) -> dict[str, str]:
    """Return the pages of the desk and a file of answers, as Ana sees them."""
    desk = Desk(product).sign_in(ANA)
    return {
        page: desk.get(page).text
        for page in ("/desk", "/desk/answers", "/desk/promises", f"/desk/followups/{eva.followup_id}")
    }


def canaries(pages: dict[str, str]) -> list[str]:
    return [page for page, text in pages.items() if any(each in text for each in SAID)]


def case_of(eva: Customer) -> dict[str, object]:
    return next(f for f in eva.product.followups() if f["followup_id"] == eva.followup_id)


def restrict(eva: Customer) -> None:
    page = eva.send("restrict")
    assert "Guardamos tus datos sin usarlos" in page.text


def test_what_a_manager_was_typing_is_given_back_with_nothing_else(eva: Customer) -> None:
    desk = Desk(eva.product).sign_in(ANA)
    note = form_to(desk.get(f"/desk/followups/{eva.followup_id}").text, "/note")
    restrict(eva)
    reply = desk.send(note, text="Quedamos en hablar el lunes")
    assert reply.status == 409
    assert "Datos bloqueados" in reply.text
    assert "Quedamos en hablar el lunes" in reply.text
    assert not any(each in reply.text for each in SAID)


def test_restricted_data_is_shown_to_nobody_but_the_customer(eva: Customer) -> None:
    product = eva.product
    before = canaries(shown_to_staff(product, eva))
    assert before == ["/desk", "/desk/answers", "/desk/promises", f"/desk/followups/{eva.followup_id}"]
    restrict(eva)
    pages = shown_to_staff(product, eva)
    assert canaries(pages) == []
    assert "Bloqueada: el cliente pidió que no usemos sus datos" in pages["/desk/answers"]
    assert "Datos bloqueados" in pages[f"/desk/followups/{eva.followup_id}"]
    assert "Lo de otra mesa" in pages["/desk"]
    assert "Lo de otra mesa" in pages["/desk/answers"]
    held = eva.get(f"{eva.link()}/data").json()
    assert held["answers"][0]["comment"] == "Canary: esperé"
    assert held["use_restricted_since"]
    assert any("Canary" in json.dumps(item, default=str) for item in product.cloud.items()), "it is kept"


def test_a_filter_finds_no_restricted_answer_by_its_content(eva: Customer) -> None:
    restrict(eva)
    desk = Desk(eva.product).sign_in(ANA)
    for query in ("band=detractor", "text=Canary", "theme=waiting_time"):
        assert "Bloqueada" not in desk.get(f"/desk/answers?{query}").text


def test_nobody_is_written_to_and_no_date_passes_while_restricted(eva: Customer) -> None:
    product = eva.product
    restrict(eva)
    before = len(product.cloud.outbox())
    product.advance(timedelta(days=4))
    new = product.cloud.outbox()[before:]
    assert [m for m in new if m["followup_id"] == eva.followup_id or m["to"] in (PHONE, EMAIL)] == []
    case = case_of(eva)
    assert (case["stage"], case["owner"]) == ("taken_on", "ana")
    assert {promise["state"] for promise in product.items("PROMISE#")} == {"open"}
    assert eva.post("not-yet", text="Hola", version="9").status == 409


def test_lifting_puts_the_case_back_with_a_new_deadline(eva: Customer) -> None:
    product = eva.product
    pages = shown_to_staff(product, eva)
    restrict(eva)
    product.advance(timedelta(days=4))
    page = eva.send("unrestrict")
    assert "volvemos a ocuparnos" in page.text
    case = case_of(eva)
    assert (case["stage"], case["owner"]) == ("taken_on", "ana")
    # 24 hours to contact the customer, from the lifting on.
    assert case["deadline"] == "2026-03-15T15:03:00.000Z"
    assert canaries(shown_to_staff(product, eva)) == canaries(pages)
    sent = len(product.cloud.outbox())
    product.advance(timedelta(hours=2))
    later = {m["purpose"] for m in product.cloud.outbox()[sent:] if m["followup_id"] == eva.followup_id}
    assert "promise_missed" in later, "the promise's date passed meanwhile, and is told now"
    run_sweeps(product)
    assert not any("due_at" in item for item in product.items("KNOWN#RIGHTS"))


def test_counters_stay_and_what_was_not_counted_waits(eva: Customer) -> None:
    product = eva.product
    days = counted(product.cloud.items())
    late = accept_answer(product, score=9, comment="Canary: aún sin leer")
    restriction.restrict(product.table, [str(late.customer_key)], "operator", product.now())
    eva.product.scheduler()
    product.drain()
    assert counted(product.cloud.items()) == days, "nothing is counted anew"
    store = stores.get_store(product.table, "norte")
    assert store
    assert counter_repair.find_differences(product.table, store)[1] == []
    product.advance(minutes(30))
    assert counted(product.cloud.items()) == days
    eva.send("unrestrict")
    product.advance(minutes(3))
    assert counted(product.cloud.items()) == recount(product.items("ANSWER#"), "America/Santiago") != days


def test_what_is_told_afterwards_is_another_matter(eva: Customer) -> None:
    product = eva.product
    restrict(eva)
    product.wait(minutes(1))
    accept_answer(product, score=2, comment="Vuelvo a contar", email=None)
    product.drain()
    product.advance(minutes(10))
    pages = shown_to_staff(product, eva)
    assert "Vuelvo a contar" in pages["/desk"]
    assert canaries({"/desk": pages["/desk"]}) == []
    assert [m for m in product.cloud.outbox() if m["to"] in (PHONE, EMAIL) and "Vuelvo" in m["text"]] == []


def test_no_early_sign_is_weighed_while_restricted(product: Product) -> None:
    product.open_store(policy={"risk_threshold": 1})
    crm = Crm(product)
    eva = Customer(product, email=None)
    restrict(eva)
    known = len(product.followups())
    assert crm.post(event("t-1", customer={"phone": PHONE}, text="Me cambio a Boreal")).status == 202
    product.drain()
    assert len(product.followups()) == known
    (stored,) = crm.stored_events()
    assert stored["leaving"] is False, "its text is not read"


def test_retention_waits_for_the_lifting(product: Product) -> None:
    store = product.open_store(policy={"retention_days": 30, "tell_customer": False})
    retention.start_retention(product.table, store.store_id, product.now())
    eva = (
        Customer(product, comment="Canary", score=9, email=None)
        if False
        else Customer(product, comment="Canary")
    )
    restrict(eva)
    product.advance(timedelta(days=40))
    assert [item["comment"] for item in product.items("ANSWER#")] == ["Canary"]
    eva.send("unrestrict")
    assert [item["comment"] for item in product.items("ANSWER#")] == [""]


def test_the_other_address_cannot_lift_it(eva: Customer) -> None:
    product = eva.product
    restrict(eva)
    other = eva.link("email")
    page = product.cloud.request("GET", f"{other}?lang=es", {}).text
    assert "Desde la otra dirección" in page
    assert "/unrestrict" not in page
    assert post(product, other, "unrestrict").status == 303
    run_sweeps(product)
    assert case_of(eva)["restricted_at"]
    assert all("restricted_at" in item for item in product.items("ANSWER#") if item.get("phone") == PHONE)


def test_restricted_data_can_be_erased(eva: Customer) -> None:
    restrict(eva)
    assert eva.post("erase", sure="yes").status == 303
    run_sweeps(eva.product)
    assert not any("Canary" in json.dumps(item, default=str) for item in eva.product.cloud.items())
    assert case_of(eva)["stage"] == "unconfirmed"
    assert eva.product.items("KNOWN#RIGHTS") == []


@pytest.mark.parametrize("action", ["restrict", "unrestrict"])
def test_a_crash_before_any_write_is_completed_by_the_sweep(product: Product, action: str) -> None:
    product.open_store(policy={"tell_customer": False})
    eva = Customer(product, comment="Canary")
    accept_answer(product, score=9, comment="Canary: bien", email=None)
    product.drain()
    for nth in range(1, 40):
        if action == "unrestrict":
            eva.post("restrict")
        crash = product.crash("CustomerPage", nth)
        product.dies(lambda: eva.post(action))
        struck = crash.struck
        product.cloud.faults.clear()
        recorded = "restricted_at" in str(product.items("KNOWN#RIGHTS"))
        run_sweeps(product)
        marked = ["restricted_at" in item for item in (*product.items("ANSWER#"), case_of(eva))]
        assert marked == [recorded] * 3, nth
        assert not any("due_at" in item for item in product.items("KNOWN#RIGHTS"))
        if not struck:
            assert recorded is (action == "restrict")
            return
        eva.post("unrestrict")
        run_sweeps(product)
    raise AssertionError("the form makes more calls than were tried")
