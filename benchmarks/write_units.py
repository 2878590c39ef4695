"""AWS calls and DynamoDB units of one answer, by what becomes of it.

Each case is one answer on a local cloud of its own, warmed up by an earlier answer: store, touchpoint and keys are
known, as in a copy of a function that has been at work within the last minute. The calls are those that the handlers
make; the units are computed from the items before and after (benchmarks/capacity.py). The case that escalates holds
the one sweep that acts, its queries included, and what is read anew because it is older than a minute by then.

    python -m benchmarks.write_units               the tables
    python -m benchmarks.write_units --calls       and each call
"""

import argparse
import io
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import report
from benchmarks.deployment import PARAMETERS, TEMPLATE
from benchmarks.metering import Call, Meter
from benchmarks.survey_requests import COMPLAINT, CONTACT, PATH, hidden_fields
from infra.local.cloud import LocalCloud
from infra.local.demo.seed import seed
from infra.local.event_sources.pump import move_clock

AT = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
WARM_UP = {
    "score": 8,
    "comment": "Todo bien, pero llámenme por la tarjeta.",
    **CONTACT,
    "phone": "+56 9 2234 5600",
    "email": "ines.soto@example.com",
}
"""A passive who asks for contact: reaches every function, and its own deadline is hours away. Not the customer of the
answer that is measured: that would be of one visit with this one."""
_READ_FOR = timedelta(seconds=10)
FUNCTIONS = ("Collect", "Classify", "Notify", "FollowupScheduler")


@dataclass(frozen=True)
class Case:
    """An answer, and whether the meter runs on until it has gone up the chain once."""

    name: str
    answer: dict[str, Any]
    escalates: bool = False


CASES = (
    Case("promoter", {"score": 10, "comment": "Muy amables, volveré.", "reasons": ["staff_attitude"]}),
    Case("passive", {"score": 8, "comment": "Bien, aunque un poco caro.", "reasons": ["price"]}),
    Case("detractor (SMS, e-mail)", COMPLAINT),
    Case("detractor with contact", {**COMPLAINT, **CONTACT}),
    Case("detractor, escalates once", COMPLAINT, escalates=True),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.write_units", description=__doc__)
    parser.add_argument("--calls", action="store_true", help="list each call")
    each_call = parser.parse_args().calls
    measured = {case.name: calls_of(case) for case in CASES}
    report.heading(
        "One answer, warm: AWS calls and DynamoDB units",
        "Calls counted; units computed from item sizes (due, customer, listing: indexes; a transaction counts twice).",
    )
    _print_units(measured)
    print()
    _print_calls(measured)
    print()
    for name, calls in measured.items():
        report.line(
            f"calls of collect, {name}", sum(call.function == "Collect" for call in calls), "calls", exactly=1
        )
    if each_call:
        _print_each(measured)


def calls_of(case: Case) -> list[Call]:
    """The calls for one answer, from the POST until nothing is left to do."""
    with (
        redirect_stdout(io.StringIO()),  # the functions' metrics
        LocalCloud.start(TEMPLATE, PARAMETERS, at=AT) as cloud,
        Meter.on(cloud) as meter,
    ):
        seed(cloud)
        cloud.drain()
        post(cloud, WARM_UP)
        meter.restart()
        post(cloud, case.answer)
        calls = list(meter.calls)
        if case.escalates:
            cloud.advance((deadline(cloud, case.answer["score"]) - cloud.now()).total_seconds())
            meter.restart()
            cloud.sweep()
            calls += meter.calls
    return calls


def post(cloud: LocalCloud, answer: dict[str, Any]) -> None:
    """Open the survey, read it, send it as its page does, and let everything that follows happen."""
    send(cloud, answer, open_page(cloud))


def open_page(cloud: LocalCloud) -> dict[str, str]:
    """Open the survey and read it for a while; return the page's id with its signature."""
    fields = hidden_fields(cloud.request("GET", PATH).text)
    move_clock(cloud.now() + _READ_FOR)
    return {name: fields[name] for name in ("answer_id", "signature")}


def send(cloud: LocalCloud, answer: dict[str, Any], page: dict[str, str]) -> None:
    """Send an answer from a page, and let everything that follows happen."""
    response = cloud.request(
        "POST",
        PATH,
        {"content-type": "application/json", "accept-language": "es"},
        json.dumps({**answer, **page}).encode(),
    )
    if response.status != 202:
        raise RuntimeError(f"POST {PATH}: {response.status} {response.text}")
    cloud.drain()


def deadline(cloud: LocalCloud, score: int) -> datetime:
    """The instant after the deadline of the follow-up with this score."""
    (found,) = [item for item in cloud.items() if item["sk"] == "FU" and item["score"] == score]
    return datetime.fromisoformat(found["due_at"]) + timedelta(milliseconds=1)


def _print_units(measured: dict[str, list[Call]]) -> None:
    columns = (
        "AWS calls",
        "DynamoDB",
        "read units",
        "write units",
        "= table",
        "+ due",
        "+ customer",
        "+ listing",
    )
    print("  " + f"{'':<28}" + "".join(f"{column:>12}" for column in columns))
    for name, calls in measured.items():
        written = _written(calls)
        figures = (
            len(calls),
            sum(call.service == "dynamodb" for call in calls),
            sum(call.read for call in calls),
            written.total(),
            written["table"],
            written["due"],
            written["customer"],
            written["listing"],
        )
        print(f"  {name:<28}" + "".join(f"{figure:>12g}" for figure in figures))


def _print_calls(measured: dict[str, list[Call]]) -> None:
    for name, calls in measured.items():
        print(f"  {name}")
        for function in FUNCTIONS:
            own = [call for call in calls if call.function == function]
            if own:
                counted = Counter(call.operation for call in own)
                said = ", ".join(f"{count} {operation}" for operation, count in counted.most_common())
                print(f"    {function:<19}{len(own):>3} calls {_written(own).total():>3} write units: {said}")


def _print_each(measured: dict[str, list[Call]]) -> None:
    for name, calls in measured.items():
        print(f"\n  {name}")
        for call in calls:
            written = ", ".join(f"{place} {units}" for place, units in call.written.items() if units)
            cost = f"write {written}" if call.written else f"read {call.read:g}" if call.read else ""
            print(f"    {call.function:<19}{call.service:<16}{call.operation:<20}{cost}".rstrip())


def _written(calls: Sequence[Call]) -> Counter[str]:
    return sum((Counter(call.written) for call in calls), Counter())


if __name__ == "__main__":
    main()
