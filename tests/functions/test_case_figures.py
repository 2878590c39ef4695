"""How long each step took, and how customers answered the next time: counted once, whatever fails, and rolled up."""

from dataclasses import replace
from datetime import datetime, timedelta

from lazo.followup import lifecycle
from lazo.followup.model import FollowUp
from lazo.insight.time_buckets import bucket_of
from lazo.survey.answer import Answer
from lazo.table import followups
from lazo.table.case_counts import count_change
from lazo.table.rollups import ALL_STORES
from lazo.table.views.case_figures import case_figures_by_store
from lazo.table.views.month_figures import group_months, store_months
from tests.builders import ANA, START, consent, make_store, minutes
from tests.case_recount import counted_cases, recount_cases
from tests.desk import Desk, link_to
from tests.product import AFTER, BEFORE, Product

DAY = timedelta(days=1)
CALM = {"tell_customer": False, "sms_per_hour": 1000, "contact_messages_per_hour": 1000}
UNLIMITED = {"answers_per_hour": 100_000}


def agree(product: Product) -> bool:
    items = product.cloud.items()
    return counted_cases(items) == recount_cases(items)


def known(product: Product, number: int, score: int) -> Answer:
    """Store an answer of the customer with this number."""
    phone = f"+5698765{number:04}"
    return product.accept(score=score, consent=consent(), phone=phone, customer_key=f"{number:032x}")


def change(product: Product, before: FollowUp, after: FollowUp) -> None:
    counted = count_change(before, after, product.now())
    product.table.transact([followups.followup_replacement(before, after), *counted])


def spoken_to(product: Product, number: int, at: datetime) -> str:
    """Open the case of a customer, whom Ana has called; return its id."""
    given = known(product, number, 2)
    product.drain()
    item = next(item for item in product.followups() if item["answer_ulid"] == given.ulid)
    before = followups.followup_from_item(item)
    taken = lifecycle.take_on(before, "ana", make_store(), at)
    called = lifecycle.record_contact(taken, make_store(), at, reached=True)
    change(product, before, replace(called, version=before.version + 1, deadline=None))
    return before.followup_id


def test_the_next_answer_of_a_customer_counts_once_whichever_call_dies(product: Product) -> None:
    product.open_store(policy={**CALM, **UNLIMITED})
    nth = 0
    for when in (BEFORE, AFTER):
        for call in range(1, 20):
            nth += 1
            followup_id = spoken_to(product, nth, product.now())
            product.wait(minutes(11))
            given = known(product, nth, 9)
            fault = product.crash("Classify", call, when)
            product.dies(lambda given=given: product.classify(given))
            struck = fault.struck
            product.cloud.faults.clear()
            product.drain()
            found = followups.get_followup(product.table, followup_id)
            assert found
            assert found.later_answer
            assert found.later_answer.score == 9
            known(product, nth, 1)
            product.drain()
            assert agree(product)
            if not struck:
                break
        assert call > 1
    figures = case_figures_by_store(product.table, {"norte": ["2026-03"]})["norte"]
    assert figures.spoken_to == {("detractor", "promoter"): nth}
    assert figures.nobody_reached == {}


def test_times_of_a_case_are_counted_from_the_answer_and_rolled_up(product: Product) -> None:
    """The alert goes out after a second; Ana takes it on after 4 minutes, in time, and calls after 34. Nobody does
    anything about the second case, whose customer is not asked: at 15:16 its 10 minutes have passed."""
    product.open_store(policy=CALM)
    product.accept(score=2, consent=consent(), phone="+56987654321")
    product.advance(minutes(4))
    ana = Desk(product)
    page = ana.open(link_to(product, str(ANA["phone"]))).text
    at = ana.do(page, "/take-on").text
    product.advance(minutes(1))
    product.accept(score=2)
    product.advance(minutes(29))
    ana.do(at, "/contacted", channel="phone", reached="yes", text="Muy alterada")
    assert agree(product)
    first, second = timedelta(seconds=1), minutes(34)
    figures = case_figures_by_store(product.table, {"norte": ["2026-03"]})["norte"]
    assert dict(figures.step("alerted").buckets) == {bucket_of(first): 1}
    assert dict(figures.step("taken_on").buckets) == {bucket_of(minutes(4)): 1}
    assert (figures.step("taken_on").in_time, figures.step("taken_on").never) == (1, 1)
    assert dict(figures.step("contacted").buckets) == {bucket_of(second): 1}
    product.advance(timedelta(hours=3))
    assert store_months(product.table, ["norte"], ["2026-03"])["norte"]["2026-03"].cases == figures
    assert group_months(product.table, ALL_STORES, "2026-03", "2026-03")["2026-03"].cases == figures


def test_two_sweeps_count_a_missed_deadline_once(product: Product) -> None:
    product.open_store(policy=CALM)
    product.accept(score=2)
    product.drain()
    for nth in range(1, 12):
        fault = product.crash("FollowupScheduler", nth, AFTER)
        product.wait(minutes(11))
        product.dies(product.scheduler)
        struck = fault.struck
        product.cloud.faults.clear()
        product.scheduler()
        product.scheduler()
        assert agree(product)
        if not struck:
            break
    assert nth > 1
    figures = case_figures_by_store(product.table, {"norte": [f"{START:%Y-%m}"]})["norte"]
    assert figures.step("taken_on").never == 1
