"""The whole way under faults: whatever call fails, dies or is lost, in the end all is as it would have been.

Each life is lived by a store of its own: two unhappy customers and two others; Ana takes the first case on, nobody
takes the second, it goes up to Diego, and he does. The oracle is what a life without faults leads to, written down
by hand.
"""

import base64
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from infra.local.aws.faults import Call, Fault
from infra.local.event_sources.stream_source import StreamSource
from lazo.followup.lifecycle import take_on
from lazo.table import followups
from tests.builders import ANA, DIEGO, minutes
from tests.product import AFTER, BEFORE, CRASH, ERROR, TIMEOUT, Item, Product
from tests.recount import counted, recount

ENDS: dict[int, tuple[str, int, str | None]] = {2: ("taken_on", 0, "ana"), 5: ("taken_on", 1, "diego")}
"""Stage, level and owner of the follow-up of the answer with this score."""

MESSAGES = Counter(
    {
        (2, 0, "sms", "ana"): 1,
        (2, 0, "email", "ana"): 1,
        (5, 0, "sms", "ana"): 1,
        (5, 0, "email", "ana"): 1,
        (5, 1, "sms", "diego"): 1,
        (5, 1, "email", "diego"): 1,
    }
)
"""By the answer's score, level, channel and contact."""

_store_number = count(1)


class Life:
    """One store's hour."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.store_id = f"s{next(_store_number)}"
        self._accepted = 0

    def live(self) -> None:
        product = self.product
        self.store = product.open_store(
            store_id=self.store_id, contacts=[ANA, DIEGO], policy={"take_on_minutes": 30}
        )
        self._accepted = len(product.cloud.outbox())
        product.accept(store_id=self.store_id, score=2, reasons=("price",), comment="Muy caro")
        product.accept(store_id=self.store_id, score=10, reasons=("service",))
        product.drain()
        product.accept(store_id=self.store_id, score=5)
        product.accept(store_id=self.store_id, score=9, phone="+56911111111")
        product.drain()
        product.advance(minutes(12))
        self.take_on(2, "ana")
        product.advance(minutes(38))
        self.take_on(5, "diego")
        product.advance(minutes(10))

    def take_on(self, score: int, contact_id: str) -> None:
        (item,) = (f for f in self.items("FU") if f["score"] == score)
        now = followups.followup_from_item(item)
        followups.replace_followup(
            self.product.table, now, take_on(now, contact_id, self.store, self.product.now())
        )

    def items(self, prefix: str) -> list[Item]:
        return [item for item in self.product.items(prefix) if item.get("store_id") == self.store_id]

    def check(self, faults_in_notify: int = 0) -> None:
        """Nothing is lost, nothing is done twice, and no more messages than attempts whose outcome was unknown."""
        answers = self.items("ANSWER#")
        assert {a["score"]: a["band"] for a in answers} == {
            2: "detractor",
            5: "detractor",
            9: "promoter",
            10: "promoter",
        }
        days = [i for i in self.product.items("DAY#") if i["pk"] == f"STORE#{self.store_id}"]
        assert counted(days) == recount(answers, "America/Santiago") != {}
        assert {f["score"]: (f["stage"], f["level"], f["owner"]) for f in self.items("FU")} == ENDS

        scores = {f["followup_id"]: f["score"] for f in self.items("FU")}
        deliveries = self.items("DELIVERY#")
        messages = Counter(
            (scores[d["followup_id"]], d["level"], d["channel"], d["contact_id"]) for d in deliveries
        )
        assert messages == MESSAGES
        assert {d["state"] for d in deliveries} == {"sent"}
        waiting = [i for i in self.items("") if "due_at" in i]
        assert [(i["sk"], i["due_at"]) for i in waiting] == [("FU", i["deadline"]) for i in waiting]

        sent = self.accepted(scores)
        assert sent.keys() == MESSAGES.keys()
        assert max(sent.values()) <= 2
        assert (sent - MESSAGES).total() <= faults_in_notify
        lost = self.product.dead_letters().keys() - {"SweepDeadLetters", "EventsDeadLetters"}
        assert not lost

    def accepted(self, scores: dict[str, int]) -> Counter[tuple[int, int, str, str]]:
        """What the providers accepted, known by the link in it: also messages whose acceptance nobody recorded."""
        contact = {ANA["phone"]: "ana", ANA["email"]: "ana", DIEGO["phone"]: "diego", DIEGO["email"]: "diego"}
        sent: Counter[tuple[int, int, str, str]] = Counter()
        for message in self.product.cloud.outbox()[self._accepted :]:
            token = message["text"].partition("/f/")[2].split()[0]
            score = scores[followup_of(token)]
            level = int(message["to"] in (DIEGO["phone"], DIEGO["email"]))
            sent[score, level, message["channel"], contact[message["to"]]] += 1
        return sent


def followup_of(token: str) -> str:
    """The first ten bytes of a link's token, as base32."""
    return base64.b32encode(base64.urlsafe_b64decode(token + "=")[:10]).decode().lower()


