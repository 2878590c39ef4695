"""Erasure of a customer: no personal data is left anywhere in the table, and the counters stay."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from lazo.customer.event import CustomerEvent
from lazo.ids import new_ulid
from lazo.table import customers, retention
from lazo.table.messaging import opt_outs
from tests.builders import ANA, START, minutes
from tests.customer import EMAIL, PHONE, Customer, accept_answer, resolved
from tests.desk import Desk, forms, link_to
from tests.product import AFTER, BEFORE, CRASH, Product
from tests.recount import counted, counters_of, recount

OTHERS_PHONE = "+56987650009"
CANARIES = ("Canary", PHONE, EMAIL)
"""Each text below has "Canary" in it, in some case."""


@pytest.fixture
def eva(product: Product) -> Customer:
    """Eva left phone and e-mail, and once the phone alone; another system sent an event of hers; Luis answered too."""
    policy = {"tell_customer": False, "incentive_most": {"high": 100}, "incentive_month": 100}
    product.open_store(policy=policy)
    eva = Customer(product, comment="Canary: esperé mucho", name="Canary Ríos")
    accept_answer(product, score=9, comment="Canary: bien", name="Canary Ríos", email=None, consent=None)
    accept_answer(
        product, score=10, comment="Todo normal", name="Luis", phone=OTHERS_PHONE, email=None, consent=None
    )
    key = str(eva.answer.customer_key)
    put_complaint(product, key, "T-Canary-1")
    product.drain()
    return eva


def put_complaint(product: Product, key: str, event_id: str) -> None:
    now = product.now()
    event = CustomerEvent(
        event_id, "crm", "complaint", now, now, key, text="Canary: reclamo", reference="Canary-9"
    )
    assert customers.put_event(product.table, event) == "new"


def work_on_case(eva: Customer) -> Desk:
    """Store something of every kind about the customer; return Ana's phone."""
    product = eva.product
    desk = Desk(product)
    page = desk.open(link_to(product, ANA["phone"]))
    page = desk.do(page.text, "/take-on")
    page = desk.do(
        page.text,
        "/note",
        channel="phone",
        text="Canary nota",
        recording="https://rec.example/canary",
        recording_consent="on",
    )
    page = desk.do(page.text, "/contacted", channel="phone", reached="yes", text="Canary charla")
    page = desk.do(
        page.text, "/concern", text="Canary punto", owner="ana", deadline="2026-03-12", priority="high"
    )
    page = desk.do(
        page.text, "/settle", how="planned", action="Canary plan", date="2026-03-12", hears_by="sms"
    )
    page = desk.do(page.text, "/message", channel="sms", text="Hola, Canary: ya vamos.")
    page = desk.do(page.text, "/incentive", kind="gift_card", value="5", reason="Canary regalo")
    assert page.status == 200, page.text
    eva.send("not-yet", text="Canary desde la página")
    kinds = {item["sk"].partition("#")[0] for item in product.cloud.items() if item["pk"].startswith("FU#")}
    assert kinds >= {"FU", "NOTE", "CONCERN", "PROMISE", "MESSAGE", "INCENTIVE", "ENTRY", "DELIVERY", "DATE"}
    return desk


def traces(product: Product, eva: Customer) -> list[str]:
    """Return the keys of all items that hold something of Eva's, her customer keys included."""
    known = (*CANARIES, *opt_outs.customer_keys_of(eva.answer))
    return [
        f"{item['pk']} {item['sk']}"
        for item in product.cloud.items()
        if any(each.lower() in json.dumps(item, default=str, ensure_ascii=False).lower() for each in known)
    ]


def promise_counts(product: Product) -> Counter[str]:
    """Count promises by what became of them, over all owners."""
    found: Counter[str] = Counter()
    for item in product.items("PROMISES#"):
        for name, n in counters_of(item).items():
            found[name.partition("#")[0]] += n
    return found


def run_sweeps(product: Product) -> None:
    """Run sweeps until the erasure is complete, and tell of it."""
    for _ in range(7):
        product.wait(minutes(1))
        product.scheduler()
    product.drain()


def test_erasure_leaves_nothing_about_the_customer(eva: Customer) -> None:
    product = eva.product
    desk = work_on_case(eva)
    assert len(traces(product, eva)) > 15
    days = counted(product.cloud.items())
    others = [item for item in product.items("ANSWER#") if item.get("phone") == OTHERS_PHONE]

    asked = eva.post("erase", lang="es")
    assert asked.status == 200
    assert "¿Borramos tus datos?" in asked.text
    assert product.followup()["stage"] == "contacted"
    for _ in range(2):
        assert eva.post("erase", lang="es", sure="yes").status == 303
    assert "Borramos tus datos" in eva.get().text
    assert eva.post("not-yet", text="Canary otra vez").status == 303
    put_complaint(product, str(eva.answer.customer_key), "T-Canary-2")  # was on its way just then
    run_sweeps(product)
    assert traces(product, eva) == []

    followup = product.followup()
    assert (followup["stage"], followup["score"]) == ("unconfirmed", 2)
    assert not {"due_pk", "list_pk", "customer_pk"} & followup.keys()
    assert counted(product.cloud.items()) == days == recount(product.items("ANSWER#"), "America/Santiago")
    assert [i for i in product.items("ANSWER#") if i.get("phone") == OTHERS_PHONE] == others
    assert promise_counts(product) == {"made": 1, "withdrawn": 1}
    (audit,) = product.items("ERASED#")
    assert (audit["way"], audit["begun_at"]) == ("page", "2026-03-10T15:00:00.000Z")
    assert audit["removed"] >= 15
    assert audit["finished_at"] > audit["begun_at"]
    assert product.items("DATE#") == []
    page = desk.get(f"/desk/followups/{eva.followup_id}")
    assert page.status == 200
    assert "El cliente pidió borrar sus datos" in page.text
    assert [form.action for form in forms(page.text)] == ["/desk/language", "/desk/sign-out"]
    before = len(product.cloud.outbox())
    product.advance(timedelta(days=2))
    assert len(product.cloud.outbox()) == before


