"""Early signals open one follow-up per episode and customer, also after crashes, repeats and concurrent writes."""

from datetime import timedelta
from typing import Any

from tests.builders import minutes
from tests.functions.signals import MAIL, accept_answer, load_timeline, put_event, stored_events
from tests.product import CRASH, Product


class TestRepeats:
    def test_the_same_records_again_change_nothing(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1"), put_event(product, "2")
        assert product.classify(*stored_events(product)) == []
        before = product.items("")
        product.wait(minutes(1))
        assert product.classify(*stored_events(product), *stored_events(product)) == []
        assert product.items("") == before
        assert len(product.events()) == 1

    def test_two_copies_at_once(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1"), put_event(product, "2")
        first, second = stored_events(product)
        product.just_before("TransactWriteItems", lambda: product.classify(first), function="Classify")
        assert product.classify(first, second) == []
        assert len(product.followups()) == len(product.events()) == 1

    def test_an_event_and_an_answer_at_once(self, product: Product) -> None:
        """Each crosses the threshold: the second finds the follow-up of the first, and is classified again."""
        product.open_store()
        put_event(product, "1")
        product.drain()
        put_event(product, "2")
        second = stored_events(product)[-1]
        accept_answer(product, score=10)
        (given,) = product.items("ANSWER#")
        product.just_before("TransactWriteItems", lambda: product.classify(given), function="Classify")
        assert product.classify(second) == ["1"]
        assert product.classify(second) == []
        assert len(product.followups()) == 1
        assert all("weighed_at" in item for item in stored_events(product))

    def test_stream_and_sweep_at_once(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1"), put_event(product, "2")
        product.wait(minutes(2))
        product.just_before("TransactWriteItems", product.scheduler, function="Classify")
        assert product.classify(*stored_events(product)) == []
        assert len(product.followups()) == 1

    def test_a_crash_at_every_call(self, product: Product) -> None:
        product.open_store()
        for nth in range(1, 30):
            key = f"{nth:032x}"
            put_event(product, f"a{nth}", customer_key=key), put_event(product, f"b{nth}", customer_key=key)
            mine = [item for item in stored_events(product) if item["pk"].endswith(key)]
            product.restart("Classify")
            product.cloud.faults.clear()
            fault = product.fault(function="Classify", kind=CRASH, nth=nth)
            product.dies(lambda it=mine: product.classify(*it))
            struck = fault.struck
            product.cloud.faults.clear()
            product.restart("Classify")
            assert product.classify(*mine) == []
            assert len([f for f in product.followups() if f["customer_pk"].endswith(key)]) == 1
            if not struck:
                break
        # For each event its links, events, answers and a transaction; the store; the topic, and on to the queue.
        assert nth == 2 * 4 + 3 + 1

    def test_events_lost_by_the_stream_are_weighed_by_the_sweep(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1"), put_event(product, "2")
        product.wait(minutes(2) - timedelta(milliseconds=1))
        assert product.scheduler() == {"acted": 0, "failed": 0}
        product.wait(timedelta(milliseconds=1))
        assert product.scheduler() == {"acted": 2, "failed": 0}
        assert product.followup()["origin"] == "signals"

    def test_an_episode_consumes_its_signals(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1"), put_event(product, "2")
        product.drain()
        product.wait(minutes(1))
        put_event(product, "3")
        product.drain()
        assert len(product.followups()) == 1
        put_event(product, "4")
        product.drain()
        assert len(product.followups()) == 2
        assert sorted(len(item["signals"]) for item in product.followups()) == [2, 2]

    def test_an_episode_that_an_answer_opened_consumes_its_signals(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1")
        accept_answer(product, score=2)
        product.drain()
        product.wait(minutes(1))
        put_event(product, "2")
        product.drain()
        assert [item["origin"] for item in product.followups()] == ["answer"]
        put_event(product, "3")
        product.drain()
        assert sorted(item["origin"] for item in product.followups()) == ["answer", "signals"]

    def test_events_of_a_clock_ahead_of_ours_count_once(self, product: Product) -> None:
        product.open_store()
        for number in range(2):
            put_event(product, str(number), at=product.now() + minutes(4))
        product.drain()
        product.wait(minutes(1))
        put_event(product, "3")
        product.drain()
        assert len(product.followups()) == 1


class TestLinkedAddresses:
    def linked(self, product: Product, **also: Any) -> None:
        product.open_store()
        accept_answer(product, score=10, consent=None, customer_also=MAIL, **also)
        product.drain()

    def test_signals_by_phone_and_by_e_mail_are_added_up(self, product: Product) -> None:
        self.linked(product)
        put_event(product, "1", customer_key=MAIL)
        product.drain()
        put_event(product, "2")
        product.drain()
        assert len(product.followups()) == 1

    def test_an_event_with_both_addresses_links_them(self, product: Product) -> None:
        product.open_store()
        put_event(product, "1", customer_also=MAIL)
        product.drain()
        put_event(product, "2", customer_key=MAIL)
        product.drain()
        assert len(product.followups()) == 1
        assert {entry.ref for entry in load_timeline(product, MAIL).entries} >= {"1", "2"}

    def test_a_follow_up_of_one_address_consumes_the_signals_of_the_other(self, product: Product) -> None:
        self.linked(product)
        put_event(product, "1", customer_key=MAIL)
        accept_answer(product, score=1)
        product.drain()
        product.wait(minutes(1))
        put_event(product, "2", customer_key=MAIL)
        product.drain()
        assert [item["origin"] for item in product.followups()] == ["answer"]

    def test_two_events_at_once_by_either_address_open_one_follow_up(self, product: Product) -> None:
        self.linked(product)
        put_event(product, "1"), put_event(product, "2", customer_key=MAIL)
        first, second = stored_events(product)
        put_event(product, "3"), put_event(product, "4", customer_key=MAIL)
        product.just_before(
            "TransactWriteItems", lambda: product.classify(second), function="Classify", nth=1
        )
        product.classify(first)
        product.drain()
        assert len(product.followups()) == 1

    def test_an_address_with_many_links_identifies_nobody(self, product: Product) -> None:
        """The phone of an office: what comes by the fourth colleague's e-mail is not the first one's."""
        product.open_store()
        for number in range(4):
            put_event(product, f"visit-{number}", "visit", customer_also=f"{number:032x}")
        product.drain()
        put_event(product, "1", customer_key=f"{0:032x}"), put_event(product, "2", customer_key=f"{3:032x}")
        product.drain()
        assert product.followups() == []
