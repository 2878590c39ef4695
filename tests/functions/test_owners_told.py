"""Owners are told when they are given a concern, a plan or a promise."""

from datetime import date

import pytest

from lazo.case import actions, promise_actions
from lazo.case.model import ActionContext, CaseChange
from lazo.promise import lifecycle as promise_lifecycle
from tests.builders import ANA, DIEGO, MARTA, minutes
from tests.functions.concerns import BOTH, DAY, FRIDAY, HOUR, StoreWithConcerns
from tests.product import Product


@pytest.fixture
def store(product: Product) -> StoreWithConcerns:
    return StoreWithConcerns(product)


class TestGiven:
    def test_the_owner_of_a_concern_is_told_in_their_language(self, store: StoreWithConcerns) -> None:
        before = len(store.product.cloud.outbox())
        store.add_concern()
        store.product.advance(minutes(31))
        assert store.sent("concern_given") == BOTH
        sms, mail = sorted(store.product.cloud.outbox()[before:], key=lambda m: m["channel"], reverse=True)
        assert sms["text"].startswith(
            "An issue is yours to fix, due by the end of Fri 13 Mar. Aurora Norte, Caja 3"
        )
        assert mail["text"].startswith("A colleague handed you this issue.")
        assert "It has to be fixed or planned by the end of Fri 13 Mar." in mail["text"]
        assert '"Esperó 40 minutos"' in mail["text"]

    def test_the_owner_of_a_promise_and_of_a_plan_is_told(self, store: StoreWithConcerns) -> None:
        store.make_promise("diego")
        store.product.advance(minutes(31))
        assert store.sent("promise_given") == BOTH
        concern = store.add_concern(owner="marta", by="marta")
        store.make_promise("marta", concern)
        store.product.advance(minutes(31))
        assert store.sent("promise_given") == [*BOTH, ("marta", "email")]

    def test_the_new_owner_of_a_concern_is_told_and_any_owner_of_its_new_date(
        self, store: StoreWithConcerns
    ) -> None:
        concern = store.add_concern(owner="ana")

        def move(owner: str, day: date) -> None:
            ref = concern.concern_id
            store.perform(lambda act: actions.move_concern(store.case, ref, day, owner, "Turno", act))
            store.product.advance(minutes(31))

        move("diego", FRIDAY)
        assert store.sent("concern_given") == BOTH
        move("diego", FRIDAY + DAY)
        assert store.sent("concern_given") == sorted(BOTH * 2)
        move("diego", FRIDAY)
        assert store.sent("concern_given") == sorted(BOTH * 3), "moved back, which is news again"
        move("ana", FRIDAY)
        assert store.sent("concern_given") == sorted(BOTH * 3), "to who moved it"
        store.product.advance(3 * DAY)
        assert store.sent("concern_due_soon") == [("ana", "email"), ("ana", "sms")]
        assert store.product.dead_letters() == {}

    def test_nobody_is_told_of_what_they_gave_themselves(self, store: StoreWithConcerns) -> None:
        concern = store.add_concern(owner="ana")
        store.make_promise("ana", concern)
        store.make_promise("ana")
        store.product.advance(minutes(5))
        assert not [d for d in store.product.items("DELIVERY#") if d["purpose"].endswith("_given")]

    def test_a_promise_that_moves_to_another_owner(self, store: StoreWithConcerns) -> None:
        made = store.make_promise("ana")

        def move(act: ActionContext, owner: str, day: date) -> CaseChange:
            now = store.case.promise(made.promise_id)
            moved = promise_lifecycle.move_promise(
                now, day, owner, "Turno", None, store.store, {}, act.contact, act.now
            )
            return promise_actions.move_promise(store.case, moved, None, act)

        store.perform(lambda act: move(act, "diego", FRIDAY))
        store.product.advance(minutes(31))
        assert store.sent("promise_given") == BOTH
        store.perform(lambda act: move(act, "diego", FRIDAY + DAY))
        store.product.advance(minutes(31))
        assert store.sent("promise_given") == BOTH, "the same owner, another date"
        store.perform(lambda act: move(act, "ana", FRIDAY + DAY))
        store.product.advance(minutes(31))
        assert store.sent("promise_given") == BOTH, "back to who moved it"

    def test_not_once_it_is_settled(self, product: Product) -> None:
        """Given at noon, read when Diego's quiet hours end, and solved by Ana before."""
        store = StoreWithConcerns(product, contacts=[ANA, {**DIEGO, "quiet": ["11:00", "15:00"]}, MARTA])
        concern = store.add_concern()
        store.solve(concern)
        product.advance(4 * HOUR)
        assert store.sent("concern_given") == []
        assert {d["state"] for d in product.items("DELIVERY#") if d["purpose"] == "concern_given"} == {
            "cancelled"
        }
