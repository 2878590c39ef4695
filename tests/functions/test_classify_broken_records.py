"""Records that classify cannot read are returned, and stop no others."""

from decimal import Decimal
from typing import Any

import pytest

from tests.functions.classification import SANTIAGO, counts_match
from tests.product import Product
from tests.recount import recount

POISON = {
    "score as text": {"score": "7"},
    "half a score": {"score": Decimal("7.5")},
    "true for a score": {"score": True},
    "score above": {"score": 11},
    "score below": {"score": -1},
    "no score": {"score": None},
    "no instant": {"at": None},
    "another instant": {"at": "yesterday"},
    "no comment": {"comment": None},
    "no suspicions": {"suspect": None},
    "consent without a version": {"consent": {"language": "es"}},
    "unknown store": {"store_id": "nowhere"},
}


class TestBrokenRecords:
    @pytest.mark.parametrize("changes", POISON.values(), ids=POISON)
    def test_a_broken_record_is_returned_and_those_before_it_are_classified(
        self, product: Product, changes: dict[str, Any]
    ) -> None:
        product.open_store()
        first, bad, last = (product.accept(score=s) for s in (2, 5, 9))
        item = {k: v for k, v in {**product._item(bad), **changes}.items() if v is not None}
        assert product.classify(first, item, last) == ["2"]
        done = [i["ulid"] for i in product.items("ANSWER#") if "classified_at" in i]
        assert done == [first.ulid]
        assert counts_match(product)

    def test_a_record_without_an_image_is_returned(self, product: Product) -> None:
        record = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "11"}}
        answer = product.cloud.invoke("Classify", {"Records": [record]})
        assert answer == {"batchItemFailures": [{"itemIdentifier": "11"}]}

    def test_a_broken_record_in_the_stream_stops_no_other(self, product: Product) -> None:
        product.open_store()
        good = [product.accept(score=s) for s in (2, 9)]
        bad = product._item(product.accept(score=5))
        key = {k: bad[k] for k in ("pk", "sk")}
        product.cloud.client("dynamodb").delete_item(
            TableName=product.cloud.physical_id("Table"), Key={k: {"S": v} for k, v in key.items()}
        )
        product.change({**bad, "score": "5"})
        good += [product.accept(score=s) for s in (3, 10)]
        product.drain()
        classified = {i["ulid"] for i in product.items("ANSWER#") if "classified_at" in i}
        assert classified >= {g.ulid for g in good}
        letters = product.dead_letters()
        assert list(letters) == ["AnswersDeadLetters"]
        assert sum(letter["DDBStreamBatchInfo"]["batchSize"] for letter in letters["AnswersDeadLetters"]) == 1
        assert len(product.followups()) == 3  # 2, 3, and the answer accepted as a 5 before it was spoiled
        assert recount(product.cloud.items(), SANTIAGO)
