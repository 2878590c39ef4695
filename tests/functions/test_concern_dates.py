"""A concern's deadline and checkpoints are dates: its owner hears of them, and what is missed goes up and shows."""

import re
from dataclasses import replace
from datetime import date

import pytest

from lazo.table import case_records, followups
from tests.builders import ANA, DIEGO, WEEK, minutes
from tests.desk import Desk, form_to, link_to
from tests.functions.board import board_page
from tests.functions.concerns import BOTH, DAY, FRIDAY, HOUR, StoreWithConcerns
from tests.product import Product, output


@pytest.fixture
def store(product: Product) -> StoreWithConcerns:
    return StoreWithConcerns(product)


class TestDeadline:
    def test_the_owner_is_reminded_as_long_before_as_the_policy_says(self, store: StoreWithConcerns) -> None:
        store.add_concern(owner="ana")
        store.product.advance(2 * DAY + 12 * HOUR - minutes(1))
        assert store.sent("concern_due_soon") == []
        # The day before begins at midnight, when she sleeps.
        store.product.advance(8 * HOUR + minutes(7))
        assert store.sent("concern_due_soon") == [("ana", "email"), ("ana", "sms")]
        store.product.advance(4 * HOUR)
        assert len(store.sent("concern_due_soon")) == 2

    def test_never_reminded_where_the_policy_says_so(self, product: Product) -> None:
        store = StoreWithConcerns(product, remind_minutes={"resolved": 0})
        store.add_concern(owner="ana")
        product.advance(3 * DAY + 11 * HOUR)
        assert store.sent("concern_due_soon") == []

    def test_missed_it_goes_to_the_owner_and_the_next_level_and_shows(self, store: StoreWithConcerns) -> None:
        product = store.product
        concern = store.add_concern(owner="ana")
        with output() as written:
            product.advance(3 * DAY + 12 * HOUR - minutes(1))
            assert store.sent("concern_missed") == []
            product.advance(8 * HOUR + minutes(7))
        assert store.sent("concern_missed") == [("ana", "email"), ("ana", "sms"), *BOTH]
        assert written.getvalue().count('"ConcernsMissed":[1.0]') == 1
        assert store.case.followup.late_concerns == (concern.concern_id,)
        assert [e.what for e in store.case.history].count("concern_missed") == 1
        board = board_page(product, ANA).text
        assert re.findall(r'<p class="flag">([^<]*)</p>', board) == ["1 punto fuera de plazo"]
        page = board_page(product, ANA, f"/desk/followups/{store.id}").text
        assert '<p class="warning missed"><a href="#concerns">Venció el vie 13 mar' in page
        assert '<b class="missed">atrasado</b>' in page
        assert "Venció el plazo de un punto: Esperó 40 minutos" in page
        product.advance(3 * DAY)
        assert len(store.sent("concern_missed")) == 4, "once"
        store.solve(concern)
        assert store.case.followup.late_concerns == ()
        assert "late_concerns" not in product.followup()
        assert 'class="flag"' not in board_page(product, ANA).text
        assert product.dead_letters() == {}

    def test_a_form_that_was_open_meanwhile_is_not_stale(self, store: StoreWithConcerns) -> None:
        store.add_concern(owner="ana")
        store.product.wait(3 * DAY + 12 * HOUR - minutes(5))
        ana = Desk(store.product)
        page = ana.open(link_to(store.product, ANA["phone"])).text
        form = form_to(page, "/deadline")
        store.product.wait(minutes(5))
        store.product.scheduler()
        store.product.scheduler()
        assert store.case.followup.late_concerns
        reply = ana.send(form, until="2026-03-16T12:00", reason="Falta una pieza")
        assert reply.status == 303

    @pytest.mark.parametrize("settled", ["solved", "planned", "moved"])
    def test_the_old_date_does_nothing_after(self, store: StoreWithConcerns, settled: str) -> None:
        concern = store.add_concern(owner="ana", checkpoints=(FRIDAY,))
        if settled == "solved":
            store.solve(concern)
        elif settled == "planned":
            store.make_promise("ana", concern)
        else:
            later = replace(concern, deadline=FRIDAY + 5 * DAY)
            store.product.table.put(case_records.Put(case_records.CONCERNS.item(store.id, later)))
        store.product.advance(4 * DAY)
        assert [
            d["purpose"] for d in store.product.items("DELIVERY#") if d["purpose"].startswith("concern_")
        ] == []
        assert store.case.followup.late_concerns == ()

    def test_the_owner_left_the_store(self, product: Product) -> None:
        store = StoreWithConcerns(product)
        store.add_concern(owner="marta")
        product.open_store(contacts=[ANA, DIEGO])
        product.advance(4 * DAY)
        assert store.sent("concern_missed") == [("ana", "email"), ("ana", "sms"), *BOTH]

    def test_messages_wait_for_the_morning_even_of_a_danger(self, product: Product) -> None:
        store = StoreWithConcerns(product, hours={**WEEK, "holidays": "as_usual"})
        followup = followups.followup_from_item(product.followup())
        followups.replace_followup(
            product.table, followup, followup.changed(priority="urgent", urgency=("injury",))
        )
        store.add_concern(owner="ana")
        product.advance(3 * DAY + 12 * HOUR + minutes(5))
        assert store.case.followup.late_concerns
        assert store.sent("concern_missed") == []
        product.advance(9 * HOUR)
        assert len(store.sent("concern_missed")) == 4

    def test_one_step_after_days_without_sweeps(self, store: StoreWithConcerns) -> None:
        store.add_concern(owner="ana", checkpoints=(FRIDAY - DAY, FRIDAY))
        store.product.wait(5 * DAY)
        store.product.advance(minutes(5))
        assert store.sent("concern_due_soon") == store.sent("concern_checkpoint") == []
        assert len(store.sent("concern_missed")) == 4

    @pytest.mark.in_part(3)
    @pytest.mark.parametrize("nth", range(1, 10))
    def test_two_sweeps_tell_once(self, store: StoreWithConcerns, nth: int) -> None:
        store.add_concern(owner="ana")
        store.product.wait(4 * DAY)
        met = store.product.just_before(None, store.product.scheduler, function="FollowupScheduler", nth=nth)
        store.product.scheduler()
        assert met["done"], "fewer calls than thought: choose a smaller range"
        missed = [d for d in store.product.items("DELIVERY#") if d["purpose"] == "concern_missed"]
        assert len(missed) == 4
        assert [e.what for e in store.case.history].count("concern_missed") == 1

    def test_a_crash_at_any_call_tells_everybody_once(self, store: StoreWithConcerns) -> None:
        for nth in range(1, 40):
            concern = store.add_concern(
                owner="ana", deadline=store.store.hours.local_date(store.product.now())
            )
            store.product.wait(DAY)
            store.product.cloud.faults.clear()
            fault = store.product.crash("FollowupScheduler", nth)
            store.product.dies(store.product.scheduler)
            struck = fault.struck
            store.product.cloud.faults.clear()
            store.product.advance(minutes(8))
            told = [
                m["to"]
                for m in store.product.cloud.outbox()
                if m["purpose"] == "concern_missed" and m["at"] >= (store.product.now() - HOUR).isoformat()
            ]
            assert len(told) == len(set(told)) == 4
            store.solve(concern)
            if not struck:
                break
        assert nth > 3
        assert [e.what for e in store.case.history].count("concern_missed") == nth


