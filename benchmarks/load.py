"""Whether many answers at once are all counted right and all told, at the limits that every store has and beyond.

1. A match day: 300 answers within a minute at one store with the default policy, each by the form of a page that was
   opened, one of them of an injury. On the local cloud in this process, whose clock stands still between requests.
2. 1,000 answers by 8 clients at once, every tenth sent twice, some by a bot, against a running local cloud whose first
   store takes as many as anybody sends. What goes beyond a contact's hourly limit waits for a bundle, which holds 500.

The table is compared with a recount of the answers (benchmarks/recount.py). What is timed includes the machine's other
work and moto's; what is counted does not depend on it. Ends with 1 if a figure is not what it must be.
"""

import io
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from benchmarks import recount, report
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.running_cloud import is_quiet, running, wait
from benchmarks.survey_requests import hidden_fields
from infra.local.cloud import LocalCloud
from infra.local.event_sources.pump import move_clock
from lazo.ids import ENTROPY_BYTES, new_ulid
from lazo.store.model import Touchpoint
from lazo.store.policy import DEFAULT_POLICY
from lazo.table import stores
from lazo.table.dynamodb.table import Table

MATCH_DAY, AT_ONCE, CLIENTS = 300, 1_000, 8
AT = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
PER_HOUR = DEFAULT_POLICY.contact_messages_per_hour + 1
"""Messages to one contact on one channel, and one more of the danger, which no limit holds back."""
READ_FOR = timedelta(seconds=20)
"""How long somebody looks at the survey before they send it."""
CHANCE = random.Random(20)
COMMENTS = (
    "",
    "Esperé veinte minutos en la fila.",
    "El café llegó frío y la mesa estaba sucia.",
    "Muy caro para lo que es, y la cajera fue antipática.",
    "Me cobraron dos veces y se equivocaron con el pedido.",
    "Todo excelente, muy amables.",
)
INJURY = "Mi hija se cayó y se quebró el brazo, está en urgencias"
FORM = {"content-type": "application/x-www-form-urlencoded"}
REASONS = ["service", "price", "waiting_time", "cleanliness"]
STORE: Mapping[str, Any] = {
    "store_id": "estadio",
    "name": "Aurora Estadio",
    "brand": "Aurora",
    "language": "es",
    "timezone": "America/Santiago",
    "country": "CL",
    "hours": {"always": True},
    "contacts": [
        {
            "contact_id": "ana",
            "name": "Ana",
            "role": "store",
            "level": 0,
            "language": "es",
            "phone": "+56922345671",
            "email": "ana@aurora.example",
        }
    ],
    "policy": {},
    "competitors": [],
}

Item = Mapping[str, Any]


def main() -> int:
    report.heading(
        "Many answers at once",
        f"{MATCH_DAY} within a minute by the default policy; {AT_ONCE:,} by {CLIENTS} clients.",
    )
    right = [*_match_day(), *_at_once()]
    return 0 if all(right) else 1


