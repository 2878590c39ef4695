"""What became of everybody whose case was resolved: counted in the transaction that changes a case, equal to a recount,
and shown group by group; and promises that are overdue now."""

from collections import Counter
from datetime import timedelta

from lazo.followup.recovery import RecoveryFigures, counted_as
from lazo.table import promises as ledger
from lazo.table import recovery
from lazo.table.dynamodb.writes import Put
from lazo.table.followups import followup_from_item
from lazo.table.views.overdue_promises import count_overdue
from tests.builders import ANA, START, consent
from tests.case_recount import counted_cases, recount_cases
from tests.case_views import promise
from tests.customer import Customer, accept_answer, resolved
from tests.desk import Desk, link_to
from tests.dom import parse
from tests.functions.test_resurvey import EVA, STORE, confirmed_followup
from tests.product import Product
from tests.surveys import Survey

DAY = timedelta(days=1)
BY_SMS = {**ANA, "email": None}


def counted(product: Product) -> RecoveryFigures:
    return recovery.recovery_by_store(product.table, {"norte": ["2026-03", "2026-04"]})["norte"]


def recounted(product: Product) -> RecoveryFigures:
    """Count the follow-ups anew; the times of their steps must be counted as well."""
    items = product.cloud.items()
    assert counted_cases(items) == recount_cases(items)
    total: Counter[str] = Counter()
    for item in product.followups():
        total += counted_as(followup_from_item(item))
    return RecoveryFigures(**total)


def test_a_case_moves_from_group_to_group_and_is_always_in_one(product: Product) -> None:
    product.open_store(policy={"tell_customer": False, "confirm_days": 3})
    eva = Customer(product)
    desk = resolved(eva)
    assert counted(product) == recounted(product) == RecoveryFigures(waiting=1)
    eva.send("not-yet", text="Sigue igual")
    assert counted(product) == recounted(product) == RecoveryFigures(reopened=1)
    page = desk.get(f"/desk/followups/{eva.followup_id}").text
    page = desk.do(page, "/settle", how="solved", action="Otra caja").text
    desk.do(page, "/resolve", root_cause_theme="waiting_time", root_cause="Un cajero", done="Turnos")
    assert counted(product) == recounted(product) == RecoveryFigures(waiting=1)
    product.advance(4 * DAY)
    assert product.followup()["stage"] == "unconfirmed"
    assert counted(product) == recounted(product) == RecoveryFigures(unconfirmed=1)
    eva.send("solved")
    assert counted(product) == recounted(product) == RecoveryFigures(not_asked=1)
    product.advance(15 * DAY)
    assert counted(product) == recounted(product) == RecoveryFigures(silent=1)
    eva.send("not-yet", text="Volvió a pasar")
    eva.post("erase", sure="yes")
    product.advance(DAY)
    assert product.followup()["erased_at"]
    assert counted(product) == recounted(product) == RecoveryFigures(unconfirmed=1)


def test_the_page_names_each_group_and_counts_everybody(product: Product) -> None:
    Survey(product, **STORE, contacts=[BY_SMS])
    confirmed_followup(product)
    happy = {"score": 9, "phone": "+56987650009", "customer_key": "9" * 32, "customer_also": None}
    confirmed_followup(product, **happy)
    for number, confirm in ((2, True), (3, False)):
        changes = {"phone": f"+5698765000{number}", "customer_key": f"{number:032x}", "customer_also": None}
        confirmed_followup(product, confirm=confirm, **changes)
    confirmed_followup(product, phone=None, consent=None, customer_key=None, customer_also=None)
    product.advance(15 * DAY)
    assert (
        counted(product)
        == recounted(product)
        == RecoveryFigures(silent=2, not_asked=1, waiting=1, nothing_wrong=1)
    )
    product.accept(**{**EVA, "score": 1, "consent": consent()})
    product.drain()
    ana = Desk(product).sign_in(BY_SMS)
    told = parse(ana.get("/desk/promises").text).one(id="recovered").text
    assert "Ya no están descontentos: 0 de 4 (0 %)." in told
    assert "No respondieron cuando se les preguntó de nuevo: 2." in told
    assert "Confirmaron y no se les ha preguntado de nuevo: 1." in told
    assert "Falta que digan si quedó resuelto: 1." in told
    assert "Aparte, solo querían que los contactaran: 1." in told


def test_who_only_wanted_to_be_contacted_counts_once_they_turn_out_unhappy(product: Product) -> None:
    product.open_store(policy={"tell_customer": False}, contacts=[BY_SMS])
    eva = Customer(product, score=9, comment="Llámenme")
    resolved(eva)
    assert counted(product) == recounted(product) == RecoveryFigures(nothing_wrong=1)
    accept_answer(product, score=2)
    product.drain()
    assert counted(product) == recounted(product) == RecoveryFigures(waiting=1)


def test_a_promise_counts_as_overdue_from_the_moment_that_it_is(product: Product) -> None:
    product.open_store(policy={"tell_customer": False})
    product.accept(score=2, consent=consent(), phone="+56987654321")
    product.drain()
    ana = Desk(product).sign_in(ANA)
    page = ana.do(ana.open(link_to(product, ANA["phone"])).text, "/take-on").text
    ana.do(page, "/promise", what="Té", date="2026-03-10", time="14:00", owner="ana", hears_by="in_person")
    product.wait(timedelta(minutes=119))

    def figures() -> str:
        return parse(ana.get("/desk/promises").text).one(id="kept").text

    assert "no terminó ninguna promesa, y ninguna está atrasada" in figures()
    product.wait(timedelta(minutes=1))  # and no sweep has run yet
    assert "no terminó ninguna" not in figures()
    assert "Aurora Norte Atrasadas ahora: 1 0 0 0 0 %" in figures()
    assert "Ana Atrasadas ahora: 1 0 0 0 0 %" in figures()
    page = ana.get(f"/desk/followups/{product.followup()['followup_id']}").text
    ana.do(page, "/promise-kept", text="")
    assert "Aurora Norte 0 1 0 0 %" in figures()


def test_the_overdue_promises_of_other_stores_are_not_counted(product: Product) -> None:
    product.open_store(policy={"tell_customer": False})
    for number, store_id in enumerate(("norte", "sur", "norte")):
        late = promise(f"P{number}", store_id=store_id, due=START - number * DAY)
        product.table.put(Put(ledger.promise_item(late)))
    assert count_overdue(product.table, frozenset({"norte"}), product.now()) == ({("norte", "ana"): 2}, True)