class TestCheckpoints:
    def test_the_owner_is_reminded_when_the_store_opens_on_each(self, product: Product) -> None:
        store = StoreWithConcerns(
            product, hours={**WEEK, "holidays": "as_usual"}, remind_minutes={"resolved": 0}
        )
        store.add_concern(owner="ana", checkpoints=(date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12)))
        product.advance(3 * DAY)
        at = [m["at"][:16] for m in product.cloud.outbox() if m["purpose"] == "concern_checkpoint"]
        assert sorted(set(at)) == ["2026-03-11T12:05", "2026-03-12T12:05"], (
            "nine in Santiago; today is too late"
        )
        assert len(at) == 4

    def test_not_once_it_is_settled(self, store: StoreWithConcerns) -> None:
        concern = store.add_concern(owner="ana", checkpoints=(date(2026, 3, 11), date(2026, 3, 12)))
        store.product.advance(DAY)
        assert len(store.sent("concern_checkpoint")) == 2
        store.solve(concern)
        store.product.advance(DAY)
        assert len(store.sent("concern_checkpoint")) == 2


def test_the_desk_refuses_a_deadline_in_seventy_years(store: StoreWithConcerns) -> None:
    ana = Desk(store.product)
    page = ana.open(link_to(store.product, ANA["phone"])).text
    assert 'max="2026-04-09"' in page
    form = form_to(page, "/concern")
    typed = {"text": "Caja fría", "priority": "high", "owner": "ana"}
    reply = ana.send(form, **typed, deadline="2096-03-13")
    assert reply.status == 422
    assert "Es demasiado lejos: puede ser hasta 30 días desde hoy." in reply.text
    assert "Caja fría" in reply.text
    assert store.case.concerns == []