def test_without_faults(product: Product) -> None:
    life = Life(product)
    life.live()
    life.check()
    assert product.dead_letters() == {}


@pytest.mark.parametrize("seed", range(8))
def test_random_faults(product: Product, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to five faults of any kind, wherever chance wants them."""
    chance = random.Random(seed)
    kinds = [
        (CRASH, BEFORE),
        (CRASH, AFTER),
        (TIMEOUT, BEFORE),
        (TIMEOUT, AFTER),
        (ERROR, BEFORE),
        (ERROR, AFTER),
    ]
    struck: list[Call] = []

    def meet(call: Call) -> Fault | None:
        sending = call.operation in ("SendEmail", "Publish") and call.function == "Notify"
        # Two unknown outcomes of one message may end it (see test_notify_unknown_outcome); here each gets one at most.
        if (
            len(struck) == 5
            or chance.random() > 0.05
            or (sending and any(c.function == "Notify" for c in struck))
        ):
            return None
        struck.append(call)
        kind, when = chance.choice(kinds)
        return Fault(kind=kind, when=when)

    monkeypatch.setattr(product.cloud.faults, "meet", meet)
    life = Life(product)
    life.live()
    life.check(faults_in_notify=sum(call.function == "Notify" for call in struck))


def test_every_record_and_every_message_twice(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = _twice(StreamSource._next_batch)
    monkeypatch.setattr(StreamSource, "_next_batch", twice)
    product.fault(service="sns", operation="Deliver", when=AFTER, times=10_000)
    life = Life(product)
    life.live()
    life.check()


def _twice(next_batch: Callable[[StreamSource], list[Item]]) -> Callable[[StreamSource], list[Item]]:
    return lambda source: [record for record in next_batch(source) for _ in range(2)]


def test_the_topic_delivers_nothing(product: Product) -> None:
    """Every event is lost on its way to the queue, but those of the sweep an hour later."""
    product.open_store(policy={"take_on_minutes": 600})
    product.fault(service="sns", operation="Deliver", times=20)
    for _ in range(3):
        product.accept(score=1)
    product.drain()
    assert product.outbox() == []
    product.advance(timedelta(hours=1))
    assert Counter(product.outbox()) == {("sms", ANA["phone"]): 3, ("email", ANA["email"]): 3}
    assert len(product.dead_letters()["EventsDeadLetters"]) == 20


def test_the_stream_is_silent_for_a_day(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    product.open_store()
    monkeypatch.setattr(StreamSource, "poll", lambda _self: False)
    accepted = [product.accept(score=score) for score in (0, 3, 7, 10)]
    product.advance(minutes(3))
    items = product.cloud.items()
    assert {i["ulid"] for i in items if "classified_at" in i} == {a.ulid for a in accepted}
    assert counted(items) == recount(items, "America/Santiago")
    assert len(product.followups()) == 2
    assert len(product.outbox()) == 4


def test_no_sweep_for_a_day(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody took it on and nothing looked after it: one step and two messages, not a day's worth."""
    product.open_store()
    product.accept(score=2)
    product.drain()
    product.wait(timedelta(days=1))
    product.cloud.sweep()
    assert product.followup()["level"] == 1
    assert Counter(m["level"] for m in product.cloud.outbox()) == {0: 2, 1: 2}
    product.advance(minutes(1))
    assert product.followup()["level"] == 1
