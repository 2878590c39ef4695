"""What a month costs on AWS, by the number of stores: usage as measured (benchmarks.case_work) times list prices.

    python -m benchmarks.costs             the table
    python -m benchmarks.costs --write     docs/costs.md with the table as it is now
    python -m benchmarks.costs --measure   measure the usage anew, half a minute

Figures and prices stand in benchmarks/data/costs.toml.
"""

import argparse
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

STORES: Final = (1, 50, 2_000)
DATA: Final = Path(__file__).parent / "data" / "costs.toml"
PAGE: Final = Path(__file__).parents[1] / "docs" / "costs.md"
BEGIN: Final = "<!-- made by `python -m benchmarks.costs --write` -->"
END: Final = "<!-- end -->"

HOURS: Final = 730
SWEEPS: Final = HOURS * 60
SWEEP_CALLS, SWEEP_READ_UNITS = 6, 3
"""With nothing due (benchmarks.sweep)."""

Figures = Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure the usage anew")
    parser.add_argument("--write", action="store_true", help="put the table into docs/costs.md")
    asked = parser.parse_args()
    if asked.measure:
        _measure()
    made = tables(read())
    if asked.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{made}{END}{after}", encoding="utf-8")
    print(made, end="")


def read() -> dict[str, Figures]:
    """The figures and prices, by their sections."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def happens(month: Figures) -> dict[str, float]:
    """How often each event of `usage` happens in the month of a store."""
    answers = month["answers"]
    unhappy = answers * month["unhappy"]
    contact = unhappy * month["leave_contact"]
    promoters = answers * month["promoters"]
    return {
        "page": answers * month["looks_per_answer"],
        "promoter": promoters,
        "passive": answers - unhappy - promoters,
        "detractor": unhappy - contact,
        "detractor with contact": contact,
        "escalation": unhappy * month["escalate"],
        "case worked": contact * month["worked"],
    }


def used(data: Mapping[str, Figures], stores: int) -> dict[str, float]:
    """What all stores use in a month: the fields of `Usage`, and `followups`."""
    times = happens(data["month"])
    total = {
        name: stores * sum(times[event] * usage[name] for event, usage in data["usage"].items())
        for name in data["usage"]["page"]
    }
    return {**total, "followups": stores * (times["detractor"] + times["detractor with contact"])}


def bill(data: Mapping[str, Figures], use: Figures) -> dict[str, float]:
    """US dollars a month, by what they are for, without SMS. `use`: as `used` returns it; sweeps come to it."""
    price, assumed, fixed = data["prices"], data["assumed"], data["installation"]
    invocations = use["invocations"] + SWEEPS
    milliseconds = (
        invocations * assumed["own_milliseconds"]
        + (use["calls"] + SWEEPS * SWEEP_CALLS) * assumed["call_milliseconds"]
    )
    stored = use["kilobytes"] * assumed["months_kept"] / 1024**2
    logs = invocations * assumed["log_kilobytes"] / 1024**2
    # Each follow-up has up to eight values measured: alerts by channel, stages; each in an hour of its own at worst.
    metrics = fixed["metrics_always"] + min(fixed["metrics_at_most"], use["followups"] * 8 / HOURS)
    # Of each message of the queue: sent, received, deleted; each event told is one.
    queue = 3 * use["publishes"] + assumed["empty_receives"]
    return {
        "Lambda": invocations * price["lambda_million_requests"] / 1e6
        + milliseconds / 1000 * assumed["memory_gb"] * price["lambda_gb_second"],
        "API, and pages sent": use["requests"] * price["api_million_requests"] / 1e6
        + use["requests"] * assumed["page_kilobytes"] / 1024**2 * price["transfer_gb"],
        "DynamoDB, reads and writes": use["write_units"] * price["dynamodb_million_write_units"] / 1e6
        + (use["read_units"] + SWEEPS * SWEEP_READ_UNITS) * price["dynamodb_million_read_units"] / 1e6,
        "DynamoDB, what is kept, with backup": stored
        * (price["dynamodb_gb_month"] + price["backup_gb_month"]),
        "Topic, queue, schedule": use["publishes"] * price["sns_million_publishes"] / 1e6
        + queue * price["sqs_million_requests"] / 1e6
        + SWEEPS * price["scheduler_million"] / 1e6,
        "E-mails": use["emails"] * price["ses_thousand_emails"] / 1e3,
        "Logs": logs * (price["logs_gb"] + price["logs_gb_month"]),
        "Metrics, alarms": metrics * price["metric_month"] + fixed["alarms"] * price["alarm_month"],
        "Keys": fixed["secrets"] * price["secret_month"],
    }


def tables(data: Mapping[str, Figures]) -> str:
    """The tables of docs/costs.md, in Markdown."""
    uses = [used(data, stores) for stores in STORES]
    bills = [bill(data, use) for use in uses]
    totals = [sum(each.values()) for each in bills]
    example = data["example"]["sms_part"]
    rows = [[name, *(f"{each[name]:,.2f}" for each in bills)] for name in bills[0]]
    rows += [
        ["**All of it, in US dollars a month**", *(f"**{total:,.2f}**" for total in totals)],
        ["for each store", *(f"{total / stores:,.2f}" for total, stores in zip(totals, STORES, strict=True))],
        [
            "with Lambda twice as slow",
            *(f"{t + b['Lambda']:,.2f}" for t, b in zip(totals, bills, strict=True)),
        ],
        ["SMS, parts a month", *(f"{use['sms']:,.0f}" for use in uses)],
        [f"SMS, were a part {example} US dollars", *(f"{use['sms'] * example:,.2f}" for use in uses)],
    ]
    head = ["", *(f"{stores:,} store{'s' if stores > 1 else ''}" for stores in STORES)]
    names = list(data["usage"]["page"])
    titles = [name.replace("_", " ") for name in names]
    times = happens(data["month"])
    usage = [
        [event, f"{times[event]:,.1f}", *(f"{found[name]:g}" for name in names)]
        for event, found in data["usage"].items()
    ]
    return f"{_table(['event', 'a month', *titles], usage)}\n{_table(head, rows)}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _measure() -> None:
    from benchmarks.case_work import measured

    text = re.sub(r"\n*\[usage\..*", "", DATA.read_text(encoding="utf-8"), flags=re.DOTALL)
    for event, found in measured().items():
        lines = "".join(f"{name} = {value:g}\n" for name, value in asdict(found).items())
        text += f'\n\n[usage."{event}"]\n{lines}'.rstrip("\n")
    DATA.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