def _match_day() -> list[bool]:
    sent = [_answer(number) for number in range(MATCH_DAY)]
    sent[MATCH_DAY // 2] |= {"score": 4, "comment": INJURY}
    with LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud, redirect_stdout(io.StringIO()):
        table = Table(cloud.client("dynamodb"), cloud.physical_id("Table"))
        stores.put_store(table, dict(STORE))
        stores.put_touchpoint(table, Touchpoint("puerta1", "estadio", "Puerta 1"))
        forms = [hidden_fields(cloud.request("GET", "/s/puerta1").text) for _ in sent]
        for number, (form, answer) in enumerate(zip(forms, sent, strict=True)):
            move_clock(AT + READ_FOR + timedelta(minutes=1) * number / MATCH_DAY)
            fields = urlencode({**answer, **form}, doseq=True).encode()
            reply = cloud.request("POST", "/s/puerta1", FORM, fields)
            if reply.status != 303:
                raise RuntimeError(f"the answer was not accepted: {reply.status} {reply.text}")
        cloud.drain()
        items, outbox = cloud.items(), cloud.outbox()
        cloud.advance(
            timedelta(minutes=9).total_seconds()
        )  # by then the bundles have gone, and nothing is escalated
        later = cloud.items()
        messages = Counter(message["channel"] for message in cloud.outbox())
    print(f"  {MATCH_DAY} answers by forms within a minute, at one store, by the default policy")
    stored = [item for item in items if item["sk"].startswith("ANSWER#")]
    (hurt,) = (item["ulid"] for item in stored if item["comment"] == INJURY)
    case = next(item["followup_id"] for item in items if item["sk"] == "FU" and item["answer_ulid"] == hurt)
    unsent = [item for item in later if item["sk"].startswith("DELIVERY#0#0#") and item["state"] != "sent"]
    return [
        report.line("answers stored", len(stored), exactly=MATCH_DAY),
        report.line("marked as doubtful", sum(bool(item["suspect"]) for item in stored), exactly=0),
        *_compare(items, outbox, {"estadio": "America/Santiago"}),
        report.line("of them not sent nine minutes later", len(unsent), exactly=0),
        report.line(
            "SMS and e-mail of the injury, at once and alone",
            sum(message["followup_id"] == case for message in outbox),
            exactly=2,
        ),
        *(
            report.line(f"messages to the contact by {channel}", number, at_most=PER_HOUR)
            for channel, number in messages.items()
        ),
    ]


def _at_once() -> list[bool]:
    sent = [_answer(number, bots=0.05) for number in range(AT_ONCE)]
    with running() as cloud:
        store = cloud.get("/local/stores")[0]
        surveys = [touchpoint["survey_path"] for touchpoint in store["touchpoints"]]
        posts = [(CHANCE.choice(surveys), answer) for answer in sent]
        posts += posts[::10]
        CHANCE.shuffle(posts)
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as clients:
            replies = list(clients.map(lambda post: cloud.post(*post), posts))
        accepted_after = time.monotonic() - began
        wait(lambda: is_quiet(cloud.items()), "the alerts", every=2.0)
        quiet_after = time.monotonic() - began
        items, outbox = cloud.items(), cloud.get("/local/outbox")["messages"]
        zones = {each["store_id"]: each["timezone"] for each in cloud.get("/local/stores")}

    print(f"\n  {len(posts):,} posts of {AT_ONCE:,} answers by {CLIENTS} clients at once")
    accepted = sum(status == 202 for status, _ in replies)
    right = [report.line("accepted (202)", accepted, "posts", exactly=len(posts)), *_as_sent(items, sent)]
    right += _compare(items, outbox, zones)
    report.line("accepted", accepted / accepted_after, "a second")
    report.line("classified, alerts sent, all quiet after", quiet_after, "s")
    return right


def _answer(number: int, bots: float = 0) -> dict[str, Any]:
    """An answer; who leaves a contact is a customer of their own: the same one again within minutes is one case."""
    answer: dict[str, Any] = {
        "answer_id": new_ulid(datetime.now(UTC), CHANCE.randbytes(ENTROPY_BYTES)),
        "score": CHANCE.randrange(11),
        "comment": CHANCE.choice(COMMENTS),
        "reasons": CHANCE.sample(REASONS, CHANCE.randrange(3)),
    }
    if CHANCE.random() < bots:
        answer["remark"] = "https://bot.example"
    if CHANCE.random() < 0.1:
        answer |= {"name": "Rosa Vidal", "email": f"rosa.{number}@example.com", "consent": True}
    return answer


def _as_sent(items: Iterable[Item], sent: Sequence[Mapping[str, Any]]) -> list[bool]:
    stored = [item for item in items if item["sk"].startswith("ANSWER#")]
    times = Counter(answer["answer_id"] for answer in stored)
    by_id = {answer["answer_id"]: answer for answer in stored}
    said = sum(_is_as_said(each, by_id.get(each["answer_id"])) for each in sent)
    return [
        report.line("answers lost", sum(each["answer_id"] not in by_id for each in sent), exactly=0),
        report.line("answers stored twice", sum(n > 1 for n in times.values()), exactly=0),
        report.line("stored as sent, bots and no others suspect", said, exactly=len(sent)),
    ]


def _is_as_said(sent: Mapping[str, Any], stored: Item | None) -> bool:
    return stored is not None and (
        (stored["score"], stored["comment"], stored["reasons"], stored["band"], bool(stored["suspect"]))
        == (sent["score"], sent["comment"], sent["reasons"], recount.band(sent["score"]), "remark" in sent)
    )


def _compare(items: Sequence[Item], outbox: Sequence[Item], zones: Mapping[str, str]) -> list[bool]:
    """Compare counters, follow-ups and alerts with what the answers owe."""
    stored = [item for item in items if item["sk"].startswith("ANSWER#")]
    counters = recount.differences(recount.day_counters(stored, zones), recount.stored_counters(items))
    owed = {answer["ulid"]: recount.channels_owed(answer) for answer in stored}
    followups = Counter(item["answer_ulid"] for item in items if item["sk"] == "FU")
    followup_of = {item["answer_ulid"]: item["followup_id"] for item in items if item["sk"] == "FU"}
    alone = [
        (message["followup_id"], message["channel"])
        for message in outbox
        if message["followup_id"] and message["level"] == 0
    ]
    told = recount.channels_told(items, alone)
    due = {(followup_of.get(ulid, ulid), channel) for ulid, channels in owed.items() for channel in channels}
    wrong = sum(followups[ulid] != bool(channels) for ulid, channels in owed.items())
    strangers = {followup for followup, _ in told} - {followup for followup, _ in due}
    again = sum(times > 1 for times in told.values())
    alone_note = f"of {len(due)}; {len(set(alone) & due)} alone, the others in a bundle"
    return [
        report.line("day counters that differ from a recount", counters, exactly=0),
        report.line(
            "answers without exactly their follow-up", wrong, exactly=0, note=f"{len(followup_of)} follow-ups"
        ),
        report.line("alerts missing", len(due - told.keys()), exactly=0, note=alone_note),
        report.line("alerts told twice, or of what owes none", again + len(strangers), exactly=0),
    ]


if __name__ == "__main__":
    sys.exit(main())
