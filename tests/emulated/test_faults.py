"""Answers while calls of AWS fail, are slow, and lose their responses: nothing is lost, each answer counts once, and a
message comes at most once more for each outcome that nobody knows. Then the faults end, and everything settles."""

import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import pytest

from lazo import clock, ids
from lazo.followup import model as followup
from lazo.followup.staff_deliveries import Delivery
from lazo.table import answers
from lazo.table.messaging import deliveries
from lazo.table.views.counter_repair import find_differences
from tests.cloud.stacks import Deployed, JourneyStore
from tests.cloud.steps import JSON, contact, open_store
from tests.emulated.emulator import Emulator
from tests.emulated.fault_rules import lost_channel, rules

ANSWERS, STORES, CUSTOMERS = 60, 6, 6
CHANNELS = {"sms", "email"}
"""How the one contact of each store is told."""

TRIES = 30
"""A customer's phone sends an answer again until it is accepted."""

FAULT_SECONDS = 240
"""How long calls go on failing at most. ministack drops what a stream's batch leaves over, so that most answers wait
two minutes for the sweep; the faults end when three quarters of the messages have come."""

SETTLE_SECONDS = 300
"""Two leases of a minute, two sweeps, and the two minutes after which the sweep looks for what the stream lost."""


@dataclass(frozen=True)
class Given:
    """An answer that was accepted, with a mark in its comment that the messages about it quote."""

    store: JourneyStore
    answer_id: str
    mark: str


class FaultProxy:
    """microburst's own address, to switch faults on and off and to count them."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_microburst"
        self._sends: dict[str, int] = {}

    def start(self) -> None:
        given = rules()
        made = self._ask("POST", "rules", given)
        lossy = ((lost_channel(asked), rule["id"]) for rule, asked in zip(made, given, strict=True))
        self._sends = {channel: rule for channel, rule in lossy if channel}

    def stop(self) -> None:
        self._ask("POST", "rules", [])

    def counts(self) -> tuple[int, int, dict[str, int]]:
        """Return the calls, those that a fault hit, and by channel the messages of which nobody knows whether they were
        sent."""
        stats = self._ask("GET", "stats")
        fired = {each["id"]: each["fired"] for each in stats["by_rule"]}
        unknown = {channel: fired.get(rule, 0) for channel, rule in self._sends.items()}
        return stats["requests"]["total"], stats["requests"]["faulted"], unknown

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._url}/{path}", data, {"content-type": "application/json"}, method=method)
        with urlopen(request, timeout=10) as reply:
            return json.load(reply)


@pytest.fixture
def faults(emulator: Emulator) -> FaultProxy:
    return FaultProxy(emulator.faults_url)


@pytest.fixture
def stores(stack: Deployed) -> Iterator[list[JourneyStore]]:
    """Stores with a contact each, who is told of every answer, alone and at once."""
    opened = [
        open_store(
            stack,
            contacts=[contact(f"ana{number}", 0, phone=f"+5692234560{number}")],
            take_on_minutes=1440,
            urgent_take_on_minutes=1440,
            sms_per_hour=1000,
            contact_messages_per_hour=1000,
            answers_per_hour=10000,
        )
        for number in range(STORES)
    ]
    yield opened
    for store in opened:
        store.close()


def test_nothing_is_lost_and_nobody_is_told_too_often(
    emulator: Emulator, stack: Deployed, stores: list[JourneyStore], faults: FaultProxy
) -> None:
    faults.start()
    with ThreadPoolExecutor(CUSTOMERS) as customers:
        given = list(customers.map(lambda number: give_answer(stores[number % STORES]), range(ANSWERS)))
    messages = len(given) * len(CHANNELS)
    wait_until_done(stack, given, 3 * messages // 4, FAULT_SECONDS)
    faults.stop()
    calls, faulted, unknown = faults.counts()

    told = wait_until_done(stack, given, messages, SETTLE_SECONDS)
    for store in stores:
        counted, differences = find_differences(stack.table, store.store)
        assert counted == sum(1 for each in given if each.store is store)
        assert differences == []

    copies: dict[str, Counter[int]] = {channel: Counter() for channel in CHANNELS}
    for each, of_answer in zip(given, told, strict=True):
        assert {delivery.channel for delivery in of_answer} == CHANNELS
        for delivery in of_answer:
            number = messages_about(emulator, each, delivery)
            assert number >= 1 or delivery.state == "failed", delivery
            assert number <= 2, delivery
            copies[delivery.channel][number] += 1
    sys.stdout.write(f"\n{ANSWERS} answers, {calls} calls of AWS, {faulted} of them failed or slow\n")
    for channel, number_of in copies.items():
        sys.stdout.write(
            f"{channel}: nobody knew of {unknown[channel]}; {number_of[1]} came once, {number_of[2]} twice, "
            f"{number_of[0]} failed\n"
        )
        assert unknown[channel] > 0, "there was something to lose"
        assert number_of[2] <= unknown[channel]


def give_answer(store: JourneyStore) -> Given:
    """Answer as a phone does that sends the same answer again until it is accepted."""
    answer_id, mark = ids.new_ulid(clock.now(), secrets.token_bytes(ids.ENTROPY_BYTES)), secrets.token_hex(4)
    body = json.dumps({"answer_id": answer_id, "score": 2, "comment": f"Caja lenta {mark}"}).encode()
    for _ in range(TRIES):
        with suppress(OSError):  # no response in 30 s, which is when API Gateway gives up
            reply = store.stack.ask("POST", f"/s/{store.code}", JSON, body)
            if reply.status == 202:
                return Given(store, answer_id, mark)
            assert reply.status == 429 or reply.status >= 500, reply.text
        time.sleep(0.5)
    raise AssertionError(f"not accepted in {TRIES} tries")


def wait_until_done(stack: Deployed, given: list[Given], number: int, seconds: float) -> list[list[Delivery]]:
    """Wait until so many deliveries were sent or have failed; return all, by answer."""

    def done() -> list[list[Delivery]]:
        found = [deliveries_of(stack, each) for each in given]
        ended = sum(delivery.state in ("sent", "failed") for of_answer in found for delivery in of_answer)
        return found if ended >= number else []

    return stack.until(done, seconds)


def deliveries_of(stack: Deployed, given: Given) -> list[Delivery]:
    answer = answers.get_answer(stack.table, given.store.store.store_id, given.answer_id)
    assert answer is not None, "an accepted answer is there"
    followup_id = followup.followup_id_for(answer.store_id, answer.ulid)
    return deliveries.deliveries_at_level(stack.table, followup_id, 0)


def messages_about(emulator: Emulator, given: Given, delivery: Delivery) -> int:
    """Count the messages about an answer that the provider took for a contact."""
    (person,) = given.store.store.contacts
    if delivery.channel == "sms":
        return sum(given.mark in sms["Message"] for sms in emulator.sms_to(person.phone or ""))
    return sum(given.mark in email["BodyText"] for email in emulator.emails_to(person.email or ""))