@pytest.mark.parametrize(("nth", "when"), [(2, BEFORE), (3, AFTER), (4, BEFORE)])
def test_an_interrupted_erasure_is_completed(eva: Customer, nth: int, when: object) -> None:
    product = eva.product
    resolved(eva)
    call = {"operation": "TransactWriteItems", "function": "CustomerPage", "nth": nth}
    crash = product.fault(kind=CRASH, when=when, **call)
    product.dies(lambda: eva.post("erase", sure="yes"))
    assert crash.struck
    assert "Borramos tus datos" in eva.get().text
    run_sweeps(product)
    assert traces(product, eva) == []
    assert product.items("DATE#") == []


def test_an_erasure_that_keeps_failing_is_reported_and_retried(eva: Customer) -> None:
    product = eva.product
    down = {"operation": "TransactWriteItems", "code": "ValidationException", "status": 400, "times": 99}
    faults = [product.fault(function="CustomerPage", nth=2, **down)]
    eva.post("erase", sure="yes")
    faults.append(product.fault(function="FollowupScheduler", **down))
    for number in range(1, 9):
        assert product.dead_letters() == {}
        product.wait(minutes(1))
        assert product.scheduler()["failed"] == 1, number
    (letter,) = product.dead_letters()["SweepDeadLetters"]
    assert letter["reason"] == "failed 8 times"
    for fault in faults:
        fault.times = 0
    run_sweeps(product)
    assert traces(product, eva) == []


def test_answers_after_an_erasure_start_afresh(eva: Customer) -> None:
    product = eva.product
    eva.post("erase", sure="yes")
    product.wait(minutes(1))
    new = accept_answer(product, comment="Vuelvo a escribir", email=None)
    product.drain()
    run_sweeps(product)
    (kept,) = [item for item in product.items("ANSWER#") if item["ulid"] == new.ulid]
    assert (kept["comment"], kept["phone"]) == ("Vuelvo a escribir", PHONE)
    stages = {item["answer_ulid"]: item["stage"] for item in product.followups()}
    assert stages == {eva.answer.ulid: "unconfirmed", new.ulid: "open"}
    (audit,) = product.items("ERASED#")
    assert "finished_at" in audit


def test_an_opt_out_outlives_the_erasure(eva: Customer) -> None:
    eva.send("stop")
    keys = opt_outs.customer_keys_of(eva.answer)
    eva.post("erase", sure="yes")
    run_sweeps(eva.product)
    assert opt_outs.has_opted_out(eva.product.table, keys)
    held = [item["sk"] for item in eva.product.cloud.items() if any(key in item["pk"] for key in keys)]
    assert held == ["STOP", "STOP"]


def test_retention_removes_old_answers_at_night(product: Product) -> None:
    """A store that keeps things for 30 days, two answers of then and one of since."""
    store = product.open_store(policy={"retention_days": 30, "tell_customer": False})
    retention.start_retention(product.table, store.store_id, product.now())
    old = [accept_answer(product, score=score, comment="Canary", name="Canary") for score in (2, 9)]
    product.drain()
    product.wait(timedelta(days=20))
    accept_answer(product, score=3, comment="Reciente", phone=OTHERS_PHONE)
    product.drain()
    product.wait(timedelta(days=9))
    product.scheduler()
    assert {item["comment"] for item in product.items("ANSWER#")} == {"Canary", "Reciente"}

    product.wait(timedelta(days=1, minutes=1))
    due = product.items("DATE#retention")[0]["due_at"]
    assert "2026-04-09T04:00" <= due < "2026-04-09T09:00"  # one to five at night in Santiago, by then UTC-4
    product.advance(timedelta(days=1))
    left = {item["ulid"]: item for item in product.items("ANSWER#")}
    assert [left[each.ulid]["comment"] for each in old] == ["", ""]
    assert {item["comment"] for item in left.values()} == {"", "Reciente"}
    assert not any("Canary" in json.dumps(item, default=str) for item in product.cloud.items())
    assert {f["stage"] for f in product.followups() if f["answer_ulid"] == old[0].ulid} == {"unconfirmed"}
    assert product.items("DATE#retention")[0]["due_at"] > due
    (audit, *_) = product.items("ERASED#")
    assert audit["way"] == "retention"


def test_a_retention_round_is_bounded_and_the_next_continues(product: Product) -> None:
    store = product.open_store(policy={"retention_days": 30})
    retention.start_retention(product.table, store.store_id, START)
    for number in range(25):
        at = START + minutes(number)
        product.accept(score=9, comment="Canary", at=at, ulid=new_ulid(at, bytes(10)))
    product.wait(timedelta(days=31, minutes=1))
    rounds = []
    for _ in range(3):
        product.scheduler()
        rounds.append(sum(item["comment"] == "" for item in product.items("ANSWER#")))
        product.wait(minutes(1))
    assert rounds == [20, 25, 25]
