"""The timeline of a customer: what it lists, and what reading it costs."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise

from lazo.followup import lifecycle
from lazo.table import customers, followups
from tests.aws_rules import Watch
from tests.functions.signals import DAY, accept_answer, load_timeline, put_event, stored_events
from tests.product import Product


class TestTimeline:
    def test_it_lists_all_that_is_known_newest_first(self, product: Product) -> None:
        store = product.open_store()
        accept_answer(product, score=2, comment="Muy caro", reasons=("price",), at=product.now() - 9 * DAY)
        product.drain()
        before = followups.followup_from_item(product.followup())
        after = lifecycle.take_on(before, "ana", store, product.now())
        after = lifecycle.record_contact(after, store, product.now(), reached=True)
        done = "Le devolvimos la diferencia"
        resolved = lifecycle.resolve(
            after, store, product.now(), root_cause_theme="price", root_cause="Precio mal marcado", done=done
        )
        confirmed = lifecycle.confirm(resolved, store, product.now())
        followups.replace_followup(product.table, before, confirmed)
        (solved,) = load_timeline(product).solved_before
        assert (solved.text, solved.root_cause, solved.stage) == (done, "Precio mal marcado", "confirmed")
        product.wait(DAY)
        (
            put_event(product, "1", "usage", change=Decimal(-20)),
            put_event(product, "2", "support_ticket", text="Sigue muy caro"),
        )
        put_event(product, "3", "support_ticket", at=product.now() - 20 * DAY, reference="C-77")
        product.drain()

        found = load_timeline(product)
        assert [entry.kind for entry in found.entries] == [
            "usage",
            "support_ticket",
            "followup",
            "answer",
            "support_ticket",
        ]
        answer = found.entries[3]
        assert (answer.score, answer.text, answer.themes) == (2, "Muy caro", ("price",))
        assert found.entries[4].reference == "C-77"
        assert found.recurring_themes == (("price", 2),)
        assert found.recurring_kinds == (("support_ticket", 2),)
        assert found.solved_before == (), "the same complaint came back"
        assert found.reachable
        assert found.reachable.phone == "+56987654321"

    def test_it_counts_what_recurs_in_the_store(self, product: Product) -> None:
        product.open_store()
        for days in (1, 2, 28, 29):
            product.accept(score=3, reasons=("price",), at=product.now() - days * DAY)
        product.accept(score=8, reasons=("payment",), at=product.now() - DAY)
        product.accept(score=8, reasons=("payment",), at=product.now() - DAY)
        product.accept(score=10, reasons=("service",), at=product.now() - DAY)
        product.accept(score=10, reasons=("service",), at=product.now() - DAY)
        product.drain()
        assert load_timeline(product, None).recurring_in_store == (("price", 3), ("payment", 2))
        assert load_timeline(product, None).entries == ()

    def test_it_costs_a_bounded_number_of_reads(self, product: Product, watch: Watch) -> None:
        store = product.open_store()
        keys = [f"{n:032x}" for n in range(6)]
        for one, other in pairwise(keys):
            for write in customers.link_keys(one, other):
                product.table.put(write)
        for key in keys[:2]:
            for n in range(120):
                put_event(product, f"{key}-{n}", "visit", customer_key=key, text="x" * 2000)
        watch.clear()
        found = customers.load_timeline(product.table, store, keys[0], product.now())
        assert len(found.entries) == 100
        assert Counter(call.action for call in watch.calls) == {"dynamodb:Query": 4 * 3 + 1}
        # The fifth and sixth key are beyond the limit.
        assert {entry.ref.partition("-")[0] for entry in found.entries} <= set(keys[:4])

    def test_items_that_cannot_be_read_are_left_out(self, product: Product) -> None:
        product.open_store()
        accept_answer(product, score=9)
        (item,) = product.items("ANSWER#")
        product.change({**item, "pk": "STORE#norte", "sk": "ANSWER#broken", "score": "9"})
        put_event(product, "1", "visit"), put_event(product, "2", "visit")
        product.change({**stored_events(product)[0], "at": "gestern"})
        assert [entry.kind for entry in load_timeline(product).entries] == ["visit", "answer"]
