"""classify counts an answer, opens its follow-up and publishes the event."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from lazo.followup.model import followup_id_for
from tests.builders import ANA, WEEK, consent
from tests.product import Product
from tests.recount import counted


def test_an_unhappy_answer_is_written_in_one_transaction(product: Product) -> None:
    product.open_store()
    given = product.accept(score=2, reasons=("waiting_time", "price"))
    product.cloud.faults.clear()
    assert product.classify(given) == []

    assert Counter(product.calls("Classify")) == {
        "GetItem": 2,  # the store, and how many answers this hour has brought
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
        "h12#detractor": 1,
        "q#caja3#detractor": 1,
        "t#waiting_time#detractor": 1,
        "t#price#detractor": 1,
        "changes": 1,
        "due_pk": "due#6",
        "due_at": "2026-03-10T16:00:00.000Z",
    }
    followup = product.followup()
    assert followup["followup_id"] == followup_id_for("norte", given.ulid)
    assert followup["deadline"] == followup["due_at"] == "2026-03-10T15:10:00.000Z"
    assert (followup["stage"], followup["level"], followup["priority"]) == ("open", 0, "high")
    assert product.states() == {"0#0#sms#ana": "pending", "0#0#email#ana": "pending"}
    for delivery in product.deliveries().values():
        assert delivery["due_at"] == "2026-03-10T15:01:00.000Z"  # a minute is what the event may take


def test_the_event_holds_no_personal_data(product: Product) -> None:
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
def test_a_content_answer_is_counted_and_alerts_nobody(product: Product, score: int) -> None:
    product.open_store()
    product.classify(product.accept(score=score, reasons=("service",)))
    # What was missing, the survey asked the first; what they liked, the second.
    band = "passive" if score < 9 else "promoter"
    said = "t#service#passive" if score < 9 else "p#service#promoter"
    assert counted(product.cloud.items()) == {
        "DAY#2026-03-10": Counter({f"s{score}": 1, "h12": 1, f"h12#{band}": 1, f"q#caja3#{band}": 1, said: 1})
    }
    assert product.followups() == []
    assert product.events() == []


def test_a_passive_who_asks_for_contact_gets_a_light_follow_up_by_e_mail(product: Product) -> None:
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
def test_a_passive_who_reports_a_danger_is_urgent(product: Product, language: str, comment: str) -> None:
    product.open_store(hours=WEEK, contacts=[{**ANA, "quiet": ("09:00", "20:00")}])
    product.classify(product.accept(score=8, comment=comment, language=language))
    followup = product.followup()
    assert (followup["priority"], followup["deadline"]) == ("urgent", "2026-03-10T15:05:00.000Z")
    assert {d["not_before"] for d in product.deliveries().values()} == {"2026-03-10T15:00:00.000Z"}


def test_day_and_hour_are_of_the_stores_time_zone(product: Product) -> None:
    product.open_store()
    late = product.accept(score=9, at=datetime(2026, 3, 11, 2, 59, 59, tzinfo=UTC))
    early = product.accept(score=9, at=datetime(2026, 3, 11, 3, 0, tzinfo=UTC))
    product.classify(late, early)
    assert counted(product.cloud.items()) == {
        "DAY#2026-03-10": Counter({"s9": 1, "h23": 1, "h23#promoter": 1, "q#caja3#promoter": 1}),
        "DAY#2026-03-11": Counter({"s9": 1, "h00": 1, "h00#promoter": 1, "q#caja3#promoter": 1}),
    }


def test_two_equal_answers_count_as_two(product: Product) -> None:
    product.open_store()
    product.classify(product.accept(score=1, comment="mal"), product.accept(score=1, comment="mal"))
    assert counted(product.cloud.items())["DAY#2026-03-10"]["s1"] == 2
    assert len(product.followups()) == 2


def test_a_store_is_read_once_a_minute(product: Product) -> None:
    product.open_store()
    product.cloud.faults.clear()
    product.classify(*(product.accept(score=10) for _ in range(5)))
    assert product.calls("Classify").count("GetItem") == 1 + 5
    product.open_store(policy={"answers_per_hour": 5})
    product.wait(timedelta(seconds=59))
    product.classify(product.accept(score=10))
    product.wait(timedelta(seconds=1))
    product.classify(product.accept(score=10))
    assert [bool(i["suspect"]) for i in product.items("ANSWER#")] == [False] * 6 + [True]
