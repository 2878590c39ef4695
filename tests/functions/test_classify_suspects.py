"""Suspect answers are counted apart and open nothing."""

from collections import Counter
from datetime import timedelta

import pytest

from lazo.table.dynamodb import keys
from tests.builders import START, consent
from tests.functions.classification import counts_match
from tests.product import Product, counted


class TestSuspectAnswers:
    @pytest.mark.parametrize("score", [0, 8, 10])
    def test_suspect_answers_are_counted_apart_and_open_nothing(self, product: Product, score: int) -> None:
        product.open_store()
        product.classify(
            product.accept(
                score=score,
                comment="me robaron la cartera",
                reasons=("service",),
                suspect=("honeypot",),
                phone="+56911111111",
                consent=consent(),
            )
        )
        assert counted(product.cloud.items()) == {"DAY#2026-03-10": Counter({f"x{score}": 1, "y12": 1})}
        assert product.followups() == product.events() == product.items("DELIVERY#") == []
        (item,) = product.items("ANSWER#")
        assert item["suspect"] == ["honeypot"]

    def test_answers_beyond_the_usual_rate_are_suspect(self, product: Product) -> None:
        product.open_store(policy={"answers_per_hour": 3})
        given = [product.accept(score=1) for _ in range(5)]
        assert product.classify(*given) == []
        marks = [i["suspect"] for i in product.items("ANSWER#")]
        assert marks == [[], [], [], ["unusual_rate"], ["unusual_rate"]]
        assert len(product.followups()) == 3
        assert counts_match(product)
        product.wait(timedelta(hours=1))
        assert product.classify(product.accept(score=1)) == []
        assert len(product.followups()) == 4

    def test_an_unusual_rate_is_added_to_earlier_suspicions(self, product: Product) -> None:
        product.open_store(policy={"answers_per_hour": 1})
        given = [product.accept(score=1, suspect=("too_quick",)) for _ in range(2)]
        product.classify(*given)
        assert [i["suspect"] for i in product.items("ANSWER#")] == [
            ["too_quick"],
            ["too_quick", "unusual_rate"],
        ]

    @pytest.mark.parametrize(
        ("days_ago", "name", "n", "suspects"),
        [
            (1, "h12", 2, 0),  # three times two: the sixth is still usual
            (28, "h03", 2, 0),
            (29, "h12", 2, 3),  # too long ago
            (0, "h11", 2, 3),  # today says nothing of what is usual
            (1, "y12", 9, 3),  # a flood makes no room
        ],
    )
    def test_the_usual_rate_follows_the_busiest_hour_of_four_weeks(
        self, product: Product, days_ago: int, name: str, n: int, suspects: int
    ) -> None:
        product.open_store(policy={"answers_per_hour": 3})
        day = keys.day("norte", (START - timedelta(days=days_ago)).date())
        product.change({"pk": day.pk, "sk": day.sk, name: n})
        product.classify(*(product.accept(score=10) for _ in range(6)))
        assert sum(bool(i["suspect"]) for i in product.items("ANSWER#")) == suspects

    def test_the_rate_is_that_of_the_hour_of_the_answer(self, product: Product) -> None:
        """What the sweep classifies later counts in its own hour."""
        product.open_store(policy={"answers_per_hour": 1})
        early = product.accept(score=1)
        product.wait(timedelta(hours=2))
        product.classify(product.accept(score=1))
        product.classify(early)
        assert [i["suspect"] for i in product.items("ANSWER#")] == [[], []]
