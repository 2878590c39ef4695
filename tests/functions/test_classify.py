"""classify: each answer is understood once, whatever comes twice, at once, half, or broken."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lazo.followup.lifecycle import take_on
from lazo.followup.model import followup_id_for
from lazo.survey.answer import Answer
from lazo.table import counters, followups
from lazo.table.dynamodb import keys
from tests.builders import ANA, START, WEEK, consent, minutes
from tests.product import AFTER, BEFORE, CRASH, TIMEOUT, Cancelled, Product, counted, recount

SANTIAGO = "America/Santiago"


def balanced(product: Product) -> bool:
    """Counters equal a recount, and each unhappy answer has the one follow-up that is its own."""
    items = product.cloud.items()
    unhappy = {
        followup_id_for(item["store_id"], item["ulid"])
        for item in items
        if item.get("band") == "detractor" and not item["suspect"]
    }
    assert {f["followup_id"] for f in product.followups()} == unhappy
    assert recount(items, SANTIAGO) == counted(items)
    return True


def told(product: Product, answer: Answer) -> int:
    """How often the topic was told of the answer's follow-up."""
    followup_id = followup_id_for(answer.store_id, answer.ulid)
    return sum(e["followup_id"] == followup_id and e["type"] == "followup.opened" for e in product.events())


def test_an_unhappy_answer_in_one_transaction(product: Product) -> None:
    product.open_store()
    given = product.accept(score=2, reasons=("waiting_time", "price"))
    product.cloud.faults.clear()
    assert product.classify(given) == []

    assert Counter(product.calls("Classify")) == {
        "GetItem": 2,  # the shop, and how many answers this hour has brought
        "TransactWriteItems": 1,
        "Publish": 1,
    }
    (item,) = product.items("ANSWER#")
    understood = {k: item[k] for k in ("band", "themes", "urgency", "leaving", "competitors", "suspect")}
    assert understood == {
        "band": "detractor",
        "themes": ["waiting_time", "price"],
        "urgency": [],
        "leaving": False,
        "competitors": [],
        "suspect": [],
    }
    assert item["classified_at"] == "2026-03-10T15:00:00.000Z"
    assert "due_pk" not in item
    assert "due_at" not in item
    (day,) = product.items("DAY#")
    assert day == {
        "pk": "STORE#norte",
        "sk": "DAY#2026-03-10",
        "s2": 1,
        "h12": 1,
        "t#waiting_time#detractor": 1,
        "t#price#detractor": 1,
    }
    followup = product.followup()
    assert followup["followup_id"] == followup_id_for("norte", given.ulid)
    assert followup["deadline"] == followup["due_at"] == "2026-03-10T15:10:00.000Z"
    assert (followup["stage"], followup["level"], followup["priority"]) == ("open", 0, "high")
    assert product.states() == {"0#0#sms#ana": "pending", "0#0#email#ana": "pending"}
    for delivery in product.deliveries().values():
        assert delivery["due_at"] == "2026-03-10T15:01:00.000Z"  # a minute is what the event may take


def test_the_event_says_what_and_never_who(product: Product) -> None:
    product.open_store()
    given = product.accept(score=2, comment="Soy Eva", name="Eva", phone="+56911111111", consent=consent())
    product.classify(given)
    (message,) = product.cloud.queue_messages("Alerts")
    assert json.loads(message["body"]) == {
        "version": 1,
        "type": "followup.opened",
        "followup_id": followup_id_for("norte", given.ulid),
        "store_id": "norte",
        "level": 0,
        "priority": "high",
        "at": "2026-03-10T15:00:00.000Z",
    }


@pytest.mark.parametrize("score", [7, 8, 9, 10])
def test_a_content_answer_is_counted_and_nobody_is_told(product: Product, score: int) -> None:
    product.open_store()
    product.classify(product.accept(score=score, reasons=("service",)))
    band = "passive" if score < 9 else "promoter"
    assert counted(product.cloud.items()) == {
        "DAY#2026-03-10": Counter({f"s{score}": 1, "h12": 1, f"t#service#{band}": 1})
    }
    assert product.followups() == []
    assert product.events() == []


def test_a_passive_who_asks_for_contact_gets_a_light_one_by_e_mail(product: Product) -> None:
    product.open_store()
    product.classify(product.accept(score=8, email="eva@example.com", consent=consent()))
    followup = product.followup()
    assert (followup["priority"], followup["deadline"]) == ("light", "2026-03-10T19:00:00.000Z")
    assert product.states() == {"0#0#email#ana": "pending"}
    assert [e["priority"] for e in product.events()] == ["light"]


