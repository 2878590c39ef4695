"""How soon an SMS is there, and whether many answers at once are all counted right, against a running local cloud.

One `python -m infra.local` on a free port of 127.0.0.1, this process as its customers. What is timed includes the
machine's other work and moto's; what is counted does not depend on it. In order:

1. 20 unhappy answers one after the other on a fresh table: from before the POST until the SMS is seen in
   GET /local/outbox.
2. The table is filled up to 5,000 items, and 20 unhappy answers one after the other again.
3. 1,000 answers by 8 clients at once, every tenth sent twice, some by a bot: compared with a recount. Last, since what
   goes beyond a contact's hourly limit waits for a bundle, which holds 500.
"""

import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from benchmarks import recount, report
from benchmarks.running_cloud import RunningCloud, running
from lazo.ids import ENTROPY_BYTES, new_ulid

SEQUENTIAL, AT_ONCE, CLIENTS, FULL_TABLE = 20, 1_000, 8, 5_000
TARGET_SECONDS = 2.0
GIVES_UP_AFTER = 600.0
CHANCE = random.Random(20)
COMMENTS = (
    "",
    "Esperé veinte minutos en la fila.",
    "El café llegó frío y la mesa estaba sucia.",
    "Muy caro para lo que es, y la cajera fue antipática.",
    "Me cobraron dos veces y se equivocaron con el pedido.",
    "Todo excelente, muy amables.",
)


def main() -> int:
    report.heading(
        "A running local cloud", "From the POST until the SMS is seen in /local/outbox; many answers at once."
    )
    with running() as cloud:
        store = cloud.get("/local/stores")[0]
        surveys = [touchpoint["survey_path"] for touchpoint in store["touchpoints"]]
        _one_after_the_other(cloud, surveys[0])
        _fill(cloud, surveys[0])
        _one_after_the_other(cloud, surveys[0])
        print()
        right = _at_once(cloud, surveys)
    return 0 if right else 1


def _one_after_the_other(cloud: RunningCloud, survey: str) -> None:
    items = len(cloud.get("/local/items")["items"])
    waits = sorted(_seconds_to_sms(cloud, survey, number) for number in range(SEQUENTIAL))
    what = f"{SEQUENTIAL} answers in turn, {items:,} items before"
    report.line(f"{what}: p50", statistics.median(waits), "s")
    report.line(f"{what}: p95", statistics.quantiles(waits, n=20)[18], "s", at_most=TARGET_SECONDS)


def _seconds_to_sms(cloud: RunningCloud, survey: str, number: int) -> float:
    before = _sms(cloud)
    began = time.monotonic()
    status, reply = cloud.post(
        survey, {"score": CHANCE.randrange(7), "comment": f"Fila lenta, caso {number}"}
    )
    if status != 202:
        raise RuntimeError(f"the answer was not accepted: {status} {reply}")
    _wait(lambda: _sms(cloud) > before, "the SMS", every=0.01)
    return time.monotonic() - began


def _sms(cloud: RunningCloud) -> int:
    return sum(message["channel"] == "sms" for message in cloud.get("/local/outbox")["messages"])


def _at_once(cloud: RunningCloud, surveys: list[str]) -> bool:
    """Whether all that must hold after many answers at once does."""
    sent = [_answer(number) for number in range(AT_ONCE)]
    posts = [(CHANCE.choice(surveys), answer) for answer in sent]
    posts += posts[::10]
    CHANCE.shuffle(posts)
    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        replies = list(clients.map(lambda post: cloud.post(*post), posts))
    accepted_after = time.monotonic() - began
    _wait(lambda: _is_quiet(cloud), "the alerts", every=2.0)
    quiet_after = time.monotonic() - began

    print(f"  {len(posts):,} posts of {AT_ONCE:,} answers by {CLIENTS} clients at once")
    accepted = [reply["answer_id"] for status, reply in replies if status == 202]
    right = [report.line("accepted (202)", len(accepted), "posts", exactly=len(posts))]
    right += _compare(cloud, sent)
    report.line("accepted", len(accepted) / accepted_after, "a second")
    report.line("classified, alerts sent, all quiet after", quiet_after, "s")
    return all(right)


