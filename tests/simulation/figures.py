"""The figures of a month, counted from the table and the outbox."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from tests.recount import counters_of
from tests.simulation.flood import most_in_an_hour
from tests.simulation.lived import BEGIN, END, Lived
from tests.simulation.month import Month
from tests.simulation.stores import START

Item = dict[str, Any]

STAGES = ("opened_at", "taken_on_at", "contacted_at", "resolved_at", "ended_at")


def of(month: Month) -> dict[str, str]:
    """The figures of a run, by what they are called."""
    items = month.cloud.items()
    cases = [i for i in items if i["sk"] == "FU"]
    promises = Counter(i["state"] for i in items if i["sk"].startswith("PROMISE#"))
    settled = promises["kept"] + promises["late"] + promises["broken"]
    alerts = [i for i in items if i["sk"].startswith("DELIVERY#")]
    written = [i for i in items if i["sk"].startswith("MESSAGE#")]
    recovery: Counter[str] = Counter()
    for item in items:
        if item["sk"].startswith("RECOVERY#"):
            recovery.update(counters_of(item))
    waits = list(_waits(cases, alerts))
    return {
        "stores": f"{len(month.stores)}",
        "answers": f"{sum(i['sk'].startswith('ANSWER#') for i in items)}",
        "follow-ups": _listed(Counter(i["stage"] for i in cases)),
        "median minutes from opening to the first alert sent": f"{median(waits):.0f}" if waits else "none",
        "messages to staff": _listed(Counter(i["purpose"] for i in alerts if i["state"] == "sent")),
        "most messages to one person of the staff in 60 minutes": f"{most_in_an_hour(month, items)}",
        "messages to customers": _listed(
            Counter(i.get("template") or "free text" for i in written if i["state"] == "sent")
        ),
        "escalations": f"{len({(i['pk'], i['level'], i['round']) for i in alerts if i['purpose'] == 'escalation'})}",
        "promises": _listed(promises),
        "promises kept of those settled": f"{promises['kept'] / settled:.0%}" if settled else "none",
        "asked again": _listed(recovery),
        "said stop, were erased": f"{len(month.stopped)}, {len(month.erased)}",
        "what people did": _listed(month.act_counts),
    }


def by_day(month: Month) -> dict[str, list[int]]:
    """How many follow-ups had come to each stage by the end of each day, day by day."""
    cases = [i for i in month.cloud.items() if i["sk"] == "FU"]
    days = (END - BEGIN).days
    ends = [BEGIN + timedelta(days=day + 1) for day in range(days)]
    reached = {stage: [_at(case, stage) for case in cases] for stage in STAGES}
    return {
        stage: [sum(at is not None and at <= end for at in times) for end in ends]
        for stage, times in reached.items()
    }


def report(calm: Lived, stormy: Lived, differing: list[str], said: dict[str, str]) -> str:
    """The month in a few lines. `said`: the figures of the calm run."""
    assert stormy.chaos is not None
    lines = [
        f"A month of {said['stores']} stores from {START}, on a moved clock",
        "",
        *(f"{name}: {value}" for name, value in said.items()),
        f"longest that a date waited for its sweep: {calm.checks.longest.total_seconds():.0f} s",
        f"rules broken: {len(calm.problems)}",
        "",
        f"The same acts again: {stormy.chaos.crashes} times a function died, "
        f"{stormy.chaos.second_sweeps} times two sweeps ran at once",
        f"longest that a date waited for its sweep: {stormy.checks.longest.total_seconds():.0f} s",
        f"rules broken: {len(stormy.problems)}",
        f"differences in the end: {len(differing)}",
        *(f"  {each}" for each in (*calm.problems, *stormy.problems, *differing)[:40]),
    ]
    return "\n".join(lines) + "\n"


def _waits(cases: list[Item], alerts: list[Item]) -> Iterator[float]:
    """Minutes from opening to the first alert that was sent, whether the store was open or not."""
    opened = {i["pk"]: i["opened_at"] for i in cases}
    first: dict[str, str] = {}
    for item in alerts:
        if item["purpose"] == "alert" and item.get("sent_at"):
            first[item["pk"]] = min(item["sent_at"], first.get(item["pk"], item["sent_at"]))
    for pk, at in first.items():
        yield (datetime.fromisoformat(at) - datetime.fromisoformat(opened[pk])).total_seconds() / 60


def _at(case: Item, stage: str) -> datetime | None:
    text = case.get("confirmed_at") or case.get("unconfirmed_at") if stage == "ended_at" else case.get(stage)
    return datetime.fromisoformat(text) if text else None


def _listed(counted: Counter[str]) -> str:
    return (
        ", ".join(f"{name} {n}" for name, n in sorted(counted.items(), key=lambda each: (-each[1], each[0])))
        or "none"
    )