@pytest.mark.parametrize(
    ("language", "comment"),
    [
        ("es", "Me robaron la cartera en el local"),
        ("en", "Got food poisoning from your salad"),
        ("pt", "Fui roubado dentro da loja"),
    ],
)
def test_a_passive_who_tells_of_a_danger_is_urgent(product: Product, language: str, comment: str) -> None:
    product.open_store(hours=WEEK, contacts=[{**ANA, "quiet": ("09:00", "20:00")}])
    product.classify(product.accept(score=8, comment=comment, language=language))
    followup = product.followup()
    assert (followup["priority"], followup["deadline"]) == ("urgent", "2026-03-10T15:05:00.000Z")
    assert {d["not_before"] for d in product.deliveries().values()} == {"2026-03-10T15:00:00.000Z"}


def test_the_day_and_hour_are_the_stores_own(product: Product) -> None:
    product.open_store()
    late = product.accept(score=9, at=datetime(2026, 3, 11, 2, 59, 59, tzinfo=UTC))
    early = product.accept(score=9, at=datetime(2026, 3, 11, 3, 0, tzinfo=UTC))
    product.classify(late, early)
    assert counted(product.cloud.items()) == {
        "DAY#2026-03-10": Counter({"s9": 1, "h23": 1}),
        "DAY#2026-03-11": Counter({"s9": 1, "h00": 1}),
    }


def test_two_customers_who_say_the_same_are_two(product: Product) -> None:
    product.open_store()
    product.classify(product.accept(score=1, comment="mal"), product.accept(score=1, comment="mal"))
    assert counted(product.cloud.items())["DAY#2026-03-10"]["s1"] == 2
    assert len(product.followups()) == 2


class TestOnce:
    def test_delivered_again(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2, reasons=("service",))
        product.classify(given)
        before = product.items("")
        product.wait(minutes(1))
        assert product.classify(given, given) == []
        assert product.items("") == before
        assert balanced(product)
        assert told(product, given) == 3, "told again: the first process may have died before telling"

    def test_delivered_again_after_somebody_took_it_on(self, product: Product) -> None:
        shop = product.open_store()
        given = product.accept(score=2)
        product.classify(given)
        before = followups.followup_from_item(product.followup())
        followups.replace_followup(product.table, before, take_on(before, "ana", shop, product.now()))
        product.classify(given)
        assert told(product, given) == 1
        assert product.followup()["owner"] == "ana"

    def test_delivered_again_after_it_went_up(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.classify(given)
        product.wait(minutes(10))
        product.scheduler()
        product.classify(given)
        assert told(product, given) == 1
        assert product.followup()["level"] == 1

    def test_two_copies_at_once(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2, reasons=("service",))
        product.just_before("TransactWriteItems", lambda: product.classify(given), function="Classify")
        assert product.classify(given) == []
        assert balanced(product)
        assert told(product, given) >= 1

    def test_stream_and_sweep_at_once(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.wait(minutes(2))
        product.just_before("TransactWriteItems", product.scheduler, function="Classify")
        assert product.classify(given) == []
        assert balanced(product)
        assert told(product, given) >= 1

    def test_erased_before_it_was_understood(self, product: Product) -> None:
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
        """To die after one call is to die before the next."""
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
            assert balanced(product)
            assert told(product, given) >= (score == 2)
            if not struck:
                break
        assert 3 <= nth <= 6, "the shop, the hour's counters, the transaction, perhaps the event, and none"

    @pytest.mark.parametrize("when", [BEFORE, AFTER])
    @pytest.mark.parametrize("operation", ["GetItem", "TransactWriteItems", "Publish"])
    def test_time_outs_that_the_client_makes_good(self, product: Product, when: Any, operation: str) -> None:
        product.open_store()
        given = product.accept(score=2)
        fault = product.fault(operation=operation, kind=TIMEOUT, when=when, times=2)
        assert product.classify(given) == []
        assert fault.struck == 2
        assert balanced(product)
        assert told(product, given) >= 1

    def test_the_topic_is_down(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.fault(service="sns", operation="Publish", times=3)
        assert product.classify(given) == ["1"]
        assert balanced(product)
        assert told(product, given) == 0
        assert product.classify(given) == []
        assert balanced(product)
        assert told(product, given) == 1


def cancel(product: Product, *reasons: str) -> None:
    product.cloud.faults._faults.append(Cancelled(reasons=reasons))


class TestCancelledTransactions:
    @pytest.mark.parametrize(
        "reasons",
        [
            ("TransactionConflict", "None", "None", "None", "None"),
            ("None", "TransactionConflict", "None", "None", "None"),
            ("None", "ThrottlingError", "None", "None", "None"),
            # Another item's condition: whatever that means, it is not that this answer was counted.
            ("None", "None", "ConditionalCheckFailed", "None", "None"),
            (),
        ],
    )
    def test_only_the_marker_says_done_before(self, product: Product, reasons: tuple[str, ...]) -> None:
        product.open_store()
        given = product.accept(score=2)
        cancel(product, *reasons)
        assert product.classify(given) == ["1"]
        assert product.items("DAY#") == product.followups() == product.events() == []
        assert product.classify(given) == []
        assert balanced(product)
        assert told(product, given) == 1

    def test_the_marker_beside_a_conflict(self, product: Product) -> None:
        product.open_store()
        given = product.accept(score=2)
        product.classify(given)
        cancel(product, "ConditionalCheckFailed", "TransactionConflict", "None", "None", "None")
        assert product.classify(given) == []
        assert balanced(product)


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
    "unknown shop": {"store_id": "nowhere"},
}


class TestPoison:
    @pytest.mark.parametrize("changes", POISON.values(), ids=POISON)
    def test_it_is_returned_and_those_before_it_are_done(
        self, product: Product, changes: dict[str, Any]
    ) -> None:
        product.open_store()
        first, bad, last = (product.accept(score=s) for s in (2, 5, 9))
        item = {k: v for k, v in {**product._item(bad), **changes}.items() if v is not None}
        assert product.classify(first, item, last) == ["2"]
        done = [i["ulid"] for i in product.items("ANSWER#") if "classified_at" in i]
        assert done == [first.ulid]
        assert balanced(product)

    def test_a_record_without_an_image(self, product: Product) -> None:
        record = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "11"}}
        answer = product.cloud.invoke("Classify", {"Records": [record]})
        assert answer == {"batchItemFailures": [{"itemIdentifier": "11"}]}

    def test_in_the_stream_it_stops_nobody_else(self, product: Product) -> None:
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


