"""How soon an SMS is there, with a small table and with a large one, against a running local cloud.

One `python -m infra.local` on a free port of 127.0.0.1, this process as its customers. What is timed includes the
machine's other work and moto's; what is counted does not depend on it. In order:

1. 20 unhappy answers one after the other on a fresh table: from before the POST until the SMS is seen in
   GET /local/outbox.
2. The table is filled up to 5,000 items, and 20 unhappy answers one after the other again.

Many answers at once: benchmarks/load.py.
"""

import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks import report
from benchmarks.running_cloud import RunningCloud, is_quiet, running, wait

SEQUENTIAL, CLIENTS, FULL_TABLE = 20, 8, 5_000
TARGET_SECONDS = 2.0
CHANCE = random.Random(20)


def main() -> None:
    report.heading("A running local cloud", "From the POST until the SMS is seen in /local/outbox.")
    with running() as cloud:
        store = cloud.get("/local/stores")[0]
        survey = store["touchpoints"][0]["survey_path"]
        _one_after_the_other(cloud, survey)
        _fill(cloud, survey)
        _one_after_the_other(cloud, survey)


def _one_after_the_other(cloud: RunningCloud, survey: str) -> None:
    items = len(cloud.items())
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
    wait(lambda: _sms(cloud) > before, "the SMS", every=0.01)
    return time.monotonic() - began


def _sms(cloud: RunningCloud) -> int:
    return sum(message["channel"] == "sms" for message in cloud.get("/local/outbox")["messages"])


def _fill(cloud: RunningCloud, survey: str) -> None:
    """Happy answers, one item each: no SMS, so that the store's SMS limit plays no part."""
    missing = FULL_TABLE - len(cloud.items())
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda _: cloud.post(survey, {"score": 10, "comment": "Bien"}), range(missing)))
    wait(lambda: is_quiet(cloud.items()), "the classification", every=0.5)


if __name__ == "__main__":
    main()