def _answer(number: int) -> dict[str, Any]:
    """An answer; who leaves a contact is a customer of their own: the same one again within minutes is one case."""
    answer: dict[str, Any] = {
        "answer_id": new_ulid(datetime.now(UTC), CHANCE.randbytes(ENTROPY_BYTES)),
        "score": CHANCE.randrange(11),
        "comment": CHANCE.choice(COMMENTS),
        "reasons": CHANCE.sample(["service", "price", "waiting_time", "cleanliness"], CHANCE.randrange(3)),
    }
    if CHANCE.random() < 0.05:
        answer["remark"] = "https://bot.example"
    if CHANCE.random() < 0.1:
        answer |= {"name": "Rosa Vidal", "email": f"rosa.{number}@example.com", "consent": True}
    return answer


def _is_quiet(cloud: RunningCloud) -> bool:
    items = cloud.get("/local/items")["items"]
    answers = (item for item in items if item["sk"].startswith("ANSWER#"))
    deliveries = (item for item in items if item["sk"].startswith("DELIVERY#"))
    return all("classified_at" in answer for answer in answers) and all(
        "due_at" not in each for each in deliveries
    )


def _compare(cloud: RunningCloud, sent: list[dict[str, Any]]) -> list[bool]:
    items = cloud.get("/local/items")["items"]
    zones = {store["store_id"]: store["timezone"] for store in cloud.get("/local/stores")}
    stored = [item for item in items if item["sk"].startswith("ANSWER#")]
    times = Counter(answer["answer_id"] for answer in stored)
    by_id = {answer["answer_id"]: answer for answer in stored}
    said = [each for each in sent if _as_said(each, by_id.get(each["answer_id"]))]
    counters = recount.differences(recount.day_counters(stored, zones), recount.stored_counters(items))
    return [
        report.line("answers lost", sum(each["answer_id"] not in by_id for each in sent), exactly=0),
        report.line("answers stored twice", sum(n > 1 for n in times.values()), exactly=0),
        report.line("stored as sent, bots and no others suspect", len(said), exactly=len(sent)),
        report.line("day counters that differ from a recount", counters, exactly=0),
        *_compare_alerts(cloud, items, stored),
    ]


def _as_said(sent: dict[str, Any], stored: dict[str, Any] | None) -> bool:
    return stored is not None and (
        (stored["score"], stored["comment"], stored["reasons"], stored["band"], bool(stored["suspect"]))
        == (sent["score"], sent["comment"], sent["reasons"], recount.band(sent["score"]), "remark" in sent)
    )


def _compare_alerts(
    cloud: RunningCloud, items: list[dict[str, Any]], stored: list[dict[str, Any]]
) -> list[bool]:
    owed = {answer["ulid"]: recount.channels_owed(answer) for answer in stored}
    followups = Counter(item["answer_ulid"] for item in items if item["sk"] == "FU")
    followup_of = {item["answer_ulid"]: item["followup_id"] for item in items if item["sk"] == "FU"}
    alone = [
        (message["followup_id"], message["channel"])
        for message in cloud.get("/local/outbox")["messages"]
        if message["followup_id"] and message["level"] == 0
    ]
    told = recount.channels_told(items, alone)
    due = {(followup_of.get(ulid, ulid), channel) for ulid, channels in owed.items() for channel in channels}
    wrong = sum(followups[ulid] != bool(channels) for ulid, channels in owed.items())
    strangers = {followup for followup, _ in told} - {followup for followup, _ in due}
    again = sum(times > 1 for times in told.values())
    return [
        report.line(
            "answers without exactly their follow-up", wrong, exactly=0, note=f"{len(followup_of)} follow-ups"
        ),
        report.line(
            "alerts missing",
            len(due - told.keys()),
            exactly=0,
            note=f"of {len(due)}; {len(set(alone) & due)} alone, the others in a bundle",
        ),
        report.line("alerts told twice, or of what owes none", again + len(strangers), exactly=0),
    ]


def _fill(cloud: RunningCloud, survey: str) -> None:
    """Happy answers, one item each: no SMS, so that the store's SMS limit plays no part."""
    missing = FULL_TABLE - len(cloud.get("/local/items")["items"])
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda _: cloud.post(survey, {"score": 10, "comment": "Bien"}), range(missing)))
    _wait(lambda: _is_quiet(cloud), "the classification", every=0.5)


def _wait(done: Callable[[], bool], what: str, every: float) -> None:
    until = time.monotonic() + GIVES_UP_AFTER
    while not done():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not come within {GIVES_UP_AFTER:.0f} s")
        time.sleep(every)


if __name__ == "__main__":
    sys.exit(main())
