"""classify handles each answer once, after repeats, crashes, timeouts and cancelled transactions."""

from typing import Any

import pytest

from lazo.followup.lifecycle import take_on
from lazo.table import followups
from tests.builders import minutes
from tests.functions.classification import counts_match, opened_events
from tests.product import AFTER, BEFORE, CRASH, TIMEOUT, Cancelled, Product


class TestRepeats:
    def test_the_same_record_again_changes_nothing(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2, reasons=("service",))
        product.classify(given)
        before = product.items("")
        product.wait(minutes(1))
        assert product.classify(given, given) == []
        assert product.items("") == before
        assert counts_match(product)
        assert opened_events(product, given) == 3, (
            "published again: the first process may have died before publishing"
        )

    def test_the_same_record_again_after_somebody_took_the_follow_up_on(self, product: Product) -> None:
        store = product.open_store()
        given = product.accept(score=2)
        product.classify(given)
        before = followups.followup_from_item(product.followup())
        followups.replace_followup(product.table, before, take_on(before, "ana", store, product.now()))
        product.classify(given)
        assert opened_events(product, given) == 1
        assert product.followup()["owner"] == "ana"

    def test_the_same_record_again_after_the_follow_up_was_escalated(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.classify(given)
        product.wait(minutes(10))
        product.scheduler()
        product.classify(given)
        assert opened_events(product, given) == 1
        assert product.followup()["level"] == 1

    def test_two_copies_at_once(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2, reasons=("service",))
        product.just_before("TransactWriteItems", lambda: product.classify(given), function="Classify")
        assert product.classify(given) == []
        assert counts_match(product)
        assert opened_events(product, given) >= 1

    def test_stream_and_sweep_at_once(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.wait(minutes(2))
        product.just_before("TransactWriteItems", product.scheduler, function="Classify")
        assert product.classify(given) == []
        assert counts_match(product)
        assert opened_events(product, given) >= 1

    def test_an_answer_erased_before_it_was_classified(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        client = product.cloud.client("dynamodb")
        key = {"pk": {"S": "STORE#norte"}, "sk": {"S": f"ANSWER#{given.ulid}"}}
        client.delete_item(TableName=product.cloud.physical_id("Table"), Key=key)
        assert product.classify(given) == []
        assert (
            product.items("DAY#") == product.items("ANSWER#") == product.followups() == product.events() == []
        )

    @pytest.mark.parametrize("score", [2, 9])
    def test_crash_at_every_call(self, product: Product, score: int) -> None:
        """A crash after one call is a crash before the next."""
        product.open_store()
        for nth in range(1, 100):
            given = product.accept(score=score, reasons=("service",))
            product.restart("Classify")
            product.cloud.faults.clear()
            fault = product.fault(function="Classify", kind=CRASH, nth=nth)
            product.dies(lambda it=given: product.classify(it))
            struck = fault.struck
            product.cloud.faults.clear()
            product.restart("Classify")
            assert product.classify(given) == []
            assert counts_match(product)
            assert opened_events(product, given) >= (score == 2)
            if not struck:
                break
        assert 3 <= nth <= 6, "the store, the hour's counters, the transaction, perhaps the event, and none"

    @pytest.mark.parametrize("when", [BEFORE, AFTER])
    @pytest.mark.parametrize("operation", ["GetItem", "TransactWriteItems", "Publish"])
    def test_timeouts_that_the_client_retries(self, product: Product, when: Any, operation: str) -> None:
        product.open_store()
        given = product.accept(score=2)
        fault = product.fault(operation=operation, kind=TIMEOUT, when=when, times=2)
        assert product.classify(given) == []
        assert fault.struck == 2
        assert counts_match(product)
        assert opened_events(product, given) >= 1

    def test_the_topic_is_down(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.fault(service="sns", operation="Publish", times=3)
        assert product.classify(given) == ["1"]
        assert counts_match(product)
        assert opened_events(product, given) == 0
        assert product.classify(given) == []
        assert counts_match(product)
        assert opened_events(product, given) == 1


def cancel(product: Product, *reasons: str) -> None:
    product.cloud.faults._faults.append(Cancelled(reasons=reasons))


class TestCancelledTransactions:
    @pytest.mark.parametrize(
        "reasons",
        [
            ("None", "TransactionConflict", "ThrottlingError", "None", "None"),
            ("None", "ThrottlingError", "None", "None", "None"),
            # Another item's condition: whatever that means, it is not that this answer was counted.
            ("None", "None", "ConditionalCheckFailed", "None", "None"),
            (),
        ],
    )
    def test_only_the_answers_own_condition_means_classified_before(
        self, product: Product, reasons: tuple[str, ...]
    ) -> None:
        product.open_store()
        given = product.accept(score=2)
        cancel(product, *reasons)
        assert product.classify(given) == ["1"]
        assert product.items("DAY#") == product.followups() == product.events() == []
        assert product.classify(given) == []
        assert counts_match(product)
        assert opened_events(product, given) == 1

    def test_the_answers_own_condition_beside_a_conflict(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.classify(given)
        cancel(product, "ConditionalCheckFailed", "TransactionConflict", "None", "None", "None")
        assert product.classify(given) == []
        assert counts_match(product)

    def test_a_transaction_that_meets_another_is_repeated(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        cancel(product, "TransactionConflict", "None", "None", "None", "None")
        # DynamoDB is still busy with an attempt whose answer was lost: the same one, by its token.
        held = product.fault(
            operation="TransactWriteItems", code="TransactionInProgressException", status=400, nth=1, times=2
        )
        assert product.classify(given) == []
        assert held.struck == 2
        assert counts_match(product)
        assert opened_events(product, given) == 1