class TestSuspects:
    @pytest.mark.parametrize("score", [0, 8, 10])
    def test_counted_apart_and_nothing_is_raised(self, product: Product, score: int) -> None:
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

    def test_an_unusual_rate(self, product: Product) -> None:
        product.open_store(policy={"answers_per_hour": 3})
        given = [product.accept(score=1) for _ in range(5)]
        assert product.classify(*given) == []
        marks = [i["suspect"] for i in product.items("ANSWER#")]
        assert marks == [[], [], [], ["unusual_rate"], ["unusual_rate"]]
        assert len(product.followups()) == 3
        assert balanced(product)
        product.wait(timedelta(hours=1))
        assert product.classify(product.accept(score=1)) == []
        assert len(product.followups()) == 4

    def test_a_suspicion_is_added_to_those_before(self, product: Product) -> None:
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
    def test_a_busy_store_is_measured_by_its_busiest_hour(
        self, product: Product, days_ago: int, name: str, n: int, suspects: int
    ) -> None:
        product.open_store(policy={"answers_per_hour": 3})
        day = keys.day("norte", (START - timedelta(days=days_ago)).date())
        product.change({"pk": day.pk, "sk": day.sk, name: n})
        product.classify(*(product.accept(score=10) for _ in range(6)))
        assert sum(bool(i["suspect"]) for i in product.items("ANSWER#")) == suspects

    def test_the_rate_is_of_the_answers_hour(self, product: Product) -> None:
        """What the sweep takes in later counts where it belongs."""
        product.open_store(policy={"answers_per_hour": 1})
        early = product.accept(score=1)
        product.wait(timedelta(hours=2))
        product.classify(product.accept(score=1))
        product.classify(early)
        assert [i["suspect"] for i in product.items("ANSWER#")] == [[], []]


def test_a_store_is_read_once_a_minute(product: Product) -> None:
    store = product.open_store()
    product.cloud.faults.clear()
    product.classify(*(product.accept(score=10) for _ in range(5)))
    assert product.calls("Classify").count("GetItem") == 1 + 5
    assert counters.answers_this_hour(product.table, store, product.now()) == 5
    product.open_store(policy={"answers_per_hour": 5})
    product.wait(timedelta(seconds=59))
    product.classify(product.accept(score=10))
    product.wait(timedelta(seconds=1))
    product.classify(product.accept(score=10))
    assert [bool(i["suspect"]) for i in product.items("ANSWER#")] == [False] * 6 + [True]
